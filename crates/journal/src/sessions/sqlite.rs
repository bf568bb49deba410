//! Sessions on SQLite.

use async_trait::async_trait;
use cauce_model::{SessionId, Time};
use sqlx::SqliteConnection;

use super::{Seen, Sessions};
use crate::Error;
use crate::sqlite::{Halt, Raw, Sqlite, Write, id_from, id_of, unreadable};

/// Whether a session is known and not dead: the fence of a write of its own.
pub(crate) async fn is_alive(conn: &mut SqliteConnection, session: SessionId) -> Result<bool, sqlx::Error> {
    let row: Option<i64> = sqlx::query_scalar("SELECT 1 FROM session WHERE id = ?1 AND dead = 0")
        .bind(id_of(session.uuid()))
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Opens a session and marks those of earlier processes dead.
struct Open {
    session: SessionId,
    earlier: i64,
    now: i64,
}

struct Beat {
    session: SessionId,
    now: i64,
}

struct Bury(SessionId);

#[async_trait]
impl Write for Open {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        let id = id_of(self.session.uuid());
        let made = sqlx::query("INSERT OR IGNORE INTO session (id) VALUES (?1)")
            .bind(&id)
            .execute(&mut *conn)
            .await?;
        if made.rows_affected() == 0 {
            return Err(Error::Exists { what: format!("session {}", self.session) }.into());
        }
        sqlx::query("UPDATE session SET dead = 1 WHERE born <= ?1 AND dead = 0")
            .bind(self.earlier)
            .execute(&mut *conn)
            .await?;
        sqlx::query("INSERT INTO heartbeat (session, seen_at) VALUES (?1, ?2)")
            .bind(&id)
            .bind(self.now)
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for Beat {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        if !is_alive(conn, self.session).await? {
            return Err(Error::Fenced.into());
        }
        sqlx::query("UPDATE heartbeat SET seen_at = ?2 WHERE session = ?1")
            .bind(id_of(self.session.uuid()))
            .bind(self.now)
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for Bury {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query("UPDATE session SET dead = 1 WHERE id = ?1")
            .bind(id_of(self.0.uuid()))
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Sessions for Sqlite {
    async fn open(&self, session: SessionId) -> Result<(), Error> {
        let Some(earlier) = self.earlier else {
            return Err(Error::Locked { folder: self.folder.display().to_string() });
        };
        self.writer.write(Open { session, earlier, now: self.clock.now().micros() }).await
    }

    async fn beat(&self, session: SessionId) -> Result<(), Error> {
        self.writer.write(Beat { session, now: self.clock.now().micros() }).await
    }

    async fn all(&self) -> Result<Vec<Seen>, Error> {
        let rows: Vec<(Raw, i64, bool)> = sqlx::query_as(
            "SELECT s.id, h.seen_at, s.dead FROM session AS s JOIN heartbeat AS h ON h.session = s.id ORDER BY s.id",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the sessions"))?;
        rows.into_iter()
            .map(|(id, seen_at, dead)| {
                let session = id_from(&id, SessionId::from_uuid)?;
                Ok(Seen { session, seen_at: Time::from_micros(seen_at), dead })
            })
            .collect()
    }

    async fn bury(&self, session: SessionId) -> Result<(), Error> {
        self.writer.write(Bury(session)).await
    }
}
