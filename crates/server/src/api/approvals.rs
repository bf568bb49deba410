//! Runs in which somebody is asked. No index knows them: a page looks through waiting runs of workflows that ask at all.

use cauce_engine::State as RunState;
use cauce_engine::plan::PlanVerb;
use cauce_engine::state::Detail;
use cauce_journal::runs::{Filter, Found, Summary};
use cauce_model::{RunStatus, StepStatus};

use super::runs;
use super::views::{RunSummary, RunsBody};
use crate::app::App;
use crate::problem::Refusal;

/// How many waiting runs a page looks at.
const MOST: u32 = 200;

/// A page of runs in which somebody is asked.
pub(super) async fn list(app: &App, filter: Filter) -> Result<RunsBody, Refusal> {
    let filter = Filter { statuses: vec![RunStatus::Waiting, RunStatus::Running], ..filter };
    let looked_at = app.journal.runs.list(&filter, MOST).await?;
    let full = u32::try_from(looked_at.len()).unwrap_or(u32::MAX) == MOST;
    let next = looked_at.last().filter(|_| full).map(|last| last.id.to_string());
    let mut asking = Vec::new();
    for run in looked_at {
        if asks(app, &run).await? {
            asking.push(RunSummary::from(run));
        }
    }
    Ok(RunsBody { runs: asking, next })
}

async fn asks(app: &App, run: &Summary) -> Result<bool, Refusal> {
    let Ok(plan) = app.plans.get(&run.workflow, run.version).await else { return Ok(false) };
    if !plan.steps.iter().any(|step| matches!(step.verb, PlanVerb::Approve(_))) {
        return Ok(false);
    }
    let Some(Found::Open(run)) = app.journal.runs.get(run.id).await? else { return Ok(false) };
    let (_, state) = runs::fold(app, &run).await?;
    Ok(is_asking(&state))
}

/// Whether somebody is asked now.
fn is_asking(state: &RunState) -> bool {
    let asks = |detail: &Detail| matches!(detail, Detail::Asking(_));
    state.steps.values().any(|step| step.status == StepStatus::Waiting && asks(&step.detail))
}
