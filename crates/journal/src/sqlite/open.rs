//! Opening a data folder: its lock, its file, its schema. And closing it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cauce_model::Clock;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlSafeStr, SqliteConnection, SqlitePool};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::checkpoint::Checkpoints;
use super::writer::{Life, Tools, Writer};
use super::{FILE, Sqlite, corrupt};
use crate::blobs::disk::DiskBlobs;
use crate::{Error, Hints, Journal};

/// Numbers, names and texts of the schema's steps.
const MIGRATIONS: [(i64, &str, &str); 5] = [
    (1, "journal", include_str!("../../../../migrations/sqlite/0001_journal.sql")),
    (2, "gates", include_str!("../../../../migrations/sqlite/0002_gates.sql")),
    (3, "waits", include_str!("../../../../migrations/sqlite/0003_waits.sql")),
    (4, "notices", include_str!("../../../../migrations/sqlite/0004_notices.sql")),
    (5, "keep", include_str!("../../../../migrations/sqlite/0005_keep.sql")),
];

/// The oldest SQLite that is safe: before it, two connections that write and checkpoint at once could damage the file
/// (<https://www.sqlite.org/wal.html>, the WAL-reset bug).
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How many connections read.
const READERS: u32 = 4;
/// How long a writer waits for one in another process, and a read for its connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Rows that a statement of the writer may give before somebody takes them: as many as a batch has, so that the two threads
/// need not wait for each other in between.
const ROWS: usize = 1024;

/// How a data folder is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// By the one process that runs workflows: it takes the folder's lock.
    Serve,
    /// By a command, perhaps beside the process that serves. It may not open sessions.
    Beside,
}

/// Closes a journal on disk, and tells when it broke.
pub struct Closer {
    stop: Arc<Notify>,
    life: watch::Receiver<Life>,
    task: JoinHandle<()>,
}

impl Closer {
    /// Writes what waits, moves the log into the file and closes it. Later calls to the journal give
    /// [`Error::Closed`].
    pub async fn close(self) -> Result<(), Error> {
        self.stop.notify_one();
        self.task.await.map_err(|_| Error::Closed)?;
        if *self.life.borrow() == Life::Closed { Ok(()) } else { Err(Error::Closed) }
    }

    /// Returns when the journal broke and nobody knows what is on disk: the process has to end. Never returns otherwise.
    pub async fn failed(&self) {
        let mut life = self.life.clone();
        // A writer that went without a word has failed too.
        let last = life.wait_for(|life| *life != Life::Open).await.map_or(Life::Failed, |life| *life);
        if last != Life::Failed {
            std::future::pending::<()>().await;
        }
    }
}

impl Journal {
    /// The journal in `folder`, which is made when it is missing.
    pub async fn sqlite(
        folder: &Path,
        clock: Arc<dyn Clock>,
        opening: Opening,
    ) -> Result<(Self, Closer), Error> {
        let (store, hints, closer) = open(folder, clock, opening).await?;
        Ok((Self::on(store, hints), closer))
    }

    pub(crate) fn on(store: Arc<Sqlite>, hints: Hints) -> Self {
        Self {
            sessions: store.clone(),
            events: store.clone(),
            runs: store.clone(),
            waits: store.clone(),
            gates: store.clone(),
            timers: store.clone(),
            notices: store.clone(),
            flows: store.clone(),
            blobs: Arc::clone(&store.blobs),
            retention: store.clone(),
            access: store,
            hints,
        }
    }
}

