//! Who may take a run: one wins, and a dead owner's runs are free.

use std::time::Duration;

use cauce_journal::Error;
use cauce_journal::events::Parked;
use cauce_journal::runs::{Candidate, Found, Progressed, Rev, Then};
use cauce_model::{RunStatus, Time};
use serde_json::json;

use crate::sample::{FIRST, accept, accept_free, brief, entry, finish, run, step};
use crate::store::Store;

async fn a_parked_run_is_free_when_it_is_due(store: Store) {
    let session = store.session(1).await;
    let due = store.now().after(Duration::from_secs(60));
    store.parked(session, 1, Some(due)).await;
    assert!(store.free_ids().await.is_empty());
    store.clock.forward(Duration::from_secs(59));
    assert!(store.free_ids().await.is_empty());
    store.clock.forward(Duration::from_secs(1));
    assert_eq!(store.free_ids().await, [run(1)]);
}

async fn a_run_parked_without_a_time_is_not_free(store: Store) {
    let session = store.session(1).await;
    store.parked(session, 1, None).await;
    store.clock.forward(Duration::from_secs(1_000_000));
    assert!(store.free_ids().await.is_empty());
    assert_eq!(store.journal.runs.next_due().await.unwrap(), None);
}

async fn the_next_due_moment_is_the_earliest_of_free_runs(store: Store) {
    let session = store.session(1).await;
    let at = |seconds: u64| Some(store.now().after(Duration::from_secs(seconds)));
    assert_eq!(store.journal.runs.next_due().await.unwrap(), None);
    store.parked(session, 1, at(90)).await;
    store.parked(session, 2, at(60)).await;
    store.parked(session, 3, None).await;
    store.accepted(accept(session, 4)).await;
    assert_eq!(store.journal.runs.next_due().await.unwrap(), at(60));
}

async fn a_run_that_begins_parked_is_free_when_it_is_due(store: Store) {
    let session = store.session(1).await;
    let due = store.now().after(Duration::from_secs(60));
    let mut given = accept_free(session, 1);
    if let Some(new) = &mut given.run {
        new.entries = vec![entry("nap", json!(null))];
        new.parked = Some(Parked { brief: brief(RunStatus::Waiting, 0), wake_at: due });
    }
    store.accepted(given).await;
    assert!(store.free_ids().await.is_empty());
    assert_eq!(store.journal.runs.next_due().await.unwrap(), Some(due));
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else { panic!("it is open") };
    assert_eq!((open.brief.status, open.wake_at), (RunStatus::Waiting, Some(due)));
    store.clock.forward(Duration::from_secs(60));
    let claimed = store.journal.runs.claim(session, &store.free().await).await.unwrap();
    let paths: Vec<&str> = claimed[0].entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["nap"], "it goes on behind what it began with");
    assert_eq!(store.done(finish(session, 1, claimed[0].rev)).await, Rev(3));
}

async fn a_claimed_run_comes_with_everything_that_is_durable_of_it(store: Store) {
    let session = store.session(1).await;
    let given = accept(session, 1);
    let start = given.run.clone().unwrap().start;
    store.accepted(given).await;
    let mut first = step(session, 1, FIRST, Then::Keep);
    first.entries = vec![entry("a", json!({"x": 1})), entry("b", json!("\u{0}"))];
    let rev = store.done(first).await;
    let mut second = step(session, 1, rev, Then::Park { wake_at: Some(store.now()) });
    second.entries = vec![entry("c", json!(null))];
    second.brief = brief(RunStatus::Waiting, 3);
    store.done(second).await;
    let other = store.session(2).await;
    let claimed = store.journal.runs.claim(other, &store.free().await).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let open = &claimed[0];
    assert_eq!((&open.start, open.rev, open.crashes), (&start, Rev(4), 0));
    let paths: Vec<&str> = open.entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["a", "b", "c"]);
    assert_eq!(open.entries[1], entry("b", json!("\u{0}")));
    assert_eq!((open.brief.status, open.brief.steps_done, open.wake_at), (RunStatus::Waiting, 3, None));
    let owned = store.journal.runs.owned(other).await.unwrap();
    assert_eq!(owned, [Candidate { run: run(1), rev: Rev(4) }]);
    assert!(store.free_ids().await.is_empty());
}

async fn of_two_that_claim_a_run_one_gets_it(store: Store) {
    let (first, second) = (store.session(1).await, store.session(2).await);
    for number in 1..=50 {
        store.accepted(accept_free(first, number)).await;
    }
    let candidates = store.free().await;
    assert_eq!(candidates.len(), 50);
    let runs = &store.journal.runs;
    let (a, b) = tokio::join!(runs.claim(first, &candidates), runs.claim(second, &candidates));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.len() + b.len(), 50);
    assert!(a.iter().all(|one| b.iter().all(|other| one.start.id != other.start.id)));
    assert_eq!(runs.owned(first).await.unwrap().len(), a.len());
    assert_eq!(runs.owned(second).await.unwrap().len(), b.len());
}

async fn a_candidate_that_moved_on_is_not_claimed(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept_free(session, 1)).await;
    let stale = store.free().await;
    let claimed = store.journal.runs.claim(session, &stale).await.unwrap();
    store.done(step(session, 1, claimed[0].rev, Then::Park { wake_at: Some(store.now()) })).await;
    assert!(store.journal.runs.claim(session, &stale).await.unwrap().is_empty());
    assert_eq!(store.free().await, [Candidate { run: run(1), rev: Rev(3) }]);
}

