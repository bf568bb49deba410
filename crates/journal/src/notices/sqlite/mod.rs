//! Notices on SQLite.
//!
//! - [`add`]: what goes with the write that moves a run.
//! - [`seal`]: letters, from being written to being taken.

pub(crate) mod add;
mod seal;

use async_trait::async_trait;
use cauce_model::{RunId, Time};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Body, Group, Kind, Letter, Notice, Notices, Receiver, Settled};
use crate::Error;
use crate::sqlite::{Bytes, MAIN, Raw, Sqlite, from_json, id_from, to_json, undecodable, unreadable};

/// The last notice of a group, as its column.
#[derive(Serialize, Deserialize)]
struct Last {
    notice: Notice,
    run: RunId,
}

/// A row of `notice`: count, first moment, the last one.
type GroupRow = (i64, i64, Bytes);

fn group_from((count, first_at, last): GroupRow) -> Result<Group, Error> {
    let Last { notice, run } = from_json(&last, "a notice")?;
    let count = u64::try_from(count).unwrap_or_default();
    Ok(Group { notice, run, count, first_at: Time::from_micros(first_at) })
}

fn kind_number(kind: Kind) -> i64 {
    Kind::ALL.iter().zip(0..).find(|(one, _)| **one == kind).map_or(0, |(_, number)| number)
}

/// The group of that key, inside a transaction.
async fn find(conn: &mut SqliteConnection, group: &Group) -> Result<Option<Group>, sqlx::Error> {
    let row: Option<GroupRow> = sqlx::query_as(
        "SELECT count, first_at, last FROM notice
         WHERE workspace = ?1 AND workflow = ?2 AND kind = ?3 AND cause = ?4",
    )
    .bind(MAIN)
    .bind(&group.notice.workflow)
    .bind(kind_number(group.notice.kind))
    .bind(group.notice.cause())
    .fetch_optional(conn)
    .await?;
    row.map(group_from).transpose().map_err(undecodable)
}

/// Writes a group in the place of the one of its key.
async fn put(conn: &mut SqliteConnection, group: &Group) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT OR REPLACE INTO notice (workspace, workflow, kind, cause, count, first_at, last_at, last)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(MAIN)
    .bind(&group.notice.workflow)
    .bind(kind_number(group.notice.kind))
    .bind(group.notice.cause())
    .bind(i64::try_from(group.count).unwrap_or(i64::MAX))
    .bind(group.first_at.micros())
    .bind(group.notice.at.micros())
    .bind(to_json(&Last { notice: group.notice.clone(), run: group.run }))
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a group to the one of its key.
async fn merge(conn: &mut SqliteConnection, group: Group) -> Result<(), sqlx::Error> {
    let merged = match find(conn, &group).await? {
        None => group,
        Some(mut known) => {
            known.merge(group);
            known
        }
    };
    put(conn, &merged).await
}

/// A row of `letter`: id, receiver, when it was written, attempts, when it is due, what it says.
type LetterRow = (Raw, String, i64, i64, i64, Bytes);

fn letter_from((id, receiver, at, attempts, next_at, body): LetterRow) -> Result<Letter, Error> {
    Ok(Letter {
        id: id_from(&id, |id| id)?,
        receiver,
        at: Time::from_micros(at),
        attempts: u32::try_from(attempts).unwrap_or_default(),
        next_at: Time::from_micros(next_at),
        body: from_json::<Body>(&body, "a letter")?,
    })
}

#[async_trait]
impl Notices for Sqlite {
    async fn open(&self, limit: u32) -> Result<Vec<Group>, Error> {
        let rows: Vec<GroupRow> = sqlx::query_as(
            "SELECT count, first_at, last FROM notice WHERE workspace = ?1
             ORDER BY workflow, kind, cause LIMIT ?2",
        )
        .bind(MAIN)
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the notices"))?;
        rows.into_iter().map(group_from).collect()
    }

    async fn receiver(&self, receiver: &str) -> Result<Receiver, Error> {
        let (attempts, next_at, waits): (Option<i64>, Option<i64>, bool) = sqlx::query_as(
            "SELECT (SELECT attempts FROM receiver WHERE workspace = ?1 AND receiver = ?2),
                 (SELECT next_at FROM receiver WHERE workspace = ?1 AND receiver = ?2),
                 EXISTS (SELECT 1 FROM letter WHERE workspace = ?1 AND receiver = ?2 AND digest = 1)",
        )
        .bind(MAIN)
        .bind(receiver)
        .fetch_one(&self.readers)
        .await
        .map_err(unreadable("read who is told"))?;
        let attempts = attempts.and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or_default();
        Ok(Receiver { attempts, next_at: next_at.map(Time::from_micros), waits })
    }

    async fn seal(&self, letter: Letter) -> Result<bool, Error> {
        self.writer.write(seal::Seal(letter)).await
    }

    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Letter>, Error> {
        let rows: Vec<LetterRow> = sqlx::query_as(
            "SELECT id, receiver, at, attempts, next_at, body FROM letter
             WHERE workspace = ?1 AND next_at <= ?2 ORDER BY next_at, id LIMIT ?3",
        )
        .bind(MAIN)
        .bind(now.micros())
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the letters"))?;
        rows.into_iter().map(letter_from).collect()
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        let due: Option<i64> = sqlx::query_scalar("SELECT min(next_at) FROM letter WHERE workspace = ?1")
            .bind(MAIN)
            .fetch_one(&self.readers)
            .await
            .map_err(unreadable("read the letters"))?;
        Ok(due.map(Time::from_micros))
    }

    async fn settle(&self, letter: Uuid, settled: Settled) -> Result<(), Error> {
        self.writer.write(seal::Settle { letter, settled }).await
    }
}
