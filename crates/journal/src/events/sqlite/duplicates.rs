//! Dedupe keys of a batch of accepts: which were accepted before, in an earlier batch or in this one.

use std::collections::HashMap;

use cauce_model::{EventId, RunId};
use sqlx::SqliteConnection;

use super::super::Accepted;
use super::Accepting;
use crate::Error;
use crate::runs::Rev;
use crate::sqlite::{Bytes, Packed, Raw, id_from};

/// Answers those whose dedupe key was accepted before, in an earlier batch or in this one, and returns the others.
pub(super) async fn without<'a>(
    conn: &mut SqliteConnection,
    accepts: Vec<Accepting<'a>>,
) -> Result<Vec<Accepting<'a>>, sqlx::Error> {
    let mut known = known(conn, &accepts).await?;
    let mut fresh = Vec::with_capacity(accepts.len());
    for (pending, index) in accepts.into_iter().zip(0_i64..) {
        let row = &pending.row;
        let run = row.run.as_ref().map(|run| run.start.id);
        if let Some((event, run)) = known.by_index.get(&index) {
            pending.answer = Some(Ok(Accepted::Duplicate { event: *event, run: *run }));
            continue;
        }
        if let Some(dedupe) = &row.dedupe {
            if let Some((event, run)) = known.by_key.get(dedupe) {
                pending.answer = Some(Ok(Accepted::Duplicate { event: *event, run: *run }));
                continue;
            }
            known.by_key.insert(dedupe.clone(), (row.id, run));
        }
        let accepted = run.map_or(Accepted::Kept, |_| Accepted::Run { rev: Rev::FIRST });
        pending.answer = Some(Ok(accepted));
        fresh.push(pending);
    }
    Ok(fresh)
}

/// What dedupe keys gave before: in earlier batches by the accept's place, in this one by the key.
#[derive(Default)]
struct Known {
    by_index: HashMap<i64, (EventId, Option<RunId>)>,
    by_key: HashMap<Bytes, (EventId, Option<RunId>)>,
}

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
        known.by_index.insert(index, (event, run));
    }
    Ok(known)
}

fn undecodable(error: Error) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
