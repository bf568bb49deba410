//! A run, whole.

use std::sync::Arc;

use cauce_engine::Plan;
use cauce_model::RunRecord;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::summary::word;
use super::{ErrorView, StepView};

/// Larger payloads are cut in answers.
const MOST_SHOWN: usize = 64 * 1024;

/// The step of another run that called a run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ParentView {
    /// The calling run.
    pub run: String,
    /// The step of it.
    pub path: String,
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
    /// How it will end, once that is settled and only `on_error`, `finally` and attempts under way are to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<String>,
    /// The run that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<String>,
    /// The step that called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentView>,
    /// What it was handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Value>,
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
            data: cut(Arc::unwrap_or_clone(start.data)),
            started_at: start.accepted_at.to_string(),
            finished_at: record.finished_at.map(|at| at.to_string()),
            error: record.error.as_ref().map(ErrorView::from),
            outputs: record.outputs.map(cut),
            ending: None,
            replay_of: start.replay_of.map(|run| run.to_string()),
            parent: start
                .parent
                .map(|parent| ParentView { run: parent.run.to_string(), path: parent.path.to_string() }),
            inputs: (!start.inputs.is_null()).then(|| cut(start.inputs)),
            steps: record.steps.into_iter().map(|step| StepView::new(step, plan)).collect(),
        }
    }
}

/// A payload, or its beginning when it is large.
pub(super) fn cut(value: Value) -> Value {
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
