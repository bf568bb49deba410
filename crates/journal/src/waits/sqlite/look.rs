//! The two looks. What they find is read beside the writer, in transactions that begin after the looker's own row was
//! committed; only what was found is written, in small commits, each hit once.

use std::collections::HashSet;

use async_trait::async_trait;
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath, Time};
use sqlx::SqliteConnection;

use super::{OF_NAME, page, place};
use crate::Error;
use crate::runs::Signal;
use crate::runs::sqlite::signal::{Delivery, deliver};
use crate::sqlite::{Halt, MAIN, Packed, Raw, Sqlite, Write, id_from, id_of, unreadable};
use crate::{Change, sessions};

/// Rows that are read, and hits that are written, at once.
const PAGE: u32 = 500;

/// A wait that an event met.
struct Hit {
    run: RunId,
    path: StepPath,
    event: EventId,
}

/// A run that waits, as far as it says which events count.
struct Waiter {
    began: EventId,
    workflow: String,
    trigger: String,
}

impl Waiter {
    /// Whether the event is the one that began the run.
    fn began_with(&self, event: &NamedEvent) -> bool {
        let start = NamedEvent::start_of(event.id, event.at, &self.workflow, &self.trigger);
        self.began == event.id || self.began == start
    }
}

/// Run, path, and the run's event, workflow and trigger.
type Waiting = (Raw, String, Raw, String, String);

/// The event's look: each place in the event that somebody waits for is one range of the index of waits.
pub(super) async fn look(
    store: &Sqlite,
    session: SessionId,
    event: EventId,
    now: Time,
) -> Result<Vec<RunId>, Error> {
    fence(store, session).await?;
    let Some(event) = super::Waits::get(store, event).await? else { return Ok(Vec::new()) };
    let mut woken = Vec::new();
    for field in fields(store, &event.name).await? {
        let Some(key) = event.key_at(&field) else { continue };
        let mut behind: (Raw, String) = Default::default();
        loop {
            let rows = waiting(store, &event, (&field, &key), &behind).await?;
            let Some((run, path, ..)) = rows.last() else { break };
            behind = (run.clone(), path.clone());
            let hits = rows
                .into_iter()
                .filter_map(|row| hit(row, &event).transpose())
                .collect::<Result<Vec<Hit>, Error>>()?;
            woken.extend(store.tell(Tell { session, hits, now, caught_up: None }).await?);
        }
    }
    let mut runs: Vec<RunId> = woken;
    runs.sort_unstable();
    runs.dedup();
    Ok(runs)
}

fn hit((run, path, began, workflow, trigger): Waiting, event: &NamedEvent) -> Result<Option<Hit>, Error> {
    let waiter = Waiter { began: id_from(&began, EventId::from_uuid)?, workflow, trigger };
    let (run, path) = (id_from(&run, RunId::from_uuid)?, StepPath::from(path.as_str()));
    Ok((!waiter.began_with(event)).then_some(Hit { run, path, event: event.id }))
}

/// The fence, before a look that may find nothing to write.
async fn fence(store: &Sqlite, session: SessionId) -> Result<(), Error> {
    let mut conn = store.readers.acquire().await.map_err(unreadable("read a session"))?;
    let alive = sessions::sqlite::is_alive(&mut conn, session).await.map_err(unreadable("read a session"))?;
    if alive { Ok(()) } else { Err(Error::Fenced) }
}

/// Each place is one step along the index, however many wait there.
pub(crate) const FIELDS: &str = "
    WITH RECURSIVE fields (field) AS (
        SELECT min(field) FROM wait WHERE workspace = ?1 AND event = ?2
        UNION ALL
        SELECT (SELECT min(w.field) FROM wait AS w WHERE w.workspace = ?1 AND w.event = ?2 AND w.field > fields.field)
        FROM fields WHERE fields.field IS NOT NULL
    )
    SELECT m.field FROM fields AS m WHERE m.field IS NOT NULL";

async fn fields(store: &Sqlite, name: &str) -> Result<Vec<String>, Error> {
    sqlx::query_scalar(FIELDS)
        .bind(MAIN)
        .bind(name)
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("read what is waited for"))
}

pub(crate) const WAITING: &str = "
    SELECT w.run, w.path, r.event, r.workflow, r.trigger_id FROM wait AS w CROSS JOIN run_open AS r
    WHERE w.workspace = ?1 AND w.event = ?2 AND w.field = ?3 AND w.key = ?4 AND (w.run, w.path) > (?5, ?6)
        AND w.since <= ?7 AND r.workspace = ?1 AND r.id = w.run AND r.accepted_at <= ?7
    ORDER BY w.run, w.path LIMIT ?8";

async fn waiting(
    store: &Sqlite,
    event: &NamedEvent,
    (field, key): (&str, &str),
    (run, path): &(Raw, String),
) -> Result<Vec<Waiting>, Error> {
    sqlx::query_as(WAITING)
        .bind(MAIN)
        .bind(&event.name)
        .bind(field)
        .bind(key)
        .bind(run)
        .bind(path)
        .bind(event.at.micros())
        .bind(PAGE)
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("read who waits"))
}

/// A wait and its run: name, field, key, since, caught_up; accepted_at, event, workflow, trigger.
type OfWait = (String, String, String, i64, bool, i64, Raw, String, String);

pub(crate) const UNLOOKED_OF_NAME: &str = "
    SELECT data FROM named_event WHERE workspace = ?1 AND looked = 0 AND name = ?2 AND (at, id) > (?3, ?4)
    ORDER BY at, id LIMIT ?5";

