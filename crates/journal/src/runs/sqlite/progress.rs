//! The hot write: a batch of steps of many runs is one update for those that go on and one delete for those that are
//! over; only what matched owner and revision gets its journal rows or its history.

use std::collections::HashMap;

use cauce_model::{Entry, RunId, RunRecord, RunStart, SessionId, Time};
use sqlx::SqliteConnection;

use super::super::signals::told_to_parent;
use super::super::{Progress, Progressed, Rev, Then};
use super::beside::{self, Beside};
use super::signal::{self, Delivery};
use crate::blobs::Blobs;
use crate::large::{self, LARGE, LARGE_WHEN_OVER};
use crate::sqlite::{
    Alive, Bytes, MAIN, Packed, Pending, Pile, Raw, id_from, status_number, to_json, undecodable,
};
use crate::{Error, gates};

/// Bits of `trail`: what else has to go when a run is over.
pub(crate) const TRAIL_WAITS: i64 = 1;
pub(crate) const TRAIL_ENTRIES: i64 = 2;

/// A progress write, ready to be written.
pub(crate) struct Step {
    session: SessionId,
    pub(crate) run: RunId,
    pub(crate) rev: Rev,
    /// A JSON array; nothing where nothing happened.
    entries: Option<Bytes>,
    pub(crate) compact: bool,
    /// What goes with it; most steps have nothing.
    pub(crate) beside: Option<Box<Beside>>,
    brief: Bytes,
    status: i64,
    pub(crate) inbox_read: i64,
    then: Next,
}

enum Next {
    Keep,
    Park { wake_at: Option<i64> },
    Finish(Box<Over>),
}

/// A history row.
struct Over {
    start: Start,
    finished_at: Option<i64>,
    record: Bytes,
    /// The signal to the step that called it and waits.
    told: Option<Delivery>,
}

/// The columns of a run's beginning that lists show.
struct Start {
    workflow: String,
    version: u32,
    trigger: String,
    accepted_at: i64,
}

impl Start {
    fn of(start: &RunStart) -> Self {
        Self {
            workflow: start.workflow.clone(),
            version: start.version,
            trigger: start.trigger.clone(),
            accepted_at: start.accepted_at.micros(),
        }
    }
}

impl Step {
    pub(crate) fn new(mut progress: Progress, now: Time, ends_row: Option<String>) -> Self {
        let beside = Beside::of(&mut progress, ends_row);
        let then = match &progress.then {
            Then::Keep => Next::Keep,
            Then::Park { wake_at } => Next::Park { wake_at: wake_at.map(Time::micros) },
            Then::Finish(record) => Next::Finish(Box::new(Over {
                start: Start::of(&record.start),
                finished_at: record.finished_at.map(Time::micros),
                record: to_json(record),
                told: told_to_parent(record).map(|(parent, signal)| {
                    Delivery::new(parent, &signal, record.finished_at.unwrap_or(now))
                }),
            })),
        };
        // The record of a run that is over holds all of it.
        let is_kept = !progress.entries.is_empty() && !matches!(then, Next::Finish(_));
        Self {
            session: progress.session,
            run: progress.run,
            rev: progress.rev,
            entries: is_kept.then(|| to_json(&progress.entries)),
            compact: progress.compact && !matches!(then, Next::Finish(_)),
            beside,
            brief: to_json(&progress.brief),
            status: status_number(progress.brief.status),
            inbox_read: progress.inbox_read,
            then,
        }
    }

