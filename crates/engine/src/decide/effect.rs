//! The walk at a step that takes time: waits and actions.

use cauce_model::workflow::EffectMode;
use cauce_model::{HoldReason, Rendered, StepStatus, Time, What};
use serde_json::{Value, json};

use super::walk::{Walk, Way};
use super::{StepCall, idempotency_key, wait};
use crate::expr::{EvalError, Fuel};
use crate::plan::{PlanStep, PlanUse, PlanVerb};

impl Walk<'_> {
    /// A step that takes time: a wait or an action.
    pub(super) fn effect(&mut self, step: &PlanStep, basis: Time) -> Way {
        let status = self.state.status(&step.path);
        match (&step.verb, status) {
            (_, StepStatus::Held) => Way::Blocked,
            (PlanVerb::Wait(_), StepStatus::Pending) => match self.begin_wait(step, basis) {
                true => self.effect(step, basis),
                false if self.is_over(step) => self.over(step, basis),
                false => Way::Blocked,
            },
            (_, StepStatus::Waiting | StepStatus::Retrying) if self.still_waits(step) => Way::Blocked,
            (PlanVerb::Wait(_), _) => {
                self.end_wait(step);
                self.over(step, basis)
            }
            (PlanVerb::Use(call), _) => {
                self.attempt(step, call, basis);
                if self.is_over(step) { self.over(step, basis) } else { Way::Blocked }
            }
            _ => Way::Blocked,
        }
    }

    /// Whether a wait or a retry is not due yet. One that is due wakes up here.
    fn still_waits(&mut self, step: &PlanStep) -> bool {
        let Some(until) = self.step(&step.path).wake_at else { return false };
        if until > self.now {
            self.wake(until);
            return true;
        }
        self.record(&step.path, What::Woke);
        false
    }

    fn begin_wait(&mut self, step: &PlanStep, basis: Time) -> bool {
        let PlanVerb::Wait(wait) = &step.verb else { return false };
        let until = wait::until(wait, &self.scope(step.path.as_str(), basis), basis);
        match until {
            Ok(until) => {
                self.record(&step.path, What::Waited { until });
                true
            }
            Err(error) => {
                self.fail(step, &error);
                false
            }
        }
    }

    fn end_wait(&mut self, step: &PlanStep) {
        let state = self.step(&step.path);
        let output = json!({ "from": state.started_at, "to": self.now });
        self.record(&step.path, What::Succeeded { output });
    }

    fn attempt(&mut self, step: &PlanStep, call: &PlanUse, basis: Time) {
        let state = self.step(&step.path).into_owned();
        if state.flying {
            return;
        }
        if state.intended && call.effect == EffectMode::Once {
            let reason = HoldReason::InDoubt;
            let request = state.request.as_deref().cloned();
            self.record(&step.path, What::Held { reason, attempt: state.attempts, error: None, request });
            return;
        }
        let request = match &state.request {
            Some(request) => Ok((**request).clone()),
            None => self.render(step, call, basis),
        };
        match request {
            // After a crash the lost attempt is made again under its own number.
            Ok(request) => {
                let lost = state.status == StepStatus::Running;
                let attempt = if lost { state.attempts.max(1) } else { state.attempts + 1 };
                self.decision.start.push(StepCall {
                    path: step.path.clone(),
                    action: call.action.clone(),
                    attempt,
                    request,
                    timeout: call.timeout,
                    effect: call.effect,
                });
            }
            Err(error) => self.fail(step, &error),
        }
    }

    fn render(&self, step: &PlanStep, call: &PlanUse, basis: Time) -> Result<Rendered, EvalError> {
        let scope = self.scope(step.path.as_str(), basis);
        let mut holes = Vec::new();
        let value = call.with.render(&scope, &mut holes).map_err(|at| at.error)?;
        let key = match &call.key {
            None => idempotency_key(self.state.start.id, &step.path),
            Some(template) => match template.render(&scope, &mut Fuel::default())? {
                Value::String(text) => text,
                other => other.to_string(),
            },
        };
        Ok(Rendered { value, holes, key })
    }
}
