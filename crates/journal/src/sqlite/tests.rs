//! What goes on underneath: full disks, failed syncs, long logs, plans.

use std::sync::Arc;

use async_trait::async_trait;
use cauce_model::{Clock, Event, EventId, RunId, RunStart, SessionId, Time};
use serde_json::json;
use sqlx::SqliteConnection;
use tempfile::TempDir;
use uuid::Uuid;

use super::checkpoint::{self, Checkpoints};
use super::{Halt, Opening, Write};
use crate::events::{Accept, Accepted, NewRun};
use crate::{Closer, Error, Journal};

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time::from_micros(1_700_000_000_000_000)
    }
}

pub(super) fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(1))
}

/// A journal with its store, so that a test can write what no caller may.
pub(super) async fn open(folder: &TempDir) -> (Journal, Arc<super::Sqlite>, Closer) {
    let (store, hints, closer) =
        super::open::open(folder.path(), Arc::new(Still), Opening::Serve).await.unwrap();
    let journal = Journal::on(Arc::clone(&store), hints);
    journal.sessions.open(session()).await.unwrap();
    (journal, store, closer)
}

pub(super) fn accept(number: u128, size: usize) -> Accept {
    let data = json!({"body": "x".repeat(size)});
    let start = RunStart {
        id: RunId::from_uuid(Uuid::from_u128(number)),
        workflow: "welcome".to_owned(),
        version: 1,
        trigger: "hook".to_owned(),
        event: EventId::from_uuid(Uuid::from_u128(number)),
        accepted_at: Still.now(),
        data: data.clone().into(),
        inputs: serde_json::Value::Null,
        replay_of: None,
        parent: None,
    };
    let event = Event {
        id: start.event,
        workflow: start.workflow.clone(),
        trigger: start.trigger.clone(),
        received_at: start.accepted_at,
        dedupe_key: None,
        data: data.into(),
    };
    let run = NewRun::new(start, 1);
    Accept { session: session(), event, run: Some(run), slot: None, gates: None }
}

/// Lets the file grow no further than this many pages above what it has.
struct Room(i64);

