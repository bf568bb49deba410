//! What the store confirmed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cauce_engine::State;
use cauce_journal::Error;
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::gates::{Fire, Limits};
use cauce_journal::runs::{OpenRun, Progress, Progressed, Rev, Then};
use cauce_journal::waits::Published;
use cauce_model::workflow::Overflow;
use cauce_model::{
    Entry, HoldReason, NamedEvent, Resume, RunId, RunStatus, SessionId, StepPath, StepStatus, Time, What,
};

use super::super::flows::flow;
use super::super::node::{LONGEST_LOOK, SECRET};
use super::super::promise::Promise;
use super::{Gate, Life, Listening, Oracle, telling};

/// An event that was kept this long before the end of a wait has to be found.
const MISSED_WITHIN: Duration = Duration::from_secs(20);
/// How late a timer may be when nothing goes wrong.
const LATE: Duration = LONGEST_LOOK.saturating_add(Duration::from_secs(1));

impl Oracle {
    /// A session wrote something. The dead do not write.
    pub(crate) fn wrote(&mut self, session: SessionId, what: &str, confirmed: bool) {
        if confirmed && self.is_dead(session) {
            self.complain(Promise::NoStaleWrite, || format!("{session} is dead and wrote {what}"));
        }
    }

    pub(crate) fn accepted(&mut self, accept: &Accept, answer: &Result<Accepted, Error>) {
        let key = accept.event.dedupe_key.clone().map(|key| (accept.event.workflow.clone(), key));
        let first = key.as_ref().and_then(|key| self.firsts.get(key)).copied();
        let run = accept.run.as_ref().map(|new| new.start.id);
        match *answer {
            Ok(accepted @ (Accepted::Run { .. } | Accepted::Kept | Accepted::Queued))
            | Ok(accepted @ (Accepted::Dropped { .. } | Accepted::Throttled { .. }))
            | Ok(accepted @ (Accepted::Debounced { .. } | Accepted::Batched { .. })) => {
                self.wrote(accept.session, "an event", true);
                self.seen.accepted += 1;
                self.seen.dropped += u64::from(matches!(accepted, Accepted::Dropped { .. }));
                self.seen.slots += u64::from(accept.slot.is_some());
                if let Some(first) = first {
                    let promise =
                        if accept.slot.is_some() { Promise::SlotsOnce } else { Promise::OneRunAnEvent };
                    self.complain(promise, || format!("{key:?} was accepted twice, first as {first:?}"));
                }
                let begins = matches!(accepted, Accepted::Run { .. } | Accepted::Queued);
                self.events.insert(accept.event.id);
                self.gated(accept, accepted);
                if let Some(key) = key {
                    self.firsts.insert(key, (accept.event.id, run.filter(|_| begins)));
                }
                if let Some(new) = accept.run.as_ref().filter(|_| begins) {
                    if let Some(old) = new.start.replay_of {
                        self.replayed(new, old);
                    }
                    self.begin(accept.session, new, accept.gates.as_ref(), accepted);
                }
            }
            Ok(Accepted::Duplicate { event, run }) => {
                self.seen.duplicates += 1;
                if !self.is_told_right(first, (event, run)) {
                    let how = || format!("{key:?} is said to be {event} and {run:?}, and was {first:?}");
                    self.complain(Promise::OneRunAnEvent, how);
                }
            }
            Err(Error::Fenced) => self.seen.fenced += 1,
            Err(_) => {}
        }
    }

    /// A run is there from now on.
    fn begin(&mut self, session: SessionId, new: &NewRun, limits: Option<&Limits>, accepted: Accepted) {
        let owned = new.owned && accepted != Accepted::Queued;
        self.seen.queued += u64::from(accepted == Accepted::Queued);
        let mut life = Life::new(new, owned.then_some(session), Rev::FIRST);
        life.number = self.runs.len();
        life.gate = limits.and_then(|limits| limits.concurrency.as_ref()).map(|asked| Gate {
            key: format!("{} {}", new.start.workflow, asked.key),
            limit: usize::try_from(asked.limit).unwrap_or(usize::MAX),
            queues: asked.overflow == Overflow::Queue,
        });
        self.runs.insert(new.start.id, life);
    }

