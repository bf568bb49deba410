//! Behind a step: on, into its `on_error`, or the failure of what stands around it.

use cauce_model::{HoldReason, RunError, StepError, StepStatus, Time, What};

use super::walk::{At, Walk, Way};
use crate::expr::EvalError;
use crate::plan::{OnFailure, PlanTimeout, PlanVerb};

impl Walk<'_> {
    /// Behind a step that is over, or in front of one that is held.
    pub(super) fn behind(&mut self, at: &At<'_>, basis: Time) -> Way {
        match self.status(at) {
            StepStatus::Succeeded => self.behind_success(at, basis),
            StepStatus::Skipped => Way::On(self.basis(at, basis)),
            StepStatus::Failed => {
                let cause = self.cause(at);
                self.behind_failure(at, cause, basis)
            }
            _ => Way::Blocked,
        }
    }

    fn behind_success(&mut self, at: &At<'_>, basis: Time) -> Way {
        let basis = self.basis(at, basis);
        match &at.step.verb {
            PlanVerb::Stop { outcome, .. } => {
                let step = self.step(at);
                let reason = step.output.as_deref().and_then(|output| output.get("reason"));
                let reason = reason.and_then(|reason| reason.as_str()).map(ToOwned::to_owned);
                Way::Stopped { outcome: *outcome, reason }
            }
            PlanVerb::WaitFor(wait) => match &wait.on_timeout {
                PlanTimeout::Steps(steps) if self.timed_out(at) => self.sequence(steps, basis),
                _ => Way::On(basis),
            },
            _ => Way::On(basis),
        }
    }

    fn behind_failure(&mut self, at: &At<'_>, cause: RunError, basis: Time) -> Way {
        match &at.step.on_error {
            OnFailure::Continue => Way::On(self.basis(at, basis)),
            OnFailure::Steps(steps) => {
                let basis = self.basis(at, basis);
                let outer = self.failed.replace(cause);
                let way = self.sequence(steps, basis);
                self.failed = outer;
                way
            }
            OnFailure::Fail | OnFailure::Hold => Way::Failed(cause),
        }
    }

    fn timed_out(&self, at: &At<'_>) -> bool {
        let step = self.step(at);
        let timed_out = step.output.as_deref().and_then(|output| output.get("timed_out"));
        timed_out.is_some_and(|flag| *flag == serde_json::Value::Bool(true))
    }

    /// What `now()` says behind a step: the latest time that it, or what is in it, brought.
    pub(super) fn basis(&self, at: &At<'_>, basis: Time) -> Time {
        let own = self.step(at).basis.unwrap_or(basis).max(basis);
        let holds_others =
            matches!(at.step.verb, PlanVerb::If { .. } | PlanVerb::Switch { .. } | PlanVerb::Parallel(_));
        if !holds_others {
            return own;
        }
        self.latest_below(&format!("{}/", at.path), own)
    }

    pub(super) fn latest_below(&self, prefix: &str, basis: Time) -> Time {
        self.state.below(prefix).filter_map(|(_, step)| step.basis).fold(basis, Time::max)
    }

    /// Why a step failed, and where: a block fails by what is in it.
    fn cause(&self, at: &At<'_>) -> RunError {
        let step = self.step(at);
        let error = step.error.clone().unwrap_or_else(|| unknown_error(&at.step.id));
        if let Some(passes) = step.detail.passes() {
            let inside =
                passes.errors.first().into_iter().map(|failed| &failed.error).chain(&passes.last_error);
            if let Some(inside) = inside.into_iter().find(|inside| inside.error == error) {
                return inside.clone();
            }
        }
        if let Some(branches) = step.detail.branches() {
            let mut inside = branches.values().filter_map(|branch| branch.error.as_ref());
            if let Some(inside) = inside.find(|inside| inside.error == error) {
                return inside.clone();
            }
        }
        let below = format!("{}/", at.path);
        let failed = self.state.below(&below).filter(|(_, step)| step.status == StepStatus::Failed);
        let inside = failed.filter(|(_, step)| step.error.as_ref() == Some(&error)).last();
        RunError { error, step: inside.map_or_else(|| at.path.clone(), |(path, _)| path.clone()) }
    }

    /// A step that could not do what it says.
    pub(super) fn fail(&mut self, at: &At<'_>, error: &EvalError) {
        self.fail_with(at, step_error(error));
    }

    pub(super) fn fail_with(&mut self, at: &At<'_>, error: StepError) {
        let holds = at.step.on_error == OnFailure::Hold && !self.plan.is_at_the_end(&at.path);
        let what = if holds {
            What::Held { reason: HoldReason::Asked, attempt: 0, error: Some(error), request: None }
        } else {
            What::Failed { attempt: 0, error }
        };
        self.record(&at.path, what);
    }

    /// A step that could not do what it says; what comes behind it.
    pub(super) fn fails(&mut self, at: &At<'_>, error: &EvalError, basis: Time) -> Way {
        self.fail(at, error);
        self.behind(at, basis)
    }

    /// A block in which something failed; what comes behind it.
    pub(super) fn block_fails(&mut self, at: &At<'_>, cause: RunError, basis: Time) -> Way {
        self.fail_with(at, cause.error.clone());
        match self.status(at) {
            StepStatus::Failed => self.behind_failure(at, cause, basis),
            _ => Way::Blocked,
        }
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

/// An error of the engine's own.
pub(super) fn engine_error(code: &str, message: String, hint: Option<&str>) -> StepError {
    StepError { code: code.to_owned(), message, hint: hint.map(ToOwned::to_owned), status: None }
}

fn unknown_error(id: &str) -> StepError {
    engine_error("E001", format!("the step `{id}` failed"), None)
}
