//! The shapes of answers.

use cauce_engine::{Picture, Plan};
use cauce_journal::runs::Summary;
use cauce_model::{Problem, RunRecord, StepRecord};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Larger payloads are cut in answers.
const MOST_SHOWN: usize = 64 * 1024;

/// A place in a text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpanView {
    /// First line; counts from 1.
    pub line: usize,
    /// First column; counts from 1.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
}

/// A problem in a workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemView {
    /// Stable code.
    pub code: String,
    /// `error` or `warning`.
    #[schema(value_type = String)]
    pub severity: cauce_model::Severity,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// JSON pointer into the file.
    pub pointer: String,
    /// Where in the text.
    pub span: Option<SpanView>,
}

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        let span = problem.span.map(|span| SpanView {
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
        });
        Self {
            code: problem.code.to_owned(),
            severity: problem.severity,
            message: problem.message,
            hint: problem.hint,
            pointer: problem.pointer,
            span,
        }
    }
}

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

/// A place on the canvas.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphNode {
    /// A step's path; `trigger:<id>`, `<path>/join`, `end` for the others.
    pub path: String,
    /// The id.
    pub id: String,
    /// The name for people.
    pub name: Option<String>,
    /// `trigger use set if wait stop join end`.
    pub kind: String,
    /// The action or trigger it uses.
    #[serde(rename = "use")]
    pub uses: Option<String>,
    /// A few words on what it does.
    pub summary: Option<String>,
}

/// A link on the canvas.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphEdge {
    /// Path of the node it leaves.
    pub from: String,
    /// Path of the node it leads to.
    pub to: String,
    /// `then`, `else`, `error`, `skip` or nothing.
    pub label: Option<String>,
}

/// A workflow's graph.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Graph {
    /// In the order of the document.
    pub nodes: Vec<GraphNode>,
    /// Between them.
    pub edges: Vec<GraphEdge>,
}

impl From<Picture> for Graph {
    fn from(picture: Picture) -> Self {
        let kind = |node: &cauce_engine::plan::PictureNode| {
            serde_json::to_value(node.kind)
                .ok()
                .and_then(|word| word.as_str().map(ToOwned::to_owned))
                .unwrap_or_default()
        };
        let nodes = picture.nodes.into_iter().map(|node| GraphNode {
            kind: kind(&node),
            path: node.path,
            id: node.id,
            name: node.name,
            uses: node.uses,
            summary: node.summary,
        });
        let edges = picture.edges.into_iter().map(|edge| GraphEdge {
            from: edge.from,
            to: edge.to,
            label: edge.label.map(ToOwned::to_owned),
        });
        Self { nodes: nodes.collect(), edges: edges.collect() }
    }
}

/// Why something failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorView {
    /// Stable code.
    pub code: String,
    /// What went wrong.
    pub message: String,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The HTTP or SMTP status that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The step that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

impl From<&cauce_model::StepError> for ErrorView {
    fn from(error: &cauce_model::StepError) -> Self {
        let error = error.clone();
        Self { code: error.code, message: error.message, hint: error.hint, status: error.status, step: None }
    }
}

impl From<&cauce_model::RunError> for ErrorView {
    fn from(error: &cauce_model::RunError) -> Self {
        Self { step: Some(error.step.to_string()), ..Self::from(&error.error) }
    }
}

/// A line of the list of runs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RunSummary {
    /// Its id.
    pub id: String,
    /// Its workflow.
    pub workflow: String,
    /// The version it began on and ends on.
    pub version: u32,
    /// Where it is in its life.
    pub status: String,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// The trigger that started it.
    pub trigger: String,
    /// When it was accepted.
    pub started_at: String,
    /// When it ended.
    pub finished_at: Option<String>,
    /// Why it stopped early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What went wrong.
    pub error: Option<ErrorView>,
    /// Steps that are over.
    pub steps_done: u32,
    /// Steps there are.
    pub steps_total: u32,
}

/// The word of something that is a word in JSON.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

impl From<Summary> for RunSummary {
    fn from(summary: Summary) -> Self {
        let brief = summary.brief;
        Self {
            id: summary.id.to_string(),
            workflow: summary.workflow,
            version: summary.version,
            status: brief.status.word().to_owned(),
            hold_reason: brief.hold_reason.map(|reason| word(&reason)),
            trigger: summary.trigger,
            started_at: summary.started_at.to_string(),
            finished_at: summary.finished_at.map(|at| at.to_string()),
            reason: brief.reason,
            error: brief.error.as_ref().map(ErrorView::from),
            steps_done: brief.steps_done,
            steps_total: brief.steps_total,
        }
    }
}

