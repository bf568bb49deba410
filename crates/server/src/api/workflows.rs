//! Workflows: what there is, on or off, started by hand.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cauce_journal::access::Role;
use cauce_journal::flows::Origin;
use cauce_journal::runs::Filter;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::views::{
    Graph, GraphBody, LastRun, ProblemView, TriggerView, WorkflowBody, WorkflowView, WorkflowsBody,
};
use crate::access::Caller;
use crate::app::App;
use crate::body::Body;
use crate::flows::Flow;
use crate::intake::hand::{self, Given};
use crate::intake::{Receipt, find, schedules};
use crate::problem::Refusal;

/// Every workflow.
#[utoipa::path(get, operation_id = "list_workflows", path = "/workflows", responses((status = 200, body = WorkflowsBody)))]
pub async fn list(State(app): State<App>, _caller: Caller) -> Result<Json<WorkflowsBody>, Refusal> {
    app.flows.refresh(&app.journal, &app.plans).await?;
    let open: HashMap<String, u64> = app.journal.runs.open_counts().await?.into_iter().collect();
    let mut workflows = Vec::new();
    for flow in app.flows.all() {
        workflows.push(view(&app, &flow, &open).await?);
    }
    workflows.extend(app.flows.unpublished().into_iter().map(|id| unpublished(&app, id)));
    workflows.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Json(WorkflowsBody { workflows }))
}

/// One workflow, with its graph and its text.
#[utoipa::path(get, operation_id = "get_workflow", path = "/workflows/{id}", params(("id" = String, Path)), responses((status = 200, body = WorkflowBody), (status = 404, body = crate::problem::ProblemDetails)))]
pub async fn get(
    State(app): State<App>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WorkflowBody>, Refusal> {
    app.flows.refresh(&app.journal, &app.plans).await?;
    let Some(flow) = app.flows.get(&id) else {
        if app.flows.unpublished().contains(&id) {
            return Ok(Json(WorkflowBody { workflow: unpublished(&app, id) }));
        }
        return Err(Refusal::missing(format!("there is no workflow `{id}`")));
    };
    let open = app.journal.runs.open_counts().await?.into_iter().collect();
    let mut workflow = view(&app, &flow, &open).await?;
    workflow.graph = flow.plan.as_ref().map(|plan| Graph::from(plan.picture()));
    workflow.source = Some(String::from_utf8_lossy(&flow.text).into_owned());
    Ok(Json(WorkflowBody { workflow }))
}

/// What to change about a workflow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Whether its triggers start runs.
    pub on: bool,
}

/// Switches a workflow on or off. Its open runs go on.
#[utoipa::path(patch, operation_id = "switch_workflow", path = "/workflows/{id}", params(("id" = String, Path)), request_body = Switch, responses((status = 200, body = WorkflowBody)))]
pub async fn switch(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<Switch>,
) -> Result<Json<WorkflowBody>, Refusal> {
    caller.may(Role::Publisher)?;
    if !app.journal.flows.switch(&id, asked.on, app.clock.now()).await? {
        return Err(Refusal::missing(format!("there is no workflow `{id}`")));
    }
    tracing::info!(workflow = %id, on = asked.on, by = %caller.name, "switched");
    get(State(app), caller, Path(id)).await
}

/// A start by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The trigger; the first one fit for a start by hand where none is named.
    pub trigger: Option<String>,
    /// What the trigger sees as `trigger.body`.
    #[serde(default)]
    pub data: Value,
    /// What the run sees as `inputs`: an object, checked against what the workflow declares.
    #[serde(default)]
    pub inputs: Value,
}

/// Starts a workflow by hand.
#[utoipa::path(post, operation_id = "start_run", path = "/workflows/{id}/runs", params(("id" = String, Path)), request_body = Start, responses((status = 202, body = Receipt), (status = 422, body = crate::problem::ProblemDetails)))]
pub async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<Start>,
) -> Result<(StatusCode, Json<Receipt>), Refusal> {
    caller.may(Role::Editor)?;
    let (flow, trigger) = find(&app, &id, asked.trigger.as_deref(), "manual@1")?;
    let given = Given { data: asked.data, inputs: asked.inputs };
    let receipt = hand::start(&app, &flow, &trigger, given).await?;
    Ok((StatusCode::ACCEPTED, Json(receipt)))
}

/// The graph of one version: what a run that began on it is painted on.
#[utoipa::path(get, operation_id = "get_graph", path = "/workflows/{id}/versions/{version}/graph", params(("id" = String, Path), ("version" = u32, Path)), responses((status = 200, body = GraphBody)))]
pub async fn graph(
    State(app): State<App>,
    _caller: Caller,
    Path((id, version)): Path<(String, u32)>,
) -> Result<Json<GraphBody>, Refusal> {
    let plan = app.plans.get(&id, version).await.map_err(|error| match error {
        cauce_runner::PlanError::Missing { .. } => Refusal::missing(error.to_string()),
        other => other.into(),
    })?;
    Ok(Json(GraphBody { graph: plan.picture().into() }))
}

async fn view(app: &App, flow: &Flow, open: &HashMap<String, u64>) -> Result<WorkflowView, Refusal> {
    let newest = Filter { workflow: Some(flow.id.clone()), ..Filter::default() };
    let last = app.journal.runs.list(&newest, 1).await?.into_iter().next();
    Ok(WorkflowView {
        id: flow.id.clone(),
        name: flow.plan.as_ref().map_or_else(|| flow.id.clone(), |plan| plan.name.clone()),
        description: flow.plan.as_ref().and_then(|plan| plan.description.clone()),
        on: flow.on,
        version: flow.version,
        managed: match flow.origin {
            Origin::Folder => "folder",
            Origin::Server => "server",
        }
        .to_owned(),
        triggers: triggers(app, flow),
        problems: app.flows.problems(&flow.id).into_iter().map(ProblemView::from).collect(),
        last_run: last.map(|run| LastRun {
            id: run.id.to_string(),
            status: run.brief.status.word().to_owned(),
            started_at: run.started_at.to_string(),
        }),
        open_runs: open.get(&flow.id).copied().unwrap_or(0),
        updated_at: Some(flow.updated_at.to_string()),
        graph: None,
        source: None,
    })
}

fn triggers(app: &App, flow: &Flow) -> Vec<TriggerView> {
    let Some(plan) = &flow.plan else { return Vec::new() };
    let schedules = schedules::of(flow);
    let now = app.clock.now();
    let view = |trigger: &cauce_engine::plan::PlanTrigger| TriggerView {
        id: trigger.id.clone(),
        uses: trigger.source.clone(),
        hook_url: (trigger.source == "webhook@1")
            .then(|| format!("{}/hooks/{}/{}", app.setting.address, flow.id, trigger.id)),
        event: cauce_trigger::listens_to(&trigger.source, &trigger.with).map(ToOwned::to_owned),
        next_at: schedules
            .iter()
            .find(|(id, ..)| *id == trigger.id)
            .and_then(|(_, schedule, _)| schedule.next_after(now))
            .map(|at| at.to_string()),
    };
    plan.triggers.iter().map(view).collect()
}

fn unpublished(app: &App, id: String) -> WorkflowView {
    WorkflowView {
        name: id.clone(),
        description: None,
        on: false,
        version: 0,
        managed: "folder".to_owned(),
        triggers: Vec::new(),
        problems: app.flows.problems(&id).into_iter().map(ProblemView::from).collect(),
        last_run: None,
        open_runs: 0,
        updated_at: None,
        graph: None,
        source: None,
        id,
    }
}