    /// A gate that was due started a run.
    pub(crate) fn fired(&mut self, fire: &Fire, answer: &Result<Option<Accepted>, Error>) {
        let Ok(Some(accepted)) = *answer else { return };
        self.wrote(fire.session, "a gate's run", true);
        if let Some(new) = fire.run.as_ref() {
            self.fired_with(fire, new);
        }
        if let Some(new) = fire.run.as_ref()
            && matches!(accepted, Accepted::Run { .. } | Accepted::Queued)
        {
            self.begin(fire.session, new, Some(&fire.limits), accepted);
        }
    }

    pub(crate) fn claimed(&mut self, session: SessionId, answer: &Result<Vec<OpenRun>, Error>) {
        match answer {
            Ok(claimed) if !claimed.is_empty() => self.wrote(session, "a claim", true),
            Ok(_) => {}
            Err(Error::Fenced) => self.seen.fenced += 1,
            Err(_) => {}
        }
        for open in answer.iter().flatten() {
            self.seen.claims += 1;
            let Some(life) = self.runs.get_mut(&open.start.id) else {
                self.complain(Promise::NothingVanishes, || format!("{} came from nowhere", open.start.id));
                continue;
            };
            let orphan = life.owner.is_some_and(|owner| self.dead.contains(&owner));
            self.seen.orphans += u64::from(orphan);
            life.owner = Some(session);
            life.rev = open.rev;
            if life.over.is_some() {
                self.complain(Promise::EndsForGood, || format!("{} is over and was claimed", open.start.id));
            } else if life.entries != open.entries || *life.start != open.start {
                self.complain(Promise::ReadsBack, || format!("{} reads back otherwise", open.start.id));
            }
        }
    }

    pub(crate) fn released(&mut self, session: SessionId) {
        for life in self.runs.values_mut().filter(|life| life.owner == Some(session)) {
            life.owner = None;
            life.rev.0 += 1;
        }
    }

    pub(crate) fn progressed(&mut self, write: &Progress, answer: &Result<Progressed, Error>, now: Time) {
        let (rev, stays, children) = match answer {
            Ok(Progressed::Done { rev, children, .. }) => (*rev, false, children),
            Ok(Progressed::Stays { rev, children, .. }) => (*rev, true, children),
            Ok(Progressed::Stale) => {
                self.seen.stale += 1;
                return;
            }
            Err(Error::Fenced) => {
                self.seen.fenced += 1;
                return;
            }
            Err(_) => return,
        };
        self.seen.commits += 1;
        self.seen.stays += u64::from(stays);
        self.wrote(write.session, "progress", true);
        let punctual = self.punctual;
        self.named.extend(write.emits.iter().map(|event| (now, event.clone())));
        let Some(life) = self.runs.get_mut(&write.run) else {
            return self.complain(Promise::NothingVanishes, || format!("{} came from nowhere", write.run));
        };
        let mut complaints = life.check_write(write);
        complaints.extend(telling::check(write));
        self.seen.count(&write.entries);
        if write.compact {
            life.entries.clear();
        }
        for entry in &write.entries {
            complaints.extend(life.take(entry, now, punctual));
            complaints.extend(life.listen(entry, &self.named));
        }
        life.rev = rev;
        complaints.extend(life.fold(write));
        match &write.then {
            Then::Park { .. } if !stays => life.owner = None,
            Then::Finish(record) => {
                life.owner = None;
                life.over = Some((**record).clone());
                self.seen.ended(record.status);
                self.seen.exits += u64::from(record.reason.as_deref() == Some("exit_when"));
            }
            Then::Park { .. } | Then::Keep => {}
        }
        for (promise, how) in complaints {
            self.complain(promise, || format!("{}: {how}", write.run));
        }
        let born = write.children.iter().filter(|child| children.contains(&child.run.start.id));
        for child in born {
            let owner = child.run.owned.then_some(write.session);
            self.runs.insert(child.run.start.id, Life::new(&child.run, owner, Rev::FIRST));
        }
    }

