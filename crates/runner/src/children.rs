//! Runs that steps call: which version, whether the inputs fit, and what goes into the journal.

use cauce_engine::ChildCall;
use cauce_journal::events::NewRun;
use cauce_journal::runs::Child;
use cauce_model::{Entry, Event, EventId, Parent, RunId, RunStart, StepError, Time, What, derived, identity};
use serde_json::Value;

use crate::plans::{PlanError, Plans};

/// The trigger that a called run shows.
const TRIGGER: &str = "call";

/// Makes ready what a step calls: the run to keep, or why there is none.
///
/// # Errors
/// When the journal cannot be read.
pub(crate) async fn ready(
    plans: &Plans,
    caller: RunId,
    call: ChildCall,
    now: Time,
) -> Result<(Entry, Option<Child>), cauce_journal::Error> {
    let path = call.path.clone();
    let what = match child(plans, caller, &call, now).await {
        Ok(child) => {
            let what = What::Called { child: call.child, waits: call.waits };
            return Ok((Entry { at: now, path, what }, Some(child)));
        }
        Err(PlanError::Journal(error)) => return Err(error),
        Err(PlanError::Refused(error)) => What::Failed { attempt: 0, error },
        Err(other) => What::Failed { attempt: 0, error: refused("R007", other.to_string(), None) },
    };
    Ok((Entry { at: now, path, what }, None))
}

async fn child(plans: &Plans, caller: RunId, call: &ChildCall, now: Time) -> Result<Child, PlanError> {
    let Some(current) = plans.current(&call.flow).await? else {
        let hint = Some("publish it, or call another".to_owned());
        return Err(refused("R011", format!("there is no workflow `{}`", call.flow), hint).into());
    };
    if !current.on {
        let hint = Some("switch it on, then resume or replay".to_owned());
        return Err(refused("R011", format!("the workflow `{}` is off", call.flow), hint).into());
    }
    let plan = plans.get(&call.flow, current.version).await?;
    let inputs = plan.take_inputs(&call.with)?;
    let event = EventId::from_uuid(derived(now, call.child.uuid(), "event"));
    let keys = identity::addresses_in(&inputs).iter().map(ToString::to_string).collect();
    let start = RunStart {
        id: call.child,
        workflow: call.flow.clone(),
        version: current.version,
        trigger: TRIGGER.to_owned(),
        event,
        accepted_at: now,
        data: Value::Null.into(),
        inputs,
        replay_of: None,
        parent: Some(Parent { run: caller, path: call.path.clone(), depth: call.depth, waits: call.waits }),
    };
    let event = Event {
        id: event,
        workflow: call.flow.clone(),
        trigger: TRIGGER.to_owned(),
        received_at: now,
        dedupe_key: None,
        data: Value::Null.into(),
    };
    let steps_total = u32::try_from(plan.steps.len()).unwrap_or(u32::MAX);
    Ok(Child {
        event,
        run: NewRun { start, keys, steps_total, owned: true, entries: Vec::new(), parked: None },
    })
}

fn refused(code: &str, message: String, hint: Option<String>) -> StepError {
    StepError { code: code.to_owned(), message, hint, status: None }
}
