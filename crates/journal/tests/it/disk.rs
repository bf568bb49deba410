//! What only a disk can do: survive, be locked, be opened beside a server, be newer than the program.

use std::path::Path;
use std::time::Duration;

use cauce_journal::access::{Role, Token};
use cauce_journal::notices::{Group, Kind, Notice};
use cauce_journal::runs::{Filter, Found, Progressed, Rev, Then};
use cauce_journal::{Closer, Error, Journal, Opening};
use cauce_model::{Clock, RunStatus, SessionId, StepPath, Time};
use serde_json::json;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqlSafeStr};
use tempfile::TempDir;
use uuid::Uuid;

use crate::sample::{
    FIRST, accept, accept_keyed, brief, entry, event_id, finish, named, opens, record, run, step,
};
use crate::store::Hand;

async fn open(folder: &Path, opening: Opening) -> Result<(Journal, Closer), Error> {
    Journal::sqlite(folder, Hand::new(), opening).await
}

async fn serve(folder: &Path) -> (Journal, Closer) {
    open(folder, Opening::Serve).await.unwrap()
}

async fn session(journal: &Journal, number: u128) -> SessionId {
    let session = SessionId::from_uuid(Uuid::from_u128(number));
    journal.sessions.open(session).await.unwrap();
    session
}

