//! A run in memory: its state, what of it is not yet written, and its writes.

use std::collections::BTreeSet;
use std::sync::Arc;

use cauce_engine::{Plan, State, StepCall, compact, open_waits, rests_on};
use cauce_journal::notices::{Notice, Question};
use cauce_journal::runs::{Brief, Child, OpenRun, Progress, Progressed, Rev, Then, WaitChange};
use cauce_journal::{Error, Journal};
use cauce_model::{Entry, NamedEvent, RunError, RunId, SessionId, StepPath, StepStatus, Time, What};

/// Entries that wait to be written at most: a loop writes them together, and not more.
const MOST_PENDING: usize = 512;
/// So many people at most get a mail of one question.
const MOST_ASKED: usize = 50;
/// So many entries behind the last compaction make a write a compaction.
const COMPACT_AFTER: usize = 2_000;

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
    pub(crate) inbox_read: i64,
    /// Whether signals that count as read are to be looked through again: whoever set the run aside read them and did
    /// nothing about them.
    reread: bool,
    /// When the last thing happened to it that was durable at its load.
    pub(crate) stood_at: Time,
    pending: Pending,
    /// Paths of waits whose rows are written, or will be with the next write.
    waits: BTreeSet<StepPath>,
    /// Waits that have not looked for events that came before them.
    unlooked: Vec<StepPath>,
    /// Whether the plan has any waits for events; those that have none do not pay for them.
    listens: bool,
    /// Entries written since the beginning or the last compaction.
    written: usize,
    /// The steps at which it was held when it was loaded.
    held: Vec<Hold>,
}

/// A step at which a run is held, and how often it was let go on before.
type Hold = (StepPath, u32);

/// What the next write takes along.
#[derive(Default)]
struct Pending {
    entries: Vec<Entry>,
    /// Of those, where something happened that an effect may rest on.
    weighty: Vec<StepPath>,
    waits: Vec<WaitChange>,
    children: Vec<Child>,
    emits: Vec<NamedEvent>,
    notice: Option<Notice>,
    questions: Vec<Question>,
}

impl Live {
    pub(crate) fn new(session: SessionId, plan: Arc<Plan>, run: &OpenRun, state: State) -> Self {
        let listens = plan.listens();
        let mut live = Self {
            id: run.start.id,
            plan,
            state,
            session,
            rev: run.rev,
            inbox: run.inbox,
            inbox_read: run.inbox_read,
            reread: run.inbox_read > 0,
            stood_at: run.entries.last().map_or(run.start.accepted_at, |entry| entry.at),
            pending: Pending::default(),
            waits: BTreeSet::new(),
            unlooked: Vec::new(),
            listens,
            written: run.entries.len(),
            held: Vec::new(),
        };
        live.held = live.holds();
        if listens && !run.entries.is_empty() {
            // Their rows were written with the entries that opened them. Each load looks again.
            live.waits = open_waits(&live.plan, &live.state).into_iter().map(|wait| wait.path).collect();
            live.unlooked = live.waits.iter().cloned().collect();
        }
        live
    }

    fn holds(&self) -> Vec<Hold> {
        let held = self.state.steps.iter().filter(|(_, step)| step.status == StepStatus::Held);
        held.map(|(path, step)| (path.clone(), step.resumed)).collect()
    }

    /// The first step at which it is held by what is not written yet.
    pub(crate) fn newly_held(&mut self) -> Option<StepPath> {
        if !self.pending.entries.iter().any(|entry| matches!(entry.what, What::Held { .. })) {
            return None;
        }
        let now = self.holds();
        let new = now.iter().find(|hold| !self.held.contains(hold)).map(|(path, _)| path.clone());
        self.held = now;
        new
    }

    /// Since when something waits to be written.
    pub(crate) fn pending_since(&self) -> Option<Time> {
        self.pending.entries.first().map(|entry| entry.at)
    }

    /// Whether a wait for events stands at this path and has not heard of its event yet.
    pub(crate) fn is_waiting_for_event(&self, path: &StepPath) -> bool {
        self.waits.contains(path)
            && self.state.step(path).is_none_or(|step| step.status == StepStatus::Waiting)
    }

    /// The revision of the last write.
    pub(crate) const fn rev(&self) -> Rev {
        self.rev
    }

    /// Whether a step is held by an entry that is not written yet.
    pub(crate) fn holds_unseen(&self, path: &StepPath) -> bool {
        self.pending
            .entries
            .iter()
            .any(|entry| entry.path == *path && matches!(entry.what, What::Held { .. }))
    }

