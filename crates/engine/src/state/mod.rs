//! Where a run stands: the fold of its entries over its beginning.

mod detail;
mod moves;
mod passes;
mod record;
mod results;
mod saved;
mod step;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use cauce_model::{Entry, RunError, RunStart, RunStatus, StepPath, StepStatus, Time, What};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::path;

pub use detail::{Branch, Detail};
pub use moves::{IllegalMove, KINDS, Kind, legal};
pub use passes::{Chunk, Loop, MOST_ERRORS};
pub use results::{Collect, Given, Results};
pub use saved::compact;
pub use step::StepState;

/// How many passes of a loop keep what happened in them for people to see, besides those that failed.
const KEPT_PASSES: u64 = 20;
/// How many steps of passes that are over are kept at most.
const MOST_KEPT: usize = 2_000;

/// The fold of a run's entries. Two folds of the same entries are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// How it began.
    pub start: Arc<RunStart>,
    /// Steps that something happened to, without those of passes that are over.
    pub steps: BTreeMap<StepPath, StepState>,
    /// Steps of passes that are over, for people: of the first 20 passes of a loop and of those that failed.
    pub kept: Arc<BTreeMap<StepPath, StepState>>,
    /// Who asked for its end, where somebody did.
    pub cancel_asked: Option<String>,
    /// How it will end, once that is settled.
    pub ending: Option<Ending>,
    /// Whether somebody asked for the end of what is done before the end.
    pub cut_short: bool,
    /// Since when a step is held, where one is.
    pub held_since: Option<Time>,
    /// How long the run was held before; it does not age meanwhile.
    pub held_for: Duration,
    /// How it ended, once it did.
    pub end: Option<End>,
}

/// How a run will end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// Succeeded, failed or cancelled.
    pub status: RunStatus,
    /// Why it stopped early.
    pub reason: Option<String>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// What it answers.
    pub outputs: Option<Value>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Succeeded, failed or cancelled.
    pub status: RunStatus,
    /// Why it stopped early.
    pub reason: Option<String>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// What it answers.
    pub outputs: Option<Value>,
    /// When.
    pub at: Time,
}

impl State {
    /// A run to which nothing happened yet.
    #[must_use]
    pub fn new(start: Arc<RunStart>) -> Self {
        Self {
            start,
            steps: BTreeMap::new(),
            kept: Arc::default(),
            cancel_asked: None,
            ending: None,
            cut_short: false,
            held_since: None,
            held_for: Duration::ZERO,
            end: None,
        }
    }

    /// The run after these entries, as a process that was not there for them finds it: nothing is under way, and no items
    /// are at hand. A [`What::Compacted`] stands for every entry before it.
    ///
    /// # Errors
    /// The first entry that cannot follow the ones before it.
    pub fn recover(start: Arc<RunStart>, entries: &[Entry]) -> Result<Self, IllegalMove> {
        let mut state = Self::new(start);
        for entry in entries {
            match &entry.what {
                What::Compacted { state: saved } => state = saved::restore(&state.start, saved, &entry.path)?,
                _ => state.apply(entry)?,
            }
        }
        for step in state.steps.values_mut() {
            step.forget();
        }
        Ok(state)
    }

    /// The step at this path, where something happened to it.
    #[must_use]
    pub fn step(&self, path: &StepPath) -> Option<&StepState> {
        self.at(path.as_str())
    }

    pub(crate) fn at(&self, path: &str) -> Option<&StepState> {
        self.steps.get(path).or_else(|| self.kept.get(path))
    }

    /// Where the step at this path is in its life.
    #[must_use]
    pub fn status(&self, path: &StepPath) -> StepStatus {
        self.step(path).map_or(StepStatus::Pending, |step| step.status)
    }

    /// Whether any attempt is under way.
    #[must_use]
    pub fn is_flying(&self) -> bool {
        self.steps.values().any(|step| step.flying)
    }

