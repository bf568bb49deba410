//! A compiled step, and where it stands among the others.

use cauce_model::StepPath;

use super::{PlanVerb, StepIx};
use crate::expr::Expr;

/// A compiled step.
#[derive(Debug)]
pub struct PlanStep {
    /// Its id.
    pub id: String,
    /// Its name for people, where it has one.
    pub name: Option<String>,
    /// Where it stands: `each[]/send` in a loop, for all passes.
    pub path: StepPath,
    /// The list it stands in.
    pub seat: Seat,
    /// What it does.
    pub verb: PlanVerb,
    /// Skipped unless true.
    pub when: Option<Expr>,
    /// What happens when it fails for good.
    pub on_error: OnFailure,
}

/// Where a step stands: a place in a list of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The step that the list belongs to; none for the workflow's own lists.
    pub around: Option<StepIx>,
    /// Which of its lists.
    pub lane: Lane,
    /// Counts from 0.
    pub place: usize,
}

/// Which list of a workflow or a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The workflow's `steps`.
    Main,
    /// The workflow's `on_error`.
    Trouble,
    /// The workflow's `finally`.
    Finally,
    /// `then` of an `if`.
    Then,
    /// `else` of an `if` or a `switch`.
    Else,
    /// A case of a `switch`; counts from 1.
    Case(usize),
    /// `do` of a loop.
    Pass,
    /// A branch of a `parallel`; counts from 0.
    Branch(usize),
    /// A step's `on_error`.
    Error,
    /// `on_timeout` of a `wait_for`.
    Timeout,
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

impl OnFailure {
    /// Whether the run goes on behind the step.
    #[must_use]
    pub const fn goes_on(&self) -> bool {
        matches!(self, Self::Continue | Self::Steps(_))
    }
}
