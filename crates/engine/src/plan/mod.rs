//! A compiled workflow: what `decide` walks, and the graph it was checked on.

mod analysis;
mod compile;
mod graph;
mod picture;
mod references;
mod rendered;

use std::collections::HashMap;
use std::time::Duration;

use cauce_model::StepPath;
use cauce_model::workflow::{EffectMode, StopOutcome, Window};
use serde_json::{Map, Value};

use crate::expr::{Expr, Template};
use crate::retry::RetryPolicy;

pub use compile::{Compiled, compile};
pub use graph::{Graph, Link, Node};
pub use picture::{Picture, PictureEdge, PictureKind, PictureNode};
pub use rendered::Form;

/// A step's place in [`Plan::steps`]: the order of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepIx(pub usize);

/// A compiled workflow version.
#[derive(Debug)]
pub struct Plan {
    /// The workflow's id.
    pub workflow: String,
    /// Its name for people.
    pub name: String,
    /// One paragraph for people.
    pub description: Option<String>,
    /// The zone of waits that name none.
    pub zone: String,
    /// Its constants.
    pub vars: Map<String, Value>,
    /// What starts it.
    pub triggers: Vec<PlanTrigger>,
    /// Every step, blocks before what is in them.
    pub steps: Vec<PlanStep>,
    /// The steps of the outermost sequence.
    pub sequence: Vec<StepIx>,
    /// What it answers.
    pub outputs: Option<Form>,
    /// The steps as a graph from the trigger to the end.
    pub graph: Graph,
    ids: HashMap<String, StepIx>,
    paths: HashMap<StepPath, StepIx>,
}

/// A compiled trigger.
#[derive(Debug)]
pub struct PlanTrigger {
    /// Its id.
    pub id: String,
    /// `webhook@1` and the like.
    pub source: String,
    /// Its inputs, as written.
    pub with: Value,
    /// Only events for which it is true start a run.
    pub when: Option<Expr>,
    /// What makes a second event a duplicate.
    pub dedupe_key: Option<Expr>,
}

/// A compiled step.
#[derive(Debug)]
pub struct PlanStep {
    /// Its id.
    pub id: String,
    /// Its name for people, where it has one.
    pub name: Option<String>,
    /// Where it stands.
    pub path: StepPath,
    /// What it does.
    pub verb: PlanVerb,
    /// Skipped unless true.
    pub when: Option<Expr>,
    /// What happens when it fails for good.
    pub on_error: OnFailure,
}

/// What a step does.
#[derive(Debug)]
pub enum PlanVerb {
    /// Calls an action.
    Use(Box<PlanUse>),
    /// Computes values.
    Set(Form),
    /// Takes one of two ways.
    If {
        /// Which way.
        condition: Expr,
        /// Taken when true.
        then: Vec<StepIx>,
        /// Taken when false; may be empty.
        otherwise: Vec<StepIx>,
    },
    /// Waits.
    Wait(PlanWait),
    /// Ends the run.
    Stop {
        /// Why.
        reason: Option<Template>,
        /// How.
        outcome: StopOutcome,
    },
}

impl PlanVerb {
    /// The key that names this verb in a file.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Use(_) => "use",
            Self::Set(_) => "set",
            Self::If { .. } => "if",
            Self::Wait(_) => "wait",
            Self::Stop { .. } => "stop",
        }
    }
}

/// An action call.
#[derive(Debug)]
pub struct PlanUse {
    /// The action's full name.
    pub action: String,
    /// Its inputs.
    pub with: Form,
    /// How transient failures are retried.
    pub retry: RetryPolicy,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// What replaces the derived idempotency key.
    pub key: Option<Template>,
    /// Whether an attempt in doubt may be repeated.
    pub effect: EffectMode,
}

/// How long a wait lasts.
#[derive(Debug)]
pub enum PlanWait {
    /// A fixed time.
    For(Duration),
    /// A template that gives a duration.
    Computed(Template),
    /// Until a moment, inside hours of the day.
    Until {
        /// An expression that gives an RFC 3339 text.
        until: Option<Expr>,
        /// Hours of the day in which it may end.
        window: Option<Window>,
        /// The zone of the window.
        zone: String,
    },
}

/// What happens when a step fails for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The run fails.
    Fail,
    /// The run goes on.
    Continue,
    /// The run is held.
    Hold,
    /// These steps run, then the run goes on.
    Steps(Vec<StepIx>),
}

impl Plan {
    /// The step at this place.
    #[must_use]
    pub fn step(&self, ix: StepIx) -> &PlanStep {
        &self.steps[ix.0]
    }

    /// The step with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&PlanStep> {
        self.ids.get(id).map(|ix| self.step(*ix))
    }

    /// The step at this path.
    #[must_use]
    pub fn by_path(&self, path: &StepPath) -> Option<&PlanStep> {
        self.paths.get(path).map(|ix| self.step(*ix))
    }

    /// The trigger with this id.
    #[must_use]
    pub fn trigger(&self, id: &str) -> Option<&PlanTrigger> {
        self.triggers.iter().find(|trigger| trigger.id == id)
    }
}