/// The waiter's look. The first one goes through all events of the name; whatever came later has a look of its own that
/// sees the wait, so the next ones go through those whose look is not done.
pub(super) async fn catch_up(
    store: &Sqlite,
    session: SessionId,
    run: RunId,
    path: &StepPath,
) -> Result<u64, Error> {
    fence(store, session).await?;
    let Some((name, field, key, since, caught_up, accepted_at, began, workflow, trigger)) =
        of_wait(store, run, path).await?
    else {
        return Ok(0);
    };
    let waiter = Waiter { began: id_from(&began, EventId::from_uuid)?, workflow, trigger };
    let sql = if caught_up { UNLOOKED_OF_NAME } else { OF_NAME };
    let (now, mut behind, mut found) =
        (store.clock.now(), place(Time::from_micros(since.max(accepted_at)), None), 0);
    loop {
        let events = page(store, sql, &name, behind, PAGE).await?;
        let is_last = events.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        behind = events.last().map_or_else(Default::default, |last| place(last.at, Some((last.at, last.id))));
        let meets =
            |event: &NamedEvent| event.key_at(&field).as_ref() == Some(&key) && !waiter.began_with(event);
        let hits: Vec<Hit> = events
            .into_iter()
            .filter(meets)
            .map(|event| Hit { run, path: path.clone(), event: event.id })
            .collect();
        let caught_up = (is_last && !caught_up).then(|| (run, path.clone()));
        if !hits.is_empty() || caught_up.is_some() {
            found += store.tell(Tell { session, hits, now, caught_up }).await?.len();
        }
        if is_last {
            return Ok(u64::try_from(found).unwrap_or(u64::MAX));
        }
    }
}

async fn of_wait(store: &Sqlite, run: RunId, path: &StepPath) -> Result<Option<OfWait>, Error> {
    sqlx::query_as(
        "SELECT w.event, w.field, w.key, w.since, w.caught_up, r.accepted_at, r.event, r.workflow, r.trigger_id
         FROM wait AS w CROSS JOIN run_open AS r
         WHERE w.workspace = ?1 AND w.run = ?2 AND w.path = ?3 AND r.workspace = ?1 AND r.id = ?2",
    )
    .bind(MAIN)
    .bind(id_of(run.uuid()))
    .bind(path.as_str())
    .fetch_optional(&store.readers)
    .await
    .map_err(unreadable("read a wait"))
}

/// Tells waits of the events that met them, each once.
struct Tell {
    session: SessionId,
    hits: Vec<Hit>,
    now: Time,
    /// The wait that has gone through all events.
    caught_up: Option<(RunId, StepPath)>,
}

impl Sqlite {
    /// Returns the run of each signal that was sent.
    async fn tell(&self, tell: Tell) -> Result<Vec<RunId>, Error> {
        let runs = self.writer.write(tell).await?;
        runs.iter().for_each(|run| self.hints.tell(Change::Run(*run)));
        Ok(runs)
    }
}

/// Of the hits, those whose wait is open and has had no signal of the event.
pub(crate) const UNTOLD: &str = "
    SELECT j.value ->> 0 FROM json_each(?1) AS j CROSS JOIN wait AS w
    WHERE w.workspace = 1 AND w.run = substr(?2, j.value ->> 1, j.value ->> 2)
        AND w.path = CAST(substr(?2, j.value ->> 3, j.value ->> 4) AS TEXT)
        AND NOT EXISTS (
            SELECT 1 FROM inbox AS i WHERE i.workspace = 1 AND i.run = w.run AND i.path = w.path
                AND i.event = substr(?2, j.value ->> 5, j.value ->> 6))";

#[async_trait]
impl Write for Tell {
    type Answer = Vec<RunId>;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<Vec<RunId>, Halt> {
        if !sessions::sqlite::is_alive(conn, self.session).await? {
            return Err(Error::Fenced.into());
        }
        if let Some((run, path)) = &self.caught_up {
            sqlx::query("UPDATE wait SET caught_up = 1 WHERE workspace = ?1 AND run = ?2 AND path = ?3")
                .bind(MAIN)
                .bind(id_of(run.uuid()))
                .bind(path.as_str())
                .execute(&mut *conn)
                .await?;
        }
        let mut packed = Packed::default();
        for (hit, index) in self.hits.iter().zip(0..) {
            let (run, event) = (hit.run.uuid(), hit.event.uuid());
            packed
                .row()
                .int(index)
                .bytes(run.as_bytes())
                .bytes(hit.path.as_str().as_bytes())
                .bytes(event.as_bytes());
        }
        if packed.is_empty() {
            return Ok(Vec::new());
        }
        let (rows, bytes) = packed.finish();
        let untold: Vec<i64> =
            sqlx::query_scalar(UNTOLD).bind(rows).bind(bytes).fetch_all(&mut *conn).await?;
        let untold: HashSet<i64> = untold.into_iter().collect();
        let told: Vec<Delivery> = self
            .hits
            .iter()
            .zip(0..)
            .filter(|(_, index)| untold.contains(index))
            .map(|(hit, _)| {
                let signal = Signal::Event { path: hit.path.clone(), event: hit.event };
                Delivery::new(hit.run, &signal, self.now)
            })
            .collect();
        let woken: HashSet<RunId> =
            deliver(conn, &told.iter().collect::<Vec<_>>()).await?.into_iter().collect();
        Ok(told.iter().map(Delivery::run).filter(|run| woken.contains(run)).collect())
    }
}
