//! Many held runs go on at once: all that fit a filter, or those that are named. One request does a bounded part and says
//! how to go on.

use axum::Json;
use axum::extract::State;
use cauce_journal::access::Role;
use cauce_journal::runs::{Filter, Found, Signal, Summary};
use cauce_model::{HoldReason, Resume, RunId, RunStatus, StepPath};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{moments, runs, signals};
use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::problem::Refusal;

/// How many held runs one request looks at.
const MOST: u32 = 200;

/// Which held runs go on, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeManyRequest {
    /// `again`, `happened` or `skip`.
    #[schema(value_type = String)]
    choice: Resume,
    /// These runs, at most 200; then nothing else chooses.
    runs: Option<Vec<String>>,
    /// Of this workflow.
    workflow: Option<String>,
    /// Held for this reason: `exhausted in_doubt needs_login poison asked`.
    #[schema(value_type = Option<String>)]
    hold_reason: Option<HoldReason>,
    /// Held at this step: its id, or its path with or without the numbers of passes. Other held steps of the run stay so.
    step: Option<String>,
    /// With this key: an address, a dedupe key.
    key: Option<String>,
    /// Accepted at this moment or later: RFC 3339, or a date.
    since: Option<String>,
    /// Accepted before this moment; a date counts to its end in UTC.
    until: Option<String>,
    /// What the request before gave as `next`.
    cursor: Option<String>,
}

/// How far it came.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ResumeManyBody {
    /// How many runs were told to go on.
    resumed: u64,
    /// How many were chosen and were no longer held.
    skipped: u64,
    /// What to ask with for the rest; nothing when this was all.
    next: Option<String>,
}

/// Lets many held runs go on. Ask again with `next` as `cursor` until there is none.
#[utoipa::path(post, operation_id = "resume_runs", path = "/runs/resume", request_body = ResumeManyRequest, responses((status = 200, body = ResumeManyBody)))]
pub async fn resume(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<ResumeManyRequest>,
) -> Result<Json<ResumeManyBody>, Refusal> {
    caller.may(Role::Publisher)?;
    let (chosen, next) = match &asked.runs {
        Some(named) => (parse(named)?, None),
        None => page(&app, &asked).await?,
    };
    let step = asked.step.as_deref().filter(|_| asked.runs.is_none());
    // At once, so that they share the syncs of the disk.
    let told = chosen.into_iter().map(|id| tell(&app, id, step, asked.choice, &caller.name));
    let mut body = ResumeManyBody { next, ..ResumeManyBody::default() };
    for told in join_all(told).await {
        match told? {
            Told::Resumed => body.resumed += 1,
            Told::Gone => body.skipped += 1,
            Told::Elsewhere => {}
        }
    }
    tracing::info!(resumed = body.resumed, skipped = body.skipped, by = %caller.name, "runs were resumed in bulk");
    Ok(Json(body))
}

fn parse(named: &[String]) -> Result<Vec<RunId>, Refusal> {
    if named.len() > MOST as usize {
        return Err(Refusal::broken(format!("`runs` names more than {MOST}")).hint("name fewer at once"));
    }
    let mut ids = named.iter().map(|id| runs::parse(id)).collect::<Result<Vec<_>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The held runs of a page that fit, and how to go on behind it.
async fn page(app: &App, asked: &ResumeManyRequest) -> Result<(Vec<RunId>, Option<String>), Refusal> {
    let filter = Filter {
        workflow: asked.workflow.clone().filter(|workflow| !workflow.is_empty()),
        statuses: vec![RunStatus::Held],
        key: asked.key.as_deref().map(|key| key.trim().to_lowercase()).filter(|key| !key.is_empty()),
        since: moments::since(asked.since.as_deref())?,
        until: moments::until(asked.until.as_deref())?,
        // A run may be held at several steps, and the list knows one of them: `tell` looks at all.
        step: None,
        before: runs::cursor(asked.cursor.as_deref())?,
    };
    let found = app.journal.runs.list(&filter, MOST).await?;
    let full = u32::try_from(found.len()).unwrap_or(u32::MAX) == MOST;
    let next = found.last().filter(|_| full).map(|last| last.id.to_string());
    let fits = |run: &&Summary| asked.hold_reason.is_none_or(|reason| run.brief.hold_reason == Some(reason));
    Ok((found.iter().filter(fits).map(|run| run.id).collect(), next))
}

/// What became of a run that was chosen.
enum Told {
    Resumed,
    Gone,
    /// Held, but at another step.
    Elsewhere,
}

async fn tell(app: &App, id: RunId, step: Option<&str>, choice: Resume, by: &str) -> Result<Told, Refusal> {
    let Some(Found::Open(run)) = app.journal.runs.get(id).await? else { return Ok(Told::Gone) };
    if run.brief.status != RunStatus::Held {
        return Ok(Told::Gone);
    }
    let mut paths = vec![None];
    if let Some(step) = step {
        let (_, state) = runs::fold(app, &run).await?;
        paths = signals::held_steps(&state).filter(|path| is_at(path, step)).cloned().map(Some).collect();
        if paths.is_empty() {
            return Ok(Told::Elsewhere);
        }
    }
    for path in paths {
        let signal = Signal::Resume { choice, by: by.to_owned(), path };
        if !app.journal.runs.signal(id, signal, app.clock.now()).await? {
            return Ok(Told::Gone);
        }
    }
    Ok(Told::Resumed)
}

/// Whether a step's path is the one meant: written whole, without the numbers of passes, or by its id alone.
fn is_at(path: &StepPath, meant: &str) -> bool {
    let path = path.as_str();
    let mut planned = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        inside = inside && c != ']';
        if !inside {
            planned.push(c);
        }
        inside = inside || c == '[';
    }
    path == meant || planned == meant || path.rsplit('/').next() == Some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_meant_by_its_id_or_its_path_with_or_without_passes() {
        let path = StepPath::from("each[3]/gate/then/send");
        for meant in ["send", "each[3]/gate/then/send", "each[]/gate/then/send"] {
            assert!(is_at(&path, meant), "{meant}");
        }
        for other in ["gate", "each[4]/gate/then/send", "each/gate/then/send", "end", ""] {
            assert!(!is_at(&path, other), "{other}");
        }
    }
}