    /// Adds an entry to the state, to be written later.
    pub(crate) fn add(&mut self, entry: Entry) {
        match self.state.apply(&entry) {
            Ok(()) => {
                let attempts = self.state.step(&entry.path).map_or(0, |step| step.attempts);
                if is_weighty(&entry.what, attempts) {
                    self.pending.weighty.push(entry.path.clone());
                }
                self.ask(&entry);
                self.pending.entries.push(entry);
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
        self.follow_waits();
    }

    /// Adds what goes with the next write: a run that a step calls.
    pub(crate) fn add_child(&mut self, child: Child) {
        self.pending.children.push(child);
    }

    /// Adds what goes with the next write: events that a step tells of.
    pub(crate) fn tell(&mut self, events: Vec<NamedEvent>) {
        self.pending.emits.extend(events);
    }

    /// Adds what goes with the next write: what the workflow's owner is to be told.
    pub(crate) fn notice(&mut self, notice: Notice) {
        self.pending.notice.get_or_insert(notice);
    }

    /// Adds what goes with the next write where people are asked: a letter to each.
    fn ask(&mut self, entry: &Entry) {
        let What::Asked { to, form, deadline } = &entry.what else { return };
        let step = self.plan.by_path(&entry.path);
        let step = step.map_or_else(|| entry.path.as_str(), |step| step.name.as_deref().unwrap_or(&step.id));
        self.pending.questions.extend(to.iter().take(MOST_ASKED).map(|to| Question {
            run: self.id,
            workflow: self.state.start.workflow.clone(),
            name: self.plan.name.clone(),
            path: entry.path.clone(),
            step: step.to_owned(),
            to: to.clone(),
            form: form.clone(),
            deadline: *deadline,
            at: entry.at,
        }));
    }

    /// Opens and closes the rows of waits as the state has it.
    fn follow_waits(&mut self) {
        if !self.listens {
            return;
        }
        let open = open_waits(&self.plan, &self.state);
        let now: BTreeSet<StepPath> = open.iter().map(|wait| wait.path.clone()).collect();
        for path in self.waits.difference(&now) {
            self.pending.waits.push(WaitChange::Close { path: path.clone() });
        }
        for wait in open.into_iter().filter(|wait| !self.waits.contains(&wait.path)) {
            self.unlooked.push(wait.path.clone());
            self.pending.waits.push(WaitChange::Open {
                path: wait.path,
                event: wait.event,
                field: wait.field,
                key: wait.key,
                since: self.state.start.accepted_at,
            });
        }
        self.unlooked.retain(|path| now.contains(path));
        self.waits = now;
    }

    /// Whether these effects must wait for a write first: one of them rests on something that is not durable yet, or
    /// something goes along that others are to find.
    pub(crate) fn must_write_before(&self, calls: &[StepCall]) -> bool {
        let rests = |entry: &StepPath| calls.iter().any(|call| rests_on(&self.plan, &call.path, entry));
        !self.pending.children.is_empty() || self.pending.weighty.iter().any(rests)
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.entries.is_empty()
    }

    /// Whether so much waits to be written that it should be.
    pub(crate) fn has_much_pending(&self) -> bool {
        self.pending.entries.len() >= MOST_PENDING
    }

    pub(crate) const fn has_signals(&self) -> bool {
        self.reread || self.inbox > self.inbox_read
    }

    /// The number behind which signals are to be read.
    pub(crate) const fn unread_behind(&self) -> i64 {
        if self.reread { 0 } else { self.inbox_read }
    }

    /// Says that there may be signals, without knowing how many.
    pub(crate) fn knock(&mut self) {
        self.inbox = self.inbox.max(self.inbox_read + 1);
    }

    /// Every signal up to this number is read.
    pub(crate) fn has_read(&mut self, number: i64) {
        self.inbox_read = self.inbox_read.max(number);
        self.reread = false;
        // A knock may have had no signal behind it.
        self.inbox = self.inbox_read;
    }

    /// Whether a wait is to look for events that came before it, which it does behind the write that opened it.
    pub(crate) fn has_unlooked(&self) -> bool {
        !self.unlooked.is_empty()
    }

    /// The waiter's look, in a transaction of its own behind the one that opened the wait.
    pub(crate) async fn look(&mut self, journal: &Journal) -> Result<(), Error> {
        while let Some(path) = self.unlooked.last() {
            let found = journal.waits.catch_up(self.session, self.id, path).await?;
            self.unlooked.pop();
            if found > 0 {
                self.knock();
            }
        }
        Ok(())
    }

    /// What lists show.
    pub(crate) fn brief(&self) -> Brief {
        brief(&self.plan, &self.state)
    }

    /// Writes what is pending and goes on. The runs called that are new come back, to be driven.
    pub(crate) async fn write(
        &mut self,
        journal: &Journal,
        now: Time,
    ) -> Result<(Written, Vec<OpenRun>), Error> {
        self.commit(journal, Then::Keep, now).await
    }

    /// Writes what is pending and lets go of the run until `wake_at` or a signal.
    pub(crate) async fn park(
        &mut self,
        journal: &Journal,
        wake_at: Option<Time>,
        now: Time,
    ) -> Result<Written, Error> {
        self.commit(journal, Then::Park { wake_at }, now).await.map(|(written, _)| written)
    }

    /// Writes the end.
    pub(crate) async fn finish(&mut self, journal: &Journal, now: Time) -> Result<Written, Error> {
        let record = Box::new(self.state.record(&self.plan));
        self.commit(journal, Then::Finish(record), now).await.map(|(written, _)| written)
    }

    async fn commit(
        &mut self,
        journal: &Journal,
        then: Then,
        now: Time,
    ) -> Result<(Written, Vec<OpenRun>), Error> {
        let ends = matches!(then, Then::Finish(_));
        let pending = std::mem::take(&mut self.pending);
        let mut progress = Progress::new(self.session, self.id, self.rev, self.brief(), then);
        progress.inbox_read = self.inbox_read;
        progress.waits.clone_from(&pending.waits);
        progress.children.clone_from(&pending.children);
        progress.emits.clone_from(&pending.emits);
        progress.notice.clone_from(&pending.notice);
        progress.questions.clone_from(&pending.questions);
        let compacted = if ends { None } else { self.compaction(pending.entries.len(), now) };
        progress.compact = compacted.is_some();
        match compacted {
            Some(entry) => progress.entries = vec![entry],
            // The record of a run that is over holds all of it.
            None if ends => {}
            None => progress.entries.clone_from(&pending.entries),
        }
        let is_compact = progress.compact;
        match journal.runs.progress(progress).await {
            Ok(Progressed::Done { rev, inbox, children }) => {
                let children = new_children(pending.children, &children);
                self.written(rev, inbox, pending.entries.len(), is_compact);
                Ok((Written::Done, children))
            }
            Ok(Progressed::Stays { rev, inbox, children }) => {
                let children = new_children(pending.children, &children);
                self.written(rev, inbox, pending.entries.len(), is_compact);
                Ok((Written::Stays, children))
            }
            Ok(Progressed::Stale) => Ok((Written::Lost, Vec::new())),
            Err(error) => {
                self.pending = pending;
                Err(error)
            }
        }
    }

    /// The entry that stands for all before it, once there are so many that a recovery would take long over them.
    fn compaction(&self, more: usize, now: Time) -> Option<Entry> {
        if self.written + more < COMPACT_AFTER {
            return None;
        }
        compact(&self.state, now)
            .inspect_err(
                |error| tracing::error!(run.id = %self.id, %error, "a state could not be written down"),
            )
            .ok()
    }

    fn written(&mut self, rev: Rev, inbox: i64, entries: usize, is_compact: bool) {
        self.rev = rev;
        self.inbox = self.inbox.max(inbox);
        self.written = if is_compact { 1 } else { self.written + entries };
    }
}

/// What lists show of a run.
pub(crate) fn brief(plan: &Plan, state: &State) -> Brief {
    let end = state.end.as_ref();
    let held = state.held();
    let held_error =
        held.and_then(|(path, step)| step.error.clone().map(|error| RunError { error, step: path.clone() }));
    Brief {
        status: state.run_status(),
        hold_reason: held.and_then(|(_, step)| step.hold_reason),
        reason: end.and_then(|end| end.reason.clone()),
        error: end.and_then(|end| end.error.clone()).or(held_error),
        steps_done: u32::try_from(state.steps_done()).unwrap_or(u32::MAX),
        steps_total: u32::try_from(plan.steps.len()).unwrap_or(u32::MAX),
    }
}

fn new_children(children: Vec<Child>, new: &[RunId]) -> Vec<OpenRun> {
    let fresh = children.into_iter().filter(|child| child.run.owned && new.contains(&child.run.start.id));
    fresh.map(|child| OpenRun::accepted(child.run, Rev::FIRST)).collect()
}

/// Whether an effect may rest on this entry: what a recovery could not compute again.
const fn is_weighty(what: &What, attempts: u32) -> bool {
    match what {
        What::Succeeded { .. } => attempts > 0,
        What::Failed { attempt, .. } => *attempt > 0,
        What::AttemptFailed { .. }
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
        | What::Intended { .. }
        | What::Waited { .. }
        | What::Ending { .. }
        | What::CancelAsked { .. } => true,
        What::Started { .. }
        | What::Skipped
        | What::Entered { .. }
        | What::Fetched { .. }
        | What::PassDone { .. }
        | What::Collected { .. }
        | What::BranchDone { .. }
        | What::Compacted { .. }
        | What::Finished { .. } => false,
    }
}
