//! Named events and waits, through the line.

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::waits::{Published, Wait, Waits};
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath, Time};

use super::super::sabotage::Sabotage;
use super::{Kind, Line, at_once};

#[async_trait]
impl Waits for Line {
    async fn publish(&self, session: SessionId, event: NamedEvent) -> Result<Published, Error> {
        self.call("publish_event", Kind::Write, move |inside, _| {
            let answer = at_once(inside.store.waits.publish(session, event.clone()));
            inside.oracle.wrote(session, "a named event", answer.is_ok());
            let now = inside.now();
            inside.oracle.published(&event, &answer, now);
            answer
        })
        .await
    }

    async fn unlooked(&self, limit: u32) -> Result<Vec<NamedEvent>, Error> {
        self.call("unlooked", Kind::Read, move |inside, _| at_once(inside.store.waits.unlooked(limit))).await
    }

    async fn look(&self, session: SessionId, event: EventId, now: Time) -> Result<Vec<RunId>, Error> {
        self.call("look", Kind::Write, move |inside, _| {
            let answer = at_once(inside.store.waits.look(session, event, now));
            inside.oracle.wrote(session, "a look", answer.is_ok());
            answer
        })
        .await
    }

    async fn looked(&self, event: EventId) -> Result<(), Error> {
        self.call("looked", Kind::Write, move |inside, _| at_once(inside.store.waits.looked(event))).await
    }

    async fn get(&self, event: EventId) -> Result<Option<NamedEvent>, Error> {
        self.call("named_event", Kind::Read, move |inside, _| at_once(inside.store.waits.get(event))).await
    }

    async fn events_of(
        &self,
        name: &str,
        since: Time,
        limit: u32,
        after: Option<(Time, EventId)>,
    ) -> Result<Vec<NamedEvent>, Error> {
        let name = name.to_owned();
        self.call("events_of", Kind::Read, move |inside, _| {
            at_once(inside.store.waits.events_of(&name, since, limit, after))
        })
        .await
    }

    /// The second look. A store with that bug planted says that there was nothing.
    async fn catch_up(&self, session: SessionId, run: RunId, path: &StepPath) -> Result<u64, Error> {
        let path = path.clone();
        self.call("catch_up", Kind::Write, move |inside, _| {
            if inside.sabotage == Sabotage::SecondLook {
                return Ok(0);
            }
            let answer = at_once(inside.store.waits.catch_up(session, run, &path));
            inside.oracle.wrote(session, "a look", answer.is_ok());
            answer
        })
        .await
    }

    async fn waits_of(&self, run: RunId) -> Result<Vec<Wait>, Error> {
        self.call("waits_of", Kind::Read, move |inside, _| at_once(inside.store.waits.waits_of(run))).await
    }

    async fn forget_before(&self, time: Time, limit: u32) -> Result<u64, Error> {
        self.call("forget_before", Kind::Write, move |inside, _| {
            at_once(inside.store.waits.forget_before(time, limit))
        })
        .await
    }
}
