//! One attempt: ask whether its destination takes any, wait for a place, fill in the variables, call the action, bound it
//! in time, survive its panic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use cauce_action::{Action, Call, Cx, Told};
use cauce_engine::StepCall;
use cauce_model::{Failure, NamedEvent, RunId, Time};
use futures_util::FutureExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::destinations::{Admission, Why};
use crate::lanes::{Ask, cost};
use crate::node::Node;

/// Whose attempt it is.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) run: RunId,
    pub(crate) workflow: Arc<str>,
    pub(crate) accepted_at: Time,
}

/// How an attempt came back.
#[derive(Debug)]
pub(crate) enum Landing {
    /// The action answered.
    Answered(Result<Value, Failure>),
    /// It was not made: its destination takes none before this moment.
    Postponed { until: Time, why: String },
}

impl From<Failure> for Landing {
    fn from(failure: Failure) -> Self {
        Self::Answered(Err(failure))
    }
}

/// Makes one attempt.
pub(crate) async fn attempt(
    node: &Node,
    owner: &Owner,
    call: &StepCall,
    cancelled: CancellationToken,
) -> Landing {
    let Some(action) = node.parts.actions.get(&call.action) else {
        let message = format!("there is no action `{}` on this node", call.action);
        return Failure::permanent("R002", message).into();
    };
    let input = match node.parts.variables.fill(&call.request) {
        Ok(input) => input,
        Err(failure) => return failure.into(),
    };
    let destination = action.destination(&input);
    let ask = Ask { workflow: &owner.workflow, destination: destination.as_deref(), cost: cost(&input) };
    // Who waits for a place when the run is cancelled does not start.
    let place = tokio::select! {
        biased;
        () = cancelled.cancelled() => return not_started(),
        place = node.lanes.place(ask) => place,
    };
    if let Some(destination) = &destination {
        // Asked with the place in hand, so that what queued up before an outage does not run into it.
        match node.destinations.admit(destination, node.now()) {
            Admission::Go => {}
            Admission::Wait(span) => tokio::select! {
                biased;
                () = cancelled.cancelled() => return not_started(),
                () = node.parts.pause.pause(span) => {}
            },
            Admission::Later(until, why) => {
                return Landing::Postponed {
                    until: spread(until, owner.run),
                    why: because(destination, why),
                };
            }
        }
    }
    let asked = Call {
        run: owner.run,
        step: call.path.clone(),
        input,
        shown: call.request.value.clone(),
        idempotency_key: call.request.key.clone(),
        attempt: call.attempt,
        accepted_at: owner.accepted_at,
        timeout: call.timeout,
    };
    let mut cx = node.parts.cx.clone();
    cx.cancelled = cancelled;
    let answer = make(node, action.as_ref(), asked, &cx).await;
    drop(place);
    if let Some(destination) = &destination {
        node.destinations.report(destination, &answer, node.now());
    }
    Landing::Answered(answer)
}

async fn make(node: &Node, action: &dyn Action, asked: Call, cx: &Cx) -> Result<Value, Failure> {
    let timeout = asked.timeout;
    let answer = AssertUnwindSafe(action.run(asked, cx)).catch_unwind();
    tokio::select! {
        biased;
        answer = answer => answer.unwrap_or_else(|_| {
            let message = format!("the action `{}` broke down", action.spec().name);
            Err(Failure::permanent("R005", message).in_doubt())
        }),
        () = node.parts.pause.pause(timeout) => {
            let seconds = timeout.as_secs_f64();
            Err(Failure::transient("R006", format!("no answer within {seconds} s")).in_doubt())
        }
    }
}

/// The named events that an answer stands for.
pub(crate) fn told(node: &Node, owner: &Owner, call: &StepCall, output: &Value) -> Vec<NamedEvent> {
    let Some(action) = node.parts.actions.get(&call.action) else { return Vec::new() };
    let told = Told {
        run: owner.run,
        step: &call.path,
        accepted_at: owner.accepted_at,
        shown: &call.request.value,
        now: node.now(),
    };
    action.events(&told, output)
}

fn not_started() -> Landing {
    Failure::permanent("R003", "the run was cancelled before this could start").into()
}

fn because(destination: &str, why: Why) -> String {
    match why {
        Why::Failing => format!("`{destination}` fails for everybody at the moment"),
        Why::Paced => format!("the rate limit for `{destination}` is used up"),
    }
}

/// A little later, by the bits of the run: those that were put off together do not come back together.
fn spread(until: Time, run: RunId) -> Time {
    until.after(std::time::Duration::from_millis(run.uuid().as_u64_pair().1 % 2_000))
}
