//! Random operations, given to the journal in memory and to the one on SQLite: every answer must be equal.

mod gates;

use std::time::Duration;

use cauce_journal::Journal;
use cauce_journal::events::{Accept, Accepted};
use cauce_journal::gates::Limits;
use cauce_journal::runs::{Child, Filter, Found, OpenRun, Progress, Rev, Signal, Then, WaitChange};
use cauce_model::{NamedEvent, Parent, RunStatus, SessionId, StepPath, Time};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use serde_json::json;
use uuid::Uuid;

use self::gates::limits;
use crate::sample::{accept, entry, event_id, named, opens, record, run, step};
use crate::store::Store;

/// Something a caller may do. Numbers are small, so that calls meet.
#[derive(Clone, Debug)]
enum Call {
    Open(u128),
    Bury(u128),
    Accept { session: u128, number: u128, key: Option<u8>, with_run: bool, owned: bool, slot: Option<u64> },
    Progress { session: u128, number: u128, rev: i64, read: i64, entries: usize, beside: With, then: End },
    Mark { session: u128, number: u128 },
    Tell { session: u128, number: u128, key: Option<u8>, order: u8 },
    Look { session: u128, number: u128, done: bool },
    CatchUp { session: u128, number: u128, path: bool },
    Forget(u64),
    Claim { session: u128, limit: u32 },
    Reclaim(u128),
    Signal(u128),
    Release(u128),
    Ask { session: u128, number: u128, owned: bool, limits: Limits },
    Fire { session: u128, number: u128, asks: bool, stale: bool },
    Wait(u64),
}

/// What goes with a progress write.
#[derive(Clone, Copy, Debug)]
enum With {
    Nothing,
    Open(bool, u8),
    Close(bool),
    Child { number: u128, waits: bool, owned: bool },
    Emit { number: u128, key: Option<u8>, order: u8 },
    Compact,
}