pub(crate) async fn open(
    folder: &Path,
    clock: Arc<dyn Clock>,
    opening: Opening,
) -> Result<(Arc<Sqlite>, Hints, Closer), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed("make the data folder"))?;
    let folder = folder.canonicalize().map_err(failed("find the data folder"))?;
    let lock = if opening == Opening::Serve { Some(lock(&folder)?) } else { None };
    let mut conn = prepare(&folder).await?;
    let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(born), 0) FROM session")
        .fetch_one(&mut conn)
        .await
        .map_err(failed("read the sessions"))?;
    let failing: Vec<String> = sqlx::query_scalar("SELECT workflow FROM streak")
        .fetch_all(&mut conn)
        .await
        .map_err(failed("read which workflows fail"))?;
    let checkpoints = Checkpoints::new(&mut conn).await.map_err(failed("read the page size"))?;
    let readers = readers(&folder);
    let stop = Arc::new(Notify::new());
    let (sender, life) = watch::channel(Life::Open);
    let tools =
        Tools { conn, checkpoints, readers: readers.clone(), stop: Arc::clone(&stop), life: sender, lock };
    let (writer, task) = Writer::new(tools);
    let closer = Closer { stop, life, task: tokio::spawn(task.run()) };
    let hints = Hints::default();
    failing.into_iter().for_each(|workflow| hints.expect_failures(workflow));
    let earlier = (opening == Opening::Serve).then_some(newest);
    let blobs = Arc::new(DiskBlobs::new(&folder, Arc::clone(&clock)));
    let store = Sqlite { readers, writer, clock, hints: hints.clone(), blobs, folder, earlier };
    Ok((Arc::new(store), hints, closer))
}

/// The connections that read; each is opened when it is needed.
fn readers(folder: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options(folder).read_only(true).create_if_missing(false))
}

fn failed<E: std::error::Error + Send + Sync + 'static>(doing: &'static str) -> impl Fn(E) -> Error {
    move |source| Error::Unavailable { doing, source: Box::new(source) }
}

/// Takes the folder's lock: the system gives it back when the process ends, however it ends.
fn lock(folder: &Path) -> Result<File, Error> {
    let file = lock_file(folder, "lock")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { folder: folder.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(failed("lock the data folder")(error)),
    }
}

fn lock_file(folder: &Path, name: &str) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).open(folder.join(name)).map_err(failed("open a lock"))
}

/// How every connection is opened; those that read change two words of it.
fn options(folder: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
}

/// Opens the connection that writes and brings the schema up to date, one process at a time.
async fn prepare(folder: &Path) -> Result<SqliteConnection, Error> {
    let turn = lock_file(folder, "migrate.lock")?;
    let waiting = tokio::task::spawn_blocking(move || turn.lock().map(|()| turn));
    let turn =
        waiting.await.map_err(failed("wait for a migration"))?.map_err(failed("wait for a migration"))?;
    let mut conn = connect(folder).await?;
    check_version(&mut conn).await?;
    migrate(&mut conn).await?;
    drop(turn);
    Ok(conn)
}

/// The connection that writes: every commit is synced, and the log is moved by the writer alone.
pub(crate) async fn connect(folder: &Path) -> Result<SqliteConnection, Error> {
    let options = options(folder)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .row_buffer_size(ROWS)
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-16000");
    options.connect().await.map_err(failed("open the database"))
}

async fn check_version(conn: &mut SqliteConnection) -> Result<(), Error> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(conn)
        .await
        .map_err(failed("ask for the version of SQLite"))?;
    if is_safe(&version) {
        return Ok(());
    }
    let source =
        format!("SQLite {version} may damage the file; {OLDEST_SQLITE:?} is the oldest that does not");
    Err(Error::Unavailable { doing: "use this SQLite", source: source.into() })
}

fn is_safe(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    parts.as_slice() >= OLDEST_SQLITE.as_slice()
}

async fn migrate(conn: &mut SqliteConnection) -> Result<(), Error> {
    let steps = MIGRATIONS.iter().map(|&(number, name, text)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(steps.collect());
    let known = MIGRATIONS.last().map_or(0, |step| step.0);
    migrator.run_direct(None, conn, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) if found > known => Error::Newer { found, known },
        MigrateError::Execute(source) => failed("bring the schema up to date")(source),
        MigrateError::ExecuteMigration(source, _) => failed("bring the schema up to date")(source),
        other => corrupt("the schema's list of steps", other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_reset_bug_is_refused() {
        assert!(is_safe("3.51.3") && is_safe("3.52.1") && is_safe("4.0.0"));
        assert!(!is_safe("3.51.2") && !is_safe("3.40.1") && !is_safe("3.51") && !is_safe("odd"));
    }

    #[test]
    fn migrations_are_numbered_upwards_from_one() {
        assert_eq!(MIGRATIONS.first().map(|step| step.0), Some(1));
        assert!(MIGRATIONS.is_sorted_by(|one, next| one.0 < next.0));
    }
}