    /// Moves large payloads into blobs: they are on disk before the commit that names them.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        if let Some(entries) = self.entries.as_mut().filter(|entries| entries.len() > LARGE) {
            Box::pin(large::parts::<Vec<Entry>>(blobs, entries, LARGE)).await?;
        }
        if let Next::Finish(over) = &mut self.then {
            if over.record.len() > LARGE_WHEN_OVER {
                let record = &mut over.record;
                Box::pin(large::parts::<RunRecord>(blobs, record, LARGE_WHEN_OVER)).await?;
            }
            if let Some(told) = &mut over.told {
                told.lighten(blobs).await?;
            }
        }
        match &mut self.beside {
            Some(beside) => Box::pin(beside.lighten(blobs)).await,
            None => Ok(()),
        }
    }

    /// About how many bytes it writes.
    pub(crate) fn size(&self) -> usize {
        let then = match &self.then {
            Next::Finish(over) => over.record.len(),
            Next::Keep | Next::Park { .. } => 0,
        };
        let beside = self.beside.as_ref().map_or(0, |beside| beside.size());
        128 + self.entries.as_ref().map_or(0, Vec::len) + self.brief.len() + then + beside
    }

    fn ended_at(&self) -> Option<i64> {
        match &self.then {
            Next::Finish(over) => over.finished_at,
            Next::Keep | Next::Park { .. } => None,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.then, Next::Finish(_))
    }

    /// What the caller learns of a write that matched.
    fn done(&self, inbox: i64) -> Progressed {
        let rev = Rev(self.rev.0 + 1);
        match self.then {
            Next::Park { .. } if inbox > self.inbox_read => {
                Progressed::Stays { rev, inbox, children: Vec::new() }
            }
            Next::Park { .. } | Next::Keep | Next::Finish(_) => {
                Progressed::Done { rev, inbox, children: Vec::new() }
            }
        }
    }
}

pub(super) type Stepping<'a> = &'a mut Pending<Step, Progressed>;

/// The runs that matched: their inbox numbers and trails.
type Matched = HashMap<RunId, (i64, i64)>;

/// Writes a batch of steps inside the transaction that has read the fence. No two are of the same run.
pub(crate) async fn write(
    conn: &mut SqliteConnection,
    alive: &Alive,
    steps: Vec<&mut Box<Pending<Step, Progressed>>>,
) -> Result<(), sqlx::Error> {
    let mut steps: Vec<Stepping<'_>> = steps
        .into_iter()
        .filter_map(|pending| {
            if alive.contains(&pending.row.session) {
                return Some(&mut **pending);
            }
            pending.answer = Some(Err(Error::Fenced));
            None
        })
        .collect();
    steps.sort_unstable_by_key(|pending| pending.row.run);
    let (over, on): (Vec<_>, Vec<_>) = steps.into_iter().partition(|pending| pending.row.is_over());
    let matched = go_on(conn, &on).await?;
    let on = answer(on, &matched);
    write_entries(conn, &on).await?;
    let (matched, gates) = end(conn, &over).await?;
    let over = answer(over, &matched);
    let mut pile = Pile::default();
    forget(&mut pile, &over, &matched)?;
    insert_history(&mut pile, &over)?;
    pile.run(conn).await?;
    tell_parents(conn, &over).await?;
    let ended = over.iter().filter_map(|pending| pending.row.ended_at()).max().unwrap_or_default();
    gates::sqlite::leave(conn, gates, Time::from_micros(ended)).await?;
    beside::write(conn, on, over).await
}

async fn tell_parents(conn: &mut SqliteConnection, over: &[Stepping<'_>]) -> Result<(), sqlx::Error> {
    let told = over.iter().filter_map(|pending| match &pending.row.then {
        Next::Finish(over) => over.told.as_ref(),
        Next::Keep | Next::Park { .. } => None,
    });
    signal::deliver(conn, &told.collect::<Vec<_>>()).await.map(drop)
}

/// Answers every step and returns those that matched.
fn answer<'a>(steps: Vec<Stepping<'a>>, matched: &Matched) -> Vec<Stepping<'a>> {
    steps
        .into_iter()
        .filter_map(|pending| {
            let found = matched.get(&pending.row.run);
            pending.answer = Some(Ok(found.map_or(Progressed::Stale, |(inbox, _)| pending.row.done(*inbox))));
            found.map(|_| pending)
        })
        .collect()
}

