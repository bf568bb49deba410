//! Named events and waits on SQLite.
//!
//! - [`look`]: the event's look, and the waiter's.
//! - here: keeping, reading and forgetting events.

pub(crate) mod look;

use async_trait::async_trait;
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath, Time};
use sqlx::SqliteConnection;

use super::{Published, Wait, Waits};
use crate::blobs::Blobs;
use crate::sqlite::{Bytes, Halt, MAIN, Packed, Raw, Sqlite, Write, id_from, id_of, to_json, unreadable};
use crate::{Change, Error, large, sessions};

/// A named event, ready to be written.
pub(crate) struct NewNamed {
    id: EventId,
    name: String,
    key: Option<String>,
    at: i64,
    data: Bytes,
}

impl NewNamed {
    pub(crate) fn new(event: &NamedEvent) -> Self {
        let (name, key) = (event.name.clone(), event.key.clone());
        Self { id: event.id, name, key, at: event.at.micros(), data: to_json(event) }
    }

    /// Moves a large event into a blob: it is on disk before the commit that names it.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        large::whole(blobs, &mut self.data).await
    }

    /// About how many bytes it writes.
    pub(crate) const fn size(&self) -> usize {
        256 + self.data.len()
    }

    /// Writes events, but those whose id, or name and key, is known; returns how many were new.
    pub(crate) async fn insert(
        conn: &mut SqliteConnection,
        events: impl Iterator<Item = &Self>,
    ) -> Result<u64, sqlx::Error> {
        let mut packed = Packed::default();
        for event in events {
            packed
                .row()
                .bytes(event.id.uuid().as_bytes())
                .bytes(event.name.as_bytes())
                .maybe_bytes(event.key.as_ref().map(|key| key.as_bytes()))
                .int(event.at)
                .bytes(&event.data);
        }
        if packed.is_empty() {
            return Ok(0);
        }
        let (rows, bytes) = packed.finish();
        let done = sqlx::query(
            "INSERT OR IGNORE INTO named_event (workspace, id, name, key, at, data)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), CAST(substr(?2, v ->> 2, v ->> 3) AS TEXT),
                 CAST(substr(?2, v ->> 4, v ->> 5) AS TEXT), v ->> 6, substr(?2, v ->> 7, v ->> 8)
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .bind(rows)
        .bind(bytes)
        .execute(conn)
        .await?;
        Ok(done.rows_affected())
    }
}

/// Keeps an event.
struct Publish {
    session: SessionId,
    event: NewNamed,
}

#[async_trait]
impl Write for Publish {
    type Answer = Published;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<Published, Halt> {
        if !sessions::sqlite::is_alive(conn, self.session).await? {
            return Err(Error::Fenced.into());
        }
        if NewNamed::insert(conn, std::iter::once(&self.event)).await? > 0 {
            return Ok(Published::Kept);
        }
        let first: Raw = sqlx::query_scalar(
            "SELECT id FROM (
                 SELECT id, 0 AS rank FROM named_event WHERE workspace = ?1 AND id = ?2
                 UNION ALL
                 SELECT id, 1 FROM named_event WHERE workspace = ?1 AND name = ?3 AND key = ?4)
             ORDER BY rank LIMIT 1",
        )
        .bind(MAIN)
        .bind(id_of(self.event.id.uuid()))
        .bind(&self.event.name)
        .bind(&self.event.key)
        .fetch_one(conn)
        .await?;
        Ok(Published::Duplicate(id_from(&first, EventId::from_uuid)?))
    }
}

/// Says that an event's look is done.
struct Looked(EventId);

#[async_trait]
impl Write for Looked {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query("UPDATE named_event SET looked = 1 WHERE workspace = ?1 AND id = ?2 AND looked = 0")
            .bind(MAIN)
            .bind(id_of(self.0.uuid()))
            .execute(conn)
            .await?;
        Ok(())
    }
}

pub(crate) const FORGET: &str = "
    DELETE FROM named_event WHERE rowid IN (
        SELECT e.rowid FROM named_event AS e WHERE e.workspace = ?1 AND e.looked = 1 AND e.at < ?2
        ORDER BY e.at, e.id LIMIT ?3)";

/// Deletes old events.
struct Forget {
    before: i64,
    limit: u32,
}

#[async_trait]
impl Write for Forget {
    type Answer = u64;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<u64, Halt> {
        let done = sqlx::query(FORGET).bind(MAIN).bind(self.before).bind(self.limit).execute(conn).await?;
        Ok(done.rows_affected())
    }
}

