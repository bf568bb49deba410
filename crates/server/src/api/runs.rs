//! Runs: find them, look at one.
#![expect(unused_qualifications, reason = "the macro that describes a route writes whole paths")]

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use cauce_engine::{Plan, State as RunState};
use cauce_journal::runs::{Filter, Found, OpenRun};
use cauce_model::{RunId, RunRecord, RunStatus};
use serde::Deserialize;
use utoipa::IntoParams;

use super::approvals;
use super::moments;
use super::views::{RunBody, RunSummary, RunView, RunsBody};
use crate::access::Caller;
use crate::app::App;
use crate::problem::Refusal;

/// How many runs a page has when nobody says.
const PAGE: u32 = 50;
/// The largest page.
const LARGEST_PAGE: u32 = 200;

/// Which runs to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Of this workflow.
    workflow: Option<String>,
    /// With one of these statuses, separated by commas.
    status: Option<String>,
    /// Accepted at this moment or later: RFC 3339, or a date, which is its beginning in UTC.
    since: Option<String>,
    /// Accepted before this moment; a date counts to its end in UTC.
    until: Option<String>,
    /// Held or failed at this step of the workflow: its id, or its path.
    step: Option<String>,
    /// A run's id, or a key it is found by: an address, a dedupe key.
    q: Option<String>,
    /// What the page before gave as `next`.
    cursor: Option<String>,
    /// How many; at most 200.
    limit: Option<u32>,
    /// Only those in which somebody is asked now. A page looks at 200 waiting runs and may be empty and not the last.
    asks: Option<bool>,
}

/// Runs, newest first.
#[utoipa::path(get, operation_id = "list_runs", path = "/runs", params(Wanted), responses((status = 200, body = RunsBody)))]
pub async fn list(
    State(app): State<App>,
    _caller: Caller,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<RunsBody>, Refusal> {
    let Query(wanted) = wanted.map_err(|rejection| Refusal::broken(rejection.body_text()))?;
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let asked = wanted.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(id) = asked.and_then(|text| text.parse::<RunId>().ok()) {
        return by_id(&app, id).await;
    }
    let workflow = wanted.workflow.filter(|workflow| !workflow.is_empty());
    let filter = Filter {
        since: moments::since(wanted.since.as_deref())?,
        until: moments::until(wanted.until.as_deref())?,
        step: step(wanted.step.as_deref(), workflow.as_deref())?,
        workflow,
        statuses: statuses(wanted.status.as_deref().unwrap_or_default())?,
        key: asked.map(str::to_lowercase),
        before: cursor(wanted.cursor.as_deref())?,
    };
    if wanted.asks == Some(true) {
        return approvals::list(&app, filter).await.map(Json);
    }
    let mut runs = app.journal.runs.list(&filter, limit + 1).await?;
    let full = runs.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    runs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = runs.last().filter(|_| full).map(|run| run.id.to_string());
    Ok(Json(RunsBody { runs: runs.into_iter().map(RunSummary::from).collect(), next }))
}

/// The id of a step; the names of steps mean something within their workflow.
fn step(step: Option<&str>, workflow: Option<&str>) -> Result<Option<String>, Refusal> {
    let id = step.and_then(|path| path.trim().rsplit('/').next()).filter(|id| !id.is_empty());
    if id.is_some() && workflow.is_none() {
        return Err(Refusal::broken("`step` is asked for without `workflow`")
            .field("step", "needs_workflow")
            .hint("name the workflow whose step it is"));
    }
    Ok(id.map(ToOwned::to_owned))
}

/// The run that ended the page before.
pub(super) fn cursor(cursor: Option<&str>) -> Result<Option<RunId>, Refusal> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
    cursor.parse().map(Some).map_err(|_| Refusal::broken("`cursor` is not one that was given out"))
}

async fn by_id(app: &App, id: RunId) -> Result<Json<RunsBody>, Refusal> {
    let found = match app.journal.runs.get(id).await? {
        None => Vec::new(),
        Some(found) => vec![summary(found)],
    };
    Ok(Json(RunsBody { runs: found, next: None }))
}

