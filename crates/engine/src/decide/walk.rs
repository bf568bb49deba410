//! The walk through a run: what all verbs share.

use std::borrow::Cow;

use cauce_model::workflow::StopOutcome;
use cauce_model::{Entry, RunError, StepPath, StepStatus, Time, What};

use super::Decision;
use super::scope::RunScope;
use crate::expr::Fuel;
use crate::plan::{Plan, PlanStep, PlanVerb, StepIx, path};
use crate::state::{State, StepState};

/// How a part of the walk ended.
pub(super) enum Way {
    /// It goes on; `now()` says this.
    On(Time),
    /// It waits for somebody.
    Blocked,
    /// A `stop` was reached, or `exit_when` became true.
    Stopped { outcome: StopOutcome, reason: Option<String> },
    /// A step failed for good.
    Failed(RunError),
}

/// A step at its place in the run.
pub(super) struct At<'p> {
    pub(super) step: &'p PlanStep,
    pub(super) path: StepPath,
}

pub(super) struct Walk<'a> {
    pub(super) plan: &'a Plan,
    /// The state with everything recorded so far; cloned at the first entry.
    pub(super) state: Cow<'a, State>,
    pub(super) now: Time,
    pub(super) decision: Decision,
    /// Inside an `on_error` list: what `error` shows.
    pub(super) failed: Option<RunError>,
    /// The pass that the walk is in, such as `each[3]/`; empty outside of loops.
    inside: String,
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &'a Plan, state: &'a State, now: Time) -> Self {
        Self {
            plan,
            state: Cow::Borrowed(state),
            now,
            decision: Decision::default(),
            failed: None,
            inside: String::new(),
        }
    }

    pub(super) fn record(&mut self, path: &StepPath, what: What) {
        let entry = Entry { at: self.now, path: path.clone(), what };
        let moved = self.state.to_mut().apply(&entry);
        debug_assert!(moved.is_ok(), "the decider only makes legal moves: {moved:?}");
        self.decision.record.push(entry);
    }

    pub(super) fn scope(&self, path: &str, basis: Time) -> RunScope<'_> {
        RunScope::new(self.plan, &self.state, basis, path, self.failed.as_ref())
    }

    pub(super) fn here(&self, at: &At<'_>, basis: Time) -> RunScope<'_> {
        self.scope(at.path.as_str(), basis)
    }

    pub(super) fn step(&self, at: &At<'_>) -> Cow<'_, StepState> {
        self.state.step(&at.path).map_or_else(|| Cow::Owned(StepState::default()), Cow::Borrowed)
    }

    pub(super) fn status(&self, at: &At<'_>) -> StepStatus {
        self.state.status(&at.path)
    }

    /// Whether the step did not begin yet, or begins anew.
    pub(super) fn is_fresh(&self, at: &At<'_>) -> bool {
        matches!(self.status(at), StepStatus::Pending | StepStatus::Retrying)
    }

    pub(super) fn wake(&mut self, at: Time) {
        self.decision.wake_at = Some(self.decision.wake_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// Walks one pass of a loop.
    pub(super) fn pass(&mut self, each: &At<'_>, index: u64, steps: &[StepIx], basis: Time) -> Way {
        let pass = format!("{}/", path::pass(&each.path, index));
        let outer = std::mem::replace(&mut self.inside, pass);
        let way = self.sequence(steps, basis);
        self.inside = outer;
        way
    }

    pub(super) fn sequence(&mut self, steps: &[StepIx], mut basis: Time) -> Way {
        for ix in steps {
            match self.one(*ix, basis) {
                Way::On(next) => basis = next,
                other @ (Way::Blocked | Way::Stopped { .. } | Way::Failed(_)) => return other,
            }
        }
        Way::On(basis)
    }

    fn at(&self, ix: StepIx) -> At<'a> {
        let step = self.plan.step(ix);
        let path = match path::seen_from(step.path.as_str(), &self.inside) {
            Some(Cow::Owned(path)) => StepPath::from(path.as_str()),
            Some(Cow::Borrowed(_)) | None => step.path.clone(),
        };
        At { step, path }
    }

    fn one(&mut self, ix: StepIx, basis: Time) -> Way {
        let at = self.at(ix);
        match self.status(&at) {
            StepStatus::Pending if !self.admits(&at, basis) => return self.behind(&at, basis),
            StepStatus::Held => return Way::Blocked,
            StepStatus::Succeeded | StepStatus::Failed | StepStatus::Skipped => {
                return self.behind(&at, basis);
            }
            _ => {}
        }
        match &at.step.verb {
            PlanVerb::Use(call) => self.effect(&at, call, basis),
            PlanVerb::Set(form) => self.compute(&at, form, basis),
            PlanVerb::If { condition, then, otherwise } => {
                self.branch(&at, condition, (then, otherwise), basis)
            }
            PlanVerb::Switch { value, cases, otherwise } => {
                self.switch(&at, value.as_ref(), (cases, otherwise.as_deref()), basis)
            }
            PlanVerb::ForEach(each) => self.for_each(&at, each, basis),
            PlanVerb::Repeat(repeat) => self.repeat(&at, repeat, basis),
            PlanVerb::Parallel(parallel) => self.parallel(&at, parallel, basis),
            PlanVerb::Wait(wait) => self.wait(&at, wait, basis),
            PlanVerb::WaitFor(wait) => self.wait_for(&at, wait, basis),
            PlanVerb::Approve(approve) => self.approve(&at, approve, basis),
            PlanVerb::Call(call) => self.call(&at, call, basis),
            PlanVerb::Stop { reason, outcome } => self.stop(&at, reason.as_ref(), *outcome, basis),
        }
    }

    /// Asks `when`. `false`: the step is over without having run, or held.
    fn admits(&mut self, at: &At<'_>, basis: Time) -> bool {
        let Some(when) = &at.step.when else { return true };
        let answer = when.truth(&self.here(at, basis), &mut Fuel::default());
        match answer {
            Ok(true) => true,
            Ok(false) => {
                self.record(&at.path, What::Skipped);
                false
            }
            Err(error) => {
                self.fail(at, &error);
                false
            }
        }
    }
}
