//! The walk through a run that goes on.

use std::borrow::Cow;

use cauce_model::workflow::StopOutcome;
use cauce_model::{Entry, HoldReason, RunError, RunStatus, StepError, StepPath, StepStatus, Time, What};
use serde_json::{Value, json};

use super::Decision;
use super::scope::RunScope;
use crate::expr::{EvalError, Expr, Fuel, Template};
use crate::plan::{Form, OnFailure, Plan, PlanStep, PlanVerb, StepIx};
use crate::state::{State, StepState};

pub(super) fn decide(plan: &Plan, state: &State, now: Time) -> Decision {
    let accepted = state.start.accepted_at;
    let mut walk =
        Walk { plan, state: Cow::Borrowed(state), now, decision: Decision::default(), failed: None };
    match walk.sequence(&plan.sequence, accepted) {
        Way::On(basis) => walk.succeed(basis),
        Way::Blocked => {}
        Way::Stopped { outcome, reason } => walk.stop(outcome, reason),
        Way::Failed(error) => walk.finish(RunStatus::Failed, None, Some(error), None),
    }
    walk.decision
}

/// How a part of the walk ended.
pub(super) enum Way {
    /// It goes on; `now()` says this.
    On(Time),
    /// It waits for somebody.
    Blocked,
    /// A `stop` was reached.
    Stopped { outcome: StopOutcome, reason: Option<String> },
    /// A step failed for good.
    Failed(RunError),
}

pub(super) struct Walk<'a> {
    pub(super) plan: &'a Plan,
    /// The state with everything recorded so far; cloned at the first entry.
    pub(super) state: Cow<'a, State>,
    pub(super) now: Time,
    pub(super) decision: Decision,
    /// Inside an `on_error` list: the step whose error `error` shows.
    failed: Option<StepPath>,
}

