//! Forgetting, as the tables see it: nothing is left behind, nothing is looked for, and lists are no walks.

use cauce_model::{RunId, RunRecord, RunStatus, Time};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

use super::tests::{accept, open, plan, session};
use crate::Journal;
use crate::retention::{Part, Place};
use crate::runs::sqlite::list::{Table, query};
use crate::runs::{Brief, Filter, Progress, Rev, Then};

const LATER: Time = Time::from_micros(1_800_000_000_000_000);

async fn forget(journal: &Journal) -> u64 {
    let mut gone = 0;
    let mut from = Some(Place::default());
    while let Some(place) = from {
        let part = journal.retention.forget_runs(LATER, place, 3).await.unwrap();
        (gone, from) = (gone + part.gone, part.next);
    }
    from = Some(Place::default());
    while let Some(place) = from {
        let Part { next, .. } = journal.retention.forget_events(LATER, place, 3).await.unwrap();
        from = next;
    }
    gone
}

async fn finish(journal: &Journal, number: u128) {
    let start = accept(number, 10).run.unwrap().start;
    let finished_at = Some(start.accepted_at);
    let record = RunRecord {
        start,
        status: RunStatus::Succeeded,
        hold_reason: None,
        reason: None,
        error: None,
        outputs: None,
        finished_at,
        steps: Vec::new(),
    };
    let brief = Brief { status: RunStatus::Succeeded, ..Brief::of_new_run(1) };
    let run = RunId::from_uuid(Uuid::from_u128(number));
    let then = Then::Finish(Box::new(record));
    journal.runs.progress(Progress::new(session(), run, Rev::FIRST, brief, then)).await.unwrap();
}

