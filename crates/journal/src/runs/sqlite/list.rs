//! Lists of runs, newest first.

use cauce_model::{RunId, RunStatus, Time};
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
enum Table {
    Open,
    History,
}

async fn lines(store: &Sqlite, filter: &Filter, limit: u32, table: Table) -> Result<Vec<Summary>, Error> {
    let rows: Vec<Line> = query(filter, limit, table)
        .build_query_as()
        .fetch_all(&store.readers)
        .await
        .map_err(unreadable("list the runs"))?;
    rows.into_iter().map(summary).collect()
}

fn query(filter: &Filter, limit: u32, table: Table) -> QueryBuilder<Driver> {
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
        query.push(format!("{name} AS r WHERE r.workspace = ")).push_bind(MAIN);
        "r.id"
    };
    if let Some(workflow) = &filter.workflow {
        query.push(" AND r.workflow = ").push_bind(workflow.clone());
    }
    if !filter.statuses.is_empty() {
        push_statuses(&mut query, &filter.statuses, table);
    }
    if let Some(before) = filter.before {
        query.push(format!(" AND {id} < ")).push_bind(id_of(before.uuid()));
    }
    query.push(format!(" ORDER BY {id} DESC LIMIT ")).push_bind(limit);
    query
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
