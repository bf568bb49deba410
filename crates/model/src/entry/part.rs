//! What entries are made of: errors, holds and how they end, answers.

use serde::{Deserialize, Serialize};

use super::StepPath;

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

/// How a branch of a `parallel` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BranchStatus {
    /// Well.
    Succeeded,
    /// One of its steps failed for good.
    Failed,
    /// It never began: a branch that it needs did not succeed.
    Skipped,
    /// It was cut off, because the block was over without it.
    Cancelled,
}

impl BranchStatus {
    /// The word in API, files and database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What somebody who was asked said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Yes.
    Approved,
    /// No.
    Rejected,
}

impl Verdict {
    /// The word in API, files and database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}
