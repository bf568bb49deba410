//! One run by its id.

use cauce_model::{Entry, EventId, RunId, RunStart, Time};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::super::{Found, OpenRun, Rev};
use super::brief_from;
use crate::Error;
use crate::sqlite::{Bytes, MAIN, Raw, Sqlite, from_json, id_from, id_of, time_from, unreadable};

/// History, then open, then history again: a run moves in one commit, so one of the three has it.
pub(crate) async fn get(store: &Sqlite, run: RunId) -> Result<Option<Found>, Error> {
    if let Some(over) = over(store, run).await? {
        return Ok(Some(over));
    }
    if let Some(open) = open(store, run).await? {
        return Ok(Some(Found::Open(Box::new(open))));
    }
    over(store, run).await
}

async fn over(store: &Sqlite, run: RunId) -> Result<Option<Found>, Error> {
    let record: Option<Bytes> =
        sqlx::query_scalar("SELECT record FROM history WHERE workspace = ?1 AND id = ?2")
            .bind(MAIN)
            .bind(id_of(run.uuid()))
            .fetch_optional(&store.readers)
            .await
            .map_err(unreadable("read a run that is over"))?;
    record.map(|record| from_json(&record, "the record of a run").map(Found::Over)).transpose()
}

/// Rev, owned, wake_at, crashes, marked by an earlier session, inbox, inbox_read, status, brief.
type State = (i64, bool, Option<i64>, u32, bool, i64, i64, i64, Bytes);
/// Workflow, version, trigger, event, accepted_at, replay_of, data, inputs, parent.
type Beginning = (String, u32, String, Raw, i64, Option<Raw>, Bytes, Option<Bytes>, Option<Bytes>);

/// An open run with its entries, as one moment saw it.
pub(crate) async fn open(store: &Sqlite, run: RunId) -> Result<Option<OpenRun>, Error> {
    let mut snapshot = store.readers.begin().await.map_err(unreadable("read an open run"))?;
    let rows = rows(&mut snapshot, run).await.map_err(unreadable("read an open run"))?;
    let ended = snapshot.rollback().await;
    ended.map_err(unreadable("read an open run"))?;
    let Some((state, beginning, chunks)) = rows else { return Ok(None) };
    let (rev, is_owned, wake_at, crashes, marked, inbox, inbox_read, status, brief) = state;
    let mut entries: Vec<Entry> = Vec::new();
    for chunk in chunks {
        entries.extend(from_json::<Vec<Entry>>(&chunk, "the entries of a run")?);
    }
    Ok(Some(OpenRun {
        start: start(run, beginning)?,
        rev: Rev(rev),
        crashes,
        marked,
        inbox,
        inbox_read,
        wake_at: time_from(wake_at.filter(|_| !is_owned)),
        brief: brief_from(&brief, status)?,
        entries,
    }))
}

fn start(id: RunId, beginning: Beginning) -> Result<RunStart, Error> {
    let (workflow, version, trigger, event, accepted_at, replay_of, data, inputs, parent) = beginning;
    Ok(RunStart {
        id,
        workflow,
        version,
        trigger,
        event: id_from(&event, EventId::from_uuid)?,
        accepted_at: Time::from_micros(accepted_at),
        data: from_json(&data, "the data of a run")?,
        inputs: inputs.map_or(Ok(Value::Null), |inputs| from_json(&inputs, "the inputs of a run"))?,
        replay_of: replay_of.map(|id| id_from(&id, RunId::from_uuid)).transpose()?,
        parent: parent.map(|parent| from_json(&parent, "the parent of a run")).transpose()?,
    })
}

async fn rows(
    conn: &mut SqliteConnection,
    run: RunId,
) -> Result<Option<(State, Beginning, Vec<Bytes>)>, sqlx::Error> {
    let id = id_of(run.uuid());
    let state: Option<State> = sqlx::query_as(
        "SELECT rev, owner IS NOT NULL, wake_at, crashes, marked IS NOT NULL AND marked IS NOT owner, inbox,
             inbox_read, status, brief FROM run_open
         WHERE workspace = ?1 AND id = ?2",
    )
    .bind(MAIN)
    .bind(&id)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(state) = state else { return Ok(None) };
    let beginning: Beginning = sqlx::query_as(
        "SELECT r.workflow, r.version, r.trigger_id, r.event, r.accepted_at, r.replay_of, coalesce(r.data, e.data),
             r.inputs, r.parent
         FROM run_open AS r LEFT JOIN event AS e ON e.workspace = r.workspace AND e.id = r.event
         WHERE r.workspace = ?1 AND r.id = ?2",
    )
    .bind(MAIN)
    .bind(&id)
    .fetch_one(&mut *conn)
    .await?;
    let chunks =
        sqlx::query_scalar("SELECT entries FROM journal WHERE workspace = ?1 AND run = ?2 ORDER BY rev")
            .bind(MAIN)
            .bind(&id)
            .fetch_all(conn)
            .await?;
    Ok(Some((state, beginning, chunks)))
}
