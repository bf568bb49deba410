//! A gate that is due starts its run: a write of its own.

use async_trait::async_trait;
use cauce_model::{EventId, SessionId, Time};
use sqlx::SqliteConnection;

use super::super::board::{Arrival, Memo, Verdict};
use super::super::name::{Name, Names};
use super::super::{Due, Fire, Limits};
use super::{Asks, board, carry_out, undecodable};
use crate::Error;
use crate::blobs::Blobs;
use crate::events::Accepted;
use crate::events::sqlite::{NewOpen, Opening, insert};
use crate::runs::Rev;
use crate::sessions;
use crate::sqlite::{Bytes, Halt, MAIN, Packed, Raw, Write, from_json, id_from, id_of, to_json};

/// A run to start from a gate, ready to be written.
pub(crate) struct Firing {
    session: SessionId,
    name: Name,
    due: Due,
    now: Time,
    run: Option<(NewOpen, Asks)>,
}

impl Firing {
    pub(crate) fn new(fire: Fire) -> Self {
        let Fire { session, due, now, run, limits } = fire;
        let limits = Limits { hold: None, ..limits };
        let names = Names::new(&due.workflow, &due.trigger, &limits);
        let run = run.map(|new| {
            let asks = Asks { names, limits, event: due.last, run: new.start.id, now };
            (NewOpen::apart(new), asks)
        });
        Self { session, name: due.name(), due, now, run }
    }

    /// Moves large payloads into blobs: they are on disk before the commit that names them.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        match &mut self.run {
            Some((run, _)) => run.lighten(blobs).await,
            None => Ok(()),
        }
    }

    /// Takes the events off the gate; none when it moved on since it was read.
    async fn take_off(&self, conn: &mut SqliteConnection) -> Result<Option<Vec<EventId>>, sqlx::Error> {
        let memo: Option<Bytes> =
            sqlx::query_scalar("SELECT memo FROM gate WHERE workspace = ?1 AND name = ?2")
                .bind(MAIN)
                .bind(self.name.as_bytes())
                .fetch_optional(&mut *conn)
                .await?;
        let memo: Option<Memo> =
            memo.map(|memo| from_json(&memo, "a gate")).transpose().map_err(undecodable)?;
        let Some(memo) = memo.filter(|memo| memo.is_still(&self.due, self.now)) else { return Ok(None) };
        let stays = memo.stays_from(&self.due);
        let arrival = match stays {
            Some(number) => self.arrival(conn, number).await?,
            None => None,
        };
        let taken = if self.due.batch { self.numbered(conn, stays).await? } else { vec![self.due.last] };
        match memo.without(&self.due, arrival) {
            Some(left) => {
                sqlx::query("UPDATE gate SET memo = ?3, due_at = ?4 WHERE workspace = ?1 AND name = ?2")
                    .bind(MAIN)
                    .bind(self.name.as_bytes())
                    .bind(to_json(&left))
                    .bind(left.due_at().map(Time::micros))
                    .execute(conn)
                    .await?;
            }
            None => {
                sqlx::query("DELETE FROM gate WHERE workspace = ?1 AND name = ?2")
                    .bind(MAIN)
                    .bind(self.name.as_bytes())
                    .execute(conn)
                    .await?;
            }
        }
        Ok(Some(taken))
    }

    /// The event with this number.
    async fn arrival(
        &self,
        conn: &mut SqliteConnection,
        number: u64,
    ) -> Result<Option<Arrival>, sqlx::Error> {
        let row: Option<(Raw, i64)> = sqlx::query_as(
            "SELECT event, came_at FROM gate_event WHERE workspace = ?1 AND gate = ?2 AND number = ?3",
        )
        .bind(MAIN)
        .bind(self.name.as_bytes())
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .fetch_optional(conn)
        .await?;
        let Some((event, at)) = row else { return Ok(None) };
        let event = id_from(&event, EventId::from_uuid).map_err(undecodable)?;
        Ok(Some(Arrival { event, at: Time::from_micros(at) }))
    }

    /// Takes off every event before the one that stays.
    async fn numbered(
        &self,
        conn: &mut SqliteConnection,
        stays: Option<u64>,
    ) -> Result<Vec<EventId>, sqlx::Error> {
        let rows: Vec<Raw> = sqlx::query_scalar(
            "DELETE FROM gate_event WHERE workspace = ?1 AND gate = ?2 AND number < ?3 RETURNING event",
        )
        .bind(MAIN)
        .bind(self.name.as_bytes())
        .bind(stays.and_then(|number| i64::try_from(number).ok()).unwrap_or(i64::MAX))
        .fetch_all(conn)
        .await?;
        rows.iter().map(|id| id_from(id, EventId::from_uuid)).collect::<Result<_, _>>().map_err(undecodable)
    }
}

#[async_trait]
impl Write for Firing {
    type Answer = Option<Accepted>;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<Option<Accepted>, Halt> {
        if !sessions::sqlite::is_alive(conn, self.session).await? {
            return Err(Error::Fenced.into());
        }
        if let Some((run, _)) = &self.run
            && is_open(conn, run).await?
        {
            return Err(Error::Exists { what: format!("run {}", run.id()) }.into());
        }
        let Some(events) = self.take_off(conn).await? else { return Ok(None) };
        let Some((run, asks)) = &self.run else { return Ok(Some(Accepted::Kept)) };
        let mut board = board(conn, asks.names.all().collect()).await?;
        let verdict = asks.on(&mut board);
        if !matches!(verdict, Verdict::Not(_)) {
            let opening = Opening { session: self.session, run, queued: verdict == Verdict::Queue };
            insert::openings(conn, vec![opening]).await?;
            let mut started = Packed::default();
            for event in events {
                started.row().int(MAIN).bytes(event.uuid().as_bytes()).bytes(run.id().uuid().as_bytes());
            }
            started.execute(conn, STARTED).await?;
        }
        carry_out(conn, board, asks.mark(verdict).into_iter().collect(), self.now).await?;
        Ok(Some(match verdict {
            Verdict::Start => Accepted::Run { rev: Rev::FIRST },
            Verdict::Queue => Accepted::Queued,
            Verdict::Not(accepted) => accepted,
        }))
    }
}

/// The events that a run stands for name it, so that a sender who tries again learns of it.
pub(crate) const STARTED: &str = "
    UPDATE event AS e SET run = substr(?2, p.v ->> 3, p.v ->> 4)
    FROM (SELECT value AS v FROM json_each(?1)) AS p
    WHERE e.workspace = p.v ->> 0 AND e.id = substr(?2, p.v ->> 1, p.v ->> 2)";

async fn is_open(conn: &mut SqliteConnection, run: &NewOpen) -> Result<bool, sqlx::Error> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM run_open WHERE workspace = ?1 AND id = ?2")
        .bind(MAIN)
        .bind(id_of(run.id().uuid()))
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}
