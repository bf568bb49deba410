//! How an action failed: what went wrong, whether another attempt makes sense, and whether the world may have changed.

use std::time::Duration;

use crate::StepError;

/// Whether another attempt makes sense. The action says it; the engine counts and decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAdvice {
    /// Transient: after the workflow's own waits.
    Backoff,
    /// Transient: not before this long, as the other side asked (Retry-After).
    After(Duration),
    /// It will fail again in the same way.
    Never,
    /// The credentials were refused: a person has to sign in again.
    NeedsLogin,
    /// Must not be sent at all: consent, suppression, policy.
    Compliance,
}

/// Whether the other side may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// No: it failed before the first byte left, or was refused by an answer.
    No,
    /// Nobody knows: crash, time-out or reset after the first byte.
    InDoubt,
}

/// A failed attempt, as an action tells it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .error.message)]
pub struct Failure {
    /// What people see.
    pub error: StepError,
    /// Whether another attempt makes sense.
    pub retry: RetryAdvice,
    /// Whether the other side may have acted.
    pub happened: Happened,
}

impl Failure {
    /// A failure that did not happen and will fail again: wrong input, a refusal.
    #[must_use]
    pub fn permanent(code: &str, message: impl Into<String>) -> Self {
        let error = StepError { code: code.to_owned(), message: message.into(), hint: None, status: None };
        Self { error, retry: RetryAdvice::Never, happened: Happened::No }
    }

    /// A failure that did not happen and may pass: nobody there, busy.
    #[must_use]
    pub fn transient(code: &str, message: impl Into<String>) -> Self {
        Self { retry: RetryAdvice::Backoff, ..Self::permanent(code, message) }
    }

    /// The same failure with a next step for people.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.error.hint = Some(hint.into());
        self
    }

    /// The same failure with the status that was answered.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.error.status = Some(status);
        self
    }

    /// The same failure with other advice.
    #[must_use]
    pub fn retry(mut self, retry: RetryAdvice) -> Self {
        self.retry = retry;
        self
    }

    /// The same failure, after which nobody knows whether it happened.
    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.happened = Happened::InDoubt;
        self
    }
}
