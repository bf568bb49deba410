//! Where a run stands: the fold of its entries over its beginning.

mod moves;
mod record;

use std::collections::BTreeMap;
use std::sync::Arc;

use cauce_model::{
    Entry, FailedAttempt, HoldReason, Rendered, RunError, RunStart, RunStatus, StepError, StepPath,
    StepStatus, Time, What,
};
use serde_json::Value;

pub use moves::{IllegalMove, KINDS, Kind, legal};

/// The fold of a run's entries. Two folds of the same entries are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// How it began.
    pub start: Arc<RunStart>,
    /// Steps that something happened to.
    pub steps: BTreeMap<StepPath, StepState>,
    /// Who asked for its end, where somebody did.
    pub cancel_asked: Option<String>,
    /// How it ended, once it did.
    pub end: Option<End>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Succeeded, failed or cancelled.
    pub status: RunStatus,
    /// Why it stopped early.
    pub reason: Option<String>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// What it answers.
    pub outputs: Option<Value>,
    /// When.
    pub at: Time,
}

/// Where a step stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepState {
    /// Where it is in its life.
    pub status: StepStatus,
    /// Attempts made.
    pub attempts: u32,
    /// Whether an attempt is under way in this process. False after recovery, until the attempt is made again.
    pub flying: bool,
    /// Whether an `effect: once` attempt may have left.
    pub intended: bool,
    /// The input people see.
    pub input: Option<Value>,
    /// The result.
    pub output: Option<Arc<Value>>,
    /// Why it failed.
    pub error: Option<StepError>,
    /// The way a block took.
    pub branch: Option<String>,
    /// What later attempts send.
    pub request: Option<Arc<Rendered>>,
    /// When it goes on by itself.
    pub wake_at: Option<Time>,
    /// Why it is held.
    pub hold_reason: Option<HoldReason>,
    /// Attempts that failed.
    pub failures: Vec<FailedAttempt>,
    /// When its first attempt, or the wait, began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// The time that `now()` says behind this step: of its result or wake-up, never of a pure step.
    pub basis: Option<Time>,
}

impl State {
    /// A run to which nothing happened yet.
    #[must_use]
    pub fn new(start: Arc<RunStart>) -> Self {
        Self { start, steps: BTreeMap::new(), cancel_asked: None, end: None }
    }

    /// The run after these entries, as a process that was not there for them finds it: nothing is under way.
    ///
    /// # Errors
    /// The first entry that cannot follow the ones before it.
    pub fn recover(start: Arc<RunStart>, entries: &[Entry]) -> Result<Self, IllegalMove> {
        let mut state = Self::new(start);
        for entry in entries {
            state.apply(entry)?;
        }
        for step in state.steps.values_mut() {
            step.flying = false;
        }
        Ok(state)
    }

    /// The step at this path, where something happened to it.
    #[must_use]
    pub fn step(&self, path: &StepPath) -> Option<&StepState> {
        self.steps.get(path)
    }

    /// Where the step at this path is in its life.
    #[must_use]
    pub fn status(&self, path: &StepPath) -> StepStatus {
        self.step(path).map_or(StepStatus::Pending, |step| step.status)
    }

    /// Whether any attempt is under way.
    #[must_use]
    pub fn is_flying(&self) -> bool {
        self.steps.values().any(|step| step.flying)
    }

    /// Adds one entry.
    ///
    /// # Errors
    /// When the entry cannot follow what happened so far; the state is unchanged.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), IllegalMove> {
        let kind = Kind::of(&entry.what);
        let status = self.status(&entry.path);
        if self.end.is_some() || kind.is_of_run() != entry.path.as_str().is_empty() {
            return Err(IllegalMove {
                path: entry.path.clone(),
                from: status,
                kind,
                over: self.end.is_some(),
            });
        }
        if kind.is_of_run() {
            self.apply_to_run(entry);
            return Ok(());
        }
        let Some(next) = legal(status, kind) else {
            return Err(IllegalMove { path: entry.path.clone(), from: status, kind, over: false });
        };
        let step = self.steps.entry(entry.path.clone()).or_default();
        step.take(entry, next);
        Ok(())
    }

    fn apply_to_run(&mut self, entry: &Entry) {
        match &entry.what {
            What::CancelAsked { by } => self.cancel_asked = Some(by.clone()),
            What::Finished { status, reason, error, outputs } => {
                self.end = Some(End {
                    status: *status,
                    reason: reason.clone(),
                    error: error.clone(),
                    outputs: outputs.clone(),
                    at: entry.at,
                });
            }
            What::Started { .. }
            | What::Intended { .. }
            | What::Succeeded { .. }
            | What::AttemptFailed { .. }
            | What::Failed { .. }
            | What::Skipped
            | What::Entered { .. }
            | What::Fetched { .. }
            | What::PassDone { .. }
            | What::BranchDone { .. }
            | What::Waited { .. }
            | What::Woke
            | What::Listened { .. }
            | What::Matched { .. }
            | What::Asked { .. }
            | What::Decided { .. }
            | What::Called { .. }
            | What::Returned { .. }
            | What::Postponed { .. }
            | What::Held { .. }
            | What::Resumed { .. }
            | What::Ending { .. }
            | What::Compacted { .. } => {}
        }
    }
}

impl StepState {
    fn take(&mut self, entry: &Entry, next: StepStatus) {
        let at = entry.at;
        let was_attempt = self.attempts > 0;
        self.status = next;
        match &entry.what {
            What::Started { attempt, input } => self.begin(*attempt, input, at),
            What::Intended { attempt } => {
                self.attempts = (*attempt).max(self.attempts);
                self.intended = true;
                self.flying = true;
                self.started_at.get_or_insert(at);
            }
            What::Succeeded { output } => {
                self.output = Some(Arc::new(output.clone()));
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
                self.output = Some(Arc::new(serde_json::json!({ "branch": branch })));
                self.started_at.get_or_insert(at);
            }
            What::Waited { until } => {
                self.wake_at = Some(*until);
                self.started_at.get_or_insert(at);
            }
            What::Woke => {
                self.wake_at = None;
                self.basis = Some(at);
            }
            What::Held { reason, attempt, error, request } => {
                self.hold(*reason, *attempt, error.as_ref(), at);
                self.request = request.clone().map(Arc::new).or_else(|| self.request.take());
            }
            What::Resumed { .. } => {
                self.hold_reason = None;
                self.intended = false;
                self.basis = Some(at);
                if next == StepStatus::Succeeded {
                    self.output = Some(Arc::new(Value::Null));
                    self.error = None;
                }
                if next != StepStatus::Retrying {
                    self.end(at);
                }
            }
            What::Fetched { .. }
            | What::PassDone { .. }
            | What::BranchDone { .. }
            | What::Listened { .. }
            | What::Matched { .. }
            | What::Asked { .. }
            | What::Decided { .. }
            | What::Called { .. }
            | What::Returned { .. }
            | What::Postponed { .. } => {}
            What::CancelAsked { .. }
            | What::Finished { .. }
            | What::Ending { .. }
            | What::Compacted { .. } => {}
        }
    }

    fn begin(&mut self, attempt: u32, input: &Value, at: Time) {
        self.attempts = attempt.max(self.attempts);
        self.flying = true;
        self.input = Some(input.clone());
        self.wake_at = None;
        self.started_at.get_or_insert(at);
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
        self.finished_at = Some(at);
    }
}