impl Walk<'_> {
    pub(super) fn record(&mut self, path: &StepPath, what: What) {
        let entry = Entry { at: self.now, path: path.clone(), what };
        let moved = self.state.to_mut().apply(&entry);
        debug_assert!(moved.is_ok(), "the decider only makes legal moves: {moved:?}");
        self.decision.record.push(entry);
    }

    fn finish(
        &mut self,
        status: RunStatus,
        reason: Option<String>,
        error: Option<RunError>,
        outputs: Option<Value>,
    ) {
        // Nothing may end while an attempt is under way: its result would come after the end.
        if self.state.is_flying() || !self.decision.start.is_empty() {
            return;
        }
        self.record(&StepPath::run(), What::Finished { status, reason, error, outputs });
        self.decision.finish = true;
        self.decision.wake_at = None;
    }

    fn stop(&mut self, outcome: StopOutcome, reason: Option<String>) {
        let status = match outcome {
            StopOutcome::Succeeded => RunStatus::Succeeded,
            StopOutcome::Failed => RunStatus::Failed,
        };
        self.finish(status, reason, None, None);
    }

    fn succeed(&mut self, basis: Time) {
        let Some(form) = &self.plan.outputs else {
            return self.finish(RunStatus::Succeeded, None, None, None);
        };
        let rendered = form.render(&self.scope("outputs", basis), &mut Vec::new());
        match rendered {
            Ok(outputs) => self.finish(RunStatus::Succeeded, None, None, Some(outputs)),
            Err(at) => {
                let error = RunError { error: step_error(&at.error), step: StepPath::run() };
                self.finish(RunStatus::Failed, None, Some(error), None);
            }
        }
    }

    pub(super) fn scope(&self, path: &str, basis: Time) -> RunScope<'_> {
        RunScope::new(self.plan, &self.state, basis, path, self.failed.as_ref())
    }

    pub(super) fn step(&self, path: &StepPath) -> Cow<'_, StepState> {
        self.state.step(path).map_or_else(|| Cow::Owned(StepState::default()), Cow::Borrowed)
    }

    fn sequence(&mut self, steps: &[StepIx], mut basis: Time) -> Way {
        for ix in steps {
            match self.one(self.plan.step(*ix), basis) {
                Way::On(next) => basis = next,
                other @ (Way::Blocked | Way::Stopped { .. } | Way::Failed(_)) => return other,
            }
        }
        Way::On(basis)
    }

    fn one(&mut self, step: &PlanStep, basis: Time) -> Way {
        if self.state.status(&step.path) == StepStatus::Pending && !self.admits(step, basis) {
            return self.over(step, basis);
        }
        match &step.verb {
            PlanVerb::If { condition, then, otherwise } => {
                self.branch(step, condition, (then, otherwise), basis)
            }
            PlanVerb::Stop { reason, outcome } if !self.is_over(step) => {
                self.reach_stop(step, reason.as_ref(), *outcome, basis)
            }
            PlanVerb::Set(form) if !self.is_over(step) => {
                self.compute(step, form, basis);
                self.over(step, basis)
            }
            PlanVerb::Wait(_) | PlanVerb::Use(_) if !self.is_over(step) => self.effect(step, basis),
            PlanVerb::Stop { .. } | PlanVerb::Set(_) | PlanVerb::Wait(_) | PlanVerb::Use(_) => {
                self.over(step, basis)
            }
        }
    }

    pub(super) fn is_over(&self, step: &PlanStep) -> bool {
        matches!(
            self.state.status(&step.path),
            StepStatus::Succeeded | StepStatus::Failed | StepStatus::Skipped
        )
    }

    /// Asks `when`. `false`: the step is over without having run.
    fn admits(&mut self, step: &PlanStep, basis: Time) -> bool {
        let Some(when) = &step.when else { return true };
        let answer = when.truth(&self.scope(step.path.as_str(), basis), &mut Fuel::default());
        match answer {
            Ok(true) => true,
            Ok(false) => {
                self.record(&step.path, What::Skipped);
                false
            }
            Err(error) => {
                self.fail(step, &error);
                false
            }
        }
    }

    /// Behind a step that is over: on, into its `on_error`, or the end.
    pub(super) fn over(&mut self, step: &PlanStep, basis: Time) -> Way {
        let state = self.step(&step.path);
        let behind = Way::On(state.basis.unwrap_or(basis).max(basis));
        if state.status != StepStatus::Failed {
            return behind;
        }
        let error = state.error.clone();
        match &step.on_error {
            OnFailure::Continue => behind,
            OnFailure::Steps(steps) => {
                let basis = state.basis.unwrap_or(basis).max(basis);
                let outer = self.failed.replace(step.path.clone());
                let way = self.sequence(steps, basis);
                self.failed = outer;
                way
            }
            OnFailure::Fail | OnFailure::Hold => Way::Failed(RunError {
                error: error.unwrap_or_else(|| unknown_error(&step.id)),
                step: step.path.clone(),
            }),
        }
    }

    pub(super) fn fail(&mut self, step: &PlanStep, error: &EvalError) {
        let error = step_error(error);
        let what = if step.on_error == OnFailure::Hold {
            What::Held { reason: HoldReason::Asked, attempt: 0, error: Some(error), request: None }
        } else {
            What::Failed { attempt: 0, error }
        };
        self.record(&step.path, what);
    }

    fn compute(&mut self, step: &PlanStep, form: &Form, basis: Time) {
        let rendered = form.render(&self.scope(step.path.as_str(), basis), &mut Vec::new());
        match rendered {
            Ok(output) => self.record(&step.path, What::Succeeded { output }),
            Err(at) => self.fail(step, &at.error),
        }
    }

    fn branch(
        &mut self,
        step: &PlanStep,
        condition: &Expr,
        ways: (&[StepIx], &[StepIx]),
        basis: Time,
    ) -> Way {
        if self.is_over(step) {
            let inside = self.way_taken(step, ways);
            return match self.sequence(inside, basis) {
                Way::On(behind) => self.over(step, behind),
                other @ (Way::Blocked | Way::Stopped { .. } | Way::Failed(_)) => other,
            };
        }
        if self.state.status(&step.path) == StepStatus::Pending {
            let answer = condition.truth(&self.scope(step.path.as_str(), basis), &mut Fuel::default());
            match answer {
                Ok(yes) => {
                    let branch = if yes { "then" } else { "else" }.to_owned();
                    self.record(&step.path, What::Entered { branch });
                }
                Err(error) => {
                    self.fail(step, &error);
                    return if self.is_over(step) { self.over(step, basis) } else { Way::Blocked };
                }
            }
        }
        if self.state.status(&step.path) == StepStatus::Held {
            return Way::Blocked;
        }
        let inside = self.way_taken(step, ways);
        let way = self.sequence(inside, basis);
        if let Way::On(_) | Way::Stopped { .. } = way {
            let output = self.step(&step.path).output.as_deref().cloned().unwrap_or_default();
            self.record(&step.path, What::Succeeded { output });
        }
        way
    }

    fn way_taken<'w>(
        &self,
        step: &PlanStep,
        (then, otherwise): (&'w [StepIx], &'w [StepIx]),
    ) -> &'w [StepIx] {
        match self.step(&step.path).branch.as_deref() {
            Some("then") => then,
            Some(_) => otherwise,
            None => &[],
        }
    }

    fn reach_stop(
        &mut self,
        step: &PlanStep,
        reason: Option<&Template>,
        outcome: StopOutcome,
        basis: Time,
    ) -> Way {
        let rendered = match reason {
            None => Ok(None),
            Some(template) => {
                let scope = self.scope(step.path.as_str(), basis);
                template.render(&scope, &mut Fuel::default()).map(Some)
            }
        };
        match rendered {
            Ok(reason) => {
                let reason =
                    reason.map(|value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned));
                self.record(&step.path, What::Succeeded { output: json!({ "reason": reason }) });
                Way::Stopped { outcome, reason }
            }
            Err(error) => {
                self.fail(step, &error);
                if self.is_over(step) { self.over(step, basis) } else { Way::Blocked }
            }
        }
    }

    pub(super) fn wake(&mut self, at: Time) {
        self.decision.wake_at = Some(self.decision.wake_at.map_or(at, |earlier| earlier.min(at)));
    }
}

/// An expression's error as people see it.
pub(super) fn step_error(error: &EvalError) -> StepError {
    StepError {
        code: error.code().to_owned(),
        message: error.message.clone(),
        hint: error.hint.clone(),
        status: None,
    }
}

fn unknown_error(id: &str) -> StepError {
    StepError {
        code: "E001".to_owned(),
        message: format!("the step `{id}` failed"),
        hint: None,
        status: None,
    }
}
