//! Random operations, given to the journal in memory and to the one on SQLite: every answer must be equal.

use std::time::Duration;

use cauce_journal::Journal;
use cauce_journal::events::Accepted;
use cauce_journal::runs::{Filter, Found, OpenRun, Rev, Signal, Then};
use cauce_model::{RunStatus, SessionId, Time};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use serde_json::json;
use uuid::Uuid;

use crate::sample::{accept, entry, event_id, record, run, step};
use crate::store::Store;

/// Something a caller may do. Numbers are small, so that calls meet.
#[derive(Clone, Debug)]
enum Call {
    Open(u128),
    Bury(u128),
    Accept { session: u128, number: u128, key: Option<u8>, with_run: bool, owned: bool, slot: Option<u64> },
    Progress { session: u128, number: u128, rev: i64, read: i64, entries: usize, then: End },
    Claim { session: u128, limit: u32 },
    Reclaim(u128),
    Signal(u128),
    Release(u128),
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Keep,
    Park(Option<u64>),
    Finish(bool),
}

fn call() -> impl Strategy<Value = Call> {
    let session = 1..4_u128;
    let number = 1..7_u128;
    let then = prop_oneof![
        3 => Just(End::Keep),
        3 => proptest::option::of(0..30_u64).prop_map(End::Park),
        1 => any::<bool>().prop_map(End::Finish),
    ];
    let accepting =
        (session.clone(), number.clone(), proptest::option::of(0..4_u8), any::<bool>(), any::<bool>());
    prop_oneof![
        2 => session.clone().prop_map(Call::Open),
        1 => session.clone().prop_map(Call::Bury),
        6 => (accepting, proptest::option::of(0..50_u64)).prop_map(
            |((session, number, key, with_run, owned), slot)| Call::Accept {
                session, number, key, with_run, owned, slot
            }
        ),
        9 => (session.clone(), number.clone(), 1..9_i64, 0..3_i64, 0..3_usize, then).prop_map(
            |(session, number, rev, read, entries, then)| Call::Progress {
                session, number, rev, read, entries, then
            }
        ),
        4 => (session.clone(), 1..4_u32).prop_map(|(session, limit)| Call::Claim { session, limit }),
        2 => session.clone().prop_map(Call::Reclaim),
        2 => number.prop_map(Call::Signal),
        1 => session.prop_map(Call::Release),
        2 => (0..20_u64).prop_map(Call::Wait),
    ]
}

fn session(number: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(number))
}

/// An answer as text: errors by their kind.
fn told<T: std::fmt::Debug>(answer: Result<T, cauce_journal::Error>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(cauce_journal::Error::Fenced) => "fenced".to_owned(),
        Err(cauce_journal::Error::Exists { .. }) => "exists".to_owned(),
        Err(other) => panic!("no other error may come: {other:?}"),
    }
}

async fn apply(store: &Store, call: &Call) -> String {
    let Journal { sessions, events, runs, .. } = &store.journal;
    match *call {
        Call::Open(number) => told(sessions.open(session(number)).await),
        Call::Bury(number) => told(sessions.bury(session(number)).await),
        Call::Accept { session: by, number, key, with_run, owned, slot } => {
            let mut given = accept(session(by), number);
            given.event.dedupe_key = key.map(|key| key.to_string());
            given.slot = slot.map(|seconds| store.now().after(Duration::from_secs(seconds)));
            if let Some(run) = &mut given.run {
                run.owned = owned;
                run.keys = vec![(number % 2).to_string()];
            }
            given.run = given.run.filter(|_| with_run);
            let answer: Result<Accepted, _> = events.accept(given).await;
            told(answer)
        }
        Call::Progress { session: by, number, rev, read, entries, then } => {
            told(runs.progress(progress(store, by, (number, rev), (read, entries), then).await).await)
        }
        Call::Claim { session: by, limit } => {
            let candidates = runs.candidates(store.now(), limit).await.unwrap();
            let claimed: Result<Vec<OpenRun>, _> = runs.claim(session(by), &candidates).await;
            told(claimed) + &format!("{candidates:?}")
        }
        Call::Reclaim(by) => {
            let owned = runs.owned(session(by)).await.unwrap();
            told(runs.claim(session(by), &owned).await)
        }
        Call::Signal(number) => {
            told(runs.signal(run(number), Signal::Cancel { by: "ana".to_owned() }, store.now()).await)
        }
        Call::Release(by) => told(runs.release(session(by)).await),
        Call::Wait(seconds) => {
            store.clock.forward(Duration::from_secs(seconds));
            String::new()
        }
    }
}