/// What a kill leaves: the files as they are, the log not yet moved.
fn copy_as_killed(from: &Path, to: &Path) {
    for file in ["cauce.db", "cauce.db-wal"] {
        std::fs::copy(from.join(file), to.join(file)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_is_there_after_a_kill() {
    let (folder, killed) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=300 {
        let journal = journal.clone();
        callers.spawn(async move {
            journal.events.accept(accept_keyed(me, number, &number.to_string())).await.unwrap();
            let mut write = step(me, number, FIRST, Then::Keep);
            write.entries = vec![entry("a", json!(number.to_string()))];
            journal.runs.progress(write).await.unwrap();
        });
    }
    callers.join_all().await;
    copy_as_killed(folder.path(), killed.path());
    let (after, after_closer) = serve(killed.path()).await;
    let next = session(&after, 2).await;
    assert_eq!(
        after.runs.candidates(Time::default(), 1000).await.unwrap().len(),
        300,
        "the old owner is dead"
    );
    for number in 1..=300 {
        assert!(after.events.get(event_id(number)).await.unwrap().is_some(), "event {number}");
        let Some(Found::Open(open)) = after.runs.get(run(number)).await.unwrap() else {
            panic!("run {number}")
        };
        assert_eq!(open.entries, [entry("a", json!(number.to_string()))]);
    }
    let claimed = after.runs.claim(next, &after.runs.candidates(Time::default(), 1000).await.unwrap()).await;
    assert!(claimed.unwrap().iter().all(|open| open.crashes == 1));
    after_closer.close().await.unwrap();
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_event_whose_look_was_killed_is_found_after_the_restart() {
    let (folder, killed) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    for number in [1, 2] {
        journal.events.accept(accept(me, number)).await.unwrap();
        let mut write = step(me, number, FIRST, Then::Park { wake_at: None });
        write.waits = vec![opens("paid", "data.order", &json!(number.to_string()))];
        journal.runs.progress(write).await.unwrap();
    }
    let tells = |number: u128| named(number + 100, "order.paid", json!({"order": number.to_string()}));
    journal.waits.publish(me, tells(1)).await.unwrap();
    journal.events.accept(accept(me, 3)).await.unwrap();
    let mut emits = step(me, 3, FIRST, Then::Keep);
    emits.emits = vec![tells(2)];
    journal.runs.progress(emits).await.unwrap();
    copy_as_killed(folder.path(), killed.path());
    let (after, after_closer) = serve(killed.path()).await;
    let next = session(&after, 2).await;
    let unlooked = after.waits.unlooked(10).await.unwrap();
    assert_eq!(unlooked, [tells(1), tells(2)]);
    for (event, waiter) in unlooked.into_iter().zip([1, 2]) {
        assert_eq!(after.waits.look(next, event.id, event.at).await.unwrap(), [run(waiter)]);
        after.waits.looked(event.id).await.unwrap();
    }
    assert!(after.waits.unlooked(10).await.unwrap().is_empty());
    after_closer.close().await.unwrap();
    closer.close().await.unwrap();
}

/// A data folder as the first schema left it, with one parked run that has one entry.
async fn folder_of_the_first_schema(folder: &Path) {
    let first = include_str!("../../../../migrations/sqlite/0001_journal.sql");
    let step = Migration::new(1, "journal".into(), MigrationType::Simple, first.into_sql_str(), false);
    let options = SqliteConnectOptions::new().filename(folder.join("cauce.db")).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    Migrator::with_migrations(vec![step]).run_direct(None, &mut conn, false).await.unwrap();
    let (id, data) = (Uuid::from_u128(1).as_bytes().to_vec(), br#"{"body":1}"#.as_slice());
    sqlx::query("INSERT INTO event VALUES (1, ?1, 'welcome', 'hook', 1, NULL, ?1, ?2)")
        .bind(&id)
        .bind(data)
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("INSERT INTO run_open VALUES (1, ?1, 2, NULL, 5, 2, 0, 0, 0, 'welcome', 1, 'hook', ?1, 1, NULL, ?2, NULL)")
        .bind(&id)
        .bind(serde_json::to_vec(&brief(RunStatus::Waiting, 1)).unwrap())
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("INSERT INTO journal VALUES (1, ?1, 2, ?2)")
        .bind(&id)
        .bind(serde_json::to_vec(&[entry("a", json!(1))]).unwrap())
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_folder_of_the_first_schema_opens_and_its_runs_go_on() {
    let folder = TempDir::new().unwrap();
    folder_of_the_first_schema(folder.path()).await;
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    assert_eq!(journal.runs.next_due().await.unwrap(), Some(Time::from_micros(5)));
    let free = journal.runs.candidates(Time::from_micros(6), 10).await.unwrap();
    let claimed = journal.runs.claim(me, &free).await.unwrap();
    assert_eq!((claimed[0].start.id, &*claimed[0].start.data), (run(1), &json!({"body": 1})));
    assert_eq!(claimed[0].entries, [entry("a", json!(1))]);
    assert!(!claimed[0].marked && claimed[0].start.inputs.is_null() && claimed[0].start.parent.is_none());
    let mut write = step(me, 1, claimed[0].rev, Then::Keep);
    write.waits = vec![opens("paid", "data.order", &json!(7))];
    journal.runs.progress(write).await.unwrap();
    journal.waits.publish(me, named(100, "order.paid", json!({"order": 7}))).await.unwrap();
    assert_eq!(journal.waits.look(me, event_id(100), Time::from_micros(9)).await.unwrap(), [run(1)]);
    closer.close().await.unwrap();
}

#[tokio::test]
async fn a_restart_marks_earlier_sessions_dead() {
    let folder = TempDir::new().unwrap();
    let (journal, closer) = serve(folder.path()).await;
    let first = session(&journal, 1).await;
    closer.close().await.unwrap();
    let (journal, closer) = serve(folder.path()).await;
    journal.sessions.beat(first).await.unwrap();
    let second = session(&journal, 2).await;
    assert!(matches!(journal.sessions.beat(first).await, Err(Error::Fenced)));
    journal.sessions.beat(second).await.unwrap();
    let dead: Vec<bool> = journal.sessions.all().await.unwrap().into_iter().map(|seen| seen.dead).collect();
    assert_eq!(dead, [true, false]);
    closer.close().await.unwrap();
}

#[tokio::test]
async fn a_folder_has_one_server() {
    let folder = TempDir::new().unwrap();
    let (_journal, closer) = serve(folder.path()).await;
    assert!(matches!(open(folder.path(), Opening::Serve).await, Err(Error::Locked { .. })));
    closer.close().await.unwrap();
    let (_journal, closer) = serve(folder.path()).await;
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_made_beside_a_running_server_is_good_at_once() {
    let folder = TempDir::new().unwrap();
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    let accepting = tokio::spawn({
        let journal = journal.clone();
        async move {
            for number in 1..=200 {
                journal.events.accept(accept(me, number)).await.unwrap();
            }
        }
    });
    for number in 1..=5_u8 {
        let (beside, beside_closer) = open(folder.path(), Opening::Beside).await.unwrap();
        let token = Token {
            id: Uuid::from_u128(number.into()),
            hash: [number; 32],
            name: "deploy".to_owned(),
            role: Role::Viewer,
            created_at: Hand::new().now(),
        };
        beside.access.add_token(token.clone()).await.unwrap();
        let opened = beside.sessions.open(SessionId::from_uuid(Uuid::from_u128(9))).await;
        assert!(matches!(opened, Err(Error::Locked { .. })));
        beside_closer.close().await.unwrap();
        assert_eq!(journal.access.token(&[number; 32]).await.unwrap(), Some(token));
    }
    accepting.await.unwrap();
    assert_eq!(journal.runs.list(&Filter::default(), 500).await.unwrap().len(), 200);
    closer.close().await.unwrap();
}

#[tokio::test]
async fn a_token_can_be_made_before_the_first_start() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("new").join("folder");
    let (beside, closer) = open(&folder, Opening::Beside).await.unwrap();
    assert!(!beside.access.has_users().await.unwrap());
    closer.close().await.unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&folder).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700, "nobody else may read it");
    let (_journal, closer) = serve(&folder).await;
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_writes_what_waits_and_then_refuses() {
    let folder = TempDir::new().unwrap();
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    let writes: Vec<_> = (1..=100)
        .map(|number| {
            let events = journal.events.clone();
            tokio::spawn(async move { events.accept(accept(me, number)).await })
        })
        .collect();
    closer.close().await.unwrap();
    let mut kept = Vec::new();
    for (number, write) in (1..=100).zip(writes) {
        match write.await.unwrap() {
            Ok(_) => kept.push(run(number)),
            Err(error) => assert!(matches!(error, Error::Closed), "{error}"),
        }
    }
    assert!(matches!(journal.events.accept(accept(me, 200)).await, Err(Error::Closed)));
    assert!(matches!(journal.runs.get(run(1)).await, Err(Error::Closed)));
    assert!(!folder.path().join("cauce.db-wal").exists(), "the log was moved into the file");
    let (journal, closer) = serve(folder.path()).await;
    let list = journal.runs.list(&Filter::default(), 500).await.unwrap();
    let mut found: Vec<_> = list.into_iter().map(|summary| summary.id).collect();
    found.reverse();
    assert_eq!(found, kept);
    closer.close().await.unwrap();
}

#[tokio::test]
async fn a_schema_of_a_later_program_is_refused() {
    let folder = TempDir::new().unwrap();
    let (_journal, closer) = serve(folder.path()).await;
    closer.close().await.unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("cauce.db"));
    let mut conn = ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (99, 'later', '2030-01-01', 1, x'00', 0)")
        .execute(&mut conn)
        .await
        .unwrap();
    Connection::close(conn).await.unwrap();
    let refused = open(folder.path(), Opening::Serve).await.err().unwrap();
    assert!(matches!(refused, Error::Newer { found: 99, known } if known < 99), "{refused}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("cauce.db"),
        "not a database, though long enough to look like one".repeat(99),
    )
    .unwrap();
    assert!(matches!(open(folder.path(), Opening::Serve).await, Err(Error::Unavailable { .. })));
}

#[tokio::test]
async fn a_journal_that_is_well_never_says_it_failed() {
    let folder = TempDir::new().unwrap();
    let (_journal, closer) = serve(folder.path()).await;
    tokio::select! {
        biased;
        () = closer.failed() => panic!("nothing failed"),
        () = std::future::ready(()) => {}
    }
    closer.close().await.unwrap();
}

/// How many blobs there are.
fn blobs(folder: &Path) -> usize {
    let Ok(folders) = std::fs::read_dir(folder.join("blobs")) else { return 0 };
    let folders = folders.map(|folder| folder.unwrap().path()).filter(|path| path.is_dir());
    folders.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_payloads_stand_beside_the_database_and_small_ones_in_it() {
    let folder = TempDir::new().unwrap();
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    journal.events.accept(accept_keyed(me, 1, "a")).await.unwrap();
    let mut write = step(me, 1, FIRST, Then::Keep);
    write.entries = (0..100).map(|n| entry("a", json!([n, "x".repeat(10 * 1024)]))).collect();
    journal.runs.progress(write).await.unwrap();
    assert_eq!(blobs(folder.path()), 0, "none of them is large by itself");
    let mut write = step(me, 1, Rev(2), Then::Keep);
    write.entries = vec![entry("b", json!("y".repeat(8 * 1024 * 1024))), entry("c", json!(3))];
    journal.runs.progress(write).await.unwrap();
    assert_eq!(blobs(folder.path()), 1);
    closer.close().await.unwrap();
    let size = std::fs::metadata(folder.path().join("cauce.db")).unwrap().len();
    assert!(size < 3 * 1024 * 1024, "{size} bytes in the database");
    let (journal, closer) = serve(folder.path()).await;
    let Some(Found::Open(open)) = journal.runs.get(run(1)).await.unwrap() else { panic!("run 1") };
    assert_eq!(open.entries[100], entry("b", json!("y".repeat(8 * 1024 * 1024))));
    closer.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blob_whose_commit_never_came_is_named_by_nobody_and_goes_with_a_sweep() {
    let folder = TempDir::new().unwrap();
    let clock = Hand::new();
    let (journal, closer) = Journal::sqlite(folder.path(), clock.clone(), Opening::Serve).await.unwrap();
    let me = session(&journal, 1).await;
    journal.events.accept(accept_keyed(me, 1, "a")).await.unwrap();
    // As a kill between the blob and the commit leaves it: the blob is there, and the run knows nothing of it.
    let mut write = step(me, 1, Rev(7), Then::Keep);
    write.entries = vec![entry("a", json!("x".repeat(300 * 1024)))];
    assert_eq!(journal.runs.progress(write.clone()).await.unwrap(), Progressed::Stale);
    assert_eq!(blobs(folder.path()), 1);
    let Some(Found::Open(open)) = journal.runs.get(run(1)).await.unwrap() else { panic!("run 1") };
    assert!(open.entries.is_empty());
    // The same payload again is the same blob, and counts as wanted from then on.
    clock.forward(Duration::from_secs(100));
    write.rev = FIRST;
    journal.runs.progress(write.clone()).await.unwrap();
    assert_eq!(blobs(folder.path()), 1);
    assert_eq!(journal.blobs.forget_before(clock.now(), 10).await.unwrap(), 0);
    write.rev = Rev(9);
    write.entries = vec![entry("a", json!("y".repeat(300 * 1024)))];
    assert_eq!(journal.runs.progress(write).await.unwrap(), Progressed::Stale);
    clock.forward(Duration::from_secs(100));
    let Some(Found::Open(open)) = journal.runs.get(run(1)).await.unwrap() else { panic!("run 1") };
    assert_eq!(open.entries.len(), 1);
    closer.close().await.unwrap();
}

/// Which workflows fail is known in memory too, so that good ends of others cost nothing; a new process has to know it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_end_in_the_next_life_ends_a_row_of_failures() {
    let folder = TempDir::new().unwrap();
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 1).await;
    for number in [1, 2] {
        fail(&journal, me, number).await;
    }
    closer.close().await.unwrap();
    let (journal, closer) = serve(folder.path()).await;
    let me = session(&journal, 2).await;
    journal.events.accept(accept(me, 3)).await.unwrap();
    journal.runs.progress(finish(me, 3, FIRST)).await.unwrap();
    fail(&journal, me, 4).await;
    let kinds =
        |groups: Vec<Group>| groups.into_iter().map(|group| (group.notice.kind, group.count)).collect();
    let open: Vec<(Kind, u64)> = kinds(journal.notices.open(10).await.unwrap());
    assert_eq!(open, [(Kind::Failed, 3)]);
    for number in [5, 6] {
        fail(&journal, me, number).await;
    }
    let open: Vec<(Kind, u64)> = kinds(journal.notices.open(10).await.unwrap());
    assert_eq!(open, [(Kind::Failed, 5), (Kind::Failing, 3)]);
    closer.close().await.unwrap();
}

async fn fail(journal: &Journal, me: SessionId, number: u128) {
    journal.events.accept(accept(me, number)).await.unwrap();
    let mut write = step(me, number, FIRST, Then::Finish(record(number, RunStatus::Failed)));
    write.notice = Some(Notice::of("welcome", Kind::Failed, &StepPath::from("send"), None, Time::default()));
    journal.runs.progress(write).await.unwrap();
}