    /// A named event was kept.
    pub(crate) fn published(&mut self, event: &NamedEvent, answer: &Result<Published, Error>, now: Time) {
        if let Ok(Published::Kept) = answer {
            self.seen.named += 1;
            self.named.push((now, event.clone()));
        }
    }

    /// A run was marked before it is worked on alone.
    pub(crate) fn marked(&mut self, session: SessionId, run: RunId, answer: &Result<Progressed, Error>) {
        if let Ok(Progressed::Done { rev, .. } | Progressed::Stays { rev, .. }) = answer {
            self.wrote(session, "a mark", true);
            if let Some(life) = self.runs.get_mut(&run) {
                life.rev = *rev;
            }
        }
    }
}

impl super::Seen {
    fn count(&mut self, entries: &[Entry]) {
        for entry in entries {
            match &entry.what {
                What::AttemptFailed { .. } => self.retries += 1,
                What::Waited { .. } => self.waits += 1,
                What::Woke => self.wakes += 1,
                What::Intended { .. } => self.intents += 1,
                What::Held { reason, .. } => {
                    self.held += 1;
                    self.in_doubt += u64::from(*reason == HoldReason::InDoubt);
                }
                What::Resumed { .. } => self.resumed += 1,
                What::CancelAsked { .. } => self.cancels += 1,
                _ => {}
            }
        }
    }

    const fn ended(&mut self, status: RunStatus) {
        match status {
            RunStatus::Succeeded => self.succeeded += 1,
            RunStatus::Failed => self.failed += 1,
            _ => self.cancelled += 1,
        }
    }
}

/// What a run waits for that begins by waiting.
fn begun_waits(new: &NewRun) -> BTreeMap<StepPath, Time> {
    let waits = new.entries.iter().filter_map(|entry| match entry.what {
        What::Waited { until } => Some((entry.path.clone(), until)),
        _ => None,
    });
    waits.collect()
}

/// The steps whose results a run begins with.
fn copied(entries: &[Entry]) -> BTreeSet<StepPath> {
    let done = entries.iter().filter(|entry| matches!(entry.what, What::Succeeded { .. }));
    done.map(|entry| entry.path.clone()).collect()
}

impl Life {
    fn new(new: &NewRun, owner: Option<SessionId>, rev: Rev) -> Self {
        Self {
            start: Arc::new(new.start.clone()),
            plan: Arc::clone(&flow(&new.start.workflow).plan),
            owner,
            rev,
            entries: new.entries.clone(),
            over: None,
            copied: copied(&new.entries),
            due: begun_waits(new),
            effects: BTreeMap::new(),
            intents: BTreeSet::new(),
            resumed_by: BTreeSet::new(),
            cancel_asked: false,
            settled: false,
            asked: BTreeSet::new(),
            gate: None,
            number: 0,
            listens: BTreeMap::new(),
        }
    }

    fn check_write(&self, write: &Progress) -> Vec<(Promise, String)> {
        let mut complaints = Vec::new();
        if self.over.is_some() {
            complaints.push((Promise::EndsForGood, format!("written after its end: {:?}", write.entries)));
        }
        if self.owner != Some(write.session) {
            let how = format!("owned by {:?}, written by {}", self.owner, write.session);
            complaints.push((Promise::NoStaleWrite, how));
        }
        complaints
    }