/// The workspace comes with the row: were it a constant, the planner would walk all runs of the workspace.
pub(crate) const GO_ON: &str = "
    UPDATE run_open AS r SET rev = r.rev + 1, crashes = 0, marked = NULL, status = p.v ->> 6,
        inbox_read = p.v ->> 7, brief = substr(?2, p.v ->> 8, p.v ->> 9), trail = r.trail | (p.v ->> 12),
        owner = CASE WHEN p.v ->> 10 AND r.inbox <= p.v ->> 7 THEN NULL ELSE r.owner END,
        wake_at = CASE WHEN p.v ->> 10 AND r.inbox <= p.v ->> 7 THEN p.v ->> 11 ELSE NULL END
    FROM (SELECT value AS v FROM json_each(?1)) AS p
    WHERE r.workspace = p.v ->> 0 AND r.id = substr(?2, p.v ->> 1, p.v ->> 2)
        AND +r.owner = substr(?2, p.v ->> 3, p.v ->> 4) AND r.rev = p.v ->> 5
    RETURNING id, inbox, trail";

pub(crate) const END: &str = "
    DELETE FROM run_open WHERE rowid IN (
        SELECT r.rowid FROM json_each(?1) AS p CROSS JOIN run_open AS r
        WHERE r.workspace = 1 AND r.id = substr(?2, p.value ->> 0, p.value ->> 1)
            AND +r.owner = substr(?2, p.value ->> 2, p.value ->> 3) AND r.rev = p.value ->> 4)
    RETURNING id, inbox, trail, gate";

