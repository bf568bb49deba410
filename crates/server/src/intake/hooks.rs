//! `POST /hooks/{workflow}/{trigger}`: what other programs call.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cauce_journal::runs::Found;
use cauce_model::{RunId, RunRecord, RunStatus};
use cauce_trigger::{Raw, Respond};
use serde_json::json;

use super::{Outcome, Receipt, find, take_in};
use crate::app::App;
use crate::problem::Refusal;

/// How long `respond: result` waits before it answers 202.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

/// When a look into the journal asks for an end that nobody told of: one that came too early, or in another process.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Takes in a request to a webhook trigger.
pub async fn receive(
    State(app): State<App>,
    Path((workflow, trigger)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let body =
        Bytes::from_request(request, &app).await.map_err(|rejection| unread(&app, rejection.status()))?;
    let (flow, trigger) = find(&app, &workflow, Some(&trigger), "webhook@1")?;
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let raw = Raw::Http {
        method: method.as_str().to_owned(),
        query,
        headers: headers.iter().map(header).collect(),
        body,
        received_at: app.clock.now(),
    };
    let plan_trigger = flow.plan.as_ref().and_then(|plan| plan.trigger(&trigger));
    let waits = plan_trigger.is_some_and(|trigger| cauce_trigger::respond(&trigger.with) == Respond::Result);
    let receipt = take_in(&app, &flow, &trigger, &raw, None).await?;
    let run = receipt.run_id.as_deref().and_then(|id| id.parse::<RunId>().ok());
    match run {
        Some(run) if waits && receipt.outcome != Outcome::Filtered => answer(&app, run, receipt).await,
        _ => Ok((StatusCode::ACCEPTED, Json(receipt)).into_response()),
    }
}

/// A body that could not be read: too large, or the sender went away.
#[must_use]
pub fn unread(app: &App, status: StatusCode) -> Refusal {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(app.setting.max_body);
    }
    Refusal::broken("the body could not be read")
}

/// A body beyond the limit.
fn too_large(limit: usize) -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "S006", format!("the body is larger than {limit} bytes"))
        .hint("send less at once, or start the server with a larger `--max-body`")
}

/// Waits for the run to end, for a while.
async fn answer(app: &App, run: RunId, receipt: Receipt) -> Result<Response, Refusal> {
    let ended = async {
        let mut end = app.journal.hints.end_of(run);
        // The run of a duplicate may be over long since; a new one hardly before anybody could wait for its end.
        let mut is_new = receipt.outcome != Outcome::Duplicate;
        loop {
            if !is_new && let Some(Found::Over(record)) = app.journal.runs.get(run).await? {
                return Ok::<_, Refusal>(Arc::from(record));
            }
            let span = if std::mem::take(&mut is_new) { FIRST_LOOK } else { LOOK_EVERY };
            tokio::select! {
                record = end.record() => return Ok(record),
                () = app.pause.pause(span) => {}
            }
        }
    };
    tokio::select! {
        // The event is kept: whatever hinders reading its end, the sender must not think otherwise.
        record = ended => Ok(match record {
            Ok(record) => result(&record),
            Err(_) => (StatusCode::ACCEPTED, Json(receipt)).into_response(),
        }),
        () = app.pause.pause(LONGEST_ANSWER) => Ok((StatusCode::ACCEPTED, Json(receipt)).into_response()),
    }
}

fn result(record: &RunRecord) -> Response {
    let id = record.start.id.to_string();
    if record.status == RunStatus::Succeeded {
        let body = record.outputs.clone().unwrap_or_else(|| json!({ "run_id": id, "status": record.status }));
        return (StatusCode::OK, Json(body)).into_response();
    }
    let detail = match &record.error {
        Some(error) => format!("run {id} failed at `{}`: {}", error.step, error.error.message),
        None => format!("run {id} ended as {}", record.status.word()),
    };
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "S015", detail).into_response()
}
