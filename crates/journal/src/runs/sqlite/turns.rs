//! Whose turn it is among workflows with runs that are due: each sends its longest due one, then each the next, so that a
//! million of one keep no other waiting. No read is longer than the answer, however many are due.

use cauce_model::{RunId, Time};

use super::super::{Candidate, Rev};
use crate::Error;
use crate::sqlite::{MAIN, Packed, Raw, Sqlite, id_from, unreadable};

/// Each workflow is two steps along the index. Named here, since the planner would rather walk a workflow's runs.
pub(crate) const FIRST_DUE: &str = "
    WITH RECURSIVE flows (workflow) AS (
        SELECT min(r.workflow) FROM run_open AS r INDEXED BY run_due
        WHERE r.workspace = ?1 AND r.owner IS NULL AND r.wake_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(r.workflow) FROM run_open AS r INDEXED BY run_due
                WHERE r.workspace = ?1 AND r.owner IS NULL AND r.wake_at IS NOT NULL AND r.workflow > flows.workflow)
        FROM flows WHERE flows.workflow IS NOT NULL
    )
    SELECT m.workflow, (SELECT min(r.wake_at) FROM run_open AS r INDEXED BY run_due
                        WHERE r.workspace = ?1 AND r.owner IS NULL AND r.wake_at IS NOT NULL
                            AND r.workflow = m.workflow)
    FROM flows AS m WHERE m.workflow IS NOT NULL";

/// Workflows with free runs that go on by themselves, each with the moment of the first.
pub(crate) async fn first_due(store: &Sqlite) -> Result<Vec<(String, i64)>, Error> {
    sqlx::query_as(FIRST_DUE)
        .bind(MAIN)
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("read the next due runs"))
}

pub(crate) const DUE: &str = "
    SELECT j.key, r.id, r.rev, r.wake_at FROM json_each(?1) AS j CROSS JOIN run_open AS r
    WHERE r.rowid IN (
        SELECT d.rowid FROM run_open AS d
        WHERE d.workspace = 1 AND d.owner IS NULL AND d.wake_at <= ?3
            AND d.workflow = CAST(substr(?2, j.value ->> 0, j.value ->> 1) AS TEXT)
        ORDER BY d.wake_at, d.id LIMIT ?4)";

/// A due run: when it was due, and which.
type Due = (i64, RunId, i64);

/// Up to `limit` due runs: the first of each workflow, then the second of each, and so on; the longest due first.
pub(crate) async fn due(store: &Sqlite, now: Time, limit: u32) -> Result<Vec<Candidate>, Error> {
    let mut flows: Vec<String> = first_due(store)
        .await?
        .into_iter()
        .filter(|(_, due)| *due <= now.micros())
        .map(|(flow, _)| flow)
        .collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut done, mut share): (Vec<Vec<Due>>, usize) = (Vec::new(), 0);
    while !flows.is_empty() {
        let room = limit.saturating_sub(done.iter().map(Vec::len).sum::<usize>() + share * flows.len());
        share += room.div_ceil(flows.len()).max(1);
        let taken = take(store, now, &flows, share).await?;
        let is_full = |runs: &Vec<Due>| runs.len() >= share;
        let found = done.iter().chain(&taken).map(Vec::len).sum::<usize>();
        if found >= limit || !taken.iter().any(is_full) {
            done.extend(taken);
            break;
        }
        // Those with more than their share so far are asked again, for what the others left.
        let mut longer = Vec::new();
        for (flow, runs) in flows.into_iter().zip(taken) {
            if is_full(&runs) { longer.push(flow) } else { done.push(runs) }
        }
        flows = longer;
    }
    let mut ranked: Vec<(usize, Due)> =
        done.into_iter().flat_map(|runs| runs.into_iter().enumerate()).collect();
    ranked.sort_unstable_by_key(|(rank, (wake_at, run, _))| (*rank, *wake_at, *run));
    ranked.truncate(limit);
    Ok(ranked.into_iter().map(|(_, (_, run, rev))| Candidate { run, rev: Rev(rev) }).collect())
}

/// The first `share` due runs of each workflow.
async fn take(store: &Sqlite, now: Time, flows: &[String], share: usize) -> Result<Vec<Vec<Due>>, Error> {
    let mut packed = Packed::default();
    for flow in flows {
        packed.row().bytes(flow.as_bytes());
    }
    let (rows, bytes) = packed.finish();
    let found: Vec<(i64, Raw, i64, i64)> = sqlx::query_as(DUE)
        .bind(rows)
        .bind(bytes)
        .bind(now.micros())
        .bind(i64::try_from(share).unwrap_or(i64::MAX))
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("read the due runs"))?;
    let mut taken = vec![Vec::new(); flows.len()];
    for (flow, id, rev, wake_at) in found {
        if let Some(runs) = usize::try_from(flow).ok().and_then(|flow| taken.get_mut(flow)) {
            runs.push((wake_at, id_from(&id, RunId::from_uuid)?, rev));
        }
    }
    taken.iter_mut().for_each(|runs| runs.sort_unstable());
    Ok(taken)
}
