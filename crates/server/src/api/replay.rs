//! Doing a run again, from its beginning or from one of its steps, as a new run of the same version.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cauce_engine::{Plan, ReplayError};
use cauce_journal::access::Role;
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::runs::{Found, OpenRun};
use cauce_model::{Entry, Event, EventId, RunId, RunRecord, RunStart, Time};
use serde::{Deserialize, Serialize};
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
    let (event_id, handed) = (event.id, new.clone());
    let accept = Accept { session: app.session, event, run: Some(new), slot: None, gates: None };
    if let Accepted::Run { rev } = app.journal.events.accept(accept).await?
        && handed.owned
    {
        app.journal.hints.hand_over(OpenRun::accepted(handed, rev));
    }
    Ok((event_id, run))
}