    /// Takes over one entry.
    fn take(&mut self, entry: &Entry, now: Time, punctual: bool) -> Option<(Promise, String)> {
        let path = &entry.path;
        let mut complaint = None;
        match &entry.what {
            What::Waited { until } => drop(self.due.insert(path.clone(), *until)),
            What::AttemptFailed { retry_at, .. } => drop(self.due.insert(path.clone(), *retry_at)),
            What::Woke => {
                let due = self.due.remove(path);
                let late = due.map_or(Duration::ZERO, |due| now.since(due));
                if due.is_none_or(|due| entry.at < due) || (punctual && late > LATE) {
                    complaint = Some((Promise::TimersHold, format!("{path} due {due:?} woke {}", entry.at)));
                }
            }
            What::Resumed { choice, by } => {
                self.due.remove(path);
                self.resumed_by.insert(by.clone());
                let effect = self.effects.entry(path.clone()).or_default();
                effect.again += u32::from(*choice == Resume::Again);
            }
            What::Intended { attempt } => drop(self.intents.insert((path.clone(), *attempt))),
            What::Listened { deadline: Some(deadline), .. } => drop(self.due.insert(path.clone(), *deadline)),
            What::Asked { deadline, .. } => {
                self.asked.insert(path.clone());
                self.due.extend(deadline.map(|deadline| (path.clone(), deadline)));
            }
            What::Matched { .. } | What::Decided { .. } => {
                self.due.remove(path);
                self.asked.remove(path);
            }
            What::Postponed { until, .. } => drop(self.due.insert(path.clone(), *until)),
            What::CancelAsked { .. } => self.cancel_asked = true,
            What::Ending { .. } => self.settled |= !self.cancel_asked,
            _ => {}
        }
        self.entries.push(entry.clone());
        complaint
    }

    /// A wait that ends without its event, although the event was there, has missed it.
    fn listen(&mut self, entry: &Entry, named: &[(Time, NamedEvent)]) -> Option<(Promise, String)> {
        match &entry.what {
            What::Listened { event, field, key, .. } => {
                let listening = Listening { event: event.clone(), field: field.clone(), key: key.clone() };
                self.listens.insert(entry.path.clone(), listening);
            }
            What::Matched { .. } => drop(self.listens.remove(&entry.path)),
            What::Woke => {
                let Listening { event: name, field, key } = self.listens.remove(&entry.path)?;
                let in_time = |kept: Time| kept.after(MISSED_WITHIN) <= entry.at;
                let (kept, missed) = named.iter().find(|(kept, event)| {
                    event.name == name
                        && event.at >= self.start.accepted_at
                        && event.id != self.start.event
                        && in_time(*kept)
                        && event.key_at(&field).as_ref() == Some(&key)
                })?;
                let how =
                    format!("{} ended at {} and missed {missed:?}, kept at {kept}", entry.path, entry.at);
                return Some((Promise::SignalsKept, how));
            }
            _ => {}
        }
        None
    }

    /// Folds everything that is durable, as the next owner would.
    fn fold(&self, write: &Progress) -> Option<(Promise, String)> {
        let state = match State::recover(Arc::clone(&self.start), &self.entries) {
            Ok(state) => state,
            Err(illegal) => return Some((Promise::ReadsBack, illegal.to_string())),
        };
        if self.start.workflow == "secret" && format!("{write:?}").contains(SECRET) {
            return Some((Promise::SecretsStay, format!("{write:?}")));
        }
        let Then::Finish(record) = &write.then else { return None };
        // What was durable before stands in the history as it was.
        let told = state.record(&self.plan);
        let other = told
            .steps
            .iter()
            .filter(|step| is_over(step.status))
            .find(|step| !record.steps.iter().any(|kept| kept.path == step.path && kept == *step))?;
        Some((
            Promise::ReadsBack,
            format!("the history {:?}\n  has not what happened: {other:?}", record.steps),
        ))
    }
}

const fn is_over(status: StepStatus) -> bool {
    matches!(status, StepStatus::Succeeded | StepStatus::Failed | StepStatus::Skipped)
}
