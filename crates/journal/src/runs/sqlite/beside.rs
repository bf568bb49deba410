//! What goes with a step in the same commit: waits that open and close, runs that it calls, events that it tells of, what
//! people are to be told, and old signals that a compacted run needs no more.

use std::collections::{BTreeSet, HashSet};

use cauce_model::{RunId, RunRecord, SessionId, StepPath, Time};
use sqlx::SqliteConnection;

use super::super::signals::told_to_parent;
use super::super::{Child, Progress, Progressed, Then, WaitChange};
use super::progress::Stepping;
use super::signal::{Delivery, deliver};
use crate::blobs::Blobs;
use crate::events::Accept;
use crate::events::sqlite::{NewEvent, insert};
use crate::notices::sqlite::add::{self, NewNotices};
use crate::sqlite::{Bytes, Packed, undecodable};
use crate::waits::sqlite::NewNamed;
use crate::{Error, large};

/// What goes with a step.
pub(crate) struct Beside {
    closes: BTreeSet<StepPath>,
    opens: Vec<Opens>,
    children: Vec<NewEvent>,
    emits: Vec<NewNamed>,
    notices: Option<NewNotices>,
}

/// A wait that opens.
struct Opens {
    path: StepPath,
    event: String,
    field: String,
    key: String,
    since: Time,
}

impl Beside {
    /// What goes with a write; nothing where there is nothing. A run that is over opens no waits.
    pub(crate) fn of(progress: &mut Progress, ends_row: Option<String>) -> Option<Box<Self>> {
        let waits = std::mem::take(&mut progress.waits);
        let waits = if matches!(progress.then, Then::Finish(_)) { Vec::new() } else { waits };
        let (children, emits) = (std::mem::take(&mut progress.children), std::mem::take(&mut progress.emits));
        let questions = std::mem::take(&mut progress.questions);
        let notices = NewNotices::new(progress.run, progress.notice.take(), questions, ends_row);
        if waits.is_empty() && children.is_empty() && emits.is_empty() && notices.is_none() {
            return None;
        }
        let (mut closes, mut opens) = (BTreeSet::new(), Vec::<Opens>::new());
        for change in waits {
            match change {
                WaitChange::Open { path, event, field, key, since } => {
                    opens.push(Opens { path, event, field, key, since });
                }
                WaitChange::Close { path } => {
                    opens.retain(|open| open.path != path);
                    closes.insert(path);
                }
            }
        }
        let children = children.into_iter().map(|child| begin(progress.session, child)).collect();
        let emits = emits.iter().map(NewNamed::new).collect();
        Some(Box::new(Self { closes, opens, children, emits, notices }))
    }

    /// Moves large payloads into blobs.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        for child in &mut self.children {
            child.lighten(blobs).await?;
        }
        for event in &mut self.emits {
            event.lighten(blobs).await?;
        }
        Ok(())
    }

    pub(crate) const fn opens_waits(&self) -> bool {
        !self.opens.is_empty()
    }

    /// About how many bytes it writes.
    pub(crate) fn size(&self) -> usize {
        let children: usize = self.children.iter().map(NewEvent::size).sum();
        let emits: usize = self.emits.iter().map(NewNamed::size).sum();
        let notices = self.notices.as_ref().map_or(0, NewNotices::size);
        256 * (self.closes.len() + self.opens.len()) + children + emits + notices
    }
}

fn begin(session: SessionId, Child { mut event, run }: Child) -> NewEvent {
    event.dedupe_key = None;
    NewEvent::new(Accept { session, event, run: Some(run), slot: None, gates: None })
}

/// Writes what goes with steps that matched, and completes their answers.
pub(crate) async fn write(
    conn: &mut SqliteConnection,
    on: Vec<Stepping<'_>>,
    over: Vec<Stepping<'_>>,
) -> Result<(), sqlx::Error> {
    change_waits(conn, &on).await?;
    forget_read(conn, &on).await?;
    let mut steps: Vec<Stepping<'_>> =
        on.into_iter().chain(over).filter(|pending| pending.row.beside.is_some()).collect();
    if steps.is_empty() {
        return Ok(());
    }
    let beside = || steps.iter().filter_map(|pending| pending.row.beside.as_ref());
    NewNamed::insert(conn, beside().flat_map(|beside| &beside.emits)).await?;
    add::write(conn, beside().filter_map(|beside| beside.notices.as_ref())).await?;
    let begun = begin_children(conn, beside().flat_map(|beside| &beside.children).collect()).await?;
    for pending in &mut steps {
        let children = pending.row.beside.iter().flat_map(|beside| &beside.children);
        let new: Vec<RunId> =
            children.filter_map(NewEvent::run_id).filter(|child| begun.contains(child)).collect();
        if let Some(Ok(Progressed::Done { children, .. } | Progressed::Stays { children, .. })) =
            &mut pending.answer
        {
            *children = new;
        }
    }
    Ok(())
}

pub(crate) const CLOSE_WAITS: &str = "
    DELETE FROM wait WHERE workspace = 1 AND (run, path) IN (
        SELECT substr(?2, value ->> 0, value ->> 1), CAST(substr(?2, value ->> 2, value ->> 3) AS TEXT)
        FROM json_each(?1))";