async fn go_on(conn: &mut SqliteConnection, steps: &[Stepping<'_>]) -> Result<Matched, sqlx::Error> {
    let mut packed = Packed::default();
    for Pending { row, .. } in steps.iter().map(|pending| &**pending) {
        let (parks, wake_at) = match row.then {
            Next::Park { wake_at } => (1, wake_at),
            Next::Keep | Next::Finish(_) => (0, None),
        };
        packed
            .row()
            .int(MAIN)
            .bytes(row.run.uuid().as_bytes())
            .bytes(row.session.uuid().as_bytes())
            .int(row.rev.0)
            .int(row.status)
            .int(row.inbox_read)
            .bytes(&row.brief)
            .int(parks)
            .maybe_int(wake_at)
            .int(if row.beside.as_ref().is_some_and(|beside| beside.opens_waits()) {
                TRAIL_WAITS
            } else {
                0
            });
    }
    if packed.is_empty() {
        return Ok(Matched::new());
    }
    let (rows, bytes) = packed.finish();
    by_run(sqlx::query_as(GO_ON).bind(rows).bind(bytes).fetch_all(conn).await?)
}

/// Deletes the runs that are over; gives the gates at which some of them stood.
async fn end(
    conn: &mut SqliteConnection,
    steps: &[Stepping<'_>],
) -> Result<(Matched, Vec<Raw>), sqlx::Error> {
    let mut packed = Packed::default();
    for Pending { row, .. } in steps.iter().map(|pending| &**pending) {
        packed.row().bytes(row.run.uuid().as_bytes()).bytes(row.session.uuid().as_bytes()).int(row.rev.0);
    }
    if packed.is_empty() {
        return Ok((Matched::new(), Vec::new()));
    }
    let (rows, bytes) = packed.finish();
    let found: Vec<(Raw, i64, i64, Option<Raw>)> =
        sqlx::query_as(END).bind(rows).bind(bytes).fetch_all(conn).await?;
    let mut gates = Vec::new();
    let mut ended = Vec::with_capacity(found.len());
    for (id, inbox, trail, gate) in found {
        ended.push((id, inbox, trail));
        gates.extend(gate);
    }
    Ok((by_run(ended)?, gates))
}

fn by_run(found: Vec<(Raw, i64, i64)>) -> Result<Matched, sqlx::Error> {
    found
        .into_iter()
        .map(|(id, inbox, trail)| Ok((id_from(&id, RunId::from_uuid)?, (inbox, trail))))
        .collect::<Result<Matched, Error>>()
        .map_err(undecodable)
}

/// Writes entries; a compacted run's are in the place of all earlier ones.
async fn write_entries(conn: &mut SqliteConnection, steps: &[Stepping<'_>]) -> Result<(), sqlx::Error> {
    let (mut old, mut packed) = (Packed::default(), Packed::default());
    for Pending { row, .. } in steps.iter().map(|pending| &**pending) {
        if row.compact {
            old.row().bytes(row.run.uuid().as_bytes());
        }
        if let Some(entries) = &row.entries {
            packed.row().bytes(row.run.uuid().as_bytes()).int(row.rev.0 + 1).bytes(entries);
        }
    }
    let mut pile = Pile::default();
    pile.add(old, FORGET_ENTRIES)?;
    pile.add(packed, INSERT_ENTRIES)?;
    pile.run(conn).await
}

/// Rows: run, revision, entries.
pub(crate) const INSERT_ENTRIES: &str = "
    INSERT INTO journal (workspace, run, rev, entries)
    SELECT 1, substr(?2, v ->> 0, v ->> 1), v ->> 2, substr(?2, v ->> 3, v ->> 4)
    FROM (SELECT value AS v FROM json_each(?1))";
pub(crate) const FORGET_ENTRIES: &str = "
    DELETE FROM journal WHERE workspace = 1 AND run IN (
        SELECT substr(?2, value ->> 0, value ->> 1) FROM json_each(?1))";
pub(crate) const FORGET_SIGNALS: &str = "
    DELETE FROM inbox WHERE workspace = 1 AND run IN (
        SELECT substr(?2, value ->> 0, value ->> 1) FROM json_each(?1))";
pub(crate) const FORGET_WAITS: &str = "
    DELETE FROM wait WHERE workspace = 1 AND run IN (
        SELECT substr(?2, value ->> 0, value ->> 1) FROM json_each(?1))";

/// Deletes the entries, signals and waits of runs that are over. Most runs at their first revision have no entries.
fn forget(pile: &mut Pile, steps: &[Stepping<'_>], matched: &Matched) -> Result<(), sqlx::Error> {
    let (mut entries, mut signals, mut waits) = (Packed::default(), Packed::default(), Packed::default());
    for Pending { row, .. } in steps.iter().map(|pending| &**pending) {
        let (inbox, trail) = matched.get(&row.run).copied().unwrap_or_default();
        if row.rev > Rev::FIRST || trail & TRAIL_ENTRIES > 0 {
            entries.row().bytes(row.run.uuid().as_bytes());
        }
        if inbox > 0 {
            signals.row().bytes(row.run.uuid().as_bytes());
        }
        if trail & TRAIL_WAITS > 0 {
            waits.row().bytes(row.run.uuid().as_bytes());
        }
    }
    pile.add(entries, FORGET_ENTRIES)?;
    pile.add(signals, FORGET_SIGNALS)?;
    pile.add(waits, FORGET_WAITS)
}

fn insert_history(pile: &mut Pile, steps: &[Stepping<'_>]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for Pending { row, .. } in steps.iter().map(|pending| &**pending) {
        let Next::Finish(over) = &row.then else { continue };
        packed
            .row()
            .bytes(row.run.uuid().as_bytes())
            .bytes(over.start.workflow.as_bytes())
            .int(i64::from(over.start.version))
            .bytes(over.start.trigger.as_bytes())
            .int(row.status)
            .int(over.start.accepted_at)
            .maybe_int(over.finished_at)
            .bytes(&row.brief)
            .bytes(&over.record);
    }
    pile.add(
        packed,
        "INSERT INTO history (workspace, id, workflow, version, trigger_id, status, accepted_at, finished_at, brief,
                 record)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), CAST(substr(?2, v ->> 2, v ->> 3) AS TEXT), v ->> 4,
                 CAST(substr(?2, v ->> 5, v ->> 6) AS TEXT), v ->> 7, v ->> 8, v ->> 9,
                 substr(?2, v ->> 10, v ->> 11), substr(?2, v ->> 12, v ->> 13)
             FROM (SELECT value AS v FROM json_each(?1))",
    )
}
