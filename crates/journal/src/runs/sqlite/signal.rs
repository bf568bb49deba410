//! What is sent to an open run.

use async_trait::async_trait;
use cauce_model::{RunId, Time};
use sqlx::SqliteConnection;

use super::super::{Sent, Signal};
use crate::Error;
use crate::sqlite::{Bytes, Halt, MAIN, Sqlite, Write, from_json, id_of, to_json, unreadable};

/// Puts a signal into a run's inbox and wakes it.
pub(crate) struct Send {
    run: RunId,
    signal: Bytes,
    at: i64,
    /// Whether it can be sent to a run that waits in line at a gate.
    ends: bool,
}

impl Send {
    pub(crate) fn new(run: RunId, signal: &Signal, at: Time) -> Self {
        let ends = matches!(signal, Signal::Cancel { .. });
        Self { run, signal: to_json(signal), at: at.micros(), ends }
    }
}

#[async_trait]
impl Write for Send {
    type Answer = bool;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<bool, Halt> {
        let run = id_of(self.run.uuid());
        let number: Option<i64> = sqlx::query_scalar(
            "UPDATE run_open SET inbox = inbox + 1, wake_at = ?3
             WHERE workspace = ?1 AND id = ?2 AND (slot IS NOT 0 OR ?4) RETURNING inbox",
        )
        .bind(MAIN)
        .bind(&run)
        .bind(self.at)
        .bind(self.ends)
        .fetch_optional(&mut *conn)
        .await?;
        let Some(number) = number else { return Ok(false) };
        sqlx::query(
            "INSERT INTO inbox (workspace, run, number, sent_at, signal) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(MAIN)
        .bind(&run)
        .bind(number)
        .bind(self.at)
        .bind(&*self.signal)
        .execute(conn)
        .await?;
        Ok(true)
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
    rows.into_iter()
        .map(|(number, at, signal)| {
            let signal = from_json(&signal, "a signal")?;
            Ok(Sent { number, at: Time::from_micros(at), signal })
        })
        .collect()
}
