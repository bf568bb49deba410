//! What people send to an open run: go on, end.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use cauce_engine::State as RunState;
use cauce_journal::access::Role;
use cauce_journal::runs::{Found, OpenRun, Signal};
use cauce_model::{Resume, RunId, RunStatus, StepPath, StepStatus};
use serde::Deserialize;
use utoipa::ToSchema;

use super::runs;
use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::problem::Refusal;

/// How a held run goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeRequest {
    /// `again`, `happened` or `skip`.
    #[schema(value_type = String)]
    pub choice: Resume,
    /// Which held step; every one where none is named.
    pub path: Option<String>,
}

/// Lets a held run go on, or one held step of a run.
#[utoipa::path(post, operation_id = "resume_run", path = "/runs/{id}/resume", params(("id" = String, Path)), request_body = ResumeRequest, responses((status = 202), (status = 409, body = crate::problem::ProblemDetails)))]
pub async fn resume(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<ResumeRequest>,
) -> Result<StatusCode, Refusal> {
    caller.may(Role::Publisher)?;
    let id = runs::parse(&id)?;
    let path = asked.path.as_deref().map(StepPath::from);
    let Found::Open(run) = runs::found(&app, id).await? else { return Err(over()) };
    if !is_held(&app, &run, path.as_ref()).await? {
        let what = path.as_ref().map_or_else(|| "the run".to_owned(), |path| format!("the step `{path}`"));
        return Err(Refusal::conflict(format!("{what} is not held"))
            .hint("look at it again: somebody else may have resumed it"));
    }
    send(&app, id, Signal::Resume { choice: asked.choice, by: caller.name, path }).await
}

/// Whether an open run waits for a person, at this step where one is named. One that cannot be driven here is held as a
/// whole, at no step of its own.
async fn is_held(app: &App, run: &OpenRun, path: Option<&StepPath>) -> Result<bool, Refusal> {
    if path.is_none() && run.brief.status == RunStatus::Held {
        return Ok(true);
    }
    let (_, state) = runs::fold(app, run).await?;
    Ok(held_steps(&state).any(|held| path.is_none_or(|path| path == held)))
}

/// The steps at which a run is held.
pub(super) fn held_steps(state: &RunState) -> impl Iterator<Item = &StepPath> {
    state.steps.iter().filter(|(_, step)| step.status == StepStatus::Held).map(|(path, _)| path)
}

/// Ends a run: nothing new starts, what is under way gets ten seconds, then `finally` runs. Asked again meanwhile, it ends
/// at once.
#[utoipa::path(post, operation_id = "cancel_run", path = "/runs/{id}/cancel", params(("id" = String, Path)), responses((status = 202), (status = 409, body = crate::problem::ProblemDetails)))]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    caller.may(Role::Publisher)?;
    let id = runs::parse(&id)?;
    runs::found(&app, id).await?;
    send(&app, id, Signal::Cancel { by: caller.name }).await
}

/// Puts a signal into the run's inbox.
pub(super) async fn send(app: &App, id: RunId, signal: Signal) -> Result<StatusCode, Refusal> {
    if app.journal.runs.signal(id, signal, app.clock.now()).await? {
        Ok(StatusCode::ACCEPTED)
    } else {
        Err(over())
    }
}

/// There is nobody who would read a signal.
pub(super) fn over() -> Refusal {
    Refusal::conflict("the run is over")
}
