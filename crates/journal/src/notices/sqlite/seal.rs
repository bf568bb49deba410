//! Letters, from being written to being taken.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::super::{Body, Letter, Settled};
use super::add::{KEEP_LETTERS, pack};
use super::{LetterRow, find, kind_number, letter_from, merge, put};
use crate::sqlite::{Halt, MAIN, Packed, Write, id_of};

/// Writes a digest.
pub(super) struct Seal(pub(super) Letter);

#[async_trait]
impl Write for Seal {
    type Answer = bool;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<bool, Halt> {
        let Self(letter) = self;
        let Body::Digest { groups, .. } = &letter.body else { return Ok(false) };
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM letter WHERE workspace = ?1 AND receiver = ?2 AND digest = 1)",
        )
        .bind(MAIN)
        .bind(&letter.receiver)
        .fetch_one(&mut *conn)
        .await?;
        let mut known = Vec::with_capacity(groups.len());
        for told in groups {
            match find(conn, told).await?.filter(|group| group.count >= told.count) {
                Some(group) if !waits => known.push(group),
                _ => return Ok(false),
            }
        }
        for (group, told) in known.iter().zip(groups) {
            match group.without(told) {
                Some(left) => put(conn, &left).await?,
                None => {
                    sqlx::query(
                        "DELETE FROM notice WHERE workspace = ?1 AND workflow = ?2 AND kind = ?3 AND cause = ?4",
                    )
                    .bind(MAIN)
                    .bind(&told.notice.workflow)
                    .bind(kind_number(told.notice.kind))
                    .bind(told.notice.cause())
                    .execute(&mut *conn)
                    .await?;
                }
            }
        }
        let mut letters = Packed::default();
        pack(&mut letters, letter);
        letters.execute(conn, KEEP_LETTERS).await?;
        Ok(true)
    }
}

/// Writes what became of a letter.
pub(super) struct Settle {
    pub(super) letter: Uuid,
    pub(super) settled: Settled,
}

#[async_trait]
impl Write for Settle {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        let row: Option<LetterRow> = sqlx::query_as(
            "SELECT id, receiver, at, attempts, next_at, body FROM letter WHERE workspace = ?1 AND id = ?2",
        )
        .bind(MAIN)
        .bind(id_of(self.letter))
        .fetch_optional(&mut *conn)
        .await?;
        let Some(letter) = row.map(letter_from).transpose()? else { return Ok(()) };
        match (self.settled, letter.body) {
            (Settled::Later { at }, _) | (Settled::Back { at }, Body::Question(_)) => {
                let next = "UPDATE letter SET attempts = attempts + 1, next_at = ?3 WHERE workspace = ?1 AND id = ?2";
                sqlx::query(next)
                    .bind(MAIN)
                    .bind(id_of(self.letter))
                    .bind(at.micros())
                    .execute(&mut *conn)
                    .await?;
                return Ok(());
            }
            (Settled::Delivered { next_at }, Body::Digest { .. }) => {
                let told =
                    "INSERT INTO receiver (workspace, receiver, attempts, next_at) VALUES (?1, ?2, 0, ?3)
                    ON CONFLICT DO UPDATE SET attempts = 0, next_at = excluded.next_at";
                sqlx::query(told)
                    .bind(MAIN)
                    .bind(&letter.receiver)
                    .bind(next_at.micros())
                    .execute(&mut *conn)
                    .await?;
            }
            (Settled::Back { at }, Body::Digest { groups, .. }) => {
                let failed =
                    "INSERT INTO receiver (workspace, receiver, attempts, next_at) VALUES (?1, ?2, 1, ?3)
                    ON CONFLICT DO UPDATE SET attempts = attempts + 1, next_at = excluded.next_at";
                sqlx::query(failed)
                    .bind(MAIN)
                    .bind(&letter.receiver)
                    .bind(at.micros())
                    .execute(&mut *conn)
                    .await?;
                for group in groups {
                    merge(conn, group).await?;
                }
            }
            (Settled::Delivered { .. } | Settled::Dropped, _) => {}
        }
        sqlx::query("DELETE FROM letter WHERE workspace = ?1 AND id = ?2")
            .bind(MAIN)
            .bind(id_of(self.letter))
            .execute(conn)
            .await?;
        Ok(())
    }
}
