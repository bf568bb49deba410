//! Forgetting on SQLite. Rows of runs and events stand in the order in which they were written, so what is old is a
//! stretch at the front of its table. A plain read finds the stretch; the writer only deletes, and the log is no longer
//! than a part. What becomes free in the file is used again for new rows.
//!
//! A walk ends with the first part in which everything is new. After a clock that ran ahead, what was written meanwhile
//! stands in the way until it is old itself.

use async_trait::async_trait;
use cauce_model::{EventId, Time, moment_of};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Part, Place, Retention};
use crate::Error;
use crate::events::sqlite::SEPARATOR;
use crate::sqlite::{Bytes, Halt, MAIN, Packed, Raw, Sqlite, Write, corrupt, id_from, unreadable};

pub(crate) const OLD_RUNS: &str = "
    SELECT rowid, coalesce(finished_at, accepted_at) < ?1 FROM history WHERE rowid > ?2 ORDER BY rowid LIMIT ?3";

pub(crate) const FORGET_RUNS: &str =
    "DELETE FROM history WHERE rowid > ?2 AND rowid <= ?3 AND coalesce(finished_at, accepted_at) < ?1";

/// Row, whether it is old, whether it may go, run, keys. Of an event that began no run: whether it is older than all that
/// wait at a gate.
pub(crate) const OLD_EVENTS: &str = "
    SELECT e.rowid, e.received_at < ?1, e.received_at < ?1 AND CASE WHEN e.run IS NULL THEN ?4 IS NULL OR e.id < ?4
            ELSE NOT EXISTS (SELECT 1 FROM run_open AS r WHERE r.workspace = e.workspace AND r.id = e.run)
                AND NOT EXISTS (SELECT 1 FROM history AS h WHERE h.workspace = e.workspace AND h.id = e.run) END,
        e.run, e.keys
    FROM event AS e WHERE e.rowid > ?2 ORDER BY e.rowid LIMIT ?3";

/// The same of keys that stand apart; they are as old as their run.
pub(crate) const OLD_KEYS: &str = "
    SELECT k.rowid, k.run < ?1, k.run < ?1
            AND NOT EXISTS (SELECT 1 FROM run_open AS r WHERE r.workspace = k.workspace AND r.id = k.run)
            AND NOT EXISTS (SELECT 1 FROM history AS h WHERE h.workspace = k.workspace AND h.id = k.run),
        k.run, k.keys
    FROM run_key_apart AS k WHERE k.rowid > ?2 ORDER BY k.rowid LIMIT ?3";

pub(crate) const FORGET_EVENTS: &str =
    "DELETE FROM event WHERE rowid IN (SELECT value ->> 0 FROM json_each(?1))";
pub(crate) const FORGET_APART: &str =
    "DELETE FROM run_key_apart WHERE rowid IN (SELECT value ->> 0 FROM json_each(?1))";
pub(crate) const FORGET_KEYS: &str = "
    DELETE FROM run_key WHERE workspace = 1 AND (key, run) IN (
        SELECT CAST(substr(?2, value ->> 0, value ->> 1) AS TEXT), substr(?2, value ->> 2, value ->> 3)
        FROM json_each(?1))";

/// The first events of gates that are to fire.
const WAITING: &str = "SELECT min(CAST(memo AS TEXT) ->> '$.first.event') FROM gate WHERE workspace = ?1 AND due_at IS NOT NULL";

pub(crate) const FORGET_GATES: &str = "
    DELETE FROM gate WHERE (workspace, name) IN (
        SELECT g.workspace, g.name FROM gate AS g WHERE g.workspace = ?1 AND g.stale_at <= ?2 LIMIT ?3)";
const FORGET_SIGN_INS: &str = "
    DELETE FROM sign_in WHERE (workspace, hash) IN (
        SELECT s.workspace, s.hash FROM sign_in AS s
        WHERE s.workspace = ?1 AND (s.expires_at <= ?2 OR s.idle_until <= ?2) LIMIT ?3)";
const DEAD: &str = "
    SELECT s.id FROM session AS s JOIN heartbeat AS h ON h.session = s.id WHERE s.dead = 1 AND h.seen_at < ?1 LIMIT ?2";

/// Deletes a stretch of the history.
struct Runs {
    before: i64,
    from: i64,
    to: i64,
}

#[async_trait]
impl Write for Runs {
    type Answer = u64;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<u64, Halt> {
        let done =
            sqlx::query(FORGET_RUNS).bind(self.before).bind(self.from).bind(self.to).execute(conn).await?;
        Ok(done.rows_affected())
    }
}

/// A row that was read: its number, whether it is old, whether it may go, its run and keys.
type Row = (i64, bool, bool, Option<Raw>, Option<Bytes>);

/// Deletes events, or keys that stand apart, and the rows of the keys.
struct Rows {
    table: &'static str,
    rows: Vec<i64>,
    /// In order.
    keys: Vec<(Bytes, Raw)>,
}

impl Rows {
    fn of(table: &'static str, found: Vec<Row>) -> Self {
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        for (row, _, goes, run, of_run) in found {
            if !goes {
                continue;
            }
            rows.push(row);
            if let (Some(run), Some(of_run)) = (run, of_run) {
                keys.extend(of_run.split(|byte| *byte == SEPARATOR).map(|key| (key.to_vec(), run.clone())));
            }
        }
        keys.sort_unstable();
        Self { table, rows, keys }
    }
}