fn with() -> impl Strategy<Value = With> {
    let key = || proptest::option::of(0..3_u8);
    prop_oneof![
        4 => Just(With::Nothing),
        4 => (any::<bool>(), 0..2_u8).prop_map(|(path, order)| With::Open(path, order)),
        1 => any::<bool>().prop_map(With::Close),
        2 => (1..7_u128, any::<bool>(), any::<bool>())
            .prop_map(|(number, waits, owned)| With::Child { number, waits, owned }),
        2 => (1..7_u128, key(), 0..2_u8).prop_map(|(number, key, order)| With::Emit { number, key, order }),
        1 => Just(With::Compact),
    ]
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
    let number_again = 1..9_u128;
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
        12 => (session.clone(), number.clone(), 1..9_i64, 0..3_i64, 0..3_usize, with(), then).prop_map(
            |(session, number, rev, read, entries, beside, then)| Call::Progress {
                session, number, rev, read, entries, beside, then
            }
        ),
        1 => (session.clone(), number.clone()).prop_map(|(session, number)| Call::Mark { session, number }),
        3 => (session.clone(), number.clone(), proptest::option::of(0..3_u8), 0..2_u8).prop_map(
            |(session, number, key, order)| Call::Tell { session, number, key, order }
        ),
        3 => (session.clone(), number.clone(), any::<bool>())
            .prop_map(|(session, number, done)| Call::Look { session, number, done }),
        3 => (session.clone(), number.clone(), any::<bool>())
            .prop_map(|(session, number, path)| Call::CatchUp { session, number, path }),
        1 => (0..40_u64).prop_map(Call::Forget),
        4 => (session.clone(), 1..4_u32).prop_map(|(session, limit)| Call::Claim { session, limit }),
        2 => session.clone().prop_map(Call::Reclaim),
        2 => number.prop_map(Call::Signal),
        5 => (session.clone(), number_again, any::<bool>(), limits()).prop_map(
            |(session, number, owned, limits)| Call::Ask { session, number, owned, limits }
        ),
        3 => (session.clone(), 10..40_u128, any::<bool>(), any::<bool>()).prop_map(
            |(session, number, asks, stale)| Call::Fire { session, number, asks, stale }
        ),
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

/// The path of one of two waits.
fn path(first: bool) -> StepPath {
    StepPath::from(if first { "a" } else { "b" })
}

/// A named event of the present with this number.
fn tells(store: &Store, number: u128, key: Option<u8>, order: u8) -> NamedEvent {
    let key = key.map(|key| key.to_string());
    NamedEvent { at: store.now(), key, ..named(number, "order.paid", json!({"order": order})) }
}

/// What becomes of named events, waits and marks.
async fn apply_wait(store: &Store, call: &Call) -> String {
    let Journal { runs, waits, .. } = &store.journal;
    match *call {
        Call::Mark { session: by, number } => {
            let rev = match runs.get(run(number)).await.unwrap() {
                Some(Found::Open(open)) => open.rev,
                Some(_) | None => Rev(1),
            };
            told(runs.mark(session(by), run(number), rev).await)
        }
        Call::Tell { session: by, number, key, order } => {
            told(waits.publish(session(by), tells(store, number, key, order)).await)
        }
        Call::Look { session: by, number, done } => {
            let answer = waits.look(session(by), event_id(number), store.now()).await;
            if done && answer.is_ok() {
                waits.looked(event_id(number)).await.unwrap();
            }
            told(answer)
        }
        Call::CatchUp { session: by, number, path: first } => {
            told(waits.catch_up(session(by), run(number), &path(first)).await)
        }
        Call::Forget(seconds) => {
            let before =
                Time::from_micros(store.now().micros() - i64::try_from(seconds * 1_000_000).unwrap());
            told(waits.forget_before(before, 2).await)
        }
        _ => unreachable!("the caller has all others"),
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
            given.event.received_at = store.now();
            if let Some(run) = &mut given.run {
                run.start.accepted_at = store.now();
                run.owned = owned;
                run.keys = vec![(number % 2).to_string()];
            }
            given.run = given.run.filter(|_| with_run);
            let answer: Result<Accepted, _> = events.accept(given).await;
            told(answer)
        }
        Call::Progress { session: by, number, rev, read, entries, beside, then } => {
            let mut write = progress(store, by, (number, rev), (read, entries), then).await;
            add(store, &mut write, beside);
            told(runs.progress(write).await)
        }
        Call::Mark { .. }
        | Call::Tell { .. }
        | Call::Look { .. }
        | Call::CatchUp { .. }
        | Call::Forget(_) => apply_wait(store, call).await,
        Call::Ask { .. } | Call::Fire { .. } => gates::apply(store, call).await,
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

/// Adds to a write what goes with it.
fn add(store: &Store, write: &mut Progress, beside: With) {
    match beside {
        With::Nothing => {}
        With::Open(first, order) => {
            write.waits = vec![opens(path(first).as_str(), "data.order", &json!(order))]
        }
        With::Close(first) => write.waits = vec![WaitChange::Close { path: path(first) }],
        With::Child { number, waits, owned } => {
            let Accept { mut event, run: Some(mut new), .. } = accept(write.session, number) else { return };
            event.received_at = store.now();
            new.owned = owned;
            new.start.accepted_at = store.now();
            new.start.parent = Some(Parent { run: write.run, path: path(waits), depth: 1, waits });
            write.children = vec![Child { event, run: new }];
        }
        With::Emit { number, key, order } => write.emits = vec![tells(store, number, key, order)],
        With::Compact => write.compact = true,
    }
}

/// Half of the writes know the run's revision.
async fn progress(
    store: &Store,
    by: u128,
    (number, rev): (u128, i64),
    (read, entries): (i64, usize),
    then: End,
) -> Progress {
    let (known, start) = match store.journal.runs.get(run(number)).await.unwrap() {
        Some(Found::Open(open)) => (if rev > 2 { open.rev } else { Rev(rev) }, Some(open.start)),
        Some(_) | None => (Rev(rev), None),
    };
    let then = match then {
        End::Keep => Then::Keep,
        End::Park(wait) => {
            Then::Park { wake_at: wait.map(|seconds| store.now().after(Duration::from_secs(seconds))) }
        }
        End::Finish(well) => {
            let mut record = record(number, if well { RunStatus::Succeeded } else { RunStatus::Failed });
            record.start = start.unwrap_or(record.start);
            Then::Finish(record)
        }
    };
    let mut write = step(session(by), number, known, then);
    write.inbox_read = read;
    write.entries = (0..entries).map(|n| entry(&format!("{rev}/{n}"), json!([n.to_string(), 0.1]))).collect();
    write
}

/// Everything that can be read.
async fn look(store: &Store) -> Vec<String> {
    let Journal { sessions, events, runs, waits, timers, .. } = &store.journal;
    let mut seen = vec![
        format!("{:?}", sessions.all().await.unwrap()),
        format!("{:?}", runs.candidates(store.now(), 3).await.unwrap()),
        format!("{:?}", runs.next_due().await.unwrap()),
        format!("{:?}", runs.open_counts().await.unwrap()),
        format!("{:?}", waits.unlooked(3).await.unwrap()),
        format!("{:?}", waits.events_of("order.paid", Time::default(), 9, None).await.unwrap()),
        gates::look(store).await,
        format!("{:?}", timers.cursor("welcome", "hook", Time::default()).await.unwrap()),
    ];
    for number in 1..9 {
        seen.push(format!("{:?}", events.get(event_id(number)).await.unwrap()));
        seen.push(format!("{:?}", runs.get(run(number)).await.unwrap()));
        seen.push(format!("{:?}", runs.inbox(run(number), 0).await.unwrap()));
        seen.push(format!("{:?}", waits.waits_of(run(number)).await.unwrap()));
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
