//! Dedupe keys of a batch of accepts: which were accepted before, in an earlier batch or in this one.

use std::collections::HashMap;

use cauce_model::{EventId, RunId};
use sqlx::SqliteConnection;

use super::super::Accepted;
use super::Accepting;
use crate::Error;
use crate::runs::Rev;
use crate::sqlite::{Bytes, Packed, Raw, id_from};

/// Accepts whose key came earlier in the same batch, each with the event that had it first.
pub(super) type Repeats<'a> = Vec<(Accepting<'a>, EventId)>;

/// Answers those whose dedupe key was accepted in an earlier batch. Returns those that are new, and those that repeat a
/// new one.
pub(super) async fn without<'a>(
    conn: &mut SqliteConnection,
    accepts: Vec<Accepting<'a>>,
) -> Result<(Vec<Accepting<'a>>, Repeats<'a>), sqlx::Error> {
    let known = known(conn, &accepts).await?;
    let (mut fresh, mut repeats) = (Vec::with_capacity(accepts.len()), Vec::new());
    let mut first: HashMap<Bytes, EventId> = HashMap::new();
    for (pending, index) in accepts.into_iter().zip(0_i64..) {
        let row = &pending.row;
        if let Some((event, run)) = known.get(&index) {
            pending.answer = Some(Ok(Accepted::Duplicate { event: *event, run: *run }));
            continue;
        }
        if let Some(dedupe) = &row.dedupe {
            if let Some(event) = first.get(dedupe) {
                let event = *event;
                repeats.push((pending, event));
                continue;
            }
            first.insert(dedupe.clone(), row.id);
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
        let event = id_from(&event, EventId::from_uuid).map_err(undecodable)?;
        let run = run.map(|run| id_from(&run, RunId::from_uuid)).transpose().map_err(undecodable)?;
        known.insert(index, (event, run));
    }
    Ok(known)
}

fn undecodable(error: Error) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
