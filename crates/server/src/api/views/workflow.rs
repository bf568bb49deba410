//! Workflows.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Graph, ProblemView};

/// What starts a workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TriggerView {
    /// Its id.
    pub id: String,
    /// `webhook@1` and the like.
    #[serde(rename = "use")]
    pub uses: String,
    /// Where to post to, for a webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_url: Option<String>,
    /// The name of the event it listens to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// When it fires next, for a schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<String>,
}

/// The newest run of a workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastRun {
    /// Its id.
    pub id: String,
    /// Where it is in its life.
    pub status: String,
    /// When it began.
    pub started_at: String,
}

/// A workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkflowView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One paragraph on it.
    pub description: Option<String>,
    /// Whether its triggers start runs.
    pub on: bool,
    /// The newest version; 0 for a file that was never published.
    pub version: u32,
    /// `folder` or `server`: where it is edited.
    pub managed: String,
    /// What starts it.
    pub triggers: Vec<TriggerView>,
    /// What is wrong with its file.
    pub problems: Vec<ProblemView>,
    /// Its newest run.
    pub last_run: Option<LastRun>,
    /// How many of its runs are not over.
    pub open_runs: u64,
    /// When it last changed.
    pub updated_at: Option<String>,
    /// Its graph; in the answer for one workflow only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<Graph>,
    /// Its text; in the answer for one workflow only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// `{"workflow": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowBody {
    /// The workflow.
    pub workflow: WorkflowView,
}

/// `{"workflows": [...]}`
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowsBody {
    /// By id.
    pub workflows: Vec<WorkflowView>,
}