async fn rows(conn: &mut SqliteConnection) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["history", "event", "run_key", "run_key_apart"] {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        counts.push(sqlx::query_scalar(sql).fetch_one(&mut *conn).await.unwrap());
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_forgotten_leaves_no_row_behind() {
    let folder = TempDir::new().unwrap();
    let (journal, _store, closer) = open(&folder).await;
    for number in 1..=10 {
        let mut given = accept(number, 10);
        given.run.as_mut().unwrap().keys = vec![format!("{number}@example.com"), "señal\u{0}b".to_owned()];
        journal.events.accept(given).await.unwrap();
        if number != 4 {
            finish(&journal, number).await;
        }
    }
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    assert_eq!(rows(&mut conn).await, [9, 10, 20, 0]);
    assert_eq!(forget(&journal).await, 9);
    assert_eq!(rows(&mut conn).await, [0, 1, 2, 0]);
    closer.close().await.unwrap();
}

/// A data folder as the third schema left it, with two runs that are over and their keys.
async fn folder_of_the_third_schema(folder: &TempDir) {
    let texts = [
        include_str!("../../../../migrations/sqlite/0001_journal.sql"),
        include_str!("../../../../migrations/sqlite/0002_gates.sql"),
        include_str!("../../../../migrations/sqlite/0003_waits.sql"),
    ];
    let steps = (1..).zip(["journal", "gates", "waits"]).zip(texts).map(|((number, name), text)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    let options =
        SqliteConnectOptions::new().filename(folder.path().join(super::FILE)).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    Migrator::with_migrations(steps.collect()).run_direct(None, &mut conn, false).await.unwrap();
    let brief = serde_json::to_vec(&Brief::of_new_run(1)).unwrap();
    for number in 1..=2_u128 {
        let id = Uuid::from_u128(number).as_bytes().to_vec();
        sqlx::query("INSERT INTO event VALUES (1, ?1, 'welcome', 'hook', 1, NULL, ?1, x'31')")
            .bind(&id)
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::query("INSERT INTO history VALUES (1, ?1, 'welcome', 1, 'hook', 4, 1, 1, ?2, x'31')")
            .bind(&id)
            .bind(&brief)
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::query("INSERT INTO run_key VALUES (1, 'a@example.com', ?1), (1, 'b', ?1)")
            .bind(&id)
            .execute(&mut conn)
            .await
            .unwrap();
    }
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_an_older_schema_go_with_their_runs() {
    let folder = TempDir::new().unwrap();
    folder_of_the_third_schema(&folder).await;
    let (journal, _store, closer) = open(&folder).await;
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    assert_eq!(rows(&mut conn).await, [2, 2, 4, 2]);
    let mine = Filter { key: Some("a@example.com".to_owned()), ..Filter::default() };
    assert_eq!(journal.runs.list(&mine, 10).await.unwrap().len(), 2);
    assert_eq!(forget(&journal).await, 2);
    assert_eq!(rows(&mut conn).await, [0, 0, 0, 0]);
    closer.close().await.unwrap();
}

#[tokio::test]
async fn what_is_old_is_found_at_the_front_and_deleted_by_key() {
    use crate::retention::sqlite::{
        FORGET_APART, FORGET_EVENTS, FORGET_GATES, FORGET_KEYS, FORGET_RUNS, OLD_EVENTS, OLD_KEYS, OLD_RUNS,
    };

    let folder = TempDir::new().unwrap();
    let (_journal, _store, closer) = open(&folder).await;
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    for sql in
        [OLD_RUNS, OLD_EVENTS, OLD_KEYS, FORGET_RUNS, FORGET_EVENTS, FORGET_APART, FORGET_KEYS, FORGET_GATES]
    {
        let steps = plan(&mut conn, sql).await;
        let walks = steps.iter().any(|step| {
            (step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE"))
                || step.ends_with("(workspace=?)")
                || step.contains("TEMP B-TREE")
        });
        assert!(!walks && !steps.is_empty(), "{sql}\n{steps:#?}");
    }
    closer.close().await.unwrap();
}

/// The step of the plan that reads the table of runs.
async fn reads(conn: &mut SqliteConnection, filter: &Filter, table: Table) -> String {
    let sql = query(filter, 10, table).into_sql();
    let steps = plan(conn, sql.as_str()).await;
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    steps.join("; ")
}

#[tokio::test]
async fn no_list_walks_over_all_runs() {
    let folder = TempDir::new().unwrap();
    let (_journal, _store, closer) = open(&folder).await;
    let mut conn = super::open::connect(folder.path()).await.unwrap();
    let (moment, workflow) = (Some(LATER), Some("welcome".to_owned()));
    let time = Filter { since: moment, until: moment, ..Filter::default() };
    let flow = Filter { workflow: workflow.clone(), ..time.clone() };
    let step = Filter { step: Some("send".to_owned()), ..flow.clone() };
    let key = Filter { key: Some("k".to_owned()), ..step.clone() };
    let held = Filter { statuses: vec![RunStatus::Held], ..time.clone() };
    let failed = Filter { statuses: vec![RunStatus::Failed], ..time.clone() };
    let bounds = "id>? AND id<?";
    for (filter, table, index) in [
        (&time, Table::Open, "sqlite_autoindex_run_open_1"),
        (&time, Table::History, "sqlite_autoindex_history_1"),
        (&flow, Table::Open, "run_of_workflow"),
        (&flow, Table::History, "history_of_workflow"),
        (&step, Table::Open, "run_stopped"),
        (&step, Table::History, "history_stopped"),
        (&held, Table::Open, "run_held"),
        (&failed, Table::History, "history_unwell"),
    ] {
        let read = reads(&mut conn, filter, table).await;
        assert!(read.contains(index) && read.contains(bounds), "{filter:?}\n{read}");
        assert!(!read.contains("SCAN"), "{read}");
    }
    for table in [Table::Open, Table::History] {
        let read = reads(&mut conn, &key, table).await;
        assert!(read.contains("k USING PRIMARY KEY (workspace=? AND key=? AND run>? AND run<?)"), "{read}");
    }
    closer.close().await.unwrap();
}
