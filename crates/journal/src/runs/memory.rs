//! Runs in memory.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use cauce_model::{
    Entry, EventId, RunId, RunRecord, RunStart, RunStatus, SessionId, StepPath, Time, earliest_id,
};

use super::progress::tells;
use super::signals::told_to_parent;
use super::{
    Brief, Candidate, Filter, Found, OpenRun, Progress, Progressed, Rev, Runs, Sent, Signal, Summary, Then,
};
use crate::events::NewRun;
use crate::gates::memory::Place;
use crate::gates::name::Name;
use crate::memory::{Memory, State};
use crate::{Change, Error};

/// An open run.
pub(crate) struct Open {
    pub(crate) start: RunStart,
    pub(crate) brief: Brief,
    rev: Rev,
    owner: Option<SessionId>,
    /// While somebody owns it: when the last signal came since the owner's last write.
    pub(crate) wake_at: Option<Time>,
    /// The gate whose place it holds or waits for.
    pub(crate) gate: Option<(Name, Place)>,
    crashes: u32,
    /// Who marked it.
    marked: Option<SessionId>,
    /// How many signals it has had; of those that were read, a compaction forgets what nobody needs.
    inbox_len: i64,
    inbox: Vec<Sent>,
    inbox_read: i64,
    entries: Vec<Entry>,
}

/// A run that is over.
pub(crate) struct Over {
    pub(crate) record: RunRecord,
    brief: Brief,
}

impl Over {
    /// When it ended, and which run it is.
    pub(crate) fn ended(&self) -> (Time, RunId) {
        (self.record.finished_at.unwrap_or(self.record.start.accepted_at), self.record.start.id)
    }
}

impl Open {
    pub(crate) fn new(new: NewRun, owner: Option<SessionId>) -> Self {
        let NewRun { start, steps_total, entries, parked, keys: _, owned: _ } = new;
        let free_at = parked.as_ref().map_or(start.accepted_at, |parked| parked.wake_at);
        let wake_at = if owner.is_some() { None } else { Some(free_at) };
        Self {
            brief: parked.map_or_else(|| Brief::of_new_run(steps_total), |parked| parked.brief),
            start,
            rev: Rev::FIRST,
            owner,
            wake_at,
            gate: None,
            crashes: 0,
            marked: None,
            inbox_len: 0,
            inbox: Vec::new(),
            inbox_read: 0,
            entries,
        }
    }

    /// Puts a signal into the inbox and wakes the run.
    pub(crate) fn send(&mut self, signal: Signal, at: Time) {
        self.inbox_len += 1;
        self.inbox.push(Sent { number: self.inbox_len, at, signal });
        self.wake_at = Some(at);
    }

    pub(crate) fn was_sent(&self, signal: &Signal) -> bool {
        self.inbox.iter().any(|sent| sent.signal == *signal)
    }

    /// Forgets signals that were read, but those of events for waits that are open: they count once.
    fn forget_signals(&mut self, is_open: impl Fn(&StepPath) -> bool) {
        let read = self.inbox_read;
        self.inbox.retain(|sent| match &sent.signal {
            Signal::Event { path, .. } => sent.number > read || is_open(path),
            _ => sent.number > read,
        });
    }

    /// Whether it waits for a place.
    pub(crate) fn is_in_line(&self) -> bool {
        self.gate.as_ref().is_some_and(|(_, place)| *place == Place::InLine)
    }

    /// Whether somebody sent it something.
    pub(crate) fn has_mail(&self) -> bool {
        self.inbox_len > 0
    }

    /// Lets it wait for a place: nobody owns it.
    pub(crate) fn wait_in_line(&mut self) {
        self.owner = None;
        self.wake_at = None;
        self.brief.status = RunStatus::Queued;
    }

    fn raise(&mut self) -> Rev {
        self.rev.0 += 1;
        self.rev
    }