    /// The steps whose paths begin so, in order; those of passes that are over are not among them.
    pub(crate) fn below<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a StepPath, &'a StepState)> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.steps.range::<str, _>(from).take_while(move |(path, _)| path.as_str().starts_with(prefix))
    }

    /// When the run has to be over; nothing while it is held.
    #[must_use]
    pub fn deadline(&self, timeout: Duration) -> Option<Time> {
        let at = self.start.accepted_at.after(timeout).after(self.held_for);
        self.held_since.is_none().then_some(at)
    }

    /// Adds one entry. A [`What::Compacted`] changes nothing: it says what is known here already.
    ///
    /// # Errors
    /// When the entry cannot follow what happened so far; the state is unchanged.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), IllegalMove> {
        let kind = Kind::of(&entry.what);
        let status = self.status(&entry.path);
        if self.end.is_some() || kind.is_of_run() != entry.path.as_str().is_empty() {
            return Err(IllegalMove {
                path: entry.path.clone(),
                from: status,
                kind,
                over: self.end.is_some(),
            });
        }
        if kind.is_of_run() {
            self.apply_to_run(entry);
            return Ok(());
        }
        let Some(next) = legal(status, kind) else {
            return Err(IllegalMove { path: entry.path.clone(), from: status, kind, over: false });
        };
        self.steps.entry(entry.path.clone()).or_default().take(entry, next);
        match &entry.what {
            What::PassDone { index, error, .. } => self.end_pass(&entry.path, *index, error.is_some()),
            What::Succeeded { .. } => self.end_last_pass(&entry.path),
            What::Resumed { .. } if next == StepStatus::Retrying => self.forget_inside(&entry.path),
            _ => {}
        }
        self.age(status, next, entry.at);
        Ok(())
    }

    fn apply_to_run(&mut self, entry: &Entry) {
        match &entry.what {
            What::CancelAsked { .. } if self.ending.is_some() => self.cut_short = true,
            What::CancelAsked { by } => self.cancel_asked = Some(by.clone()),
            What::Ending { status, reason, error, outputs } => {
                self.ending = Some(Ending {
                    status: *status,
                    reason: reason.clone(),
                    error: error.clone(),
                    outputs: outputs.clone(),
                });
            }
            What::Finished { status, reason, error, outputs } => {
                self.end = Some(End {
                    status: *status,
                    reason: reason.clone(),
                    error: error.clone(),
                    outputs: outputs.clone(),
                    at: entry.at,
                });
            }
            _ => {}
        }
    }

    /// A pass is over: what happened in it is let go, or kept for people; its time goes to the loop.
    fn end_pass(&mut self, each: &StepPath, index: u64, failed: bool) {
        let below = format!("{}/", path::pass(each, index));
        let over: Vec<StepPath> = self.below(&below).map(|(path, _)| path.clone()).collect();
        let basis = over.iter().filter_map(|path| self.steps.get(path)?.basis).max();
        let errors = match self.steps.get_mut(each) {
            Some(step) => {
                step.basis = step.basis.max(basis);
                step.detail.passes().map_or(0, |passes| passes.failed)
            }
            None => 0,
        };
        let few = failed && errors <= MOST_ERRORS;
        let keep = (index < KEPT_PASSES || few) && self.kept.len() + over.len() <= MOST_KEPT;
        for path in over {
            if let Some(step) = self.steps.remove(&path).filter(|_| keep) {
                Arc::make_mut(&mut self.kept).insert(path, step);
            }
        }
    }

    /// A `repeat` is over in the middle of a pass: what it did was enough.
    fn end_last_pass(&mut self, each: &StepPath) {
        let Some(step) = self.steps.get_mut(each).filter(|step| step.branch.as_deref() == Some("")) else {
            return;
        };
        let index = step.detail.passes().map_or(0, |passes| passes.next);
        let below = format!("{}/", path::pass(each, index));
        if self.below(&below).next().is_some() {
            if let Some(step) = self.steps.get_mut(each) {
                step.detail.end_pass(index);
            }
            self.end_pass(each, index, false);
        }
    }

    /// A block that is tried again begins anew.
    fn forget_inside(&mut self, block: &StepPath) {
        for open in ['/', '['] {
            let below = format!("{block}{open}");
            let inside: Vec<StepPath> = self.below(&below).map(|(path, _)| path.clone()).collect();
            for path in inside {
                self.steps.remove(&path);
            }
            if self.kept.keys().any(|path| path.as_str().starts_with(&below)) {
                Arc::make_mut(&mut self.kept).retain(|path, _| !path.as_str().starts_with(&below));
            }
        }
    }

    /// A run does not age while a step of it is held.
    fn age(&mut self, from: StepStatus, to: StepStatus, at: Time) {
        if to == StepStatus::Held {
            self.held_since.get_or_insert(at);
        } else if from == StepStatus::Held
            && self.held().is_none()
            && let Some(since) = self.held_since.take()
        {
            self.held_for = self.held_for.saturating_add(at.since(since));
        }
    }
}
