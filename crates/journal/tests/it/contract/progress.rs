//! Progress: it counts for the owner at the revision it knows, and the end of a run is one commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cauce_journal::Change;
use cauce_journal::runs::{Found, Progressed, Rev, Runs, Then};
use cauce_model::{RunId, RunStatus};
use serde_json::json;

use crate::sample::{FIRST, accept, accept_free, entry, finish, record, run, step};
use crate::store::Store;

async fn each_write_raises_the_revision(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let rev = store.done(step(session, 1, FIRST, Then::Keep)).await;
    assert_eq!(rev, Rev(2));
    assert_eq!(store.done(step(session, 1, rev, Then::Keep)).await, Rev(3));
}

async fn a_write_at_an_old_revision_writes_nothing(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    store.done(step(session, 1, FIRST, Then::Keep)).await;
    let mut stale = step(session, 1, FIRST, Then::Keep);
    stale.entries = vec![entry("a", json!(1))];
    assert_eq!(store.journal.runs.progress(stale).await.unwrap(), Progressed::Stale);
    assert_eq!(store.journal.runs.progress(finish(session, 1, FIRST)).await.unwrap(), Progressed::Stale);
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else {
        panic!("no open run")
    };
    assert!(open.entries.is_empty());
    assert_eq!(open.rev, Rev(2));
}

async fn a_write_of_somebody_elses_run_writes_nothing(store: Store) {
    let (owner, other) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(owner, 1)).await;
    store.accepted(accept_free(owner, 2)).await;
    for number in [1, 2, 3] {
        let answer = store.journal.runs.progress(step(other, number, FIRST, Then::Keep)).await.unwrap();
        assert_eq!(answer, Progressed::Stale, "run {number}");
    }
}

async fn stale_writes_do_not_hinder_those_beside_them(store: Store) {
    let session = store.session(1).await;
    let mut writes = tokio::task::JoinSet::new();
    for number in 1..=60 {
        store.accepted(accept(session, number)).await;
    }
    for number in 1..=60 {
        let rev = if number % 3 == 0 { Rev(9) } else { FIRST };
        let mut write = if number % 2 == 0 {
            finish(session, number, rev)
        } else {
            step(session, number, rev, Then::Park { wake_at: None })
        };
        write.entries = vec![entry("a", json!(number.to_string()))];
        let runs = store.journal.runs.clone();
        writes.spawn(async move { (number, runs.progress(write).await.unwrap()) });
    }
    for (number, answer) in writes.join_all().await {
        let expected = if number % 3 == 0 {
            Progressed::Stale
        } else {
            Progressed::Done { rev: Rev(2), inbox: 0, children: Vec::new() }
        };
        assert_eq!(answer, expected, "run {number}");
        match store.journal.runs.get(run(number)).await.unwrap() {
            Some(Found::Over(_)) => assert!(number % 2 == 0 && number % 3 != 0, "run {number}"),
            Some(Found::Open(open)) => {
                let entries = usize::from(number % 3 != 0);
                assert!(open.entries.len() == entries && (number % 2 != 0 || entries == 0), "run {number}");
            }
            None => panic!("run {number} is gone"),
        }
    }
}

async fn a_finished_run_is_history(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let mut first = step(session, 1, FIRST, Then::Keep);
    first.entries = vec![entry("a", json!(1))];
    let rev = store.done(first).await;
    assert_eq!(store.done(finish(session, 1, rev)).await, Rev(3));
    let Some(Found::Over(over)) = store.journal.runs.get(run(1)).await.unwrap() else { panic!("not over") };
    assert_eq!(over, record(1, RunStatus::Succeeded));
    assert!(store.journal.runs.owned(session).await.unwrap().is_empty());
    let again = store.journal.runs.progress(finish(session, 1, Rev(3))).await.unwrap();
    assert_eq!(again, Progressed::Stale);
    assert!(store.journal.runs.open_counts().await.unwrap().is_empty());
}

async fn a_run_that_is_nowhere_is_not_found(store: Store) {
    assert!(store.journal.runs.get(run(1)).await.unwrap().is_none());
}

/// Reads a run over and over until told to stop; says how often.
async fn keep_reading(runs: Arc<dyn Runs>, id: RunId, done: Arc<AtomicBool>) -> u32 {
    let (mut reads, mut over) = (0, false);
    while !done.load(Ordering::SeqCst) || !over {
        match runs.get(id).await.unwrap() {
            Some(Found::Open(_)) => assert!(!over, "a run that was over is open"),
            Some(Found::Over(_)) => over = true,
            None => panic!("a run that moves was nowhere"),
        }
        let list = runs.list(&cauce_journal::runs::Filter::default(), 1000).await.unwrap();
        assert_eq!(list.iter().filter(|summary| summary.id == id).count(), 1, "once in the list");
        reads += 1;
    }
    reads
}

async fn a_reader_sees_a_moving_run_exactly_once(store: Store) {
    let session = store.session(1).await;
    for number in 1..=20 {
        store.accepted(accept(session, number)).await;
        let done = Arc::new(AtomicBool::new(false));
        let reader = tokio::spawn(keep_reading(store.journal.runs.clone(), run(number), Arc::clone(&done)));
        let rev = store.done(step(session, number, FIRST, Then::Keep)).await;
        store.done(finish(session, number, rev)).await;
        done.store(true, Ordering::SeqCst);
        assert!(reader.await.unwrap() > 0);
    }
}

async fn those_who_watch_are_told_of_runs(store: Store) {
    let session = store.session(1).await;
    let mut changes = store.journal.hints.changes();
    store.accepted(accept(session, 1)).await;
    assert_eq!(changes.try_recv().unwrap(), Change::Run(run(1)));
    store.done(step(session, 1, FIRST, Then::Keep)).await;
    assert_eq!(changes.try_recv().unwrap(), Change::Run(run(1)));
    store.journal.runs.progress(step(session, 1, FIRST, Then::Keep)).await.unwrap();
    assert!(changes.try_recv().is_err(), "a stale write is no change");
}

async fn large_entries_are_kept_in_order(store: Store) {
    let session = store.session(1).await;
    let mut rev = store.accepted(accept(session, 1)).await;
    for chunk in 0..5 {
        let mut write = step(session, 1, rev, Then::Keep);
        write.entries = (0..3).map(|n| entry(&format!("{chunk}/{n}"), json!("x".repeat(300_000)))).collect();
        rev = store.done(write).await;
    }
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else {
        panic!("no open run")
    };
    let paths: Vec<&str> = open.entries.iter().map(|entry| entry.path.as_str()).collect();
    let expected: Vec<String> = (0..15).map(|n| format!("{}/{}", n / 3, n % 3)).collect();
    assert_eq!(paths, expected);
}

crate::for_both! {
    each_write_raises_the_revision,
    a_write_at_an_old_revision_writes_nothing,
    a_write_of_somebody_elses_run_writes_nothing,
    stale_writes_do_not_hinder_those_beside_them,
    a_finished_run_is_history,
    a_run_that_is_nowhere_is_not_found,
    a_reader_sees_a_moving_run_exactly_once,
    those_who_watch_are_told_of_runs,
    large_entries_are_kept_in_order,
}
