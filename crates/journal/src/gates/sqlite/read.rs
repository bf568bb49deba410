//! Reading gates, and the verbs of the trait.

use async_trait::async_trait;
use cauce_model::{Event, EventId, RunId, Time};

use super::super::board::Memo;
use super::super::name::{Kind, Name};
use super::super::{Due, Fire, Gates};
use super::fire::Firing;
use crate::events::{Accepted, Events};
use crate::sqlite::{Bytes, MAIN, Raw, Sqlite, from_json, id_from, id_of, time_from, unreadable};
use crate::{Change, Error};

impl Due {
    /// What the gate is known by.
    pub(crate) fn name(&self) -> Name {
        let kind = if self.batch { Kind::Batch } else { Kind::Debounce };
        Name::new(&self.workflow, kind, &self.trigger, &self.key)
    }
}

#[async_trait]
impl Gates for Sqlite {
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Due>, Error> {
        let rows: Vec<(Raw, Bytes)> = sqlx::query_as(
            "SELECT name, memo FROM gate WHERE workspace = ?1 AND due_at <= ?2 ORDER BY due_at, name LIMIT ?3",
        )
        .bind(MAIN)
        .bind(now.micros())
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the due gates"))?;
        let due = rows.into_iter().map(|(name, memo)| {
            let memo: Memo = from_json(&memo, "a gate")?;
            Ok(memo.due(&Name::from_bytes(name)))
        });
        due.filter_map(Result::transpose).collect()
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        let due: Option<i64> =
            sqlx::query_scalar("SELECT min(due_at) FROM gate WHERE workspace = ?1 AND due_at IS NOT NULL")
                .bind(MAIN)
                .fetch_one(&self.readers)
                .await
                .map_err(unreadable("read the next due gate"))?;
        Ok(time_from(due))
    }

    async fn events(&self, due: &Due) -> Result<Vec<Event>, Error> {
        let ids = if due.batch { waiting(self, due).await? } else { vec![due.last] };
        let mut events = Vec::with_capacity(ids.len());
        for id in ids {
            events.extend(Events::get(self, id).await?);
        }
        Ok(events)
    }

    async fn fire(&self, fire: Fire) -> Result<Option<Accepted>, Error> {
        let run = fire.run.as_ref().map(|new| new.start.id);
        let mut firing = Firing::new(fire);
        firing.lighten(&*self.blobs).await?;
        let fired = self.writer.write(firing).await?;
        if let (Some(run), Some(Accepted::Run { .. } | Accepted::Queued)) = (run, fired) {
            self.hints.tell(Change::Run(run));
        }
        Ok(fired)
    }

    async fn behind(&self, run: RunId) -> Result<u64, Error> {
        let behind: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM run_open AS h JOIN run_open AS r
                 ON r.workspace = h.workspace AND r.gate = h.gate AND r.slot = 0 AND r.inbox = 0
             WHERE h.workspace = ?1 AND h.id = ?2 AND h.slot > 0",
        )
        .bind(MAIN)
        .bind(id_of(run.uuid()))
        .fetch_one(&self.readers)
        .await
        .map_err(unreadable("count who waits in line"))?;
        Ok(u64::try_from(behind).unwrap_or(0))
    }
}

/// The events of a batch that is due.
async fn waiting(store: &Sqlite, due: &Due) -> Result<Vec<EventId>, Error> {
    let rows: Vec<Raw> = sqlx::query_scalar(
        "SELECT event FROM gate_event WHERE workspace = ?1 AND gate = ?2 ORDER BY number LIMIT ?3",
    )
    .bind(MAIN)
    .bind(due.name().as_bytes())
    .bind(i64::try_from(due.count).unwrap_or(i64::MAX))
    .fetch_all(&store.readers)
    .await
    .map_err(unreadable("read the events of a gate"))?;
    rows.iter().map(|id| id_from(id, EventId::from_uuid)).collect()
}
