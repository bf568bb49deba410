//! The mark before work that may kill the process.

use async_trait::async_trait;
use cauce_model::{RunId, SessionId};
use sqlx::SqliteConnection;

use super::super::{Progressed, Rev};
use crate::Error;
use crate::sessions;
use crate::sqlite::{Halt, MAIN, Write, id_of};

/// Marks a run as worked on by its owner.
pub(crate) struct Mark {
    pub(crate) session: SessionId,
    pub(crate) run: RunId,
    pub(crate) rev: Rev,
}

#[async_trait]
impl Write for Mark {
    type Answer = Progressed;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<Progressed, Halt> {
        if !sessions::sqlite::is_alive(conn, self.session).await? {
            return Err(Error::Fenced.into());
        }
        let found: Option<(i64, i64)> = sqlx::query_as(
            "UPDATE run_open SET rev = rev + 1, marked = owner
             WHERE workspace = ?1 AND id = ?2 AND +owner = ?3 AND rev = ?4 RETURNING rev, inbox",
        )
        .bind(MAIN)
        .bind(id_of(self.run.uuid()))
        .bind(id_of(self.session.uuid()))
        .bind(self.rev.0)
        .fetch_optional(conn)
        .await?;
        Ok(found.map_or(Progressed::Stale, |(rev, inbox)| Progressed::Done {
            rev: Rev(rev),
            inbox,
            children: Vec::new(),
        }))
    }
}