#[async_trait]
impl Write for Rows {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        let (mut rows, mut keys) = (Packed::default(), Packed::default());
        for row in &self.rows {
            rows.row().int(*row);
        }
        for (key, run) in &self.keys {
            keys.row().bytes(key).bytes(run);
        }
        rows.execute(conn, self.table).await?;
        keys.execute(conn, FORGET_KEYS).await?;
        Ok(())
    }
}

/// Deletes the rest.
struct Rest {
    before: i64,
    now: i64,
    limit: u32,
}

#[async_trait]
impl Write for Rest {
    type Answer = u64;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<u64, Halt> {
        let mut gone = 0;
        for sql in [FORGET_GATES, FORGET_SIGN_INS] {
            let done =
                sqlx::query(sql).bind(MAIN).bind(self.now).bind(self.limit).execute(&mut *conn).await?;
            gone += done.rows_affected();
        }
        let dead: Vec<Raw> =
            sqlx::query_scalar(DEAD).bind(self.before).bind(self.limit).fetch_all(&mut *conn).await?;
        for session in dead {
            sqlx::query("DELETE FROM heartbeat WHERE session = ?1")
                .bind(&session)
                .execute(&mut *conn)
                .await?;
            sqlx::query("DELETE FROM session WHERE id = ?1").bind(&session).execute(&mut *conn).await?;
            gone += 1;
        }
        Ok(gone)
    }
}

#[async_trait]
impl Retention for Sqlite {
    async fn forget_runs(&self, before: Time, from: Place, limit: u32) -> Result<Part, Error> {
        let found: Vec<(i64, bool)> = sqlx::query_as(OLD_RUNS)
            .bind(before.micros())
            .bind(from.row)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(unreadable("read the oldest runs"))?;
        let Some(to) = found.iter().filter(|(_, old)| *old).map(|(row, _)| *row).max() else {
            return Ok(Part::default());
        };
        let gone = self.writer.write(Runs { before: before.micros(), from: from.row, to }).await?;
        Ok(Part { gone, next: is_full(&found, limit).then_some(Place { row: to, ..from }) })
    }

    async fn forget_events(&self, before: Time, from: Place, limit: u32) -> Result<Part, Error> {
        let from =
            if from == Place::default() { Place { waiting: self.waiting().await?, ..from } } else { from };
        let (found, table) = if from.apart {
            (self.old_keys(before, from, limit).await?, FORGET_APART)
        } else {
            (self.old_events(before, from, limit).await?, FORGET_EVENTS)
        };
        let last = found.last().map(|row| row.0).filter(|_| is_full(&found, limit));
        let goes_on = last.filter(|_| found.iter().any(|row| row.1)).map(|row| Place { row, ..from });
        let apart = (!from.apart).then_some(Place { row: 0, apart: true, ..from });
        let rows = Rows::of(table, found);
        let gone = if from.apart { 0 } else { rows.rows.len() as u64 };
        if !rows.rows.is_empty() {
            self.writer.write(rows).await?;
        }
        Ok(Part { gone, next: goes_on.or(apart) })
    }

    async fn forget_rest(&self, before: Time, now: Time, limit: u32) -> Result<u64, Error> {
        self.writer.write(Rest { before: before.micros(), now: now.micros(), limit }).await
    }

    async fn oldest(&self) -> Result<Option<Time>, Error> {
        let mut oldest: Option<Uuid> = None;
        for sql in [
            "SELECT min(id) FROM run_open WHERE workspace = ?1",
            "SELECT min(id) FROM history WHERE workspace = ?1",
            "SELECT min(id) FROM event WHERE workspace = ?1",
            "SELECT min(id) FROM named_event WHERE workspace = ?1",
        ] {
            let first: Option<Raw> = sqlx::query_scalar(sql)
                .bind(MAIN)
                .fetch_one(&self.readers)
                .await
                .map_err(unreadable("read the oldest ids"))?;
            let first = first.map(|id| id_from(&id, |id| id)).transpose()?;
            oldest = oldest.into_iter().chain(first).min();
        }
        Ok(oldest.map(moment_of))
    }
}

fn is_full<T>(found: &[T], limit: u32) -> bool {
    u32::try_from(found.len()).unwrap_or(u32::MAX) >= limit
}

impl Sqlite {
    /// The oldest event that waits at a gate.
    async fn waiting(&self) -> Result<Option<EventId>, Error> {
        let first: Option<String> = sqlx::query_scalar(WAITING)
            .bind(MAIN)
            .fetch_one(&self.readers)
            .await
            .map_err(unreadable("read the events at gates"))?;
        first.map(|id| id.parse()).transpose().map_err(|error| corrupt("a gate", error))
    }

    async fn old_events(&self, before: Time, from: Place, limit: u32) -> Result<Vec<Row>, Error> {
        sqlx::query_as(OLD_EVENTS)
            .bind(before.micros())
            .bind(from.row)
            .bind(limit)
            .bind(from.waiting.map(|id| id.uuid().as_bytes().to_vec()))
            .fetch_all(&self.readers)
            .await
            .map_err(unreadable("read the oldest events"))
    }

    async fn old_keys(&self, before: Time, from: Place, limit: u32) -> Result<Vec<Row>, Error> {
        sqlx::query_as(OLD_KEYS)
            .bind(cauce_model::earliest_id(before).as_bytes().to_vec())
            .bind(from.row)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(unreadable("read the oldest keys"))
    }
}
