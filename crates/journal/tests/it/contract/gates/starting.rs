//! How soon again, and how many in a while.

use std::time::Duration;

use cauce_journal::events::{Accept, Accepted};
use cauce_journal::gates::{Concurrency, Dropped, Limits, Reentry, Throttle};
use cauce_model::SessionId;
use cauce_model::workflow::Overflow;

use super::with;
use crate::sample::{FIRST, finish, run};
use crate::store::Store;

const RUN: Accepted = Accepted::Run { rev: FIRST };
const MINUTE: Duration = Duration::from_secs(60);

fn again(session: SessionId, number: u128, key: &str, after: Option<Duration>) -> Accept {
    let reentry = Reentry { key: key.to_owned(), after };
    with(session, number, Limits { reentry: Some(reentry), ..Limits::default() })
}

fn throttled(session: SessionId, number: u128, key: &str, limit: u32) -> Accept {
    let throttle = Throttle { key: key.to_owned(), limit, per: MINUTE };
    with(session, number, Limits { throttle: Some(throttle), ..Limits::default() })
}

async fn a_run_of_the_same_key_starts_again_only_after_a_while(store: Store) {
    let session = store.session(1).await;
    let from = store.now().after(MINUTE);
    assert_eq!(store.gated(again(session, 1, "a", Some(MINUTE))).await, RUN);
    store.done(finish(session, 1, FIRST)).await;
    store.clock.forward(MINUTE - Duration::from_micros(1));
    let barred = Accepted::Dropped { why: Dropped::Again { from: Some(from) } };
    assert_eq!(store.gated(again(session, 2, "a", Some(MINUTE))).await, barred, "counted from its start");
    assert_eq!(store.gated(again(session, 3, "b", Some(MINUTE))).await, RUN);
    store.clock.forward(Duration::from_micros(1));
    assert_eq!(store.gated(again(session, 4, "a", Some(MINUTE))).await, RUN);
    assert!(store.journal.runs.get(run(2)).await.unwrap().is_none());
}

async fn never_again_is_never(store: Store) {
    let session = store.session(1).await;
    assert_eq!(store.gated(again(session, 1, "a", None)).await, RUN);
    store.clock.forward(Duration::from_secs(10_000_000_000));
    let never = Accepted::Dropped { why: Dropped::Again { from: None } };
    assert_eq!(store.gated(again(session, 2, "a", None)).await, never);
}

async fn at_most_so_many_start_in_any_while(store: Store) {
    let session = store.session(1).await;
    let first = store.now();
    assert_eq!(store.gated(throttled(session, 1, "a", 2)).await, RUN);
    store.clock.forward(MINUTE / 2);
    assert_eq!(store.gated(throttled(session, 2, "a", 2)).await, RUN);
    let full = Accepted::Throttled { until: first.after(MINUTE) };
    assert_eq!(store.gated(throttled(session, 3, "a", 2)).await, full);
    assert_eq!(store.gated(throttled(session, 4, "b", 2)).await, RUN);
    store.clock.forward(MINUTE / 2);
    assert_eq!(store.gated(throttled(session, 5, "a", 2)).await, RUN, "the first slid out");
    let full = Accepted::Throttled { until: first.after(MINUTE / 2 + MINUTE) };
    assert_eq!(store.gated(throttled(session, 6, "a", 2)).await, full, "the window slides, it does not jump");
}

async fn a_limit_of_starts_may_be_raised_and_lowered(store: Store) {
    let session = store.session(1).await;
    for number in 1..=3 {
        assert_eq!(store.gated(throttled(session, number, "a", 3)).await, RUN);
    }
    assert!(matches!(store.gated(throttled(session, 4, "a", 1)).await, Accepted::Throttled { .. }));
    assert_eq!(store.gated(throttled(session, 5, "a", 4)).await, RUN);
    assert!(matches!(store.gated(throttled(session, 6, "a", 4)).await, Accepted::Throttled { .. }));
}

async fn what_one_gate_refuses_counts_at_no_other(store: Store) {
    let session = store.session(1).await;
    let asked = |number, key: &str| {
        let limits = Limits {
            reentry: Some(Reentry { key: key.to_owned(), after: None }),
            throttle: Some(Throttle { key: String::new(), limit: 2, per: MINUTE }),
            hold: None,
            concurrency: Some(Concurrency { key: String::new(), limit: 1, overflow: Overflow::Drop }),
        };
        with(session, number, limits)
    };
    assert_eq!(store.gated(asked(1, "a")).await, RUN);
    let full = Accepted::Dropped { why: Dropped::Full { limit: 1 } };
    assert_eq!(store.gated(asked(2, "b")).await, full);
    store.done(finish(session, 1, FIRST)).await;
    assert_eq!(store.gated(asked(3, "b")).await, RUN, "neither reentry nor throttle counted run 2");
    let never = Accepted::Dropped { why: Dropped::Again { from: None } };
    assert_eq!(store.gated(asked(4, "b")).await, never, "reentry is asked first");
    assert!(matches!(store.gated(asked(5, "c")).await, Accepted::Throttled { .. }), "then throttle");
}

async fn a_burst_starts_as_many_as_may(store: Store) {
    let session = store.session(1).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=60 {
        let events = store.journal.events.clone();
        let given = throttled(session, number, "a", 5);
        callers.spawn(async move { events.accept(given).await.unwrap() });
    }
    let answers = callers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == RUN).count(), 5);
    assert_eq!(store.journal.runs.owned(session).await.unwrap().len(), 5);
}

crate::for_both! {
    a_run_of_the_same_key_starts_again_only_after_a_while,
    never_again_is_never,
    at_most_so_many_start_in_any_while,
    a_limit_of_starts_may_be_raised_and_lowered,
    what_one_gate_refuses_counts_at_no_other,
    a_burst_starts_as_many_as_may,
}
