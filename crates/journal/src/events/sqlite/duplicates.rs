//! Dedupe keys and ids of a batch of accepts: which were accepted before, in an earlier batch or in this one.

use std::collections::HashMap;

use cauce_model::{EventId, RunId};
use sqlx::SqliteConnection;

use super::super::Accepted;
use super::Accepting;
use crate::runs::Rev;
use crate::sqlite::{Bytes, Care, Packed, Raw, id_from, undecodable};

/// Accepts whose key or id came earlier in the same batch, each with the event that had it first.
pub(super) type Repeats<'a> = Vec<(Accepting<'a>, EventId)>;

/// Answers those that were accepted in an earlier batch. Returns those that are new, and those that repeat a
/// new one.
pub(super) async fn without<'a>(
    conn: &mut SqliteConnection,
    accepts: Vec<Accepting<'a>>,
    care: Care,
) -> Result<(Vec<Accepting<'a>>, Repeats<'a>), sqlx::Error> {
    let known = known(conn, &accepts).await?;
    let mut ids = if care == Care::Ids { known_ids(conn, &accepts).await? } else { HashMap::new() };
    let (mut fresh, mut repeats) = (Vec::with_capacity(accepts.len()), Vec::new());
    let mut first: HashMap<Bytes, EventId> = HashMap::new();
    for (pending, index) in accepts.into_iter().zip(0_i64..) {
        let row = &pending.row;
        if let Some((event, run)) = known.get(&index) {
            pending.answer = Some(Ok(Accepted::Duplicate { event: *event, run: *run }));
            continue;
        }
        if let Some(event) = row.dedupe.as_ref().and_then(|dedupe| first.get(dedupe)).copied() {
            repeats.push((pending, event));
            continue;
        }
        match ids.get(&row.id) {
            Some(Earlier::Kept(run)) => {
                pending.answer = Some(Ok(Accepted::Duplicate { event: row.id, run: *run }));
                continue;
            }
            Some(Earlier::Beside) => {
                let event = row.id;
                repeats.push((pending, event));
                continue;
            }
            None => {}
        }
        if let Some(dedupe) = &row.dedupe {
            first.insert(dedupe.clone(), row.id);
        }
        if care == Care::Ids {
            ids.insert(row.id, Earlier::Beside);
        }
        let run = row.run.as_ref();
        pending.answer = Some(Ok(run.map_or(Accepted::Kept, |_| Accepted::Run { rev: Rev::FIRST })));
        fresh.push(pending);
    }
    Ok((fresh, repeats))
}

/// Answers those that repeat a new one: by now it is known whether that one starts a run. `fresh` is in the order of ids.
pub(super) fn repeat(repeats: Repeats<'_>, fresh: &[Accepting<'_>]) {
    for (pending, event) in repeats {
        let first = fresh.binary_search_by_key(&event, |first| first.row.id).ok();
        let opening = first.and_then(|place| fresh.get(place)).and_then(|first| first.row.opening());
        pending.answer =
            Some(Ok(Accepted::Duplicate { event, run: opening.map(|opening| opening.run.id()) }));
    }
}

/// What dedupe keys gave before, by the accept's place.
type Known = HashMap<i64, (EventId, Option<RunId>)>;

pub(crate) const KNOWN: &str = "
    SELECT j.value ->> 0, e.id, e.run FROM json_each(?1) AS j CROSS JOIN event AS e
    WHERE e.workspace = 1 AND e.dedupe = substr(?2, j.value ->> 1, j.value ->> 2)";

/// Where an event of the same id is.
enum Earlier {
    /// In an earlier batch, with the run it started.
    Kept(Option<RunId>),
    /// In this batch.
    Beside,
}

pub(crate) const KNOWN_IDS: &str = "
    SELECT e.id, e.run FROM json_each(?1) AS j CROSS JOIN event AS e
    WHERE e.workspace = 1 AND e.id = substr(?2, j.value ->> 0, j.value ->> 1)";

async fn known_ids(
    conn: &mut SqliteConnection,
    accepts: &[Accepting<'_>],
) -> Result<HashMap<EventId, Earlier>, sqlx::Error> {
    let mut ids = Packed::default();
    for pending in accepts {
        ids.row().bytes(pending.row.id.uuid().as_bytes());
    }
    let (rows, bytes) = ids.finish();
    let found: Vec<(Raw, Option<Raw>)> =
        sqlx::query_as(KNOWN_IDS).bind(rows).bind(bytes).fetch_all(conn).await?;
    let kept = found.into_iter().map(|(event, run)| {
        let (event, run) = ids_of(&event, run)?;
        Ok((event, Earlier::Kept(run)))
    });
    kept.collect()
}

async fn known(conn: &mut SqliteConnection, accepts: &[Accepting<'_>]) -> Result<Known, sqlx::Error> {
    let mut keys = Packed::default();
    for (pending, index) in accepts.iter().zip(0..) {
        if let Some(dedupe) = &pending.row.dedupe {
            keys.row().int(index).bytes(dedupe);
        }
    }
    let mut known = Known::default();
    if keys.is_empty() {
        return Ok(known);
    }
    let (rows, bytes) = keys.finish();
    let found: Vec<(i64, Raw, Option<Raw>)> =
        sqlx::query_as(KNOWN).bind(rows).bind(bytes).fetch_all(conn).await?;
    for (index, event, run) in found {
        known.insert(index, ids_of(&event, run)?);
    }
    Ok(known)
}

fn ids_of(event: &[u8], run: Option<Raw>) -> Result<(EventId, Option<RunId>), sqlx::Error> {
    let event = id_from(event, EventId::from_uuid).map_err(undecodable)?;
    let run = run.map(|run| id_from(&run, RunId::from_uuid)).transpose().map_err(undecodable)?;
    Ok((event, run))
}
