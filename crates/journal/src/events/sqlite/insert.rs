//! The rows of new events and of the runs they start: one insert a table, however many there are.

use cauce_model::{RunId, RunStatus};
use sqlx::SqliteConnection;

use super::{NewEvent, Opening, SEPARATOR};
use crate::runs::Rev;
use crate::runs::sqlite::progress::{INSERT_ENTRIES, TRAIL_ENTRIES};
use crate::sqlite::{Packed, Pile, status_number};
use crate::timers;

/// Writes events, all known to be new and in the order of ids, and the runs they open.
pub(crate) async fn all(conn: &mut SqliteConnection, rows: &[&NewEvent]) -> Result<(), sqlx::Error> {
    for row in rows {
        if let Some(slot) = row.slot {
            timers::sqlite::forward(conn, &row.workflow, &row.trigger, slot).await?;
        }
    }
    let mut pile = Pile::default();
    events(&mut pile, rows)?;
    opened(conn, pile, rows.iter().filter_map(|row| row.opening()).collect()).await
}

/// Writes runs, all known to be new.
pub(crate) async fn openings(
    conn: &mut SqliteConnection,
    openings: Vec<Opening<'_>>,
) -> Result<(), sqlx::Error> {
    let mut pile = Pile::default();
    keys_apart(&mut pile, &openings)?;
    opened(conn, pile, openings).await
}

/// Writes what is on the pile, and runs.
async fn opened(
    conn: &mut SqliteConnection,
    mut pile: Pile,
    mut openings: Vec<Opening<'_>>,
) -> Result<(), sqlx::Error> {
    openings.sort_unstable_by_key(|opening| opening.run.id());
    runs(&mut pile, &openings)?;
    keys(&mut pile, &openings)?;
    entries(&mut pile, &openings)?;
    pile.run(conn).await
}

fn events(pile: &mut Pile, rows: &[&NewEvent]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for row in rows {
        let opening = row.opening();
        let run = opening.as_ref().map(|opening| opening.run.id().uuid());
        let keys = opening.and_then(|opening| joined(&opening.run.keys));
        packed
            .row()
            .bytes(row.id.uuid().as_bytes())
            .bytes(row.workflow.as_bytes())
            .bytes(row.trigger.as_bytes())
            .int(row.received_at)
            .maybe_bytes(row.dedupe.as_deref())
            .maybe_bytes(run.as_ref().map(|run| run.as_bytes().as_slice()))
            .bytes(&row.data)
            .maybe_bytes(keys.as_deref());
    }
    pile.add(
        packed,
        "INSERT INTO event (workspace, id, workflow, trigger_id, received_at, dedupe, run, data, keys)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), CAST(substr(?2, v ->> 2, v ->> 3) AS TEXT),
                 CAST(substr(?2, v ->> 4, v ->> 5) AS TEXT), v ->> 6, substr(?2, v ->> 7, v ->> 8),
                 substr(?2, v ->> 9, v ->> 10), substr(?2, v ->> 11, v ->> 12), substr(?2, v ->> 13, v ->> 14)
             FROM (SELECT value AS v FROM json_each(?1))",
    )
}

fn runs(pile: &mut Pile, openings: &[Opening<'_>]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for Opening { session, run, queued } in openings {
        let start = &run.start;
        let owner = (run.owned && !queued).then(|| session.uuid());
        packed
            .row()
            .bytes(start.id.uuid().as_bytes())
            .maybe_bytes(owner.as_ref().map(|owner| owner.as_bytes().as_slice()))
            .maybe_int((!run.owned && !queued).then_some(run.free_at))
            .int(if *queued { status_number(RunStatus::Queued) } else { run.status })
            .bytes(start.workflow.as_bytes())
            .int(i64::from(start.version))
            .bytes(start.trigger.as_bytes())
            .bytes(start.event.uuid().as_bytes())
            .int(start.accepted_at.micros())
            .maybe_bytes(start.replay_of.map(RunId::uuid).as_ref().map(|id| id.as_bytes().as_slice()))
            .bytes(&run.brief)
            .maybe_bytes(run.data.as_deref())
            .maybe_bytes(run.inputs.as_deref())
            .maybe_bytes(run.parent.as_deref())
            .int(if run.entries.is_some() { TRAIL_ENTRIES } else { 0 });
    }
    pile.add(
        packed,
            "INSERT INTO run_open (workspace, id, rev, owner, wake_at, status, workflow, version, trigger_id, event,
                 accepted_at, replay_of, brief, data, inputs, parent, trail)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), 1, substr(?2, v ->> 2, v ->> 3), v ->> 4, v ->> 5,
                 CAST(substr(?2, v ->> 6, v ->> 7) AS TEXT), v ->> 8, CAST(substr(?2, v ->> 9, v ->> 10) AS TEXT),
                 substr(?2, v ->> 11, v ->> 12), v ->> 13, substr(?2, v ->> 14, v ->> 15),
                 substr(?2, v ->> 16, v ->> 17), substr(?2, v ->> 18, v ->> 19), substr(?2, v ->> 20, v ->> 21),
                 substr(?2, v ->> 22, v ->> 23), v ->> 24
             FROM (SELECT value AS v FROM json_each(?1))",
    )
}

fn keys(pile: &mut Pile, openings: &[Opening<'_>]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    let mut keys: Vec<(&str, RunId)> = openings
        .iter()
        .flat_map(|opening| opening.run.keys.iter().map(|key| (key.as_str(), opening.run.id())))
        .collect();
    keys.sort_unstable();
    for (key, run) in keys {
        packed.row().bytes(key.as_bytes()).bytes(run.uuid().as_bytes());
    }
    pile.add(
        packed,
        "INSERT OR IGNORE INTO run_key (workspace, key, run)
             SELECT 1, CAST(substr(?2, v ->> 0, v ->> 1) AS TEXT), substr(?2, v ->> 2, v ->> 3)
             FROM (SELECT value AS v FROM json_each(?1))",
    )
}

/// What runs are found by stands with the event that began them, or apart where none did that is of the same commit.
fn keys_apart(pile: &mut Pile, openings: &[Opening<'_>]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for run in openings.iter().map(|opening| opening.run) {
        if let Some(keys) = joined(&run.keys) {
            packed.row().bytes(run.id().uuid().as_bytes()).bytes(&keys);
        }
    }
    pile.add(
        packed,
        "INSERT INTO run_key_apart (workspace, run, keys)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), substr(?2, v ->> 2, v ->> 3)
             FROM (SELECT value AS v FROM json_each(?1))",
    )
}

/// Keys as one column; nothing where there is none.
fn joined(keys: &[String]) -> Option<Vec<u8>> {
    let keys: Vec<&[u8]> = keys.iter().map(String::as_bytes).collect();
    (!keys.is_empty()).then(|| keys.join(&SEPARATOR))
}

/// What runs begin with stands where their first write would.
fn entries(pile: &mut Pile, openings: &[Opening<'_>]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for run in openings.iter().map(|opening| opening.run) {
        if let Some(entries) = &run.entries {
            packed.row().bytes(run.id().uuid().as_bytes()).int(Rev::FIRST.0).bytes(entries);
        }
    }
    pile.add(packed, INSERT_ENTRIES)
}
