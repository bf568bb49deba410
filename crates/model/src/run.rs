//! A run: what the journal keeps of it, while it is open and when it is over.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EventId, HoldReason, RunError, RunId, RunStatus, StepError, StepPath, StepStatus, Time};

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
    pub data: Value,
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
    pub input: Option<Value>,
    /// The result.
    pub output: Option<Value>,
    /// Why it failed.
    pub error: Option<StepError>,
    /// When its first attempt, or the wait, began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// When it goes on by itself: the end of the wait, or the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Time>,
    /// The attempts that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedAttempt>,
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
