//! A step of a run: what happened to it.

use std::sync::Arc;

use cauce_model::{Entry, FailedAttempt, HoldReason, Rendered, StepError, StepStatus, Time, What};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Detail;

/// Where a step stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepState {
    /// Where it is in its life.
    pub status: StepStatus,
    /// Attempts made.
    pub attempts: u32,
    /// Whether an attempt is under way in this process. False after recovery, until the attempt is made again.
    #[serde(skip)]
    pub flying: bool,
    /// Whether an `effect: once` attempt may have left.
    pub intended: bool,
    /// The input people see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Arc<Value>>,
    /// The result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Arc<Value>>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    /// The way a block took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// What later attempts send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Arc<Rendered>>,
    /// When it goes on by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wake_at: Option<Time>,
    /// Why the next attempt is put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postponed: Option<Box<str>>,
    /// Why it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<HoldReason>,
    /// Attempts that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedAttempt>,
    /// When its first attempt, or the wait, began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// The time that `now()` says behind this step: of its result or wake-up, never of a pure step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Time>,
    /// How many times somebody said *again*.
    pub resumed: u32,
    /// How many waits began: the pauses of a `repeat`.
    pub pauses: u64,
    /// What its verb keeps.
    pub detail: Detail,
}

impl StepState {
    pub(super) fn take(&mut self, entry: &Entry, next: StepStatus) {
        let at = entry.at;
        let was_attempt = self.attempts > 0;
        let was = std::mem::replace(&mut self.status, next);
        self.postponed = None;
        self.detail.take(&entry.what);
        match &entry.what {
            What::Started { attempt, input } => self.begin(*attempt, input, at),
            What::Intended { attempt } => {
                self.attempts = (*attempt).max(self.attempts);
                self.intended = true;
                self.flying = true;
                self.started_at.get_or_insert(at);
            }
            What::Succeeded { output } => {
                self.output = Some(Arc::clone(output));
                self.error = None;
                if was_attempt {
                    self.basis = Some(at);
                }
                self.end(at);
            }
            What::AttemptFailed { attempt, error, retry_at, request } => {
                self.fail(*attempt, error, at, Some(*retry_at));
                self.request = Some(Arc::new(request.clone()));
                self.wake_at = Some(*retry_at);
            }
            What::Failed { attempt, error } => {
                self.fail(*attempt, error, at, None);
                if *attempt > 0 {
                    self.basis = Some(at);
                }
                self.end(at);
            }
            What::Skipped => self.end(at),
            What::Entered { branch } => {
                self.branch = Some(branch.clone());
                self.started_at.get_or_insert(at);
            }
            What::Waited { until } => {
                self.pauses = self.pauses.saturating_add(1);
                self.park(Some(*until), at);
            }
            What::Listened { deadline, .. } | What::Asked { deadline, .. } => self.park(*deadline, at),
            What::Called { waits: true, .. } => self.park(None, at),
            What::Woke | What::Matched { .. } | What::Decided { .. } | What::Returned { .. } => {
                self.wake_at = None;
                self.basis = Some(at);
            }
            What::Called { waits: false, .. } => {
                self.basis = Some(at);
                self.started_at.get_or_insert(at);
            }
            What::Postponed { until, why } => {
                self.postpone(*until, was, at);
                self.postponed = Some(why.as_str().into());
            }
            What::Held { reason, attempt, error, request } => {
                self.hold(*reason, *attempt, error.as_ref(), at);
                self.request = request.clone().map(Arc::new).or_else(|| self.request.take());
            }
            What::Resumed { .. } => self.resume(next, at),
            What::Fetched { .. } | What::PassDone { .. } | What::Collected { .. } => {}
            What::BranchDone { .. }
            | What::CancelAsked { .. }
            | What::Finished { .. }
            | What::Ending { .. }
            | What::Compacted { .. } => {}
        }
    }

    fn begin(&mut self, attempt: u32, input: &Arc<Value>, at: Time) {
        self.attempts = attempt.max(self.attempts);
        self.flying = true;
        self.input = Some(Arc::clone(input));
        self.wake_at = None;
        self.started_at.get_or_insert(at);
    }

    fn park(&mut self, until: Option<Time>, at: Time) {
        self.wake_at = until;
        self.started_at.get_or_insert(at);
    }

    /// An attempt that was not made: its number is used again.
    fn postpone(&mut self, until: Time, was: StepStatus, at: Time) {
        if was == StepStatus::Running {
            self.attempts = self.attempts.saturating_sub(1);
        }
        self.flying = false;
        self.intended = false;
        self.park(Some(until), at);
    }

    fn resume(&mut self, next: StepStatus, at: Time) {
        self.hold_reason = None;
        self.intended = false;
        self.basis = Some(at);
        if next == StepStatus::Succeeded {
            self.output = Some(Arc::new(Value::Null));
            self.error = None;
        }
        if next == StepStatus::Retrying {
            self.begin_anew();
        } else {
            self.end(at);
        }
    }

    /// What a block, or a call of another workflow, did before is forgotten when it is tried again.
    fn begin_anew(&mut self) {
        self.resumed = self.resumed.saturating_add(1);
        self.branch = None;
        self.pauses = 0;
        self.detail = Detail::Nothing;
    }

    /// A new process: nothing is under way, and no items are at hand.
    pub(super) fn forget(&mut self) {
        self.flying = false;
        self.detail.forget_items();
    }

    /// Whether nothing more happens to it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.status, StepStatus::Succeeded | StepStatus::Failed | StepStatus::Skipped)
    }

    fn fail(&mut self, attempt: u32, error: &StepError, at: Time, retry_at: Option<Time>) {
        self.flying = false;
        self.intended = false;
        self.wake_at = None;
        self.attempts = attempt.max(self.attempts);
        self.error = Some(error.clone());
        self.started_at.get_or_insert(at);
        if attempt > 0 {
            self.failures.push(FailedAttempt { attempt, at, error: error.clone(), retry_at });
        }
    }

    fn hold(&mut self, reason: HoldReason, attempt: u32, error: Option<&StepError>, at: Time) {
        self.hold_reason = Some(reason);
        self.wake_at = None;
        match error {
            Some(error) => self.fail(attempt, error, at, None),
            None => self.flying = false,
        }
    }

    fn end(&mut self, at: Time) {
        self.flying = false;
        self.wake_at = None;
        self.started_at.get_or_insert(at);
        self.hold_reason = None;
        self.finished_at = Some(at);
        // Nobody asks for the items of a loop that is over.
        self.detail.forget_items();
    }
}
