//! Starts by hand: what a person or a program gives along, and what the run is handed over.

use axum::http::StatusCode;
use cauce_engine::plan::{Plan, PlanTrigger};
use cauce_model::StepError;
use cauce_trigger::Raw;
use serde_json::Value;

use super::{Beside, Receipt, bring_in};
use crate::app::App;
use crate::flows::Flow;
use crate::problem::Refusal;

/// What is given along with a start by hand.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What the trigger sees as `trigger.body`.
    pub data: Value,
    /// What the run sees as `inputs`, checked against what the workflow declares; null for none.
    pub inputs: Value,
}

/// Starts a workflow by hand: when this returns, it is on disk.
///
/// # Errors
/// When the inputs do not fit, and as [`super::take_in`].
pub async fn start(app: &App, flow: &Flow, trigger: &str, given: Given) -> Result<Receipt, Refusal> {
    let known = flow.plan.as_ref().and_then(|plan| Some((plan, plan.trigger(trigger)?)));
    let inputs = match known {
        Some((plan, trigger)) => inputs(plan, trigger, &given.inputs)?,
        None => Value::Null,
    };
    let raw = Raw::Manual { data: given.data, at: app.clock.now() };
    bring_in(app, flow, trigger, Beside { raw: &raw, slot: None, inputs }).await
}

/// What the run is handed over. A trigger that is tried by hand starts runs as it does otherwise, which is without inputs,
/// unless some are given.
fn inputs(plan: &Plan, trigger: &PlanTrigger, given: &Value) -> Result<Value, Refusal> {
    if given.is_null() && (plan.inputs.is_empty() || trigger.source != "manual@1") {
        return Ok(Value::Null);
    }
    if !given.is_null() && (trigger.debounce.is_some() || trigger.batch.is_some()) {
        let message =
            format!("the trigger `{}` keeps events, and inputs are no part of an event", trigger.id);
        return Err(
            unfit("E009", message).hint("send it as `data`, or start it by a trigger that keeps none")
        );
    }
    plan.take_inputs(given).map_err(|StepError { code, message, hint, .. }| {
        let refusal = unfit(&code, message);
        match hint {
            Some(hint) => refusal.hint(hint),
            None => refusal,
        }
    })
}

fn unfit(code: &str, message: String) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}
