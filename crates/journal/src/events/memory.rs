//! Events in memory.

use async_trait::async_trait;
use cauce_model::{Event, EventId, RunId};

use super::{Accept, Accepted, Events, NewRun};
use crate::memory::{Memory, State};
use crate::runs::Rev;
use crate::runs::memory::Open;
use crate::{Change, Error};

/// Workflow, trigger and dedupe key.
pub(crate) type Dedupe = (String, String, String);

/// An event and the run it started.
pub(crate) struct Kept {
    event: Event,
    run: Option<RunId>,
}

#[async_trait]
impl Events for Memory {
    async fn accept(&self, accept: Accept) -> Result<Accepted, Error> {
        let run = accept.run.as_ref().map(|new| new.start.id);
        let accepted = self.state().accept(accept)?;
        if let (Some(run), Accepted::Run { .. }) = (run, accepted) {
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
        let Accept { session, event, run, slot } = accept;
        let dedupe: Option<Dedupe> =
            event.dedupe_key.clone().map(|key| (event.workflow.clone(), event.trigger.clone(), key));
        if let Some(first) = dedupe.as_ref().and_then(|dedupe| self.deduped.get(dedupe)) {
            let run = self.events.get(first).and_then(|kept| kept.run);
            return Ok(Accepted::Duplicate { event: *first, run });
        }
        if self.events.contains_key(&event.id) {
            return Err(Error::Exists { what: format!("event {}", event.id) });
        }
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
        self.events.insert(event.id, Kept { event, run: run_id });
        let Some(NewRun { start, keys, steps_total, owned }) = run else { return Ok(Accepted::Kept) };
        self.keys.extend(keys.into_iter().map(|key| (key, start.id)));
        let open = Open::new(start, steps_total, owned.then_some(session));
        self.open.insert(open.start.id, open);
        Ok(Accepted::Run { rev: Rev::FIRST })
    }
}
