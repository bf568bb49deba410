//! The journal's unit: what happened to one step of one run, in the past tense.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Rendered, Time};

/// Where a step stands in a run: the ids on the way to it, such as `gate/then/welcome`; empty for the run itself.
/// A pass of a loop adds its index: `each[3]/send`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepPath(Arc<str>);

impl StepPath {
    /// The run itself.
    #[must_use]
    pub fn run() -> Self {
        Self(Arc::from(""))
    }

    /// The text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for StepPath {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl fmt::Display for StepPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StepPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// Something that happened in a run. A run's state is the fold of its entries over its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened.
    pub at: Time,
    /// To which step; the run itself where the path is empty.
    pub path: StepPath,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened. Adding a kind is an API change: old binaries refuse entries that they do not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// An attempt began. Written for those who watch; a run that lost this entry loses nothing.
    Started {
        /// Counts from 1.
        attempt: u32,
        /// The rendered input, secrets by name.
        input: Value,
    },
    /// An `effect: once` attempt is about to leave; durable before its first byte.
    Intended {
        /// Counts from 1.
        attempt: u32,
    },
    /// The step gave its result.
    Succeeded {
        /// The result.
        output: Value,
    },
    /// An attempt failed and the next one is due later.
    AttemptFailed {
        /// Which attempt; counts from 1.
        attempt: u32,
        /// Why.
        error: StepError,
        /// When the next attempt is due.
        retry_at: Time,
        /// The rendered request that every later attempt sends.
        request: Rendered,
    },
    /// The step failed for good.
    Failed {
        /// Which attempt; 0 for a step that makes none.
        attempt: u32,
        /// Why.
        error: StepError,
    },
    /// The step's `when` was false.
    Skipped,
    /// A block took a way: `then` or `else`.
    Entered {
        /// Which way.
        branch: String,
    },
    /// A wait began.
    Waited {
        /// When it ends.
        until: Time,
    },
    /// A wait, or the wait before a retry, was over. Its time is what `now()` says behind it.
    Woke,
    /// The run was held at this step.
    Held {
        /// Why.
        reason: HoldReason,
        /// Which attempt; 0 where none was made.
        attempt: u32,
        /// What went wrong, where something did.
        error: Option<StepError>,
        /// The rendered request that a resumed attempt sends.
        request: Option<Rendered>,
    },
    /// Somebody let a held run go on.
    Resumed {
        /// How.
        choice: Resume,
        /// Who.
        by: String,
    },
    /// Somebody asked for the end of the run.
    CancelAsked {
        /// Who.
        by: String,
    },
    /// The run is over. Nothing follows.
    Finished {
        /// `succeeded`, `failed` or `cancelled`.
        status: RunStatus,
        /// Why it stopped early, where it did.
        reason: Option<String>,
        /// Why it failed, where it did.
        error: Option<RunError>,
        /// The workflow's `outputs`, where it has any.
        outputs: Option<Value>,
    },
}

/// Why a step failed: what `steps.<id>.error` and `error` show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepError {
    /// Stable code, such as `A014`.
    pub code: String,
    /// What went wrong, for people; environment values masked.
    pub message: String,
    /// The next step, where there is one to name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The HTTP or SMTP status that was answered, where there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// The step's error.
    #[serde(flatten)]
    pub error: StepError,
    /// The step that failed.
    pub step: StepPath,
}

/// Why a run is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// Every retry failed.
    Exhausted,
    /// An `effect: once` attempt may or may not have happened.
    InDoubt,
    /// The other side refused the credentials.
    NeedsLogin,
    /// Working on it killed the process twice.
    Poison,
    /// The step says `on_error: hold`, or somebody asked for it.
    Asked,
}

/// How a held run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// Try again with the same idempotency key.
    Again,
    /// It happened: the step counts as succeeded with a `null` output.
    Happened,
    /// Go on without it.
    Skip,
}

/// Where a run is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Waits for a place under a limit.
    Queued,
    /// Somebody works on it.
    Running,
    /// Waits for a time or an event.
    Waiting,
    /// Waits for a person.
    Held,
    /// Over, well.
    Succeeded,
    /// Over, badly.
    Failed,
    /// Over, because somebody asked.
    Cancelled,
}

impl RunStatus {
    /// Every status, in the order of a run's life.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Held,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// The word in API, files and database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// Where a step is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepStatus {
    /// Its turn has not come.
    #[default]
    Pending,
    /// Under way.
    Running,
    /// Waits for a time or an event.
    Waiting,
    /// Waits for its next attempt.
    Retrying,
    /// Waits for a person.
    Held,
    /// Over, well.
    Succeeded,
    /// Over, badly.
    Failed,
    /// Its `when` was false, or it stood on the way not taken.
    Skipped,
}
