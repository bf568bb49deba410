//! Events in memory.

use async_trait::async_trait;
use cauce_model::{Event, EventId, RunId, SessionId, Time};

use super::{Accept, Accepted, Events, NewRun};
use crate::gates::memory::Passed;
use crate::memory::{Memory, State};
use crate::runs::memory::Open;
use crate::runs::{Child, Rev};
use crate::{Change, Error};

/// Workflow, trigger and dedupe key.
pub(crate) type Dedupe = (String, String, String);

/// An event and the run it started.
pub(crate) struct Kept {
    pub(crate) event: Event,
    pub(crate) run: Option<RunId>,
}

#[async_trait]
impl Events for Memory {
    async fn accept(&self, accept: Accept) -> Result<Accepted, Error> {
        let run = accept.run.as_ref().map(|new| new.start.id);
        let accepted = self.state().accept(accept)?;
        if let (Some(run), Accepted::Run { .. } | Accepted::Queued) = (run, accepted) {
            self.hints.tell(Change::Run(run));
        }
        Ok(accepted)
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, Error> {
        Ok(self.state().events.get(&id).map(|kept| kept.event.clone()))
    }
}

impl State {
    fn accept(&mut self, accept: Accept) -> Result<Accepted, Error> {
        self.fence(accept.session)?;
        let Accept { session, event, run, slot, gates } = accept;
        let dedupe: Option<Dedupe> =
            event.dedupe_key.clone().map(|key| (event.workflow.clone(), event.trigger.clone(), key));
        if let Some(first) = dedupe.as_ref().and_then(|dedupe| self.deduped.get(dedupe)) {
            let run = self.events.get(first).and_then(|kept| kept.run);
            return Ok(Accepted::Duplicate { event: *first, run });
        }
        if let Some(first) = self.events.get(&event.id) {
            return Ok(Accepted::Duplicate { event: event.id, run: first.run });
        }
        let passed = match (&gates, &run) {
            (Some(limits), Some(new)) => Some(self.ask_gates(&event, new.start.id, limits)),
            _ => None,
        };
        let run = run.filter(|_| !passed.as_ref().is_some_and(Passed::starts_nothing));
        let run_id = run.as_ref().map(|new| new.start.id);
        if let Some(id) = run_id.filter(|id| self.open.contains_key(id)) {
            return Err(Error::Exists { what: format!("run {id}") });
        }
        if let Some(slot) = slot {
            self.move_cursor(&event.workflow, &event.trigger, slot);
        }
        if let Some(dedupe) = dedupe {
            self.deduped.insert(dedupe, event.id);
        }
        let kept = self.keep_event(session, event, run);
        Ok(passed.map_or(kept, |passed| self.pass(passed)))
    }

    /// Keeps an event and its run, both known to be new.
    fn keep_event(&mut self, session: SessionId, event: Event, run: Option<NewRun>) -> Accepted {
        let run_id = run.as_ref().map(|new| new.start.id);
        self.events.insert(event.id, Kept { event, run: run_id });
        let Some(run) = run else { return Accepted::Kept };
        self.start(session, run);
        Accepted::Run { rev: Rev::FIRST }
    }

    /// Opens a run.
    pub(crate) fn start(&mut self, session: SessionId, run: NewRun) {
        self.keys.extend(run.keys.iter().map(|key| (key.clone(), run.start.id)));
        let id = run.start.id;
        let owner = run.owned.then_some(session);
        self.open.insert(id, Open::new(run, owner));
    }

    /// Begins the runs that a run calls; returns those that are new. Of one that is over the caller is told again.
    pub(crate) fn begin_children(
        &mut self,
        session: SessionId,
        children: Vec<Child>,
        now: Time,
    ) -> Vec<RunId> {
        let mut begun = Vec::with_capacity(children.len());
        for Child { event, run } in children {
            let id = run.start.id;
            if let Some(record) = self.over.get(&id).map(|over| over.record.clone()) {
                self.tell_parent(&record, now);
            } else if !self.open.contains_key(&id) && !self.events.contains_key(&event.id) {
                self.keep_event(session, Event { dedupe_key: None, ..event }, Some(run));
                begun.push(id);
            }
        }
        begun
    }
}