/// An attempt that failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FailureView {
    /// Which one.
    pub attempt: u32,
    /// When it failed.
    pub at: String,
    /// Why.
    pub error: ErrorView,
    /// When the next one was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<String>,
}

/// A step of a run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepView {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub path: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `use set if wait stop`.
    pub verb: String,
    /// The action it calls.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub uses: Option<String>,
    /// Where it is in its life.
    pub status: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// What went in; secrets by name.
    pub input: Option<Value>,
    /// What came out.
    pub output: Option<Value>,
    /// Why it failed.
    pub error: Option<ErrorView>,
    /// When it began.
    pub started_at: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// When it goes on by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<String>,
    /// The attempts that failed.
    pub failures: Vec<FailureView>,
}

impl StepView {
    fn new(step: StepRecord, plan: Option<&Plan>) -> Self {
        let planned = plan.and_then(|plan| plan.by_path(&step.path));
        let uses = planned.and_then(|planned| match &planned.verb {
            cauce_engine::plan::PlanVerb::Use(call) => Some(call.action.clone()),
            _ => None,
        });
        let failures = step.failures.into_iter().map(|failure| FailureView {
            attempt: failure.attempt,
            at: failure.at.to_string(),
            error: ErrorView::from(&failure.error),
            retry_at: failure.retry_at.map(|at| at.to_string()),
        });
        Self {
            name: planned.and_then(|planned| planned.name.clone()),
            verb: planned.map_or("use", |planned| planned.verb.key()).to_owned(),
            uses,
            failures: failures.collect(),
            id: step.id,
            path: step.path.to_string(),
            status: word(&step.status),
            attempts: step.attempts,
            input: step.input.map(cut),
            output: step.output.map(cut),
            error: step.error.as_ref().map(ErrorView::from),
            started_at: step.started_at.map(|at| at.to_string()),
            finished_at: step.finished_at.map(|at| at.to_string()),
            wake_at: step.wake_at.map(|at| at.to_string()),
        }
    }
}

/// A run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// Its workflow.
    pub workflow: String,
    /// The version it began on and ends on.
    pub version: u32,
    /// Where it is in its life.
    pub status: String,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// Why it stopped early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The trigger that started it.
    pub trigger: String,
    /// The event that started it.
    pub event_id: String,
    /// What the trigger saw.
    pub data: Value,
    /// When it was accepted.
    pub started_at: String,
    /// When it ended.
    pub finished_at: Option<String>,
    /// Why it failed.
    pub error: Option<ErrorView>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Value>,
    /// Its steps, in the order of the document.
    pub steps: Vec<StepView>,
}

impl RunView {
    /// The view of a record; `plan` adds names and verbs.
    #[must_use]
    pub fn new(record: RunRecord, plan: Option<&Plan>) -> Self {
        let start = record.start;
        Self {
            id: start.id.to_string(),
            workflow: start.workflow,
            version: start.version,
            status: record.status.word().to_owned(),
            hold_reason: record.hold_reason.map(|reason| word(&reason)),
            reason: record.reason,
            trigger: start.trigger,
            event_id: start.event.to_string(),
            data: cut(start.data),
            started_at: start.accepted_at.to_string(),
            finished_at: record.finished_at.map(|at| at.to_string()),
            error: record.error.as_ref().map(ErrorView::from),
            outputs: record.outputs.map(cut),
            steps: record.steps.into_iter().map(|step| StepView::new(step, plan)).collect(),
        }
    }
}

/// A payload, or its beginning when it is large.
fn cut(value: Value) -> Value {
    let text = value.to_string();
    if text.len() <= MOST_SHOWN {
        return value;
    }
    let end = (0..=MOST_SHOWN).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    json!({ "$cut": true, "bytes": text.len(), "start": text.get(..end) })
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

/// `{"graph": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct GraphBody {
    /// The graph.
    pub graph: Graph,
}

/// `{"run": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct RunBody {
    /// The run.
    pub run: RunView,
}

/// `{"runs": [...], "next": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct RunsBody {
    /// Newest first.
    pub runs: Vec<RunSummary>,
    /// What to ask with for the next page; nothing when this is the last.
    pub next: Option<String>,
}
