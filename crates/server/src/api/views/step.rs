//! A step of a run.

use std::sync::Arc;

use cauce_engine::Plan;
use cauce_model::StepRecord;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::run::cut;
use super::summary::word;
use super::{AskView, BranchView, ErrorView, ListeningView, PassesView};

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
    /// `use set if switch for_each repeat parallel wait wait_for approve call stop`.
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
    /// Why its next attempt is put off, where its destination takes none for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postponed: Option<String>,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// The attempts that failed.
    pub failures: Vec<FailureView>,
    /// How far a loop is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passes: Option<PassesView>,
    /// The branches of a `parallel` that began or ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<BranchView>,
    /// The event it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listening: Option<ListeningView>,
    /// The question it asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<AskView>,
    /// The run it called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child: Option<String>,
}

impl StepView {
    pub(super) fn new(step: StepRecord, plan: Option<&Plan>) -> Self {
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
            passes: step.passes.map(PassesView::from),
            branches: step.branches.into_iter().map(BranchView::from).collect(),
            listening: step.listening.map(ListeningView::from),
            ask: step.ask.map(AskView::from),
            child: step.child.map(|run| run.to_string()),
            postponed: step.postponed,
            hold_reason: step.hold_reason.map(|reason| word(&reason)),
            id: step.id,
            path: step.path.to_string(),
            status: word(&step.status),
            attempts: step.attempts,
            input: step.input.map(Arc::unwrap_or_clone).map(cut),
            output: step.output.map(Arc::unwrap_or_clone).map(cut),
            error: step.error.as_ref().map(ErrorView::from),
            started_at: step.started_at.map(|at| at.to_string()),
            finished_at: step.finished_at.map(|at| at.to_string()),
            wake_at: step.wake_at.map(|at| at.to_string()),
        }
    }
}