async fn the_runs_of_a_dead_session_are_free(store: Store) {
    let (dead, alive) = (store.session(1).await, store.session(2).await);
    for number in 1..=3 {
        store.accepted(accept(dead, number)).await;
    }
    store.accepted(accept(alive, 4)).await;
    assert!(store.free_ids().await.is_empty());
    store.journal.sessions.bury(dead).await.unwrap();
    assert_eq!(store.free_ids().await, [run(1), run(2), run(3)]);
    assert_eq!(store.journal.runs.candidates(store.now(), 2).await.unwrap().len(), 2);
    let claimed = store.journal.runs.claim(alive, &store.free().await).await.unwrap();
    assert!(claimed.iter().all(|open| open.crashes == 1), "their owner died");
    let late = store.journal.runs.progress(step(dead, 1, FIRST, Then::Keep)).await;
    assert!(matches!(late, Err(Error::Fenced)));
}

async fn a_dead_session_claims_nothing(store: Store) {
    let (dead, alive) = (store.session(1).await, store.session(2).await);
    store.accepted(accept_free(alive, 1)).await;
    store.journal.sessions.bury(dead).await.unwrap();
    let claimed = store.journal.runs.claim(dead, &store.free().await).await;
    assert!(matches!(claimed, Err(Error::Fenced)));
    assert_eq!(store.free_ids().await, [run(1)]);
}

async fn crashes_count_dead_owners_until_something_is_written(store: Store) {
    let first = store.session(1).await;
    store.accepted(accept(first, 1)).await;
    let mut owner = first;
    for crashes in 1..=3 {
        store.journal.sessions.bury(owner).await.unwrap();
        owner = store.session(1 + u128::from(crashes)).await;
        let claimed = store.journal.runs.claim(owner, &store.free().await).await.unwrap();
        assert_eq!(claimed[0].crashes, crashes);
    }
    let rev = store.journal.runs.owned(owner).await.unwrap()[0].rev;
    store.done(step(owner, 1, rev, Then::Keep)).await;
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else {
        panic!("no open run")
    };
    assert_eq!(open.crashes, 0);
}

async fn claiming_an_own_run_again_is_no_crash(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let owned = store.journal.runs.owned(session).await.unwrap();
    let claimed = store.journal.runs.claim(session, &owned).await.unwrap();
    assert_eq!((claimed[0].rev, claimed[0].crashes), (Rev(2), 0));
    let stale = store.journal.runs.progress(step(session, 1, FIRST, Then::Keep)).await.unwrap();
    assert_eq!(stale, Progressed::Stale);
}

async fn a_clean_stop_gives_runs_back_without_a_crash(store: Store) {
    let (first, second) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(first, 1)).await;
    store.parked(first, 2, Some(Time::from_micros(i64::MAX))).await;
    store.clock.forward(Duration::from_secs(3));
    store.journal.runs.release(first).await.unwrap();
    assert_eq!(store.journal.runs.next_due().await.unwrap(), Some(store.now()));
    let free = store.free().await;
    assert_eq!(free.iter().map(|candidate| candidate.run).collect::<Vec<_>>(), [run(1)]);
    let late = store.journal.runs.progress(step(first, 1, FIRST, Then::Keep)).await.unwrap();
    assert_eq!(late, Progressed::Stale);
    assert_eq!(store.journal.runs.claim(second, &free).await.unwrap()[0].crashes, 0);
}

async fn of_many_due_runs_the_longest_due_come_first(store: Store) {
    let session = store.session(1).await;
    for number in 1..=20_u64 {
        let due = store.now().after(Duration::from_secs(100 - number));
        store.parked(session, u128::from(number), Some(due)).await;
    }
    store.clock.forward(Duration::from_secs(100));
    let few = store.journal.runs.candidates(store.now(), 5).await.unwrap();
    let ids: Vec<_> = few.into_iter().map(|candidate| candidate.run).collect();
    assert_eq!(ids, [run(16), run(17), run(18), run(19), run(20)]);
    assert_eq!(store.free_ids().await.len(), 20);
}

async fn runs_of_dead_owners_come_before_due_ones(store: Store) {
    let (dead, alive) = (store.session(1).await, store.session(2).await);
    store.accepted(accept_free(alive, 1)).await;
    store.accepted(accept(dead, 2)).await;
    store.accepted(accept_free(alive, 3)).await;
    store.journal.sessions.bury(dead).await.unwrap();
    let few = |limit| store.journal.runs.candidates(store.now(), limit);
    let ids = |candidates: Vec<Candidate>| candidates.into_iter().map(|one| one.run).collect::<Vec<_>>();
    assert_eq!(ids(few(1).await.unwrap()), [run(2)]);
    assert_eq!(ids(few(2).await.unwrap()), [run(1), run(2)]);
    assert_eq!(ids(few(3).await.unwrap()), [run(1), run(2), run(3)]);
    assert_eq!(ids(few(0).await.unwrap()), []);
}

crate::for_both! {
    runs_of_dead_owners_come_before_due_ones,
    a_parked_run_is_free_when_it_is_due,
    a_run_parked_without_a_time_is_not_free,
    a_run_that_begins_parked_is_free_when_it_is_due,
    the_next_due_moment_is_the_earliest_of_free_runs,
    a_claimed_run_comes_with_everything_that_is_durable_of_it,
    of_two_that_claim_a_run_one_gets_it,
    a_candidate_that_moved_on_is_not_claimed,
    the_runs_of_a_dead_session_are_free,
    a_dead_session_claims_nothing,
    crashes_count_dead_owners_until_something_is_written,
    claiming_an_own_run_again_is_no_crash,
    a_clean_stop_gives_runs_back_without_a_crash,
    of_many_due_runs_the_longest_due_come_first,
}