#[async_trait]
impl Write for Room {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *conn).await?;
        let limit = format!("PRAGMA max_page_count = {}", pages + self.0);
        sqlx::query(sqlx::AssertSqlSafe(limit)).execute(conn).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_acknowledges_nothing_and_room_is_enough_to_go_on() {
    let folder = TempDir::new().unwrap();
    let (journal, store, closer) = open(&folder).await;
    store.writer.write(Room(50)).await.unwrap();
    let mut kept = Vec::new();
    let mut refused = 0;
    for number in 1..=40 {
        match journal.events.accept(accept(number, 20_000)).await {
            Ok(Accepted::Run { .. }) => kept.push(number),
            Ok(other) => panic!("{other:?}"),
            Err(Error::Unavailable { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(!kept.is_empty() && refused > 0, "{} kept, {refused} refused", kept.len());
    for number in 1..=40 {
        let found = journal.runs.get(RunId::from_uuid(Uuid::from_u128(number))).await.unwrap();
        assert_eq!(found.is_some(), kept.contains(&number), "run {number}");
    }
    store.writer.write(Room(10_000)).await.unwrap();
    assert!(matches!(journal.events.accept(accept(99, 20_000)).await, Ok(Accepted::Run { .. })));
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_gets_back_the_room_of_the_log() {
    let folder = TempDir::new().unwrap();
    let (journal, store, closer) = open(&folder).await;
    let log = || std::fs::metadata(folder.path().join("cauce.db-wal")).unwrap().len();
    journal.events.accept(accept(1, 20_000)).await.unwrap();
    store.writer.write(Room(0)).await.unwrap();
    assert!(log() > 20_000, "the log holds what was written");
    assert!(matches!(journal.events.accept(accept(2, 20_000)).await, Err(Error::Unavailable { .. })));
    // The next answer comes behind what follows from the last.
    store.writer.write(Room(10_000)).await.unwrap();
    let after = log();
    assert!(after < 20_000, "the log was moved, and began anew: {after} bytes");
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_a_whole_batch_of_callers() {
    let folder = TempDir::new().unwrap();
    let (journal, store, closer) = open(&folder).await;
    store.writer.write(Room(0)).await.unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=64 {
        let events = Arc::clone(&journal.events);
        callers.spawn(async move { events.accept(accept(number, 20_000)).await });
    }
    for answer in callers.join_all().await {
        assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
    }
    assert!(journal.runs.open_counts().await.unwrap().is_empty());
    closer.close().await.unwrap();
}

/// A write after which nobody knows what is on disk.
struct Broken;

#[async_trait]
impl Write for Broken {
    type Answer = ();

    async fn write(&self, _conn: &mut SqliteConnection) -> Result<(), Halt> {
        Err(Halt::Store(sqlx::Error::WorkerCrashed))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_fatal_error_nothing_is_written_and_the_process_is_told() {
    let folder = TempDir::new().unwrap();
    let (journal, store, closer) = open(&folder).await;
    assert!(matches!(store.writer.write(Broken).await, Err(Error::Closed)));
    closer.failed().await;
    assert!(matches!(journal.events.accept(accept(1, 10)).await, Err(Error::Closed)));
    assert!(matches!(closer.close().await, Err(Error::Closed)));
}

/// A write of a row that the table refuses.
struct Poison;

#[async_trait]
impl Write for Poison {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query("INSERT INTO setup (workspace, hash) VALUES (1, NULL)").execute(conn).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poisoned_batch_is_split_until_the_row_is_found() {
    let folder = TempDir::new().unwrap();
    let (journal, store, closer) = open(&folder).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=50 {
        let events = Arc::clone(&journal.events);
        callers.spawn(async move { events.accept(accept(number, 10)).await.map(drop) });
        if number % 25 == 0 {
            let store = Arc::clone(&store);
            callers.spawn(async move {
                let answer = store.writer.write(Poison).await;
                assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
                Ok(())
            });
        }
    }
    for answer in callers.join_all().await {
        answer.unwrap();
    }
    assert_eq!(journal.runs.open_counts().await.unwrap(), [("welcome".to_owned(), 50)]);
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_of_the_same_run_waits_for_the_next_batch() {
    use crate::runs::{Brief, Progress, Progressed, Rev, Then};

    let folder = TempDir::new().unwrap();
    let (journal, _store, closer) = open(&folder).await;
    journal.events.accept(accept(1, 10)).await.unwrap();
    let mut writes = tokio::task::JoinSet::new();
    for rev in 1..=20 {
        let runs = Arc::clone(&journal.runs);
        writes.spawn(async move {
            let run = RunId::from_uuid(Uuid::from_u128(1));
            let (rev, brief) = (Rev(rev % 2 + 1), Brief::of_new_run(1));
            let progress = Progress::new(session(), run, rev, brief, Then::Keep);
            runs.progress(progress).await.unwrap()
        });
    }
    let answers = writes.join_all().await;
    let revs: std::collections::HashSet<i64> = answers
        .iter()
        .filter_map(|answer| match answer {
            Progressed::Done { rev, .. } => Some(rev.0),
            Progressed::Stays { .. } | Progressed::Stale => None,
        })
        .collect();
    let done = answers.iter().filter(|answer| matches!(answer, Progressed::Done { .. })).count();
    assert_eq!(revs.len(), done, "each revision was given once");
    assert!(done >= 1);
    closer.close().await.unwrap();
}

#[tokio::test]
async fn the_log_is_moved_when_idle_and_begins_anew_when_it_must() {
    let folder = TempDir::new().unwrap();
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    sqlx::query("CREATE TABLE t (x BLOB)").execute(&mut conn).await.unwrap();
    let page = 4096;
    let mut busy = Checkpoints::new(&mut conn).await.unwrap().bounded_by(20 * page, 200 * page);
    let mut most = 0;
    for _ in 0..1000 {
        sqlx::query("INSERT INTO t VALUES (zeroblob(4000))").execute(&mut conn).await.unwrap();
        busy.after_commit(&mut conn, false).await.unwrap();
        most = most.max(checkpoint::look(&mut conn).await.unwrap().frames);
    }
    assert!(most > 100 && most < 200 + 64 * 6, "under load the log is bounded: {most} frames");
    let mut idle = Checkpoints::new(&mut conn).await.unwrap().bounded_by(20 * page, 200 * page);
    checkpoint::truncate(&mut conn).await.unwrap();
    for _ in 0..1000 {
        sqlx::query("INSERT INTO t VALUES (zeroblob(4000))").execute(&mut conn).await.unwrap();
        idle.after_commit(&mut conn, true).await.unwrap();
        let log = checkpoint::look(&mut conn).await.unwrap();
        assert!(log.frames < 60, "with time to spare it stays short: {log:?}");
    }
}

#[tokio::test]
async fn the_log_of_a_small_file_stays_small() {
    let folder = TempDir::new().unwrap();
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    sqlx::query("CREATE TABLE t (x BLOB)").execute(&mut conn).await.unwrap();
    sqlx::query("INSERT INTO t VALUES (zeroblob(4000))").execute(&mut conn).await.unwrap();
    let mut checkpoints = Checkpoints::new(&mut conn).await.unwrap();
    for _ in 0..2000 {
        sqlx::query("UPDATE t SET x = randomblob(4000)").execute(&mut conn).await.unwrap();
        checkpoints.after_commit(&mut conn, true).await.unwrap();
    }
    let log = std::fs::metadata(folder.path().join("cauce.db-wal")).unwrap().len();
    assert!(log < 2 << 20, "a file of a few pages has a log of {log} bytes");
}

/// The steps of a statement's plan.
pub(super) async fn plan(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(conn).await.unwrap();
    plan.into_iter().map(|step| step.3).collect()
}

#[tokio::test]
async fn the_hot_statements_find_their_rows_by_key_among_any_number() {
    use crate::events::sqlite::duplicates::{KNOWN, KNOWN_IDS};
    use crate::gates::sqlite::{FORGET, FREE, LOOK, MARK, OUST, STARTED};
    use crate::runs::sqlite::beside::{CLOSE_WAITS, FORGET_READ, KNOWN_CHILDREN};
    use crate::runs::sqlite::claim::TAKE;
    use crate::runs::sqlite::progress::{END, FORGET_ENTRIES, FORGET_SIGNALS, FORGET_WAITS, GO_ON};
    use crate::runs::sqlite::read::{ENTRIES, OPEN};
    use crate::runs::sqlite::signal::KNOCK;
    use crate::runs::sqlite::turns::DUE;
    use crate::waits::sqlite::look::{UNLOOKED_OF_NAME, UNTOLD, WAITING};
    use crate::waits::sqlite::{FORGET as FORGET_EVENTS, OF_NAME, UNLOOKED};

    let folder = TempDir::new().unwrap();
    let (_journal, _store, closer) = open(&folder).await;
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    let by_key = [
        KNOWN,
        KNOWN_IDS,
        TAKE,
        GO_ON,
        END,
        FORGET_ENTRIES,
        FORGET_SIGNALS,
        FORGET_WAITS,
        KNOCK,
        OPEN,
        ENTRIES,
    ];
    let beside = [CLOSE_WAITS, FORGET_READ, KNOWN_CHILDREN, UNTOLD, WAITING];
    let at_gates = [LOOK, MARK, OUST, FREE, FORGET, STARTED];
    let in_order = [DUE, UNLOOKED, OF_NAME, UNLOOKED_OF_NAME, FORGET_EVENTS];
    for sql in by_key.into_iter().chain(beside).chain(at_gates).chain(in_order) {
        let steps = plan(&mut conn, sql).await;
        let walks = steps.iter().any(|step| {
            let small = step.contains("VIRTUAL TABLE")
                || step.starts_with("SCAN (subquery")
                || step.contains("session_alive")
                || step == "SCAN m"
                || step == "SCAN line";
            (step.starts_with("SCAN") && !small) || step.ends_with("(workspace=?)")
        });
        let sorts = !at_gates.contains(&sql) && steps.iter().any(|step| step.contains("TEMP B-TREE"));
        assert!(!walks && !sorts && !steps.is_empty(), "{sql}\n{steps:#?}");
    }
    closer.close().await.unwrap();
}

#[tokio::test]
async fn looking_for_what_there_is_of_each_steps_along_an_index() {
    use crate::runs::sqlite::turns::FIRST_DUE;
    use crate::waits::sqlite::look::FIELDS;

    let folder = TempDir::new().unwrap();
    let (_journal, _store, closer) = open(&folder).await;
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    for (sql, table, index) in [(FIRST_DUE, "flows", "run_due"), (FIELDS, "fields", "wait_for")] {
        let steps = plan(&mut conn, sql).await;
        for step in &steps {
            let found = match step.split_whitespace().next() {
                Some("SCAN") => *step == format!("SCAN {table}") || step == "SCAN m",
                Some("SEARCH") => step.contains(&format!("INDEX {index} (")),
                _ => !step.contains("TEMP B-TREE"),
            };
            assert!(found, "{sql}\n{steps:#?}");
        }
        assert!(steps.iter().filter(|step| step.starts_with("SEARCH")).count() >= 2, "{steps:#?}");
    }
    closer.close().await.unwrap();
}
