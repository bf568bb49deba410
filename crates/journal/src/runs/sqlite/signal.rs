//! What is sent to an open run.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cauce_model::{EventId, RunId, StepPath, Time};
use sqlx::SqliteConnection;

use super::super::{Sent, Signal};
use crate::blobs::Blobs;
use crate::sqlite::{
    Bytes, Halt, MAIN, Packed, Raw, Sqlite, Write, id_from, id_of, to_json, undecodable, unreadable,
};
use crate::{Error, large};

/// A signal on its way to a run.
pub(crate) struct Delivery {
    run: RunId,
    signal: Bytes,
    at: i64,
    /// The wait that a named event met, and the event.
    hit: Option<(StepPath, EventId)>,
    /// Whether it can be sent to a run that waits in line at a gate.
    ends: bool,
}

impl Delivery {
    pub(crate) fn new(run: RunId, signal: &Signal, at: Time) -> Self {
        let hit = match signal {
            Signal::Event { path, event } => Some((path.clone(), *event)),
            _ => None,
        };
        let ends = matches!(signal, Signal::Cancel { .. });
        Self { run, signal: to_json(signal), at: at.micros(), hit, ends }
    }

    /// Moves a large signal into a blob: it is on disk before the commit that names it.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        large::whole(blobs, &mut self.signal).await
    }

    pub(crate) const fn run(&self) -> RunId {
        self.run
    }
}

pub(crate) const KNOCK: &str = "
    UPDATE run_open AS r SET inbox = r.inbox + (p.v ->> 3), wake_at = p.v ->> 4
    FROM (SELECT value AS v FROM json_each(?1)) AS p
    WHERE r.workspace = p.v ->> 0 AND r.id = substr(?2, p.v ->> 1, p.v ->> 2) AND (r.slot IS NOT 0 OR p.v ->> 5)
    RETURNING id, inbox";

/// Puts signals into the inboxes of those runs that are open, in order, and wakes them. Returns these runs.
pub(crate) async fn deliver(
    conn: &mut SqliteConnection,
    deliveries: &[&Delivery],
) -> Result<Vec<RunId>, sqlx::Error> {
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let mut of_run: BTreeMap<RunId, Vec<&Delivery>> = BTreeMap::new();
    for delivery in deliveries {
        of_run.entry(delivery.run).or_default().push(delivery);
    }
    let mut knocks = Packed::default();
    for (run, of_run) in &of_run {
        let count = i64::try_from(of_run.len()).unwrap_or(i64::MAX);
        let at = of_run.last().map_or(0, |last| last.at);
        let ends = i64::from(of_run.iter().any(|delivery| delivery.ends));
        knocks.row().int(MAIN).bytes(run.uuid().as_bytes()).int(count).int(at).int(ends);
    }
    let (rows, bytes) = knocks.finish();
    let found: Vec<(Raw, i64)> = sqlx::query_as(KNOCK).bind(rows).bind(bytes).fetch_all(&mut *conn).await?;
    let (mut woken, mut sent) = (Vec::with_capacity(found.len()), Packed::default());
    for (run, last) in found {
        let run = id_from(&run, RunId::from_uuid).map_err(undecodable)?;
        for (delivery, back) in of_run.get(&run).into_iter().flatten().rev().zip(0..) {
            let hit = delivery.hit.as_ref();
            sent.row()
                .bytes(run.uuid().as_bytes())
                .int(last - back)
                .int(delivery.at)
                .bytes(&delivery.signal)
                .maybe_bytes(hit.map(|(path, _)| path.as_str().as_bytes()))
                .maybe_bytes(
                    hit.map(|(_, event)| event.uuid()).as_ref().map(|event| event.as_bytes().as_slice()),
                );
        }
        woken.push(run);
    }
    sent.execute(
        conn,
        "INSERT INTO inbox (workspace, run, number, sent_at, signal, path, event)
         SELECT 1, substr(?2, v ->> 0, v ->> 1), v ->> 2, v ->> 3, substr(?2, v ->> 4, v ->> 5),
             CAST(substr(?2, v ->> 6, v ->> 7) AS TEXT), substr(?2, v ->> 8, v ->> 9)
         FROM (SELECT value AS v FROM json_each(?1))",
    )
    .await?;
    woken.sort_unstable();
    Ok(woken)
}

#[async_trait]
impl Write for Delivery {
    type Answer = bool;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<bool, Halt> {
        Ok(!deliver(conn, &[self]).await?.is_empty())
    }
}

pub(crate) async fn inbox(store: &Sqlite, run: RunId, after: i64) -> Result<Vec<Sent>, Error> {
    let rows: Vec<(i64, i64, Bytes)> = sqlx::query_as(
        "SELECT number, sent_at, signal FROM inbox WHERE workspace = ?1 AND run = ?2 AND number > ?3 ORDER BY number",
    )
    .bind(MAIN)
    .bind(id_of(run.uuid()))
    .bind(after)
    .fetch_all(&store.readers)
    .await
    .map_err(unreadable("read the signals of a run"))?;
    let mut sent = Vec::with_capacity(rows.len());
    for (number, at, signal) in rows {
        let signal = large::read(&*store.blobs, &signal, "a signal").await?;
        sent.push(Sent { number, at: Time::from_micros(at), signal });
    }
    Ok(sent)
}