pub(crate) const UNLOOKED: &str =
    "SELECT data FROM named_event WHERE workspace = ?1 AND looked = 0 ORDER BY at, id LIMIT ?2";

pub(crate) const OF_NAME: &str = "
    SELECT data FROM named_event WHERE workspace = ?1 AND name = ?2 AND (at, id) > (?3, ?4)
    ORDER BY at, id LIMIT ?5";

/// A place among the events of a name: behind this moment and id. No id comes before every id of the moment.
pub(crate) type Place = (i64, Raw);

/// The place before everything since a moment, or behind an event, whichever is later.
pub(crate) fn place(since: Time, after: Option<(Time, EventId)>) -> Place {
    match after {
        Some((at, id)) if at >= since => (at.micros(), id_of(id.uuid())),
        Some(_) | None => (since.micros(), Raw::new()),
    }
}

/// A page of the events that `sql` finds: [`OF_NAME`], or [`look::UNLOOKED_OF_NAME`].
pub(crate) async fn page(
    store: &Sqlite,
    sql: &'static str,
    name: &str,
    (at, id): Place,
    limit: u32,
) -> Result<Vec<NamedEvent>, Error> {
    let rows: Vec<Bytes> = sqlx::query_scalar(sql)
        .bind(MAIN)
        .bind(name)
        .bind(at)
        .bind(id)
        .bind(limit)
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("read the events of a name"))?;
    all(store, &rows).await
}

async fn all(store: &Sqlite, rows: &[Bytes]) -> Result<Vec<NamedEvent>, Error> {
    let mut events = Vec::with_capacity(rows.len());
    for data in rows {
        events.push(large::read(&*store.blobs, data, "a named event").await?);
    }
    Ok(events)
}

#[async_trait]
impl Waits for Sqlite {
    async fn publish(&self, session: SessionId, event: NamedEvent) -> Result<Published, Error> {
        let event_id = event.id;
        let mut event = NewNamed::new(&event);
        event.lighten(&*self.blobs).await?;
        let published = self.writer.write(Publish { session, event }).await?;
        if published == Published::Kept {
            self.hints.tell(Change::Event(event_id));
        }
        Ok(published)
    }

    async fn unlooked(&self, limit: u32) -> Result<Vec<NamedEvent>, Error> {
        let rows: Vec<Bytes> = sqlx::query_scalar(UNLOOKED)
            .bind(MAIN)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(unreadable("read the events without a look"))?;
        all(self, &rows).await
    }

    async fn look(&self, session: SessionId, event: EventId, now: Time) -> Result<Vec<RunId>, Error> {
        look::look(self, session, event, now).await
    }

    async fn looked(&self, event: EventId) -> Result<(), Error> {
        self.writer.write(Looked(event)).await
    }

    async fn get(&self, event: EventId) -> Result<Option<NamedEvent>, Error> {
        let data: Option<Bytes> =
            sqlx::query_scalar("SELECT data FROM named_event WHERE workspace = ?1 AND id = ?2")
                .bind(MAIN)
                .bind(id_of(event.uuid()))
                .fetch_optional(&self.readers)
                .await
                .map_err(unreadable("read a named event"))?;
        match data {
            Some(data) => large::read(&*self.blobs, &data, "a named event").await.map(Some),
            None => Ok(None),
        }
    }

    async fn events_of(
        &self,
        name: &str,
        since: Time,
        limit: u32,
        after: Option<(Time, EventId)>,
    ) -> Result<Vec<NamedEvent>, Error> {
        page(self, OF_NAME, name, place(since, after), limit).await
    }

    async fn catch_up(&self, session: SessionId, run: RunId, path: &StepPath) -> Result<u64, Error> {
        look::catch_up(self, session, run, path).await
    }

    async fn waits_of(&self, run: RunId) -> Result<Vec<Wait>, Error> {
        let rows: Vec<(String, String, String, String, i64)> = sqlx::query_as(
            "SELECT path, event, field, key, since FROM wait WHERE workspace = ?1 AND run = ?2 ORDER BY path",
        )
        .bind(MAIN)
        .bind(id_of(run.uuid()))
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the waits of a run"))?;
        let wait = |(path, event, field, key, since): (String, _, _, _, _)| {
            let (path, since) = (StepPath::from(path.as_str()), Time::from_micros(since));
            Wait { path, event, field, key, since }
        };
        Ok(rows.into_iter().map(wait).collect())
    }

    async fn forget_before(&self, time: Time, limit: u32) -> Result<u64, Error> {
        self.writer.write(Forget { before: time.micros(), limit }).await
    }
}
