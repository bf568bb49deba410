//! The walk at a step that waits for a moment.

use cauce_model::{RunError, StepPath, StepStatus, Time, What};
use serde_json::json;

use super::failing::step_error;
use super::until;
use super::walk::{At, Walk, Way};
use crate::expr::Fuel;
use crate::plan::{PlanVerb, PlanWait};

impl Walk<'_> {
    pub(super) fn wait(&mut self, at: &At<'_>, wait: &PlanWait, basis: Time) -> Way {
        if self.is_fresh(at) {
            let until = until::until(wait, &self.here(at, basis), basis);
            match until {
                Ok(until) => self.record(&at.path, What::Waited { until }),
                Err(error) => return self.fails(at, &error, basis),
            }
        }
        if let Some(way) = self.still_waits(at) {
            return way;
        }
        let from = self.step(at).started_at;
        let to = self.step(at).basis;
        self.record(&at.path, What::Succeeded { output: json!({ "from": from, "to": to }).into() });
        self.behind_wait(at, basis)
    }

    /// What comes instead of going on: a wait that is not due yet, or the end of the run. One that is due wakes up here.
    pub(super) fn still_waits(&mut self, at: &At<'_>) -> Option<Way> {
        let step = self.step(at);
        if !matches!(step.status, StepStatus::Waiting | StepStatus::Retrying) {
            return None;
        }
        match step.wake_at {
            Some(until) if until <= self.now => {
                drop(step);
                self.record(&at.path, What::Woke);
                // What waits for its own sake has a result first, which `exit_when` may ask for.
                let has_result =
                    matches!(at.step.verb, PlanVerb::Wait(_) | PlanVerb::WaitFor(_) | PlanVerb::Approve(_));
                if has_result { None } else { self.leaves(at) }
            }
            Some(until) => {
                drop(step);
                self.wake(until);
                Some(Way::Blocked)
            }
            // Nothing but a signal ends it, or a person has said `again`.
            None => (step.status == StepStatus::Waiting).then_some(Way::Blocked),
        }
    }

    /// Goes on behind a step that waited and has its result: an event, an answer or a return, or nothing but the time.
    pub(super) fn behind_wait(&mut self, at: &At<'_>, basis: Time) -> Way {
        match self.leaves(at) {
            Some(way) => way,
            None => self.behind(at, basis),
        }
    }

    /// Asks `exit_when`: when this step was waited for, before the next one.
    fn leaves(&mut self, at: &At<'_>) -> Option<Way> {
        let exit = self.plan.exit_when.as_ref()?;
        if self.state.ending.is_some() {
            return None;
        }
        let basis = self.step(at).basis?;
        let answer = exit.truth(&self.scope("exit_when", basis), &mut Fuel::default());
        match answer {
            Ok(false) => None,
            Ok(true) => Some(Way::Stopped {
                outcome: cauce_model::workflow::StopOutcome::Succeeded,
                reason: Some("exit_when".to_owned()),
            }),
            Err(error) => Some(Way::Failed(RunError { error: step_error(&error), step: StepPath::run() })),
        }
    }
}
