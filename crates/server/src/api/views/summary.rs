//! Runs as lists show them, and why something failed.

use cauce_journal::runs::Summary;
use serde::Serialize;
use utoipa::ToSchema;

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
pub(super) fn word(value: &impl Serialize) -> String {
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

/// `{"runs": [...], "next": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct RunsBody {
    /// Newest first.
    pub runs: Vec<RunSummary>,
    /// What to ask with for the next page; nothing when this is the last.
    pub next: Option<String>,
}
