//! What is sent to an open run: a row in its inbox, and a number that its owner sees with every write.

use cauce_model::{EventId, Resume, RunError, RunId, RunRecord, RunStatus, StepPath, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was sent to an open run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "signal", rename_all = "snake_case")]
pub enum Signal {
    /// Let it go on.
    Resume {
        /// How.
        choice: Resume,
        /// Who.
        by: String,
        /// Which held step; every one where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<StepPath>,
    },
    /// End it.
    Cancel {
        /// Who.
        by: String,
    },
    /// Hold it.
    Hold {
        /// Who.
        by: String,
    },
    /// A named event met a wait. The key was equal; whether the whole of `match` holds is for the reader to say.
    Event {
        /// The wait.
        path: StepPath,
        /// The event, to be read by its id.
        event: EventId,
    },
    /// Somebody decided what an `approve` step asked.
    Decide {
        /// The step.
        path: StepPath,
        /// How.
        approved: bool,
        /// Who.
        by: String,
        /// What was filled in.
        #[serde(default)]
        form: Value,
    },
    /// A run that a step called and waits for is over.
    ChildDone {
        /// The step.
        path: StepPath,
        /// The run it called.
        child: RunId,
        /// How that one ended.
        status: RunStatus,
        /// Its `outputs`.
        outputs: Option<Value>,
        /// Why it failed.
        error: Option<RunError>,
    },
}

/// A signal in its place: `number` counts from 1 in each run.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Its place.
    pub number: i64,
    /// When it was sent.
    pub at: Time,
    /// What was sent.
    pub signal: Signal,
}

/// What the end of a run says to the step that called it and waits, and to which run.
pub(crate) fn told_to_parent(record: &RunRecord) -> Option<(RunId, Signal)> {
    let parent = record.start.parent.as_ref().filter(|parent| parent.waits)?;
    let signal = Signal::ChildDone {
        path: parent.path.clone(),
        child: record.start.id,
        status: record.status,
        outputs: record.outputs.clone(),
        error: record.error.clone(),
    };
    Some((parent.run, signal))
}