async fn change_waits(conn: &mut SqliteConnection, on: &[Stepping<'_>]) -> Result<(), sqlx::Error> {
    let (mut closes, mut opens) = (Packed::default(), Packed::default());
    for step in on.iter().map(|pending| &pending.row) {
        let Some(beside) = &step.beside else { continue };
        for path in &beside.closes {
            closes.row().bytes(step.run.uuid().as_bytes()).bytes(path.as_str().as_bytes());
        }
        for open in &beside.opens {
            opens
                .row()
                .bytes(step.run.uuid().as_bytes())
                .bytes(open.path.as_str().as_bytes())
                .bytes(open.event.as_bytes())
                .bytes(open.field.as_bytes())
                .bytes(open.key.as_bytes())
                .int(open.since.micros());
        }
    }
    closes.execute(conn, CLOSE_WAITS).await?;
    opens
        .execute(
            conn,
            "INSERT OR IGNORE INTO wait (workspace, run, path, event, field, key, since)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), CAST(substr(?2, v ->> 2, v ->> 3) AS TEXT),
                 CAST(substr(?2, v ->> 4, v ->> 5) AS TEXT), CAST(substr(?2, v ->> 6, v ->> 7) AS TEXT),
                 CAST(substr(?2, v ->> 8, v ->> 9) AS TEXT), v ->> 10
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .await
}

/// Signals of events for waits that are open stay: they say that the event counted already.
pub(crate) const FORGET_READ: &str = "
    DELETE FROM inbox WHERE workspace = 1 AND run IN (SELECT substr(?2, value ->> 0, value ->> 1) FROM json_each(?1))
        AND number <= (SELECT r.inbox_read FROM run_open AS r WHERE r.workspace = 1 AND r.id = inbox.run)
        AND (event IS NULL OR NOT EXISTS (
            SELECT 1 FROM wait AS w WHERE w.workspace = 1 AND w.run = inbox.run AND w.path = inbox.path))";

async fn forget_read(conn: &mut SqliteConnection, on: &[Stepping<'_>]) -> Result<(), sqlx::Error> {
    let mut runs = Packed::default();
    for step in on.iter().map(|pending| &pending.row).filter(|step| step.compact && step.inbox_read > 0) {
        runs.row().bytes(step.run.uuid().as_bytes());
    }
    runs.execute(conn, FORGET_READ).await
}

pub(crate) const KNOWN_CHILDREN: &str = "
    SELECT j.value ->> 0, (SELECT h.record FROM history AS h
                           WHERE h.workspace = 1 AND h.id = substr(?2, j.value ->> 1, j.value ->> 2))
    FROM json_each(?1) AS j
    WHERE EXISTS (SELECT 1 FROM run_open AS r
                  WHERE r.workspace = 1 AND r.id = substr(?2, j.value ->> 1, j.value ->> 2))
        OR EXISTS (SELECT 1 FROM history AS h
                   WHERE h.workspace = 1 AND h.id = substr(?2, j.value ->> 1, j.value ->> 2))
        OR EXISTS (SELECT 1 FROM event AS e
                   WHERE e.workspace = 1 AND e.id = substr(?2, j.value ->> 3, j.value ->> 4))";

/// Begins runs, but those that are known already; returns the new ones. Of one that is over the caller is told again.
async fn begin_children(
    conn: &mut SqliteConnection,
    children: Vec<&NewEvent>,
) -> Result<HashSet<RunId>, sqlx::Error> {
    let mut begun = HashSet::new();
    if children.is_empty() {
        return Ok(begun);
    }
    let mut packed = Packed::default();
    for (child, index) in children.iter().zip(0..) {
        let run = child.run_id().map(RunId::uuid).unwrap_or_default();
        packed.row().int(index).bytes(run.as_bytes()).bytes(child.id().uuid().as_bytes());
    }
    let (rows, bytes) = packed.finish();
    let known: Vec<(i64, Option<Bytes>)> =
        sqlx::query_as(KNOWN_CHILDREN).bind(rows).bind(bytes).fetch_all(&mut *conn).await?;
    let mut ends = Vec::new();
    for record in known.iter().filter_map(|(_, record)| record.as_ref()) {
        let record: RunRecord = large::peek(record, "the record of a run").map_err(undecodable)?;
        if let Some((parent, signal)) = told_to_parent(&record) {
            ends.push(Delivery::new(parent, &signal, record.finished_at.unwrap_or_default()));
        }
    }
    deliver(conn, &ends.iter().collect::<Vec<_>>()).await?;
    let known: HashSet<i64> = known.into_iter().map(|(index, _)| index).collect();
    let (mut events, mut fresh) = (HashSet::new(), Vec::with_capacity(children.len()));
    for (child, index) in children.into_iter().zip(0..) {
        let Some(run) = child.run_id().filter(|_| !known.contains(&index)) else { continue };
        if !begun.contains(&run) && events.insert(child.id()) {
            begun.insert(run);
            fresh.push(child);
        }
    }
    fresh.sort_unstable_by_key(|child| child.id());
    insert::all(conn, &fresh).await?;
    Ok(begun)
}