/// Half of the writes know the run's revision.
async fn progress(
    store: &Store,
    by: u128,
    (number, rev): (u128, i64),
    (read, entries): (i64, usize),
    then: End,
) -> cauce_journal::runs::Progress {
    let known = match store.journal.runs.get(run(number)).await.unwrap() {
        Some(Found::Open(open)) if rev > 2 => open.rev,
        Some(_) | None => Rev(rev),
    };
    let then = match then {
        End::Keep => Then::Keep,
        End::Park(wait) => {
            Then::Park { wake_at: wait.map(|seconds| store.now().after(Duration::from_secs(seconds))) }
        }
        End::Finish(well) => {
            Then::Finish(record(number, if well { RunStatus::Succeeded } else { RunStatus::Failed }))
        }
    };
    let mut write = step(session(by), number, known, then);
    write.inbox_read = read;
    write.entries = (0..entries).map(|n| entry(&format!("{rev}/{n}"), json!([n.to_string(), 0.1]))).collect();
    write
}

/// Everything that can be read.
async fn look(store: &Store) -> Vec<String> {
    let Journal { sessions, events, runs, timers, .. } = &store.journal;
    let mut seen = vec![
        format!("{:?}", sessions.all().await.unwrap()),
        format!("{:?}", runs.candidates(store.now(), 3).await.unwrap()),
        format!("{:?}", runs.next_due().await.unwrap()),
        format!("{:?}", runs.open_counts().await.unwrap()),
        format!("{:?}", timers.cursor("welcome", "hook", Time::default()).await.unwrap()),
    ];
    for number in 1..7 {
        seen.push(format!("{:?}", events.get(event_id(number)).await.unwrap()));
        seen.push(format!("{:?}", runs.get(run(number)).await.unwrap()));
        seen.push(format!("{:?}", runs.inbox(run(number), 0).await.unwrap()));
    }
    for number in 1..4 {
        seen.push(format!("{:?}", runs.owned(session(number)).await.unwrap()));
        seen.push(format!("{:?}", runs.signalled(session(number)).await.unwrap()));
    }
    let filters = [
        Filter::default(),
        Filter { key: Some("1".to_owned()), before: Some(run(5)), ..Filter::default() },
        Filter { statuses: vec![RunStatus::Failed, RunStatus::Waiting], ..Filter::default() },
    ];
    for filter in filters {
        seen.push(format!("{:?}", runs.list(&filter, 4).await.unwrap()));
    }
    seen
}

async fn compare(calls: Vec<Call>) -> Result<(), TestCaseError> {
    let (memory, sqlite) = (Store::memory().await, Store::sqlite().await);
    for call in [Call::Open(1)].iter().chain(&calls) {
        let (expected, given) = (apply(&memory, call).await, apply(&sqlite, call).await);
        prop_assert_eq!(expected, given, "the answer to {:?}", call);
        for (expected, given) in look(&memory).await.into_iter().zip(look(&sqlite).await) {
            prop_assert_eq!(expected, given, "after {:?}", call);
        }
    }
    Ok(())
}

#[test]
fn memory_and_sqlite_give_equal_answers_to_any_calls() {
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let config = Config {
        cases: 40,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 200,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = TestRunner::new(config).run(&vec(call(), 1..60), |calls| runtime.block_on(compare(calls)));
    assert!(result.is_ok(), "seed {seed}: {}", result.unwrap_err());
}
