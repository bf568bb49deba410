//! A run: what the journal keeps of it, while it is open and when it is over.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::workflow::FormField;
use crate::{
    BranchStatus, EventId, HoldReason, RunError, RunId, RunStatus, StepError, StepPath, StepStatus, Time,
};

/// What a run begins with; never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStart {
    /// Its id.
    pub id: RunId,
    /// The workflow.
    pub workflow: String,
    /// The version of the workflow it began on and ends on.
    pub version: u32,
    /// The trigger that started it.
    pub trigger: String,
    /// The event that started it.
    pub event: EventId,
    /// When it was accepted; what `now()` says until something else happens.
    pub accepted_at: Time,
    /// What expressions see as `trigger`.
    pub data: Arc<Value>,
    /// What it was handed over; an object, or null.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub inputs: Value,
    /// The run it repeats, for a replay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<RunId>,
    /// The step that called it, for a run that another run called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
}

/// The step of a run that called another run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The calling run.
    pub run: RunId,
    /// The step of it.
    pub path: StepPath,
    /// How many calls lie above, this one included; counts from 1.
    pub depth: u32,
    /// Whether the step waits for the end.
    pub waits: bool,
}

/// A run as people and the API see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its beginning.
    #[serde(flatten)]
    pub start: RunStart,
    /// Where it is in its life.
    pub status: RunStatus,
    /// Why it is held, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<HoldReason>,
    /// Why it stopped early, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it failed, where it did.
    pub error: Option<RunError>,
    /// The workflow's `outputs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Value>,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// Its steps, in the order of the document.
    pub steps: Vec<StepRecord>,
}

/// A step as people and the API see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub path: StepPath,
    /// Where it is in its life.
    pub status: StepStatus,
    /// How many attempts were made.
    pub attempts: u32,
    /// The rendered input, secrets by name.
    pub input: Option<Arc<Value>>,
    /// The result.
    pub output: Option<Arc<Value>>,
    /// Why it failed.
    pub error: Option<StepError>,
    /// When its first attempt, or the wait, began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// When it goes on by itself: the end of the wait, or the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Time>,
    /// Why the next attempt is put off, where its destination takes none for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postponed: Option<String>,
    /// Why it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<HoldReason>,
    /// The attempts that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedAttempt>,
    /// How far a loop is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<Passes>,
    /// The branches of a `parallel` that began or ended, in the order of the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<BranchRecord>,
    /// The event it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listening: Option<Listening>,
    /// The question it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
    /// The run it called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<RunId>,
}

/// How far a loop is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passes {
    /// How many are over.
    pub done: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many there will be, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The first that failed, at most 100, in the order of their ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FailedPass>,
}

/// A pass of a loop that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedPass {
    /// Which one; counts from 0.
    pub index: u64,
    /// Why.
    pub error: RunError,
}

/// A branch of a `parallel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchRecord {
    /// Its id.
    pub id: String,
    /// How it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<BranchStatus>,
    /// Why it failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RunError>,
}

/// The event a step waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// Its name.
    pub event: String,
    /// When the wait ends without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Time>,
}

/// The question a step asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The addresses that got it.
    pub to: Vec<String>,
    /// What they fill in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FormField>,
    /// When it ends without an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Time>,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedAttempt {
    /// Which one; counts from 1.
    pub attempt: u32,
    /// When it failed.
    pub at: Time,
    /// Why.
    pub error: StepError,
    /// When the next one was due, where there was to be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Time>,
}