/// The line of a list for one run.
pub(super) fn summary(found: Found) -> RunSummary {
    use cauce_journal::runs::{Brief, Summary};
    let (start, finished_at, brief) = match found {
        Found::Open(run) => (run.start, None, run.brief),
        Found::Over(record) => {
            let over = record.steps.iter().filter(|step| step.finished_at.is_some()).count();
            let brief = Brief {
                status: record.status,
                hold_reason: record.hold_reason,
                reason: record.reason,
                error: record.error,
                steps_done: u32::try_from(over).unwrap_or(u32::MAX),
                steps_total: u32::try_from(record.steps.len()).unwrap_or(u32::MAX),
            };
            (record.start, record.finished_at, brief)
        }
    };
    RunSummary::from(Summary {
        id: start.id,
        workflow: start.workflow,
        version: start.version,
        trigger: start.trigger,
        started_at: start.accepted_at,
        finished_at,
        brief,
    })
}

fn statuses(words: &str) -> Result<Vec<RunStatus>, Refusal> {
    let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| {
            RunStatus::from_word(word).ok_or_else(|| {
                let known: Vec<&str> = RunStatus::ALL.iter().map(|status| status.word()).collect();
                Refusal::broken(format!("there is no run status `{word}`"))
                    .hint(format!("there are {}", known.join(", ")))
            })
        })
        .collect()
}

/// One run with its steps.
#[utoipa::path(get, operation_id = "get_run", path = "/runs/{id}", params(("id" = String, Path)), responses((status = 200, body = RunBody), (status = 404, body = crate::problem::ProblemDetails)))]
pub async fn get(
    State(app): State<App>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RunBody>, Refusal> {
    let run = view(&app, parse(&id)?).await?;
    Ok(Json(RunBody { run }))
}

/// The id in a path.
pub(super) fn parse(id: &str) -> Result<RunId, Refusal> {
    id.parse().map_err(|_| Refusal::missing(format!("`{id}` is not the id of a run")))
}

/// A run as the API shows it: of an open one the fold of what is durable.
pub(super) async fn view(app: &App, id: RunId) -> Result<RunView, Refusal> {
    match found(app, id).await? {
        Found::Over(record) => {
            let plan = app.plans.get(&record.start.workflow, record.start.version).await.ok();
            Ok(RunView::new(*record, plan.as_deref()))
        }
        Found::Open(run) => {
            let (plan, state) = fold(app, &run).await?;
            let mut view = RunView::new(open_record(&run, &plan, &state), Some(&plan));
            let cancelled = state.cancel_asked.as_ref().map(|_| RunStatus::Cancelled);
            let ending = state.ending.as_ref().map(|ending| ending.status).or(cancelled);
            view.ending = ending.map(|status| status.word().to_owned());
            Ok(view)
        }
    }
}

/// A run by its id, or a refusal.
pub(super) async fn found(app: &App, id: RunId) -> Result<Found, Refusal> {
    app.journal.runs.get(id).await?.ok_or_else(|| Refusal::missing(format!("there is no run `{id}`")))
}

/// Where an open run stands.
pub(crate) async fn fold(app: &App, run: &OpenRun) -> Result<(Arc<Plan>, RunState), Refusal> {
    let plan = app.plans.get(&run.start.workflow, run.start.version).await?;
    let state = RunState::recover(Arc::new(run.start.clone()), &run.entries)
        .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "S013", error.to_string()))?;
    Ok((plan, state))
}

pub(super) fn open_record(run: &OpenRun, plan: &Plan, state: &RunState) -> RunRecord {
    let mut record = state.record(plan);
    record.hold_reason = record.hold_reason.or(run.brief.hold_reason);
    record.error = record.error.or_else(|| run.brief.error.clone());
    if matches!(run.brief.status, RunStatus::Held | RunStatus::Queued) {
        record.status = run.brief.status;
    }
    record
}