    fn loaded(&self) -> OpenRun {
        OpenRun {
            start: self.start.clone(),
            rev: self.rev,
            crashes: self.crashes,
            marked: self.marked.is_some() && self.marked != self.owner,
            inbox: self.inbox_len,
            inbox_read: self.inbox_read,
            wake_at: self.wake_at.filter(|_| self.owner.is_none()),
            brief: self.brief.clone(),
            entries: self.entries.clone(),
        }
    }
}

#[async_trait]
impl Runs for Memory {
    async fn progress(&self, progress: Progress) -> Result<Progressed, Error> {
        let run = progress.run;
        let emitted: Vec<EventId> = progress.emits.iter().map(|event| event.id).collect();
        let now = self.clock.now();
        let end = self.hints.awaited_end(&progress);
        let tells = tells(&progress);
        let progressed = self.state().progress(progress, now)?;
        if progressed != Progressed::Stale {
            end.iter().for_each(|record| self.hints.ended(record));
            self.hints.tell(Change::Run(run));
            emitted.into_iter().for_each(|event| self.hints.tell(Change::Event(event)));
            if tells {
                self.hints.ring();
            }
        }
        Ok(progressed)
    }

    async fn candidates(&self, now: Time, limit: u32) -> Result<Vec<Candidate>, Error> {
        Ok(self.state().candidates(now, usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    async fn owned(&self, session: SessionId) -> Result<Vec<Candidate>, Error> {
        Ok(self.state().owned(session).map(|(id, open)| Candidate { run: *id, rev: open.rev }).collect())
    }

    async fn claim(&self, session: SessionId, candidates: &[Candidate]) -> Result<Vec<OpenRun>, Error> {
        let mut state = self.state();
        state.fence(session)?;
        let mut wanted = candidates.to_vec();
        wanted.sort_by_key(|candidate| candidate.run);
        Ok(wanted.into_iter().filter_map(|candidate| state.claim(session, candidate)).collect())
    }

    async fn mark(&self, session: SessionId, run: RunId, rev: Rev) -> Result<Progressed, Error> {
        let mut state = self.state();
        state.fence(session)?;
        let Some(open) = state.owned_at(session, run, rev) else { return Ok(Progressed::Stale) };
        open.marked = Some(session);
        Ok(Progressed::Done { rev: open.raise(), inbox: open.inbox_len, children: Vec::new() })
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        let state = self.state();
        Ok(state.open.values().filter(|open| open.owner.is_none()).filter_map(|open| open.wake_at).min())
    }

    async fn signal(&self, run: RunId, signal: Signal, at: Time) -> Result<bool, Error> {
        let mut state = self.state();
        let Some(open) = state.open.get_mut(&run) else { return Ok(false) };
        if open.is_in_line() && !matches!(signal, Signal::Cancel { .. }) {
            return Ok(false);
        }
        open.send(signal, at);
        self.hints.tell(Change::Run(run));
        Ok(true)
    }

    async fn signalled(&self, session: SessionId) -> Result<Vec<RunId>, Error> {
        let state = self.state();
        Ok(state.owned(session).filter(|(_, open)| open.wake_at.is_some()).map(|(id, _)| *id).collect())
    }

    async fn inbox(&self, run: RunId, after: i64) -> Result<Vec<Sent>, Error> {
        let state = self.state();
        let inbox = state.open.get(&run).map(|open| open.inbox.as_slice()).unwrap_or_default();
        Ok(inbox.iter().filter(|sent| sent.number > after).cloned().collect())
    }

    async fn release(&self, session: SessionId) -> Result<(), Error> {
        let now = self.clock.now();
        for open in self.state().open.values_mut().filter(|open| open.owner == Some(session)) {
            open.owner = None;
            open.wake_at = Some(now);
            open.marked = None;
            open.raise();
        }
        Ok(())
    }

    async fn get(&self, run: RunId) -> Result<Option<Found>, Error> {
        let state = self.state();
        let over = state.over.get(&run).map(|over| Found::Over(Box::new(over.record.clone())));
        Ok(over.or_else(|| state.open.get(&run).map(|open| Found::Open(Box::new(open.loaded())))))
    }

    async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<Summary>, Error> {
        Ok(self.state().list(filter, usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    async fn open_counts(&self) -> Result<Vec<(String, u64)>, Error> {
        let mut counts = BTreeMap::<String, u64>::new();
        for open in self.state().open.values() {
            *counts.entry(open.start.workflow.clone()).or_default() += 1;
        }
        Ok(counts.into_iter().collect())
    }
}

/// The due runs of each workflow, in turns.
fn in_turns(due: BTreeMap<&str, Vec<(Time, Candidate)>>) -> impl Iterator<Item = Candidate> {
    let mut ranked = Vec::new();
    for mut runs in due.into_values() {
        runs.sort_unstable_by_key(|(wake_at, candidate)| (*wake_at, candidate.run));
        ranked.extend(runs.into_iter().enumerate());
    }
    ranked.sort_unstable_by_key(|(rank, (wake_at, candidate))| (*rank, *wake_at, candidate.run));
    ranked.into_iter().map(|(_, (_, candidate))| candidate)
}

impl State {
    fn owned(&self, session: SessionId) -> impl Iterator<Item = (&RunId, &Open)> {
        self.open.iter().filter(move |(_, open)| open.owner == Some(session))
    }

    /// The run, where it is this session's at this revision.
    fn owned_at(&mut self, session: SessionId, run: RunId, rev: Rev) -> Option<&mut Open> {
        self.open.get_mut(&run).filter(|open| open.owner == Some(session) && open.rev == rev)
    }

    fn progress(&mut self, progress: Progress, now: Time) -> Result<Progressed, Error> {
        let Progress { session, run, rev, children, emits, .. } = &progress;
        self.fence(*session)?;
        let (session, run) = (*session, *run);
        if self.owned_at(session, run, *rev).is_none() {
            return Ok(Progressed::Stale);
        }
        if matches!(progress.then, Then::Finish(_)) && self.over.contains_key(&run) {
            return Err(Error::Exists { what: format!("run {run}") });
        }
        let (children, emits) = (children.clone(), emits.clone());
        let (notice, questions) = (progress.notice.clone(), progress.questions.clone());
        let mut progressed = self.move_on(progress, now);
        for event in emits {
            self.named.keep(event);
        }
        notice.into_iter().for_each(|notice| self.desk.add(notice, run));
        questions.into_iter().for_each(|question| self.desk.ask(question));
        let begun = self.begin_children(session, children, now);
        if let Progressed::Done { children, .. } | Progressed::Stays { children, .. } = &mut progressed {
            *children = begun;
        }
        Ok(progressed)
    }

    /// Moves a run that is the session's.
    fn move_on(&mut self, progress: Progress, now: Time) -> Progressed {
        let Progress { run, entries, compact, waits, brief, inbox_read, then, .. } = progress;
        let wake_at = match then {
            Then::Finish(record) => return self.finish(run, record, brief, now),
            Then::Keep => None,
            Then::Park { wake_at } => Some(wake_at),
        };
        self.change_waits(run, waits);
        let Self { open, waits, .. } = self;
        let Some(open) = open.get_mut(&run) else { return Progressed::Stale };
        let (rev, inbox, children) = (open.raise(), open.inbox_len, Vec::new());
        open.brief = brief;
        open.inbox_read = inbox_read;
        if compact {
            open.entries.clear();
            open.forget_signals(|path| waits.contains_key(&(run, path.clone())));
        }
        open.entries.extend(entries);
        open.crashes = 0;
        open.marked = None;
        open.wake_at = None;
        match wake_at {
            Some(_) if inbox > inbox_read => Progressed::Stays { rev, inbox, children },
            Some(wake_at) => {
                open.owner = None;
                open.wake_at = wake_at;
                Progressed::Done { rev, inbox, children }
            }
            None => Progressed::Done { rev, inbox, children },
        }
    }

    /// Moves a run to the history and tells the step that called it, where one waits.
    fn finish(&mut self, run: RunId, record: Box<RunRecord>, brief: Brief, now: Time) -> Progressed {
        let Some(open) = self.open.remove(&run) else { return Progressed::Stale };
        self.end_waits(run);
        self.tell_parent(&record, now);
        self.desk.ended(&record.start.workflow, record.status);
        if let Some((gate, _)) = &open.gate {
            self.leave_gate(gate, record.finished_at.unwrap_or(now));
        }
        self.over.insert(run, Over { record: *record, brief });
        Progressed::Done { rev: Rev(open.rev.0 + 1), inbox: open.inbox_len, children: Vec::new() }
    }

    /// Tells the step that called a run of its end, where one waits.
    pub(crate) fn tell_parent(&mut self, record: &RunRecord, now: Time) {
        let at = record.finished_at.unwrap_or(now);
        if let Some((parent, signal)) = told_to_parent(record)
            && let Some(parent) = self.open.get_mut(&parent)
        {
            parent.send(signal, at);
        }
    }

    /// Runs of dead owners first, then those that are due: workflows take turns, each with its longest due first.
    fn candidates(&self, now: Time, limit: usize) -> Vec<Candidate> {
        let mut orphans = Vec::new();
        let mut due: BTreeMap<&str, Vec<(Time, Candidate)>> = BTreeMap::new();
        for (id, open) in &self.open {
            let candidate = Candidate { run: *id, rev: open.rev };
            match (open.owner, open.wake_at) {
                (Some(owner), _) if !self.is_alive(owner) => orphans.push((owner, candidate)),
                (None, Some(wake_at)) if wake_at <= now => {
                    due.entry(&open.start.workflow).or_default().push((wake_at, candidate));
                }
                (Some(_) | None, _) => {}
            }
        }
        orphans.sort_unstable_by_key(|(owner, candidate)| (*owner, candidate.run));
        let orphans = orphans.into_iter().map(|(_, candidate)| candidate);
        let mut candidates: Vec<Candidate> = orphans.chain(in_turns(due)).take(limit).collect();
        candidates.sort_unstable_by_key(|candidate| candidate.run);
        candidates
    }

    fn claim(&mut self, session: SessionId, candidate: Candidate) -> Option<OpenRun> {
        let owner = self.open.get(&candidate.run).filter(|open| open.rev == candidate.rev)?.owner;
        let orphan = owner.is_some_and(|owner| !self.is_alive(owner));
        let open = self.open.get_mut(&candidate.run)?;
        open.raise();
        open.owner = Some(session);
        open.wake_at = None;
        open.crashes += u32::from(orphan);
        Some(open.loaded())
    }

    fn list(&self, filter: &Filter, limit: usize) -> Vec<Summary> {
        let mut found: HashMap<RunId, Summary> = HashMap::new();
        let open = self.open.values().map(|open| Summary::of(&open.start, None, &open.brief));
        let over = self
            .over
            .values()
            .map(|over| Summary::of(&over.record.start, over.record.finished_at, &over.brief));
        for summary in open.chain(over).filter(|summary| self.matches(filter, summary)) {
            found.insert(summary.id, summary);
        }
        let mut list: Vec<Summary> = found.into_values().collect();
        list.sort_by_key(|summary| std::cmp::Reverse(summary.id));
        list.truncate(limit);
        list
    }

    fn matches(&self, filter: &Filter, summary: &Summary) -> bool {
        filter.workflow.as_ref().is_none_or(|workflow| *workflow == summary.workflow)
            && (filter.statuses.is_empty() || filter.statuses.contains(&summary.brief.status))
            && filter.key.as_ref().is_none_or(|key| self.keys.contains(&(key.clone(), summary.id)))
            && filter.before.is_none_or(|before| summary.id < before)
            && filter.since.is_none_or(|since| summary.id.uuid() >= earliest_id(since))
            && filter.until.is_none_or(|until| summary.id.uuid() < earliest_id(until))
            && filter.step.as_ref().is_none_or(|step| {
                let stopped = [RunStatus::Held, RunStatus::Failed, RunStatus::Cancelled];
                stopped.contains(&summary.brief.status) && summary.brief.stopped_at() == Some(step)
            })
    }
}
