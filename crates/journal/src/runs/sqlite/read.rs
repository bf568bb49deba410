//! Runs by their ids.

use std::collections::HashMap;

use cauce_model::{Entry, EventId, RunId, RunStart, Time};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

use super::super::{Found, OpenRun, Rev};
use super::brief_from;
use crate::Error;
use crate::large;
use crate::sqlite::{Bytes, MAIN, Packed, Raw, Sqlite, from_json, id_from, id_of, time_from, unreadable};

/// History, then open, then history again: a run moves in one commit, so one of the three has it.
pub(crate) async fn get(store: &Sqlite, run: RunId) -> Result<Option<Found>, Error> {
    if let Some(over) = over(store, run).await? {
        return Ok(Some(over));
    }
    if let Some(open) = open(store, run).await? {
        return Ok(Some(Found::Open(Box::new(open))));
    }
    over(store, run).await
}

async fn over(store: &Sqlite, run: RunId) -> Result<Option<Found>, Error> {
    let record: Option<Bytes> =
        sqlx::query_scalar("SELECT record FROM history WHERE workspace = ?1 AND id = ?2")
            .bind(MAIN)
            .bind(id_of(run.uuid()))
            .fetch_optional(&store.readers)
            .await
            .map_err(unreadable("read a run that is over"))?;
    let Some(record) = record else { return Ok(None) };
    let record = large::read_parts(&*store.blobs, &record, "the record of a run").await?;
    Ok(Some(Found::Over(Box::new(record))))
}

/// An open run with its entries, as one moment saw it.
pub(crate) async fn open(store: &Sqlite, run: RunId) -> Result<Option<OpenRun>, Error> {
    Ok(open_many(store, &[run]).await?.pop())
}

/// Those of the runs that are open, with their entries, as one moment saw them; by id. Two reads, however many there are:
/// a node that wakes runs loads hundreds at once.
pub(crate) async fn open_many(store: &Sqlite, runs: &[RunId]) -> Result<Vec<OpenRun>, Error> {
    let mut packed = Packed::default();
    for run in runs {
        packed.row().bytes(run.uuid().as_bytes());
    }
    let (wanted, bytes) = packed.finish();
    let mut snapshot = store.readers.begin().await.map_err(unreadable("read open runs"))?;
    let rows = rows(&mut snapshot, &wanted, &bytes).await.map_err(unreadable("read open runs"))?;
    snapshot.rollback().await.map_err(unreadable("read open runs"))?;
    let (rows, mut chunks) = rows;
    chunks.sort_unstable_by_key(|(_, rev, _)| *rev);
    let mut entries: HashMap<Raw, Vec<Entry>> = HashMap::new();
    for (run, _, chunk) in chunks {
        let chunk: Vec<Entry> = large::read_parts(&*store.blobs, &chunk, "the entries of a run").await?;
        entries.entry(run).or_default().extend(chunk);
    }
    let mut open = Vec::with_capacity(rows.len());
    for row in rows {
        let entries = entries.remove(&row.id).unwrap_or_default();
        open.push(row.run(store, entries).await?);
    }
    open.sort_unstable_by_key(|run| run.start.id);
    Ok(open)
}

/// The columns of [`OPEN`], in its order: an open run as it stands, with the data of its event where it has none of its own.
struct Row {
    id: Raw,
    rev: i64,
    is_owned: bool,
    wake_at: Option<i64>,
    crashes: u32,
    /// By an earlier session.
    is_marked: bool,
    inbox: i64,
    inbox_read: i64,
    status: i64,
    brief: Bytes,
    workflow: String,
    version: u32,
    trigger_id: String,
    event: Raw,
    accepted_at: i64,
    replay_of: Option<Raw>,
    data: Bytes,
    inputs: Option<Bytes>,
    parent: Option<Bytes>,
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            rev: row.try_get(1)?,
            is_owned: row.try_get(2)?,
            wake_at: row.try_get(3)?,
            crashes: row.try_get(4)?,
            is_marked: row.try_get(5)?,
            inbox: row.try_get(6)?,
            inbox_read: row.try_get(7)?,
            status: row.try_get(8)?,
            brief: row.try_get(9)?,
            workflow: row.try_get(10)?,
            version: row.try_get(11)?,
            trigger_id: row.try_get(12)?,
            event: row.try_get(13)?,
            accepted_at: row.try_get(14)?,
            replay_of: row.try_get(15)?,
            data: row.try_get(16)?,
            inputs: row.try_get(17)?,
            parent: row.try_get(18)?,
        })
    }
}

impl Row {
    async fn run(self, store: &Sqlite, entries: Vec<Entry>) -> Result<OpenRun, Error> {
        Ok(OpenRun {
            rev: Rev(self.rev),
            crashes: self.crashes,
            marked: self.is_marked,
            inbox: self.inbox,
            inbox_read: self.inbox_read,
            wake_at: time_from(self.wake_at.filter(|_| !self.is_owned)),
            brief: brief_from(&self.brief, self.status)?,
            start: self.start(store).await?,
            entries,
        })
    }

    async fn start(self, store: &Sqlite) -> Result<RunStart, Error> {
        Ok(RunStart {
            id: id_from(&self.id, RunId::from_uuid)?,
            workflow: self.workflow,
            version: self.version,
            trigger: self.trigger_id,
            event: id_from(&self.event, EventId::from_uuid)?,
            accepted_at: Time::from_micros(self.accepted_at),
            data: large::read(&*store.blobs, &self.data, "the data of a run").await?,
            inputs: match self.inputs {
                Some(inputs) => large::read(&*store.blobs, &inputs, "the inputs of a run").await?,
                None => Value::Null,
            },
            replay_of: self.replay_of.map(|id| id_from(&id, RunId::from_uuid)).transpose()?,
            parent: self.parent.map(|parent| from_json(&parent, "the parent of a run")).transpose()?,
        })
    }
}

/// A run, the revision of a write, and what it wrote.
type Chunk = (Raw, i64, Bytes);

async fn rows(
    conn: &mut SqliteConnection,
    wanted: &str,
    bytes: &[u8],
) -> Result<(Vec<Row>, Vec<Chunk>), sqlx::Error> {
    let rows = sqlx::query_as(OPEN).bind(wanted).bind(bytes).fetch_all(&mut *conn).await?;
    let chunks = sqlx::query_as(ENTRIES).bind(wanted).bind(bytes).fetch_all(conn).await?;
    Ok((rows, chunks))
}

pub(crate) const OPEN: &str = "
    SELECT r.id, r.rev, r.owner IS NOT NULL, r.wake_at, r.crashes,
        r.marked IS NOT NULL AND r.marked IS NOT r.owner, r.inbox, r.inbox_read, r.status, r.brief,
        r.workflow, r.version, r.trigger_id, r.event, r.accepted_at, r.replay_of, coalesce(r.data, e.data),
        r.inputs, r.parent
    FROM json_each(?1) AS p CROSS JOIN run_open AS r
        LEFT JOIN event AS e ON e.workspace = r.workspace AND e.id = r.event
    WHERE r.workspace = 1 AND r.id = substr(?2, p.value ->> 0, p.value ->> 1)";

pub(crate) const ENTRIES: &str = "
    SELECT j.run, j.rev, j.entries FROM json_each(?1) AS p CROSS JOIN journal AS j
    WHERE j.workspace = 1 AND j.run = substr(?2, p.value ->> 0, p.value ->> 1)";
