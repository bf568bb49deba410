//! Lists of runs, newest first.

use cauce_model::{RunId, RunStatus, Time, earliest_id};
use sqlx::{QueryBuilder, Sqlite as Driver};

use super::super::{Filter, Summary};
use super::brief_from;
use crate::Error;
use crate::sqlite::{Bytes, MAIN, Raw, Sqlite, id_from, id_of, status_number, time_from, unreadable};

/// Id, workflow, version, trigger, accepted_at, finished_at, status, brief.
type Line = (Raw, String, u32, String, i64, Option<i64>, i64, Bytes);

/// Open first, then history: a run that moves in between stands in both, and the later read counts.
pub(crate) async fn list(store: &Sqlite, filter: &Filter, limit: u32) -> Result<Vec<Summary>, Error> {
    let mut found = lines(store, filter, limit, Table::Open).await?;
    let over = lines(store, filter, limit, Table::History).await?;
    // A stable sort keeps the history's line behind the open one of the same run.
    found.extend(over);
    found.sort_by_key(|summary| std::cmp::Reverse(summary.id));
    let mut list: Vec<Summary> = Vec::with_capacity(found.len());
    for summary in found {
        match list.last_mut() {
            Some(last) if last.id == summary.id => *last = summary,
            Some(_) | None => list.push(summary),
        }
    }
    list.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(list)
}

#[derive(Clone, Copy)]
pub(crate) enum Table {
    Open,
    History,
}

async fn lines(store: &Sqlite, filter: &Filter, limit: u32, table: Table) -> Result<Vec<Summary>, Error> {
    if !filter.statuses.is_empty() && !filter.statuses.iter().any(|status| table.can_have(*status)) {
        return Ok(Vec::new());
    }
    let rows: Vec<Line> = query(filter, limit, table)
        .build_query_as()
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("list the runs"))?;
    rows.into_iter().map(summary).collect()
}

pub(crate) fn query(filter: &Filter, limit: u32, table: Table) -> QueryBuilder<Driver> {
    let (name, finished_at) = match table {
        Table::Open => ("run_open", "NULL"),
        Table::History => ("history", "r.finished_at"),
    };
    let mut query = QueryBuilder::new(format!(
        "SELECT r.id, r.workflow, r.version, r.trigger_id, r.accepted_at, {finished_at}, r.status, r.brief FROM "
    ));
    // The key's own order is the list's, so the join runs along it and stops at the limit.
    let id = if let Some(key) = &filter.key {
        query.push(format!(
            "run_key AS k CROSS JOIN {name} AS r ON r.workspace = k.workspace AND r.id = k.run"
        ));
        query.push(" WHERE k.workspace = ").push_bind(MAIN).push(" AND k.key = ").push_bind(key.clone());
        "k.run"
    } else {
        let by = index(filter, table).map(|index| format!(" INDEXED BY {index}")).unwrap_or_default();
        query.push(format!("{name} AS r{by} WHERE r.workspace = ")).push_bind(MAIN);
        "r.id"
    };
    if let Some(workflow) = &filter.workflow {
        query.push(" AND r.workflow = ").push_bind(workflow.clone());
    }
    if !filter.statuses.is_empty() {
        push_statuses(&mut query, &filter.statuses, table);
    }
    if let Some(step) = &filter.step {
        push_step(&mut query, step, table);
    }
    // The smallest bound alone: the planner takes one of each kind for the index.
    let below = filter.before.map(RunId::uuid).into_iter().chain(filter.until.map(earliest_id)).min();
    if let Some(below) = below {
        query.push(format!(" AND {id} < ")).push_bind(id_of(below));
    }
    if let Some(since) = filter.since {
        query.push(format!(" AND {id} >= ")).push_bind(id_of(earliest_id(since)));
    }
    query.push(format!(" ORDER BY {id} DESC LIMIT ")).push_bind(limit);
    query
}

impl Table {
    /// Whether a run can have this status there.
    fn can_have(self, status: RunStatus) -> bool {
        status.is_terminal() == matches!(self, Self::History)
    }
}

/// The index that a list without a key walks along: without figures of the table, the planner takes the primary key for any
/// span of time. Nothing: the primary key is right.
fn index(filter: &Filter, table: Table) -> Option<&'static str> {
    let Filter { workflow, statuses, step, .. } = filter;
    let only_unwell = match table {
        Table::Open => statuses.as_slice() == [RunStatus::Held],
        Table::History => !statuses.is_empty() && !statuses.contains(&RunStatus::Succeeded),
    };
    Some(match (table, workflow, step) {
        (Table::Open, Some(_), Some(_)) => "run_stopped",
        (Table::History, Some(_), Some(_)) => "history_stopped",
        (Table::Open, None, Some(_)) => "run_held",
        (Table::History, None, Some(_)) => "history_unwell",
        (Table::Open, _, None) if only_unwell => "run_held",
        (Table::History, _, None) if only_unwell => "history_unwell",
        (Table::Open, Some(_), None) => "run_of_workflow",
        (Table::History, Some(_), None) => "history_of_workflow",
        (Table::Open | Table::History, None, None) => return None,
    })
}

/// The step at which a run stopped, written as in the indexes `history_stopped` and `run_stopped`.
const STOPPED: &str = "replace(json_extract(CAST(r.brief AS TEXT), '$.error.step'),
    rtrim(json_extract(CAST(r.brief AS TEXT), '$.error.step'),
        replace(json_extract(CAST(r.brief AS TEXT), '$.error.step'), '/', '')), '')";

fn push_step(query: &mut QueryBuilder<Driver>, step: &str, table: Table) {
    let stopped = match table {
        Table::Open => "r.status = 3",
        Table::History => "r.status <> 4",
    };
    query.push(format!(" AND {stopped} AND {STOPPED} = ")).push_bind(step.to_owned());
}

/// Statuses stand in the text, so the partial indexes of rare ones are seen.
fn push_statuses(query: &mut QueryBuilder<Driver>, statuses: &[RunStatus], table: Table) {
    match (table, statuses) {
        (Table::Open, [RunStatus::Held]) => {
            query.push(" AND r.status = 3");
            return;
        }
        (Table::History, statuses) if !statuses.contains(&RunStatus::Succeeded) => {
            query.push(" AND r.status <> 4");
        }
        (Table::Open | Table::History, _) => {}
    }
    let numbers: Vec<String> = statuses.iter().map(|status| status_number(*status).to_string()).collect();
    query.push(format!(" AND r.status IN ({})", numbers.join(", ")));
}

fn summary(
    (id, workflow, version, trigger, accepted_at, finished_at, status, brief): Line,
) -> Result<Summary, Error> {
    Ok(Summary {
        id: id_from(&id, RunId::from_uuid)?,
        workflow,
        version,
        trigger,
        started_at: Time::from_micros(accepted_at),
        finished_at: time_from(finished_at),
        brief: brief_from(&brief, status)?,
    })
}
