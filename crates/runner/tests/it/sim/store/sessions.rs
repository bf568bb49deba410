//! Sessions, through the line.

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::sessions::{Seen, Sessions};
use cauce_model::SessionId;

use super::{Kind, Line, at_once};

#[async_trait]
impl Sessions for Line {
    async fn open(&self, session: SessionId) -> Result<(), Error> {
        self.call("open", Kind::Write, move |inside, _| at_once(inside.store.sessions.open(session))).await
    }

    async fn beat(&self, session: SessionId) -> Result<(), Error> {
        self.call("beat", Kind::Read, move |inside, _| {
            let answer = at_once(inside.store.sessions.beat(session));
            inside.oracle.wrote(session, "a heartbeat", answer.is_ok());
            answer
        })
        .await
    }

    async fn all(&self) -> Result<Vec<Seen>, Error> {
        self.call("sessions", Kind::Read, |inside, _| at_once(inside.store.sessions.all())).await
    }

    async fn bury(&self, session: SessionId) -> Result<(), Error> {
        self.call("bury", Kind::Write, move |inside, _| {
            inside.oracle.buried(session);
            at_once(inside.store.sessions.bury(session))
        })
        .await
    }
}
