//! Schedules on SQLite.

use async_trait::async_trait;
use cauce_model::Time;
use sqlx::SqliteConnection;

use super::Timers;
use crate::Error;
use crate::sqlite::{Halt, MAIN, Sqlite, Write, unreadable};

/// Moves a schedule forward, never back.
pub(crate) async fn forward(
    conn: &mut SqliteConnection,
    workflow: &str,
    trigger: &str,
    slot: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO schedule (workspace, workflow, trigger_id, slot) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET slot = max(slot, excluded.slot)",
    )
    .bind(MAIN)
    .bind(workflow)
    .bind(trigger)
    .bind(slot)
    .execute(conn)
    .await?;
    Ok(())
}

async fn slot<'a>(
    conn: impl sqlx::SqliteExecutor<'a>,
    workflow: &str,
    trigger: &str,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT slot FROM schedule WHERE workspace = ?1 AND workflow = ?2 AND trigger_id = ?3")
        .bind(MAIN)
        .bind(workflow)
        .bind(trigger)
        .fetch_optional(conn)
        .await
}

/// Which schedule, and a moment.
struct Schedule {
    workflow: String,
    trigger: String,
    at: i64,
}

impl Schedule {
    fn new(workflow: &str, trigger: &str, at: Time) -> Self {
        Self { workflow: workflow.to_owned(), trigger: trigger.to_owned(), at: at.micros() }
    }
}

/// Writes the moment a schedule was first seen.
struct Begin(Schedule);

/// Moves a schedule forward.
struct Skip(Schedule);

#[async_trait]
impl Write for Begin {
    type Answer = i64;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<i64, Halt> {
        let Schedule { workflow, trigger, at } = &self.0;
        if let Some(slot) = slot(&mut *conn, workflow, trigger).await? {
            return Ok(slot);
        }
        forward(conn, workflow, trigger, *at).await?;
        Ok(*at)
    }
}

#[async_trait]
impl Write for Skip {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        Ok(forward(conn, &self.0.workflow, &self.0.trigger, self.0.at).await?)
    }
}

#[async_trait]
impl Timers for Sqlite {
    async fn cursor(&self, workflow: &str, trigger: &str, now: Time) -> Result<Time, Error> {
        let known = slot(&self.readers, workflow, trigger).await.map_err(unreadable("read a schedule"))?;
        let slot = match known {
            Some(slot) => slot,
            None => self.writer.write(Begin(Schedule::new(workflow, trigger, now))).await?,
        };
        Ok(Time::from_micros(slot))
    }

    async fn skip_to(&self, workflow: &str, trigger: &str, slot: Time) -> Result<(), Error> {
        self.writer.write(Skip(Schedule::new(workflow, trigger, slot))).await
    }
}
