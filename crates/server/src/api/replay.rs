//! Doing a run again, from its beginning or from one of its steps, as a new run of the same version.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cauce_engine::{Plan, ReplayError};
use cauce_journal::access::Role;
use cauce_journal::blobs::BlobId;
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::runs::{Found, OpenRun};
use cauce_model::{Entry, Event, EventId, RunId, RunRecord, RunStart, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::runs;
use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::intake::keys_of;
use crate::problem::Refusal;

/// Where the new run begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// A step, by its path or its id: the results of all before it are copied. Without it everything is done again.
    pub from: Option<String>,
}

/// The run that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayBody {
    /// Its id.
    pub run_id: String,
    /// The event that stands for this request.
    pub event_id: String,
}

/// Does a run again, as a new run of the same version. Results before the step are copied; idempotency keys are new.
#[utoipa::path(post, operation_id = "replay_run", path = "/runs/{id}/replay", params(("id" = String, Path)), request_body = ReplayRequest, responses((status = 201, body = ReplayBody), (status = 409, body = crate::problem::ProblemDetails), (status = 422, body = crate::problem::ProblemDetails)))]
pub async fn replay(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<ReplayRequest>,
) -> Result<(StatusCode, Json<ReplayBody>), Refusal> {
    caller.may(Role::Publisher)?;
    let id = runs::parse(&id)?;
    let Found::Over(old) = runs::found(&app, id).await? else {
        return Err(Refusal::conflict("the run is not over")
            .hint("a held run can go on: resume it; cancel one that is to be done again"));
    };
    let plan = app.plans.get(&old.start.workflow, old.start.version).await?;
    let now = app.clock.now();
    let entries = match asked.from.as_deref().filter(|from| !from.is_empty()) {
        None => Vec::new(),
        Some(from) => cauce_engine::replay(&plan, &old, from, now).map_err(|error| unfit(&error))?,
    };
    let (event, run) = begin(&app, &plan, *old, entries, now).await?;
    tracing::info!(run.id = %run, replay_of = %id, from = asked.from, by = %caller.name, "a run is done again");
    let body = ReplayBody { run_id: run.to_string(), event_id: event.to_string() };
    Ok((StatusCode::CREATED, Json(body)))
}

fn unfit(error: &ReplayError) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), error.to_string())
}

/// Keeps an event that stands for the request, and the new run with it.
async fn begin(
    app: &App,
    plan: &Plan,
    old: RunRecord,
    entries: Vec<Entry>,
    now: Time,
) -> Result<(EventId, RunId), Refusal> {
    let (event, run) = (EventId::from_uuid(app.ids.next(now)), RunId::from_uuid(app.ids.next(now)));
    let event = Event {
        id: event,
        workflow: old.start.workflow.clone(),
        trigger: old.start.trigger.clone(),
        received_at: now,
        // The first delivery has the key: this is no second one.
        dedupe_key: None,
        data: old.start.data.clone(),
    };
    let keys = keys_of(&event);
    let start = RunStart {
        id: run,
        event: event.id,
        accepted_at: now,
        replay_of: Some(old.start.id),
        parent: None,
        ..old.start
    };
    let new = NewRun {
        start,
        keys,
        steps_total: u32::try_from(plan.steps.len()).unwrap_or(u32::MAX),
        owned: app.setting.works,
        entries,
        parked: None,
    };
    renew_files(app, &new).await?;
    let (event_id, handed) = (event.id, new.clone());
    let accept = Accept { session: app.session, event, run: Some(new), slot: None, gates: None };
    if let Accepted::Run { rev } = app.journal.events.accept(accept).await?
        && handed.owned
    {
        app.journal.hints.hand_over(OpenRun::accepted(handed, rev));
    }
    Ok((event_id, run))
}

/// The files that a new run takes over from an old one stay as long as the new one.
async fn renew_files(app: &App, new: &NewRun) -> Result<(), Refusal> {
    let mut files = BTreeSet::new();
    for value in [&*new.start.data, &new.start.inputs] {
        find_files(value, &mut files);
    }
    let entries = serde_json::to_value(&new.entries).unwrap_or_default();
    find_files(&entries, &mut files);
    for file in files {
        // Who opens a blob wants it: it is as young as one that is kept now.
        drop(app.journal.blobs.open(file).await?);
    }
    Ok(())
}

/// Every file value in it, by its `file`.
fn find_files(value: &Value, files: &mut BTreeSet<BlobId>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_files(item, files)),
        Value::Object(fields) => {
            files.extend(fields.get("file").and_then(Value::as_str).and_then(|id| id.parse::<BlobId>().ok()));
            fields.values().for_each(|field| find_files(field, files));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn files_are_found_however_deep_they_stand() {
        let (one, two) = ("ab".repeat(32), "cd".repeat(32));
        let value = json!({"body": {"file": one, "size": 3}, "list": [[{"file": two}], {"file": "x"}, 7]});
        let mut files = BTreeSet::new();
        find_files(&value, &mut files);
        assert_eq!(files.iter().map(ToString::to_string).collect::<Vec<_>>(), [one, two]);
    }
}
