//! Gates, through the line.

use std::time::Duration;

use async_trait::async_trait;
use cauce_journal::Error;
use cauce_journal::events::Accepted;
use cauce_journal::gates::{Due, Fire, Gates};
use cauce_model::{Event, RunId, Time};

use super::super::sabotage::Sabotage;
use super::super::world::Inside;
use super::{Kind, Line, at_once};

#[async_trait]
impl Gates for Line {
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Due>, Error> {
        self.call("due_gates", Kind::Read, move |inside, _| {
            at_once(inside.store.gates.due(inside.due_by(now), limit))
        })
        .await
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
            let by = inside.due_by(fire.now);
            let answer = at_once(inside.store.gates.fire(Fire { now: by, ..fire.clone() }));
            inside.oracle.fired(&fire, &answer);
            answer
        })
        .await
    }

    async fn behind(&self, run: RunId) -> Result<u64, Error> {
        self.call("behind", Kind::Read, move |inside, _| at_once(inside.store.gates.behind(run))).await
    }
}

impl Inside {
    /// Until when a gate must be due to fire: now, or with the bug planted at any time.
    fn due_by(&self, now: Time) -> Time {
        if self.sabotage == Sabotage::Gates { now.after(Duration::from_secs(3600)) } else { now }
    }
}
