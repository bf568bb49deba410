//! Gates, through the line.

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::events::Accepted;
use cauce_journal::gates::{Due, Fire, Gates};
use cauce_model::{Event, RunId, Time};

use super::{Kind, Line, at_once};

#[async_trait]
impl Gates for Line {
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Due>, Error> {
        self.call("due_gates", Kind::Read, move |inside, _| at_once(inside.store.gates.due(now, limit))).await
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        self.call("next_gate", Kind::Read, |inside, _| at_once(inside.store.gates.next_due())).await
    }

    async fn events(&self, due: &Due) -> Result<Vec<Event>, Error> {
        let due = due.clone();
        self.call("gate_events", Kind::Read, move |inside, _| at_once(inside.store.gates.events(&due))).await
    }

    async fn fire(&self, fire: Fire) -> Result<Option<Accepted>, Error> {
        self.call("fire", Kind::Write, move |inside, _| {
            let answer = at_once(inside.store.gates.fire(fire.clone()));
            inside.oracle.fired(&fire, &answer);
            answer
        })
        .await
    }

    async fn behind(&self, run: RunId) -> Result<u64, Error> {
        self.call("behind", Kind::Read, move |inside, _| at_once(inside.store.gates.behind(run))).await
    }
}
