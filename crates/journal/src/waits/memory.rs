//! Named events and waits in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath, Time};

use super::{Published, Wait, Waits};
use crate::memory::{Memory, State};
use crate::runs::{Signal, WaitChange};
use crate::{Change, Error};

/// Every named event.
#[derive(Default)]
pub(crate) struct Named {
    events: BTreeMap<EventId, NamedEvent>,
    keys: HashMap<(String, String), EventId>,
    unlooked: BTreeSet<(Time, EventId)>,
}

impl Named {
    /// Keeps an event unless one of its id, or of its name and key, is kept already.
    pub(crate) fn keep(&mut self, event: NamedEvent) -> Published {
        if self.events.contains_key(&event.id) {
            return Published::Duplicate(event.id);
        }
        if let Some(key) = &event.key {
            let key = (event.name.clone(), key.clone());
            if let Some(first) = self.keys.get(&key) {
                return Published::Duplicate(*first);
            }
            self.keys.insert(key, event.id);
        }
        self.unlooked.insert((event.at, event.id));
        self.events.insert(event.id, event);
        Published::Kept
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &EventId> {
        self.events.keys()
    }

    fn in_order(&self, is_wanted: impl Fn(&NamedEvent) -> bool) -> Vec<&NamedEvent> {
        let mut found: Vec<&NamedEvent> = self.events.values().filter(|event| is_wanted(event)).collect();
        found.sort_by_key(|event| (event.at, event.id));
        found
    }

    fn is_unlooked(&self, event: &NamedEvent) -> bool {
        self.unlooked.contains(&(event.at, event.id))
    }
}

/// An open wait.
pub(crate) struct OpenWait {
    wait: Wait,
    /// Whether every event kept before was looked at: what is left are events whose own look is not done.
    caught_up: bool,
}

#[async_trait]
impl Waits for Memory {
    async fn publish(&self, session: SessionId, event: NamedEvent) -> Result<Published, Error> {
        let id = event.id;
        let mut state = self.state();
        state.fence(session)?;
        let published = state.named.keep(event);
        if published == Published::Kept {
            self.hints.tell(Change::Event(id));
        }
        Ok(published)
    }

    async fn unlooked(&self, limit: u32) -> Result<Vec<NamedEvent>, Error> {
        let named = &self.state().named;
        let found = named.unlooked.iter().filter_map(|(_, id)| named.events.get(id));
        Ok(found.take(size(limit)).cloned().collect())
    }

    async fn look(&self, session: SessionId, event: EventId, now: Time) -> Result<Vec<RunId>, Error> {
        let mut state = self.state();
        state.fence(session)?;
        let Some(event) = state.named.events.get(&event).cloned() else { return Ok(Vec::new()) };
        let mut woken: Vec<RunId> = state
            .waiters(&event)
            .into_iter()
            .filter(|(run, path)| state.hit(*run, path, event.id, now))
            .map(|hit| hit.0)
            .collect();
        woken.dedup();
        woken.iter().for_each(|run| self.hints.tell(Change::Run(*run)));
        Ok(woken)
    }

    async fn looked(&self, event: EventId) -> Result<(), Error> {
        let named = &mut self.state().named;
        if let Some(event) = named.events.get(&event) {
            named.unlooked.remove(&(event.at, event.id));
        }
        Ok(())
    }

    async fn get(&self, event: EventId) -> Result<Option<NamedEvent>, Error> {
        Ok(self.state().named.events.get(&event).cloned())
    }

    async fn events_of(
        &self,
        name: &str,
        since: Time,
        limit: u32,
        after: Option<(Time, EventId)>,
    ) -> Result<Vec<NamedEvent>, Error> {
        let state = self.state();
        let found = state.named.in_order(|event| {
            event.name == name && event.at >= since && after.is_none_or(|after| (event.at, event.id) > after)
        });
        Ok(found.into_iter().take(size(limit)).cloned().collect())
    }

    async fn catch_up(&self, session: SessionId, run: RunId, path: &StepPath) -> Result<u64, Error> {
        let now = self.clock.now();
        let mut state = self.state();
        state.fence(session)?;
        let missed = state.missed(run, path);
        if let Some(open) = state.waits.get_mut(&(run, path.clone())) {
            open.caught_up = true;
        }
        let hits = missed.into_iter().filter(|event| state.hit(run, path, *event, now)).count();
        if hits > 0 {
            self.hints.tell(Change::Run(run));
        }
        Ok(u64::try_from(hits).unwrap_or(u64::MAX))
    }

    async fn waits_of(&self, run: RunId) -> Result<Vec<Wait>, Error> {
        let state = self.state();
        let of_run = state.waits.iter().filter(|((waiter, _), _)| *waiter == run);
        Ok(of_run.map(|(_, open)| open.wait.clone()).collect())
    }

    async fn forget_before(&self, time: Time, limit: u32) -> Result<u64, Error> {
        let named = &mut self.state().named;
        let old = named.in_order(|event| event.at < time && !named.is_unlooked(event));
        let old: Vec<EventId> = old.into_iter().take(size(limit)).map(|event| event.id).collect();
        for id in &old {
            if let Some(NamedEvent { name, key: Some(key), .. }) = named.events.remove(id) {
                named.keys.remove(&(name, key));
            }
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }
}

fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl State {
    /// Opens or closes waits of a run.
    pub(crate) fn change_waits(&mut self, run: RunId, changes: Vec<WaitChange>) {
        for change in changes {
            match change {
                WaitChange::Open { path, event, field, key, since } => {
                    let wait = Wait { path: path.clone(), event, field, key, since };
                    self.waits.entry((run, path)).or_insert(OpenWait { wait, caught_up: false });
                }
                WaitChange::Close { path } => drop(self.waits.remove(&(run, path))),
            }
        }
    }

    /// Forgets every wait of a run that is over.
    pub(crate) fn end_waits(&mut self, run: RunId) {
        self.waits.retain(|(waiter, _), _| *waiter != run);
    }

    /// Whether an event counts for a wait.
    fn meets(&self, run: RunId, wait: &Wait, event: &NamedEvent) -> bool {
        let Some(open) = self.open.get(&run) else { return false };
        let began = NamedEvent::start_of(event.id, event.at, &open.start.workflow, &open.start.trigger);
        wait.event == event.name
            && wait.since.max(open.start.accepted_at) <= event.at
            && open.start.event != event.id
            && open.start.event != began
            && event.key_at(&wait.field).as_ref() == Some(&wait.key)
    }

    fn waiters(&self, event: &NamedEvent) -> Vec<(RunId, StepPath)> {
        let met = self.waits.iter().filter(|((run, _), open)| self.meets(*run, &open.wait, event));
        met.map(|(at, _)| at.clone()).collect()
    }

    /// The events that a wait may have missed, oldest first.
    fn missed(&self, run: RunId, path: &StepPath) -> Vec<EventId> {
        let Some(open) = self.waits.get(&(run, path.clone())) else { return Vec::new() };
        let missed = self.named.in_order(|event| {
            (!open.caught_up || self.named.is_unlooked(event)) && self.meets(run, &open.wait, event)
        });
        missed.into_iter().map(|event| event.id).collect()
    }

    /// Tells a wait of an event, once.
    fn hit(&mut self, run: RunId, path: &StepPath, event: EventId, now: Time) -> bool {
        let Some(open) = self.open.get_mut(&run) else { return false };
        let signal = Signal::Event { path: path.clone(), event };
        if open.was_sent(&signal) {
            return false;
        }
        open.send(signal, now);
        true
    }
}
