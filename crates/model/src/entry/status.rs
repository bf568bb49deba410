//! Where runs and steps are in their lives: the words that API, files and database share.

use serde::{Deserialize, Serialize};

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
