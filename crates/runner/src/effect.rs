//! One attempt: fill in the variables, call the action, bound it in time, survive its panic.

use std::panic::AssertUnwindSafe;

use cauce_action::Call;
use cauce_engine::StepCall;
use cauce_model::{Failure, RunId, Time};
use futures_util::FutureExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::node::Node;

/// Makes one attempt.
pub(crate) async fn attempt(
    node: &Node,
    run: RunId,
    accepted_at: Time,
    call: &StepCall,
    cancelled: CancellationToken,
) -> Result<Value, Failure> {
    // Who waits for a place when the run is cancelled does not start.
    let _place = tokio::select! {
        biased;
        () = cancelled.cancelled() => {
            return Err(Failure::permanent("R003", "the run was cancelled before this could start"));
        }
        place = node.effects.acquire() => place.expect("nobody closes this semaphore"),
    };
    let action = node.parts.actions.get(&call.action).ok_or_else(|| {
        Failure::permanent("R002", format!("there is no action `{}` on this node", call.action))
    })?;
    let asked = Call {
        run,
        step: call.path.clone(),
        input: node.parts.variables.fill(&call.request)?,
        shown: call.request.value.clone(),
        idempotency_key: call.request.key.clone(),
        attempt: call.attempt,
        accepted_at,
        timeout: call.timeout,
    };
    let mut cx = node.parts.cx.clone();
    cx.cancelled = cancelled;
    let answer = AssertUnwindSafe(action.run(asked, &cx)).catch_unwind();
    tokio::select! {
        biased;
        answer = answer => answer.unwrap_or_else(|_| {
            Err(Failure::permanent("R005", format!("the action `{}` broke down", call.action)).in_doubt())
        }),
        () = node.parts.pause.pause(call.timeout) => {
            let seconds = call.timeout.as_secs_f64();
            Err(Failure::transient("R006", format!("no answer within {seconds} s")).in_doubt())
        }
    }
}
