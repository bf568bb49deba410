//! Named events: tell of one, look at them.
#![expect(unused_qualifications, reason = "the macro that describes a route writes whole paths")]

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use cauce_journal::access::Role;
use cauce_journal::waits::Published;
use cauce_model::{EventId, NamedEvent, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::views::{NamedEventBody, NamedEventView, NamedEventsBody};
use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::problem::Refusal;

/// How many events a page has when nobody says.
const PAGE: u32 = 50;
/// The largest page.
const LARGEST_PAGE: u32 = 200;
/// The longest key, in bytes.
const LONGEST_KEY: usize = 500;

/// An event to tell of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// What happened, such as `order.paid`.
    pub name: String,
    /// What is known of it; flows see it as `event.data`.
    #[serde(default)]
    pub data: Value,
    /// What makes a second event of the name a duplicate, such as the number of the order.
    pub key: Option<String>,
}

/// What became of an event that was told of.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishBody {
    /// The event; a duplicate gets the first one's.
    pub event_id: String,
    /// `kept` or `duplicate`.
    pub outcome: Kept,
}

/// What became of an event, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// It is on disk: flows that listen begin, and runs that wait go on.
    Kept,
    /// One of this name and key was kept before.
    Duplicate,
}

/// Tells of something that happened. When this answers, it is on disk.
#[utoipa::path(post, operation_id = "publish_event", path = "/events", request_body = PublishRequest, responses((status = 202, body = PublishBody), (status = 422, body = crate::problem::ProblemDetails)))]
pub async fn publish(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<PublishRequest>,
) -> Result<(StatusCode, Json<PublishBody>), Refusal> {
    caller.may(Role::Editor)?;
    cauce_model::event_name(&asked.name).map_err(|why| {
        unfit(format!("`name` is not a name for an event: {why}"))
            .hint("write a name such as `order.paid`")
            .field("name", "invalid")
    })?;
    if asked.key.as_ref().is_some_and(|key| key.is_empty() || key.len() > LONGEST_KEY) {
        return Err(unfit(format!("`key` has 1 to {LONGEST_KEY} bytes")).field("key", "invalid"));
    }
    let at = app.clock.now();
    let id = EventId::from_uuid(app.ids.next(at));
    let event = NamedEvent { id, name: asked.name, key: asked.key, data: asked.data, at, from: None };
    let (id, outcome) = match app.journal.waits.publish(app.session, event).await? {
        Published::Kept => (id, Kept::Kept),
        Published::Duplicate(first) => (first, Kept::Duplicate),
    };
    Ok((StatusCode::ACCEPTED, Json(PublishBody { event_id: id.to_string(), outcome })))
}

fn unfit(what: String) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "S020", what)
}

/// Which events to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Of this name.
    name: String,
    /// Taken in at this moment or later, as RFC 3339 writes it.
    since: Option<String>,
    /// What the page before gave as `next`.
    cursor: Option<String>,
    /// How many; at most 200.
    limit: Option<u32>,
}

/// Events of a name, oldest first.
#[utoipa::path(get, operation_id = "list_events", path = "/events", params(Wanted), responses((status = 200, body = NamedEventsBody)))]
pub async fn list(
    State(app): State<App>,
    _caller: Caller,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<NamedEventsBody>, Refusal> {
    let Query(wanted) = wanted.map_err(|rejection| Refusal::broken(rejection.body_text()))?;
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let since = match wanted.since.as_deref() {
        None | Some("") => Time::from_micros(0),
        Some(since) => since.parse().map_err(|_| {
            Refusal::broken("`since` is not a moment").hint("write it such as `2026-03-01T12:00:00Z`")
        })?,
    };
    let after = behind(&app, wanted.cursor.as_deref()).await?;
    let mut events = app.journal.waits.events_of(&wanted.name, since, limit + 1, after).await?;
    let full = events.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = events.last().filter(|_| full).map(|event| event.id.to_string());
    Ok(Json(NamedEventsBody { events: events.into_iter().map(NamedEventView::from).collect(), next }))
}

/// The place of the event that ended the page before.
async fn behind(app: &App, cursor: Option<&str>) -> Result<Option<(Time, EventId)>, Refusal> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
    let strange = || Refusal::broken("`cursor` is not one that was given out");
    let id: EventId = cursor.parse().map_err(|_| strange())?;
    let event = app.journal.waits.get(id).await?.ok_or_else(strange)?;
    Ok(Some((event.at, event.id)))
}

/// One named event.
#[utoipa::path(get, operation_id = "get_event", path = "/events/{id}", params(("id" = String, Path)), responses((status = 200, body = NamedEventBody), (status = 404, body = crate::problem::ProblemDetails)))]
pub async fn get(
    State(app): State<App>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<NamedEventBody>, Refusal> {
    let missing = || Refusal::missing(format!("there is no named event `{id}`"));
    let event = id.parse().map_err(|_| missing())?;
    let event = app.journal.waits.get(event).await?.ok_or_else(missing)?;
    Ok(Json(NamedEventBody { event: event.into() }))
}
