//! What a step keeps besides its status: each verb its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use cauce_model::{Ask, BranchStatus, RunError, RunId, RunStatus, Time, Verdict, What};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Loop;

/// What a step keeps besides its status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Nothing.
    #[default]
    Nothing,
    /// A loop: how far it is.
    Passes(Box<Loop>),
    /// A `parallel`: the branches that are over.
    Branches(BTreeMap<String, Branch>),
    /// A `wait_for`: what it waits for.
    Listening {
        /// The name of the event.
        event: String,
        /// The path of the event that is compared first.
        field: String,
        /// The text of the value it must have.
        key: String,
        /// When the wait ends without it.
        deadline: Option<Time>,
    },
    /// A `wait_for` whose event came: what expressions see as `event`.
    Matched(Arc<Value>),
    /// An `approve`: what is asked.
    Asking(Ask),
    /// An `approve` that was answered.
    Decided {
        /// What they said.
        decision: Verdict,
        /// Who.
        by: String,
        /// What they filled in.
        form: Arc<Value>,
    },
    /// A `call`: the run it began.
    Child {
        /// The run.
        run: RunId,
        /// Whether the step waits for its end.
        waits: bool,
    },
    /// A `call` whose run is over.
    Returned {
        /// The run.
        run: RunId,
        /// How it ended.
        status: RunStatus,
        /// What it answers.
        outputs: Option<Arc<Value>>,
        /// Why it failed.
        error: Option<RunError>,
    },
}

/// A branch of a `parallel` that is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// How it ended.
    pub status: BranchStatus,
    /// Why it failed.
    pub error: Option<RunError>,
}

impl Detail {
    /// How far a loop is.
    #[must_use]
    pub fn passes(&self) -> Option<&Loop> {
        match self {
            Self::Passes(passes) => Some(passes),
            _ => None,
        }
    }

    /// The branches of a `parallel` that are over.
    #[must_use]
    pub const fn branches(&self) -> Option<&BTreeMap<String, Branch>> {
        match self {
            Self::Branches(branches) => Some(branches),
            _ => None,
        }
    }

    /// The run that a `call` began.
    #[must_use]
    pub const fn child(&self) -> Option<RunId> {
        match self {
            Self::Child { run, .. } | Self::Returned { run, .. } => Some(*run),
            _ => None,
        }
    }

    pub(super) fn take(&mut self, what: &What) {
        match what {
            What::Fetched { first, count, after, last, items } => {
                self.change_loop(|passes| passes.fetched(*first, *count, (*after, *last), items.clone()));
            }
            What::PassDone { index, result, error } => {
                self.change_loop(|passes| passes.pass_done(*index, result.as_ref(), error.as_ref()));
            }
            What::Collected { count, part, file } => {
                self.change_loop(|passes| passes.results.put_aside(*count, part.as_ref(), file.as_ref()));
            }
            What::BranchDone { branch, status, error } => {
                let over = Branch { status: *status, error: error.clone() };
                match self {
                    Self::Branches(branches) => drop(branches.insert(branch.clone(), over)),
                    _ => *self = Self::Branches(BTreeMap::from([(branch.clone(), over)])),
                }
            }
            What::Listened { event, field, key, deadline } => {
                *self = Self::Listening {
                    event: event.clone(),
                    field: field.clone(),
                    key: key.clone(),
                    deadline: *deadline,
                };
            }
            What::Matched { data, .. } => *self = Self::Matched(Arc::new(data.clone())),
            What::Asked { to, form, deadline } => {
                *self = Self::Asking(Ask { to: to.clone(), form: form.clone(), deadline: *deadline });
            }
            What::Decided { decision, by, form } => {
                *self = Self::Decided { decision: *decision, by: by.clone(), form: Arc::new(form.clone()) };
            }
            What::Called { child, waits } => *self = Self::Child { run: *child, waits: *waits },
            What::Returned { status, outputs, error } => {
                if let Some(run) = self.child() {
                    let outputs = outputs.clone().map(Arc::new);
                    *self = Self::Returned { run, status: *status, outputs, error: error.clone() };
                }
            }
            _ => {}
        }
    }

    pub(super) fn end_pass(&mut self, index: u64) {
        self.change_loop(|passes| passes.pass_done(index, None, None));
    }

    fn change_loop(&mut self, change: impl FnOnce(&mut Loop)) {
        match self {
            Self::Passes(passes) => change(passes),
            _ => {
                let mut passes = Box::default();
                change(&mut passes);
                *self = Self::Passes(passes);
            }
        }
    }

    pub(super) fn forget_items(&mut self) {
        if let Self::Passes(passes) = self {
            passes.forget_items();
        }
    }
}
