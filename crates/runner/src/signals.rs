//! What was sent to a run in memory, and what it means.

use cauce_engine::state::Detail;
use cauce_engine::{heard, matches};
use cauce_journal::runs::{Sent, Signal};
use cauce_journal::{Error, Journal};
use cauce_model::{Entry, EventId, StepPath, StepStatus, Time, Verdict, What};

use crate::live::Live;

impl Live {
    /// Reads the signals that came and adds what they mean.
    pub(crate) async fn read_signals(&mut self, journal: &Journal, now: Time) -> Result<(), Error> {
        let signals = journal.runs.inbox(self.id, self.unread_behind()).await?;
        let mut read = self.inbox_read;
        for Sent { number, signal, .. } in signals {
            match signal {
                Signal::Event { path, event } => self.hear(journal, &path, event, now).await?,
                // What a step waits for finds it waiting or does nothing; what people ask for counts once.
                Signal::Decide { .. } | Signal::ChildDone { .. } => self.take(signal, now),
                Signal::Cancel { .. } | Signal::Resume { .. } | Signal::Hold { .. }
                    if number <= self.inbox_read => {}
                Signal::Cancel { .. } | Signal::Resume { .. } | Signal::Hold { .. } => self.take(signal, now),
            }
            read = read.max(number);
        }
        self.has_read(read);
        Ok(())
    }

    fn happened(&mut self, path: StepPath, what: What, now: Time) {
        self.add(Entry { at: now, path, what });
    }

    fn take(&mut self, signal: Signal, now: Time) {
        match signal {
            Signal::Cancel { by } => self.happened(StepPath::run(), What::CancelAsked { by }, now),
            Signal::Resume { choice, by, path: wanted } => {
                // A step whose hold nobody can have seen yet is not meant: above all not a call that is in doubt since
                // the process died, by whoever let a run go on that was suspected of the death.
                let held = self.state.steps.iter().filter(|(path, step)| {
                    step.status == StepStatus::Held
                        && wanted.as_ref().is_none_or(|wanted| wanted == *path)
                        && !self.holds_unseen(path)
                });
                let paths: Vec<_> = held.map(|(path, _)| path.clone()).collect();
                for path in paths {
                    self.happened(path, What::Resumed { choice, by: by.clone() }, now);
                }
            }
            Signal::Decide { path, approved, by, form } => {
                let asks = |detail: &Detail| matches!(detail, Detail::Asking(_));
                if self.waits_at(&path, asks) {
                    let decision = if approved { Verdict::Approved } else { Verdict::Rejected };
                    self.happened(path, What::Decided { decision, by, form }, now);
                }
            }
            Signal::ChildDone { path, child, status, outputs, error } => {
                let calls = |detail: &Detail| detail.child() == Some(child);
                if self.waits_at(&path, calls) {
                    self.happened(path, What::Returned { status, outputs, error }, now);
                }
            }
            // Nobody sends it yet.
            Signal::Hold { by } => tracing::warn!(run.id = %self.id, by, "a run cannot be held from outside"),
            Signal::Event { .. } => {}
        }
    }

    /// Whether a step waits, and for such a thing: what is sent too late or twice finds nobody.
    fn waits_at(&self, path: &StepPath, fits: impl Fn(&Detail) -> bool) -> bool {
        self.state.step(path).is_some_and(|step| step.status == StepStatus::Waiting && fits(&step.detail))
    }

    /// An event whose key met a wait: whether it is the one, the whole of `match` decides.
    async fn hear(
        &mut self,
        journal: &Journal,
        path: &StepPath,
        event: EventId,
        now: Time,
    ) -> Result<(), Error> {
        if !self.is_waiting_for_event(path) {
            return Ok(());
        }
        let Some(event) = journal.waits.get(event).await? else { return Ok(()) };
        let seen = event.seen();
        match matches(&self.plan, &self.state, path, &seen) {
            Ok(true) => {
                let (path, what) = heard(path, event.id, &event.name, seen);
                self.happened(path, what, now);
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(run.id = %self.id, step = %path, event.id = %event.id, error = %error.message,
                    "`match` cannot judge an event: it does not count");
            }
        }
        Ok(())
    }
}
