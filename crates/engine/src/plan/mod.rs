//! A compiled workflow: what `decide` walks, and the graph it was checked on.

mod analysis;
mod compile;
mod graph;
mod input;
pub(crate) mod path;
mod picture;
mod references;
mod rendered;
mod rests;
mod step;
mod trigger;
mod verb;

use std::collections::HashMap;
use std::time::Duration;

use cauce_model::StepPath;
use cauce_model::workflow::Input;
use serde_json::{Map, Value};

use crate::expr::Expr;

pub use compile::{Compiled, compile};
pub use graph::{Graph, Link, Node};
pub use picture::{Picture, PictureEdge, PictureKind, PictureNode};
pub use rendered::Form;
pub use rests::rests_on;
pub use step::{Lane, OnFailure, PlanStep, Seat};
pub use trigger::{PlanBatch, PlanConcurrency, PlanDebounce, PlanReentry, PlanThrottle, PlanTrigger};
pub use verb::{
    PlanApprove, PlanBranch, PlanCall, PlanCase, PlanEvent, PlanForEach, PlanParallel, PlanRepeat, PlanTest,
    PlanTimeout, PlanUse, PlanVerb, PlanWait, PlanWaitFor,
};

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
    /// Who is told when its runs are held or fail.
    pub owner: Option<String>,
    /// One paragraph for people.
    pub description: Option<String>,
    /// The zone of waits that name none.
    pub zone: String,
    /// Its constants.
    pub vars: Map<String, Value>,
    /// What a caller may hand over.
    pub inputs: Vec<Input>,
    /// How long a run may take; held time does not count.
    pub timeout: Duration,
    /// What starts it.
    pub triggers: Vec<PlanTrigger>,
    /// What else its runs can be found by, over `trigger`.
    pub index: Vec<Expr>,
    /// How many runs may be open at once.
    pub concurrency: Option<PlanConcurrency>,
    /// How soon the same one may come again.
    pub reentry: Option<PlanReentry>,
    /// A run ends well as soon as this is true.
    pub exit_when: Option<Expr>,
    /// Events that cancel a run.
    pub cancel_on: Vec<PlanEvent>,
    /// Every step, blocks before what is in them; `on_error` and `finally` of the workflow last.
    pub steps: Vec<PlanStep>,
    /// The steps of the outermost sequence.
    pub sequence: Vec<StepIx>,
    /// What is done before a run counts as failed.
    pub on_error: Vec<StepIx>,
    /// What is done before a run ends, however it ends.
    pub finally: Vec<StepIx>,
    /// What it answers.
    pub outputs: Option<Form>,
    /// The steps as a graph from the trigger to the end.
    pub graph: Graph,
    ids: HashMap<String, StepIx>,
    paths: HashMap<StepPath, StepIx>,
}

impl Plan {
    /// The step at this place.
    #[must_use]
    pub fn step(&self, ix: StepIx) -> &PlanStep {
        &self.steps[ix.0]
    }

    /// The place of every step, in order.
    pub(crate) fn places(&self) -> impl Iterator<Item = StepIx> {
        (0..self.steps.len()).map(StepIx)
    }

    /// The step with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&PlanStep> {
        self.ids.get(id).map(|ix| self.step(*ix))
    }

    pub(crate) fn ix_by_id(&self, id: &str) -> Option<StepIx> {
        self.ids.get(id).copied()
    }

    /// The step at this path of the plan or of a run: `each[]/send` and `each[3]/send` are the same one.
    #[must_use]
    pub fn by_path(&self, path: &StepPath) -> Option<&PlanStep> {
        self.ix_by_path(path.as_str()).map(|ix| self.step(ix))
    }

    pub(crate) fn ix_by_path(&self, path: &str) -> Option<StepIx> {
        self.paths.get(&*path::in_plan(path)).copied()
    }

    /// Whether any of its steps, or the run itself, may wait for events.
    #[must_use]
    pub fn listens(&self) -> bool {
        !self.cancel_on.is_empty() || self.steps.iter().any(|step| matches!(step.verb, PlanVerb::WaitFor(_)))
    }

    /// The trigger with this id.
    #[must_use]
    pub fn trigger(&self, id: &str) -> Option<&PlanTrigger> {
        self.triggers.iter().find(|trigger| trigger.id == id)
    }

    /// Whether this path of a run stands in the workflow's `on_error` or `finally`.
    #[must_use]
    pub fn is_at_the_end(&self, path: &StepPath) -> bool {
        let path = path.as_str();
        path.starts_with("on_error/") || path.starts_with("finally/")
    }

    /// The place behind the last step of the body of the loop at `ix`.
    pub(crate) fn behind_body(&self, ix: StepIx) -> StepIx {
        let below = format!("{}[]/", self.step(ix).path);
        let inside = |step: &&PlanStep| step.path.as_str().starts_with(&below);
        StepIx(ix.0 + 1 + self.steps.iter().skip(ix.0 + 1).take_while(inside).count())
    }
}
