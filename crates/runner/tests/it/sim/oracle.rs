//! The oracle: its own log of what was acknowledged, written and sent, and what may never be seen in it.

mod ending;
mod gates;
mod leaving;
mod telling;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cauce_engine::Plan;
use cauce_journal::runs::Rev;
use cauce_model::{Entry, EventId, NamedEvent, RunId, RunRecord, RunStart, SessionId, StepPath, Time};
use serde_json::Value;

use super::promise::{Broken, Promise};
use super::seen::Seen;
use super::senders::Sender;

/// Workflow and dedupe key.
type Key = (String, String);

/// What was seen so far.
#[derive(Default)]
pub(crate) struct Oracle {
    pub(crate) seen: Seen,
    /// The first promise that was broken.
    pub(crate) broken: Option<Broken>,
    /// Nothing goes wrong in this simulation: timers have to be punctual.
    pub(crate) punctual: bool,
    runs: BTreeMap<RunId, Life>,
    firsts: BTreeMap<Key, (EventId, Option<RunId>)>,
    dead: BTreeSet<SessionId>,
    acks: Vec<(EventId, Option<RunId>)>,
    signals: Vec<Sign>,
    /// Runs of which somebody said that a step happened.
    pub(crate) said_to_happen: BTreeSet<RunId>,
    /// Runs that somebody cancels.
    cancelled: BTreeSet<RunId>,
    /// What gates hold and let through.
    books: gates::Books,
    /// Every event that was kept.
    events: BTreeSet<EventId>,
    /// The run of each idempotency key.
    keys: BTreeMap<String, RunId>,
    /// Named events, and when each was kept.
    named: Vec<(Time, NamedEvent)>,
}

/// A run as the oracle knows it, from what the store confirmed.
struct Life {
    start: Arc<RunStart>,
    plan: Arc<Plan>,
    owner: Option<SessionId>,
    rev: Rev,
    entries: Vec<Entry>,
    over: Option<RunRecord>,
    /// Steps whose results were there when it began.
    copied: BTreeSet<StepPath>,
    /// When waits and retries are due.
    due: BTreeMap<StepPath, Time>,
    effects: BTreeMap<StepPath, Effect>,
    /// Attempts whose intent is durable.
    intents: BTreeSet<(StepPath, u32)>,
    /// Who resumed it.
    resumed_by: BTreeSet<String>,
    cancel_asked: bool,
    /// How it ends was settled before anybody asked for its end.
    settled: bool,
    /// Steps at which people were asked.
    asked: BTreeSet<StepPath>,
    /// The place it needs, where its flow has a limit.
    gate: Option<Gate>,
    /// Counts accepted runs.
    number: usize,
    /// What it waits for, and until when.
    listens: BTreeMap<StepPath, Listening>,
}

/// A limit by key that a run is under.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    key: String,
    limit: usize,
    /// Whether runs wait in line for their turn.
    queues: bool,
}

/// A wait for a named event.
struct Listening {
    event: String,
    field: String,
    key: String,
}

/// What left for one step of one run.
#[derive(Default)]
struct Effect {
    key: String,
    shown: Value,
    /// Departures that may have done something.
    possible: u32,
    arrivals: u32,
    /// How often a person said *again*.
    again: u32,
}

/// A signal that was taken.
struct Sign {
    run: RunId,
    by: String,
    cancels: bool,
}

impl Oracle {
    pub(crate) fn complain(&mut self, promise: Promise, how: impl FnOnce() -> String) {
        if self.broken.is_none() {
            self.broken = Some(Broken { promise, how: how() });
        }
    }

    pub(crate) fn is_dead(&self, session: SessionId) -> bool {
        self.dead.contains(&session)
    }

    pub(crate) fn is_owner(&self, session: SessionId, run: RunId) -> bool {
        self.runs.get(&run).is_some_and(|life| life.owner == Some(session))
    }

    /// Whether other runs may wait for this one to end.
    pub(crate) fn is_gated(&self, run: RunId) -> bool {
        self.runs.get(&run).is_some_and(|life| life.gate.is_some() || life.start.parent.is_some())
    }

    pub(crate) fn buried(&mut self, session: SessionId) {
        if self.dead.insert(session) {
            self.seen.burials += 1;
        }
    }

    /// What people were asked and did not answer yet.
    pub(crate) fn asked(&self) -> Vec<(RunId, StepPath)> {
        let open = self.runs.iter().filter(|(_, life)| life.over.is_none());
        let asked = open.flat_map(|(run, life)| life.asked.iter().map(|path| (*run, path.clone())));
        asked.collect()
    }

    /// Runs that are not over.
    pub(crate) fn open(&self) -> impl Iterator<Item = RunId> {
        self.runs.iter().filter(|(_, life)| life.over.is_none()).map(|(run, _)| *run)
    }

    /// The run that a sender's event started.
    pub(crate) fn run_of(&self, sender: &Sender) -> Option<RunId> {
        let key = (sender.flow.to_owned(), sender.key.clone()?);
        self.firsts.get(&key)?.1
    }

    /// A person's signal was taken by the store.
    pub(crate) fn signalled(&mut self, run: RunId, by: String, cancels: bool) {
        if cancels {
            self.cancelled.insert(run);
        }
        self.signals.push(Sign { run, by, cancels });
    }

    /// A teller got its 2xx.
    pub(crate) fn heard_of(&mut self, event: EventId) {
        if !self.named.iter().any(|(_, kept)| kept.id == event) {
            self.complain(Promise::OneRunAnEvent, || format!("{event} was acknowledged and is not kept"));
        }
    }

    /// A sender got its 2xx.
    pub(crate) fn acknowledged(&mut self, event: EventId, run: Option<RunId>) {
        self.seen.acknowledged += 1;
        self.acks.push((event, run));
    }
}
