//! Forgetting in memory.

use async_trait::async_trait;
use cauce_model::{EventId, RunId, Time, moment_of};

use super::{Part, Place, Retention};
use crate::Error;
use crate::gates::board::Memo;
use crate::memory::{Memory, State};

impl Part {
    /// Of this many that were old enough, of which `limit` went.
    fn of(gone: usize, limit: u32) -> Self {
        let next = (gone == size(limit)).then(Place::default);
        Self { gone: gone as u64, next }
    }
}

fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[async_trait]
impl Retention for Memory {
    async fn forget_runs(&self, before: Time, _from: Place, limit: u32) -> Result<Part, Error> {
        let mut state = self.state();
        let mut old: Vec<(Time, RunId)> = state.over.values().map(crate::runs::memory::Over::ended).collect();
        old.retain(|(ended, _)| *ended < before);
        old.sort_unstable();
        old.truncate(size(limit));
        for (_, run) in &old {
            state.over.remove(run);
        }
        Ok(Part::of(old.len(), limit))
    }

    async fn forget_events(&self, before: Time, _from: Place, limit: u32) -> Result<Part, Error> {
        let mut state = self.state();
        let mut old = state.old_events(before);
        old.truncate(size(limit));
        for event in &old {
            state.forget_event(*event);
        }
        if old.len() < size(limit) {
            let State { keys, open, over, .. } = &mut *state;
            keys.retain(|(_, run)| open.contains_key(run) || over.contains_key(run));
        }
        Ok(Part::of(old.len(), limit))
    }

    async fn forget_rest(&self, before: Time, now: Time, limit: u32) -> Result<u64, Error> {
        let mut state = self.state();
        let stale: Vec<_> = state
            .gates
            .iter()
            .filter(|(_, memo)| memo.stale_at().is_some_and(|at| at <= now))
            .map(|(name, _)| name.clone())
            .take(size(limit))
            .collect();
        let over: Vec<_> = state
            .sign_ins
            .values()
            .filter(|one| one.expires_at <= now || one.idle_until <= now)
            .map(|one| one.hash)
            .take(size(limit))
            .collect();
        let dead: Vec<_> = state
            .sessions
            .values()
            .filter(|seen| seen.dead && seen.seen_at < before)
            .map(|seen| seen.session)
            .take(size(limit))
            .collect();
        state.gates.retain(|name, _| !stale.contains(name));
        state.sign_ins.retain(|hash, _| !over.contains(hash));
        state.sessions.retain(|session, _| !dead.contains(session));
        Ok((stale.len() + over.len() + dead.len()) as u64)
    }

    async fn oldest(&self) -> Result<Option<Time>, Error> {
        let state = self.state();
        let runs = state.open.keys().chain(state.over.keys()).map(|run| run.uuid());
        let events = state.events.keys().chain(state.named.ids()).map(|event| event.uuid());
        Ok(runs.chain(events).min().map(moment_of))
    }
}

impl State {
    /// Events that nothing needs any more, the oldest first.
    fn old_events(&self, before: Time) -> Vec<EventId> {
        let waiting = self.gates.values().filter_map(Memo::waits_since).min();
        let is_old = |kept: &crate::events::memory::Kept| {
            kept.event.received_at < before
                && match kept.run {
                    Some(run) => !self.open.contains_key(&run) && !self.over.contains_key(&run),
                    None => waiting.is_none_or(|waiting| kept.event.id < waiting),
                }
        };
        let mut old: Vec<(Time, EventId)> = self
            .events
            .values()
            .filter(|kept| is_old(kept))
            .map(|kept| (kept.event.received_at, kept.event.id))
            .collect();
        old.sort_unstable();
        old.into_iter().map(|(_, event)| event).collect()
    }

    fn forget_event(&mut self, event: EventId) {
        self.events.remove(&event);
        self.deduped.retain(|_, first| *first != event);
    }
}
