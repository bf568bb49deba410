//! How a run comes to its end: what settles it, and what is still done before.

use cauce_model::units::duration_text;
use cauce_model::workflow::StopOutcome;
use cauce_model::{RunError, RunStatus, StepPath, Time, What};

use super::Decision;
use super::failing::{engine_error, step_error};
use super::listen::deaf;
use super::walk::{Walk, Way};
use crate::plan::StepIx;
use crate::state::Ending;

impl Walk<'_> {
    pub(super) fn decide(mut self) -> Decision {
        if self.state.ending.is_none() {
            match self.settled() {
                Some(ending) => self.settle(ending),
                None => {
                    if let Some(deadline) = self.state.deadline(self.plan.timeout) {
                        self.wake(deadline);
                    }
                    return self.decision;
                }
            }
        }
        if self.state.end.is_none() {
            self.close();
        }
        self.decision
    }

    /// How the run ends, once that is clear.
    fn settled(&mut self) -> Option<Ending> {
        let failed = |error| Ending { error: Some(error), ..ending(RunStatus::Failed) };
        if self.state.cancel_asked.is_some() {
            return Some(ending(RunStatus::Cancelled));
        }
        if self.state.deadline(self.plan.timeout).is_some_and(|deadline| deadline <= self.now) {
            let message = format!("the run did not end within {}", duration_text(self.plan.timeout));
            let hint = "a longer `timeout` of the workflow gives it more time";
            return Some(failed(of_run(engine_error("R009", message, Some(hint)))));
        }
        if self.state.steps.is_empty()
            && let Some(error) = deaf(self.plan, &self.state)
        {
            return Some(failed(of_run(step_error(&error))));
        }
        match self.sequence(&self.plan.sequence, self.state.start.accepted_at) {
            Way::Blocked => None,
            Way::On(basis) => Some(self.success(basis)),
            Way::Stopped { outcome, reason } => {
                let status = match outcome {
                    StopOutcome::Succeeded => RunStatus::Succeeded,
                    StopOutcome::Failed => RunStatus::Failed,
                };
                Some(Ending { reason, ..ending(status) })
            }
            Way::Failed(error) => Some(failed(error)),
        }
    }

    fn success(&self, basis: Time) -> Ending {
        let Some(form) = &self.plan.outputs else { return ending(RunStatus::Succeeded) };
        match form.render(&self.scope("outputs", basis), &mut Vec::new()) {
            Ok(outputs) => Ending { outputs: Some(outputs), ..ending(RunStatus::Succeeded) },
            Err(wrong) => {
                Ending { error: Some(of_run(step_error(&wrong.error))), ..ending(RunStatus::Failed) }
            }
        }
    }

    /// Writes down how the run ends, unless it ends at once.
    fn settle(&mut self, ending: Ending) {
        let Decision { record, .. } = std::mem::take(&mut self.decision);
        self.decision.record = record;
        let trouble = ending.status == RunStatus::Failed && !self.plan.on_error.is_empty();
        if trouble || !self.plan.finally.is_empty() || self.state.is_flying() {
            let Ending { status, reason, error, outputs } = ending;
            self.record(&StepPath::run(), What::Ending { status, reason, error, outputs });
        } else {
            self.cut("");
            self.finish(ending);
        }
    }

    /// What is done before the end: attempts come back, `on_error` of a failed run, `finally`.
    fn close(&mut self) {
        let Some(mut ending) = self.state.ending.clone() else { return };
        let plan = self.plan;
        if self.cut_where(&|path| !plan.is_at_the_end(path)) {
            return;
        }
        if self.state.cut_short {
            if !self.cut("") {
                self.finish(ending);
            }
            return;
        }
        if ending.status == RunStatus::Failed
            && self.last_words(&plan.on_error, "on_error/", ending.error.clone()).is_none()
        {
            return;
        }
        let Some(trouble) = self.last_words(&plan.finally, "finally/", ending.error.clone()) else { return };
        if let (Some(error), RunStatus::Succeeded) = (trouble, ending.status) {
            ending = Ending { error: Some(error), ..self::ending(RunStatus::Failed) };
        }
        self.finish(ending);
    }

    /// Walks one of the lists at the end. Nothing while it is not over; else why it failed, where it did.
    fn last_words(
        &mut self,
        steps: &[StepIx],
        prefix: &str,
        error: Option<RunError>,
    ) -> Option<Option<RunError>> {
        if steps.is_empty() {
            return Some(None);
        }
        let before = self.state.steps.iter().filter(|(path, _)| !path.as_str().starts_with(prefix));
        let basis = before.filter_map(|(_, step)| step.basis).fold(self.state.start.accepted_at, Time::max);
        self.failed = error;
        let way = self.sequence(steps, basis);
        self.failed = None;
        let failed = match way {
            Way::Blocked => return None,
            Way::On(_) | Way::Stopped { .. } => None,
            Way::Failed(error) => Some(error),
        };
        (!self.cut(prefix)).then_some(failed)
    }

    fn finish(&mut self, ending: Ending) {
        let Ending { status, reason, error, outputs } = ending;
        self.record(&StepPath::run(), What::Finished { status, reason, error, outputs });
        self.decision.finish = true;
        self.decision.wake_at = None;
    }
}

const fn ending(status: RunStatus) -> Ending {
    Ending { status, reason: None, error: None, outputs: None }
}

fn of_run(error: cauce_model::StepError) -> RunError {
    RunError { error, step: StepPath::run() }
}
