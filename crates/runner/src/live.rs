//! A run in memory: its state, what of it is not yet written, and its writes.

use std::sync::Arc;

use cauce_engine::{Plan, State};
use cauce_journal::runs::{Brief, OpenRun, Progress, Progressed, Rev, Sent, Signal, Then};
use cauce_journal::{Error, Journal};
use cauce_model::{Entry, RunId, SessionId, StepPath, StepStatus, Time, What};

/// Whether the run is still ours after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Ours, or given up as asked.
    Done,
    /// Parking was refused: signals wait to be read.
    Stays,
    /// Somebody else's: drop it.
    Lost,
}

/// A run in memory.
pub(crate) struct Live {
    pub(crate) id: RunId,
    pub(crate) plan: Arc<Plan>,
    pub(crate) state: State,
    session: SessionId,
    rev: Rev,
    inbox: i64,
    inbox_read: i64,
    pending: Vec<Entry>,
    /// Whether `pending` holds something that an effect may rest on.
    weighty: bool,
}

impl Live {
    pub(crate) fn new(session: SessionId, plan: Arc<Plan>, run: &OpenRun, state: State) -> Self {
        Self {
            id: run.start.id,
            plan,
            state,
            session,
            rev: run.rev,
            inbox: run.inbox,
            inbox_read: run.inbox_read,
            pending: Vec::new(),
            weighty: false,
        }
    }

    /// Adds an entry to the state, to be written later.
    pub(crate) fn add(&mut self, entry: Entry) {
        match self.state.apply(&entry) {
            Ok(()) => {
                self.weighty |=
                    is_weighty(&entry.what, self.state.step(&entry.path).map_or(0, |step| step.attempts));
                self.pending.push(entry);
            }
            Err(illegal) => {
                tracing::error!(run.id = %self.id, %illegal, "dropped an entry that cannot follow")
            }
        }
    }

    /// Takes over entries that a decision made. They are legal by construction.
    pub(crate) fn add_all(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            self.add(entry);
        }
    }

    /// Whether an effect must wait for a write first.
    pub(crate) const fn must_write_first(&self) -> bool {
        self.weighty
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(crate) const fn has_signals(&self) -> bool {
        self.inbox > self.inbox_read
    }

    /// Says that there may be signals, without knowing how many.
    pub(crate) fn knock(&mut self) {
        self.inbox = self.inbox.max(self.inbox_read + 1);
    }

    fn brief(&self) -> Brief {
        let held = self.state.held().map(|(path, step)| (path.clone(), step.clone()));
        let end = self.state.end.as_ref();
        let held_error = held.as_ref().and_then(|(path, step)| {
            step.error.clone().map(|error| cauce_model::RunError { error, step: path.clone() })
        });
        Brief {
            status: self.state.run_status(),
            hold_reason: held.and_then(|(_, step)| step.hold_reason),
            reason: end.and_then(|end| end.reason.clone()),
            error: end.and_then(|end| end.error.clone()).or(held_error),
            steps_done: u32::try_from(self.state.steps_done()).unwrap_or(u32::MAX),
            steps_total: u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX),
        }
    }

    /// Writes what is pending and goes on.
    pub(crate) async fn write(&mut self, journal: &Journal) -> Result<Written, Error> {
        self.commit(journal, Then::Keep).await
    }

    /// Writes what is pending and lets go of the run until `wake_at` or a signal.
    pub(crate) async fn park(&mut self, journal: &Journal, wake_at: Option<Time>) -> Result<Written, Error> {
        self.commit(journal, Then::Park { wake_at }).await
    }

    /// Writes the end.
    pub(crate) async fn finish(&mut self, journal: &Journal) -> Result<Written, Error> {
        let record = Box::new(self.state.record(&self.plan));
        self.commit(journal, Then::Finish(record)).await
    }

    async fn commit(&mut self, journal: &Journal, then: Then) -> Result<Written, Error> {
        let entries = std::mem::take(&mut self.pending);
        let progress = Progress {
            entries: entries.clone(),
            inbox_read: self.inbox_read,
            ..Progress::new(self.session, self.id, self.rev, self.brief(), then)
        };
        match journal.runs.progress(progress).await {
            Ok(Progressed::Done { rev, inbox, .. }) => {
                self.written(rev, inbox);
                Ok(Written::Done)
            }
            Ok(Progressed::Stays { rev, inbox, .. }) => {
                self.written(rev, inbox);
                Ok(Written::Stays)
            }
            Ok(Progressed::Stale) => Ok(Written::Lost),
            Err(error) => {
                self.pending = entries;
                Err(error)
            }
        }
    }

    const fn written(&mut self, rev: Rev, inbox: i64) {
        self.rev = rev;
        self.inbox = inbox;
        self.weighty = false;
    }

    /// Reads the signals that came and adds what they mean.
    pub(crate) async fn read_signals(&mut self, journal: &Journal, now: Time) -> Result<(), Error> {
        let signals = journal.runs.inbox(self.id, self.inbox_read).await?;
        for Sent { number, signal, .. } in signals {
            self.inbox_read = self.inbox_read.max(number);
            self.take(signal, now);
        }
        self.inbox = self.inbox.max(self.inbox_read);
        if self.inbox > self.inbox_read {
            // A knock without a signal behind it.
            self.inbox = self.inbox_read;
        }
        Ok(())
    }

    fn take(&mut self, signal: Signal, now: Time) {
        match signal {
            Signal::Cancel { by } => {
                if self.state.cancel_asked.is_none() {
                    self.add(Entry { at: now, path: StepPath::run(), what: What::CancelAsked { by } });
                }
            }
            Signal::Resume { choice, by, path } => {
                let is_meant = |held: &StepPath| path.as_ref().is_none_or(|path| path == held);
                let held = self.state.steps.iter().filter(|(_, step)| step.status == StepStatus::Held);
                let paths: Vec<_> = held.map(|(path, _)| path.clone()).filter(is_meant).collect();
                for path in paths {
                    self.add(Entry { at: now, path, what: What::Resumed { choice, by: by.clone() } });
                }
            }
            Signal::Hold { .. } | Signal::Event { .. } | Signal::Decide { .. } | Signal::ChildDone { .. } => {
                tracing::warn!(run.id = %self.id, ?signal, "no step of this run can take up the signal");
            }
        }
    }
}

/// Whether an effect may rest on this entry: what a recovery could not compute again.
const fn is_weighty(what: &What, attempts: u32) -> bool {
    match what {
        What::Succeeded { .. } => attempts > 0,
        What::Failed { attempt, .. } => *attempt > 0,
        What::AttemptFailed { .. }
        | What::Woke
        | What::Matched { .. }
        | What::Decided { .. }
        | What::Called { .. }
        | What::Returned { .. }
        | What::Postponed { .. }
        | What::Listened { .. }
        | What::Asked { .. }
        | What::Held { .. }
        | What::Resumed { .. }
        | What::Intended { .. }
        | What::Waited { .. }
        | What::Ending { .. }
        | What::CancelAsked { .. } => true,
        What::Started { .. }
        | What::Skipped
        | What::Entered { .. }
        | What::Fetched { .. }
        | What::PassDone { .. }
        | What::BranchDone { .. }
        | What::Compacted { .. }
        | What::Finished { .. } => false,
    }
}
