//! The write-ahead log is moved into the file by the writer itself: when it has nothing else to do, or when it must.

use sqlx::SqliteConnection;

use super::fault::{Fault, judge};

/// Bytes of log that are worth moving when nobody waits. Little, since whoever comes meanwhile waits for all of it: with
/// 16 MiB one in a hundred acknowledgements at 10,000 a second took 31 ms, with this 9 ms, and a run took a tenth less of
/// the processor. And a small disk may have no room for a log of many times the file.
const IDLE: i64 = 1 << 20;
/// Bytes of log from which writers wait until it is moved and the log begins anew.
const MUST: i64 = 256 << 20;
/// How many commits may pass under load before somebody looks. When nobody waits, each is followed by a look: to look at
/// every eighth only made the batches behind it smaller, and acknowledgements slower.
const LOOK_EVERY: u32 = 64;

/// When to look at the log, and what to do about it.
pub(crate) struct Checkpoints {
    page: i64,
    since_look: u32,
    idle: i64,
    must: i64,
}

/// Frames in the log, and how many of them stand in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log {
    pub(crate) frames: i64,
    pub(crate) moved: i64,
}

impl Checkpoints {
    pub(crate) async fn new(conn: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let page = sqlx::query_scalar("PRAGMA page_size").fetch_one(conn).await?;
        Ok(Self { page, since_look: 0, idle: IDLE, must: MUST })
    }

    /// After a commit. An error is fatal where [`judge`] says so; else the log waits for the next time.
    pub(crate) async fn after_commit(
        &mut self,
        conn: &mut SqliteConnection,
        idle: bool,
    ) -> Result<(), Fault> {
        self.since_look += 1;
        if !idle && self.since_look < LOOK_EVERY {
            return Ok(());
        }
        self.since_look = 0;
        bear(self.look_and_move(conn, idle).await)
    }

    /// After a batch for which there was no room. A log that is not moved may hold all the room there is, and below the
    /// bounds above nothing else would ever move it: moved, it gives its room back.
    pub(crate) async fn make_room(&mut self, conn: &mut SqliteConnection) -> Result<(), Fault> {
        self.since_look = 0;
        bear(truncate(conn).await)
    }

    async fn look_and_move(&mut self, conn: &mut SqliteConnection, idle: bool) -> Result<(), sqlx::Error> {
        let log = look(conn).await?;
        if log.frames * self.page > self.must {
            truncate(conn).await?;
        } else if idle && (log.frames - log.moved) * self.page > self.idle {
            sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut *conn).await?;
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn bounded_by(mut self, idle: i64, must: i64) -> Self {
        (self.idle, self.must) = (idle, must);
        self
    }
}

/// A log that cannot be moved now waits for the next time, unless [`judge`] says that nobody knows what is on disk.
fn bear(moved: Result<(), sqlx::Error>) -> Result<(), Fault> {
    let Err(error) = moved else { return Ok(()) };
    match judge(&error, false) {
        Fault::Fatal => Err(Fault::Fatal),
        Fault::Row | Fault::Taken | Fault::Store => {
            tracing::warn!(error = %error, "journal.checkpoint_failed");
            Ok(())
        }
    }
}

/// Looks at the log without moving anything.
pub(crate) async fn look(conn: &mut SqliteConnection) -> Result<Log, sqlx::Error> {
    let (_, frames, moved): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(NOOP)").fetch_one(conn).await?;
    Ok(Log { frames, moved })
}

/// Moves everything, waiting for readers, and begins the log anew.
pub(crate) async fn truncate(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(conn).await?;
    Ok(())
}
