//! Who may take a run, taking it, and giving it back.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use cauce_model::{RunId, SessionId, Time};
use sqlx::SqliteConnection;

use super::super::{Candidate, OpenRun, Rev};
use super::{read, turns};
use crate::Error;
use crate::sessions;
use crate::sqlite::{Halt, MAIN, Packed, Raw, Sqlite, Write, id_from, id_of, unreadable};

/// Runs of dead or unknown owners first, then those that are due, workflow by workflow; then by id.
pub(crate) async fn candidates(store: &Sqlite, now: Time, limit: u32) -> Result<Vec<Candidate>, Error> {
    // Each owner is one step along the index, however many runs it has.
    let orphans: Vec<(Raw, i64)> = sqlx::query_as(
        "WITH RECURSIVE owners (owner) AS (
             SELECT min(owner) FROM run_open WHERE workspace = ?1 AND owner IS NOT NULL
             UNION ALL
             SELECT (SELECT min(r.owner) FROM run_open AS r WHERE r.workspace = ?1 AND r.owner > owners.owner)
             FROM owners WHERE owners.owner IS NOT NULL
         )
         SELECT r.id, r.rev FROM owners CROSS JOIN run_open AS r
         WHERE owners.owner IS NOT NULL AND owners.owner NOT IN (SELECT id FROM session WHERE dead = 0)
             AND r.workspace = ?1 AND r.owner = owners.owner
         ORDER BY r.owner, r.id LIMIT ?2",
    )
    .bind(MAIN)
    .bind(limit)
    .fetch_all(&store.readers)
    .await
    .map_err(unreadable("read the free runs"))?;
    let due = turns::due(store, now, limit).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // Two reads: what was claimed and parked in between stands in both, and the later one counts.
    let mut found: BTreeMap<RunId, Rev> = BTreeMap::new();
    let orphans = orphans.into_iter().map(candidate).collect::<Result<Vec<_>, _>>()?;
    for Candidate { run, rev } in orphans.into_iter().chain(due) {
        if found.len() < limit || found.contains_key(&run) {
            found.insert(run, rev);
        }
    }
    Ok(found.into_iter().map(|(run, rev)| Candidate { run, rev }).collect())
}

fn candidate((id, rev): (Raw, i64)) -> Result<Candidate, Error> {
    Ok(Candidate { run: id_from(&id, RunId::from_uuid)?, rev: Rev(rev) })
}

pub(crate) async fn owned(store: &Sqlite, session: SessionId) -> Result<Vec<Candidate>, Error> {
    let rows: Vec<(Raw, i64)> =
        sqlx::query_as("SELECT id, rev FROM run_open WHERE workspace = ?1 AND owner = ?2 ORDER BY id")
            .bind(MAIN)
            .bind(id_of(session.uuid()))
            .fetch_all(&store.readers)
            .await
            .map_err(unreadable("read the owned runs"))?;
    rows.into_iter().map(candidate).collect()
}

/// Runs that are loaded together: their payloads are in memory twice until the last is parsed.
const LOADED: usize = 64;

/// Takes the runs, then loads them outside the writer: they are ours, so nobody else moves them.
pub(crate) async fn claim(
    store: &Sqlite,
    session: SessionId,
    candidates: &[Candidate],
) -> Result<Vec<OpenRun>, Error> {
    let mut wanted = candidates.to_vec();
    wanted.sort_by_key(|candidate| candidate.run);
    let taken = store.writer.write(Claim { session, wanted }).await?;
    let revs: HashMap<RunId, Rev> = taken.into_iter().map(|taken| (taken.run, taken.rev)).collect();
    let ids: Vec<RunId> = revs.keys().copied().collect();
    let mut runs = Vec::with_capacity(ids.len());
    for ids in ids.chunks(LOADED) {
        let open = read::open_many(store, ids).await?;
        runs.extend(open.into_iter().filter(|run| revs.get(&run.start.id) == Some(&run.rev)));
    }
    Ok(runs)
}

/// Takes runs whose revision is still the one read.
struct Claim {
    session: SessionId,
    wanted: Vec<Candidate>,
}

pub(crate) const TAKE: &str = "
    UPDATE run_open SET rev = rev + 1, owner = ?3, wake_at = NULL,
        crashes = crashes + (owner IS NOT NULL AND owner NOT IN (SELECT id FROM session WHERE dead = 0))
    WHERE rowid IN (
        SELECT r.rowid FROM json_each(?1) AS p CROSS JOIN run_open AS r
        WHERE r.workspace = 1 AND r.id = substr(?2, p.value ->> 0, p.value ->> 1) AND r.rev = p.value ->> 2)
    RETURNING id, rev";

#[async_trait]
impl Write for Claim {
    /// What was taken, with the new revisions.
    type Answer = Vec<Candidate>;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<Vec<Candidate>, Halt> {
        if !sessions::sqlite::is_alive(conn, self.session).await? {
            return Err(Error::Fenced.into());
        }
        let mut packed = Packed::default();
        for candidate in &self.wanted {
            packed.row().bytes(candidate.run.uuid().as_bytes()).int(candidate.rev.0);
        }
        let (rows, bytes) = packed.finish();
        let taken: Vec<(Raw, i64)> = sqlx::query_as(TAKE)
            .bind(rows)
            .bind(bytes)
            .bind(id_of(self.session.uuid()))
            .fetch_all(conn)
            .await?;
        let mut taken = taken.into_iter().map(candidate).collect::<Result<Vec<_>, _>>()?;
        taken.sort_by_key(|candidate| candidate.run);
        Ok(taken)
    }
}

/// Gives back every run of a session.
pub(crate) struct Release {
    pub(crate) session: SessionId,
    pub(crate) now: i64,
}

#[async_trait]
impl Write for Release {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query(
            "UPDATE run_open SET rev = rev + 1, owner = NULL, marked = NULL, wake_at = ?3
             WHERE workspace = ?1 AND owner = ?2",
        )
        .bind(MAIN)
        .bind(id_of(self.session.uuid()))
        .bind(self.now)
        .execute(conn)
        .await?;
        Ok(())
    }
}
