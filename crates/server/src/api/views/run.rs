//! A run, whole.

use cauce_engine::Plan;
use cauce_model::{RunRecord, StepRecord};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ErrorView;
use super::summary::word;

/// Larger payloads are cut in answers.
const MOST_SHOWN: usize = 64 * 1024;

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

/// `{"run": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct RunBody {
    /// The run.
    pub run: RunView,
}
