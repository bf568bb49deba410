//! Events, through the line.

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::events::{Accept, Accepted, Events};
use cauce_model::{Event, EventId};

use super::{Kind, Line, at_once};

#[async_trait]
impl Events for Line {
    async fn accept(&self, accept: Accept) -> Result<Accepted, Error> {
        self.call("accept", Kind::Write, move |inside, _| {
            let answer = at_once(inside.store.events.accept(accept.clone()));
            inside.oracle.accepted(&accept, &answer);
            answer
        })
        .await
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, Error> {
        self.call("event", Kind::Read, move |inside, _| at_once(inside.store.events.get(id))).await
    }
}
