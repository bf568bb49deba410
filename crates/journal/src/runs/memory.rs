//! Runs in memory.

use std::collections::HashMap;

use async_trait::async_trait;
use cauce_model::{Entry, RunId, RunRecord, RunStart, SessionId, Time};

use super::{
    Brief, Candidate, Filter, Found, OpenRun, Progress, Progressed, Rev, Runs, Sent, Signal, Summary, Then,
};
use crate::memory::{Memory, State};
use crate::{Change, Error};

/// An open run.
pub(crate) struct Open {
    pub(crate) start: RunStart,
    brief: Brief,
    rev: Rev,
    owner: Option<SessionId>,
    /// While somebody owns it: when the last signal came since the owner's last write.
    wake_at: Option<Time>,
    crashes: u32,
    inbox: Vec<Sent>,
    inbox_read: i64,
    entries: Vec<Entry>,
}

/// A run that is over.
pub(crate) struct Over {
    record: RunRecord,
    brief: Brief,
}

impl Open {
    pub(crate) fn new(start: RunStart, steps_total: u32, owner: Option<SessionId>) -> Self {
        let wake_at = if owner.is_some() { None } else { Some(start.accepted_at) };
        Self {
            brief: Brief::of_new_run(steps_total),
            start,
            rev: Rev::FIRST,
            owner,
            wake_at,
            crashes: 0,
            inbox: Vec::new(),
            inbox_read: 0,
            entries: Vec::new(),
        }
    }

    fn inbox_len(&self) -> i64 {
        self.inbox.last().map_or(0, |sent| sent.number)
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
            inbox: self.inbox_len(),
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
        let progressed = self.state().progress(progress)?;
        if progressed != Progressed::Stale {
            self.hints.tell(Change::Run(run));
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

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        let state = self.state();
        Ok(state.open.values().filter(|open| open.owner.is_none()).filter_map(|open| open.wake_at).min())
    }

    async fn signal(&self, run: RunId, signal: Signal, at: Time) -> Result<bool, Error> {
        let mut state = self.state();
        let Some(open) = state.open.get_mut(&run) else { return Ok(false) };
        open.inbox.push(Sent { number: open.inbox_len() + 1, at, signal });
        open.wake_at = Some(at);
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
        let mut counts = std::collections::BTreeMap::<String, u64>::new();
        for open in self.state().open.values() {
            *counts.entry(open.start.workflow.clone()).or_default() += 1;
        }
        Ok(counts.into_iter().collect())
    }
}

impl State {
    fn owned(&self, session: SessionId) -> impl Iterator<Item = (&RunId, &Open)> {
        self.open.iter().filter(move |(_, open)| open.owner == Some(session))
    }

    fn progress(&mut self, progress: Progress) -> Result<Progressed, Error> {
        self.fence(progress.session)?;
        let Some(open) = self
            .open
            .get_mut(&progress.run)
            .filter(|open| open.owner == Some(progress.session) && open.rev == progress.rev)
        else {
            return Ok(Progressed::Stale);
        };
        let inbox = open.inbox_len();
        if let Then::Finish(record) = progress.then {
            let rev = Rev(open.rev.0 + 1);
            if self.over.contains_key(&progress.run) {
                return Err(Error::Exists { what: format!("run {}", progress.run) });
            }
            self.open.remove(&progress.run);
            self.over.insert(progress.run, Over { record: *record, brief: progress.brief });
            return Ok(Progressed::Done { rev, inbox });
        }
        let rev = open.raise();
        open.entries.extend(progress.entries);
        open.brief = progress.brief;
        open.inbox_read = progress.inbox_read;
        open.crashes = 0;
        open.wake_at = None;
        match progress.then {
            Then::Park { .. } if inbox > progress.inbox_read => Ok(Progressed::Stays { rev, inbox }),
            Then::Park { wake_at } => {
                open.owner = None;
                open.wake_at = wake_at;
                Ok(Progressed::Done { rev, inbox })
            }
            Then::Keep | Then::Finish(_) => Ok(Progressed::Done { rev, inbox }),
        }
    }

    /// Runs of dead owners first, then the longest due; then by id.
    fn candidates(&self, now: Time, limit: usize) -> Vec<Candidate> {
        let mut orphans = Vec::new();
        let mut due = Vec::new();
        for (id, open) in &self.open {
            match (open.owner, open.wake_at) {
                (Some(owner), _) if !self.is_alive(owner) => orphans.push((owner, *id, open.rev)),
                (None, Some(wake_at)) if wake_at <= now => due.push((wake_at, *id, open.rev)),
                (Some(_) | None, _) => {}
            }
        }
        orphans.sort_unstable();
        due.sort_unstable();
        let orphans = orphans.into_iter().map(|(_, run, rev)| Candidate { run, rev });
        let due = due.into_iter().map(|(_, run, rev)| Candidate { run, rev });
        let mut candidates: Vec<Candidate> = orphans.chain(due).take(limit).collect();
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
    }
}
