//! The walk at a step that calls an action.

use cauce_model::workflow::EffectMode;
use cauce_model::{HoldReason, Rendered, StepStatus, Time, What};
use serde_json::Value;

use super::failing::engine_error;
use super::walk::{At, Walk, Way};
use super::{StepCall, idempotency_key};
use crate::expr::{EvalError, Fuel};
use crate::plan::PlanUse;

impl Walk<'_> {
    pub(super) fn effect(&mut self, at: &At<'_>, call: &PlanUse, basis: Time) -> Way {
        if let Some(way) = self.still_waits(at) {
            return way;
        }
        let state = self.step(at).into_owned();
        if state.flying {
            return Way::Blocked;
        }
        if state.intended && call.effect == EffectMode::Once {
            return self.doubt(at, &state, basis);
        }
        let request = match &state.request {
            Some(request) => Ok((**request).clone()),
            None => self.render(at, call, basis),
        };
        match request {
            // After a crash the lost attempt is made again under its own number.
            Ok(request) => {
                let lost = state.status == StepStatus::Running;
                let attempt = if lost { state.attempts.max(1) } else { state.attempts.saturating_add(1) };
                self.decision.start.push(StepCall {
                    path: at.path.clone(),
                    action: call.action.clone(),
                    attempt,
                    request,
                    timeout: call.timeout,
                    effect: call.effect,
                });
                Way::Blocked
            }
            Err(error) => self.fails(at, &error, basis),
        }
    }

    /// An attempt of an `effect: once` that may have left before a crash.
    fn doubt(&mut self, at: &At<'_>, state: &crate::state::StepState, basis: Time) -> Way {
        let attempt = state.attempts;
        if self.plan.is_at_the_end(&at.path) {
            let message = "it may or may not have happened: the process ended while it was under way";
            let error = engine_error("E010", message.to_owned(), None);
            self.record(&at.path, What::Failed { attempt, error });
            return self.behind(at, basis);
        }
        let request = state.request.as_deref().cloned();
        self.record(&at.path, What::Held { reason: HoldReason::InDoubt, attempt, error: None, request });
        Way::Blocked
    }

    fn render(&self, at: &At<'_>, call: &PlanUse, basis: Time) -> Result<Rendered, EvalError> {
        let scope = self.here(at, basis);
        let mut holes = Vec::new();
        let value = call.with.render(&scope, &mut holes).map_err(|wrong| wrong.error)?;
        let key = match &call.key {
            None => idempotency_key(self.state.start.id, &at.path),
            Some(template) => match template.render(&scope, &mut Fuel::default())? {
                Value::String(text) => text,
                other => other.to_string(),
            },
        };
        Ok(Rendered { value: value.into(), holes, key })
    }
}
