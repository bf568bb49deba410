//! Forgetting: what is old goes a part at a time, and nothing else goes with it.

use std::time::Duration;

use cauce_journal::events::{Accept, Accepted};
use cauce_journal::gates::{Hold, Limits, Throttle};
use cauce_journal::retention::{Part, Place};
use cauce_journal::runs::{Filter, Progress, Rev, Then};
use cauce_model::{RunId, RunStatus, SessionId, Time};

use crate::sample::{FIRST, accept, accept_keyed, event_id, record, run, step};
use crate::store::Store;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// So many days after the first moment of the tests.
fn day(days: u64) -> Time {
    Time::from_micros(1_700_000_000_000_000).after(DAY * u32::try_from(days).unwrap())
}

/// An accept of that day.
fn accept_on(session: SessionId, number: u128, days: u64) -> Accept {
    let mut accept = accept(session, number);
    accept.event.received_at = day(days);
    let run = accept.run.as_mut().unwrap();
    run.start.accepted_at = day(days);
    run.keys = vec![format!("{number}@example.com"), "all".to_owned()];
    accept
}

fn finish_on(session: SessionId, number: u128, rev: Rev, days: u64) -> Progress {
    let mut record = record(number, RunStatus::Succeeded);
    record.finished_at = Some(day(days));
    step(session, number, rev, Then::Finish(record))
}

/// Runs walks over runs and events to their ends, in parts of that size; how many of each went.
async fn forget(store: &Store, before: Time, limit: u32) -> (u64, u64) {
    let retention = &store.journal.retention;
    let (mut runs, mut events) = (0, 0);
    let mut from = Some(Place::default());
    while let Some(place) = from {
        let Part { gone, next } = retention.forget_runs(before, place, limit).await.unwrap();
        assert!(gone <= u64::from(limit));
        (runs, from) = (runs + gone, next);
    }
    from = Some(Place::default());
    while let Some(place) = from {
        let Part { gone, next } = retention.forget_events(before, place, limit).await.unwrap();
        assert!(gone <= u64::from(limit));
        (events, from) = (events + gone, next);
    }
    (runs, events)
}

async fn listed(store: &Store, filter: &Filter) -> Vec<RunId> {
    let list = store.journal.runs.list(filter, 1000).await.unwrap();
    list.into_iter().map(|summary| summary.id).collect()
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn a_day_goes_and_nothing_else(store: Store) {
    let session = store.session(1).await;
    for number in 1..=9_u64 {
        let days = number.div_ceil(3);
        store.accepted(accept_on(session, u128::from(number), days)).await;
        store.done(finish_on(session, u128::from(number), FIRST, days)).await;
    }
    assert_eq!(forget(&store, day(1), 2).await, (0, 0), "what ended at that moment stays");
    assert_eq!(forget(&store, day(2), 2).await, (3, 3));
    let left: Vec<RunId> = (4..=9).rev().map(run).collect();
    assert_eq!(listed(&store, &Filter::default()).await, left);
    let by_key = |key: &str| Filter { key: Some(key.to_owned()), ..Filter::default() };
    assert_eq!(listed(&store, &by_key("all")).await, left);
    assert_eq!(listed(&store, &by_key("2@example.com")).await, []);
    for number in 1..=9_u128 {
        let kept = number > 3;
        assert_eq!(store.journal.runs.get(run(number)).await.unwrap().is_some(), kept, "run {number}");
        let event = store.journal.events.get(event_id(number)).await.unwrap();
        assert_eq!(event.is_some(), kept, "event {number}");
    }
    assert_eq!(forget(&store, day(2), 2).await, (0, 0));
}

async fn a_run_that_is_open_keeps_its_event_and_keys_and_goes_on(store: Store) {
    let session = store.session(1).await;
    for number in [1, 2, 3] {
        store.accepted(accept_on(session, number, 1)).await;
    }
    store.done(finish_on(session, 2, FIRST, 1)).await;
    let wake = Some(day(100));
    let rev = store.done(step(session, 1, FIRST, Then::Park { wake_at: wake })).await;
    assert_eq!(forget(&store, day(90), 1).await, (1, 1));
    let mine = Filter { key: Some("1@example.com".to_owned()), ..Filter::default() };
    assert_eq!(listed(&store, &mine).await, [run(1)]);
    assert!(store.journal.events.get(event_id(1)).await.unwrap().is_some());
    let (parked, owned) = (store.journal.runs.get(run(1)).await, store.journal.runs.get(run(3)).await);
    let open = |found| match found {
        Some(cauce_journal::runs::Found::Open(open)) => open,
        other => panic!("an open run was expected, not {other:?}"),
    };
    assert_eq!(open(parked.unwrap()).rev, rev);
    assert_eq!(open(owned.unwrap()).start.data, accept(session, 3).event.data);
    store.done(finish_on(session, 3, FIRST, 91)).await;
    assert_eq!(listed(&store, &Filter::default()).await, [run(3), run(1)]);
}

async fn a_long_run_is_kept_from_its_end_on_with_its_event(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept_on(session, 1, 0)).await;
    store.done(finish_on(session, 1, FIRST, 60)).await;
    assert_eq!(forget(&store, day(60), 10).await, (0, 0));
    assert!(store.journal.events.get(event_id(1)).await.unwrap().is_some());
    assert_eq!(forget(&store, day(61), 10).await, (1, 1));
}

async fn an_event_is_a_duplicate_as_long_as_it_is_kept(store: Store) {
    let session = store.session(1).await;
    let mut first = accept_keyed(session, 1, "k");
    first.run = None;
    store.journal.events.accept(first).await.unwrap();
    let again = |number| accept_keyed(session, number, "k");
    assert_eq!(forget(&store, store.now(), 10).await, (0, 0));
    let known = store.journal.events.accept(again(2)).await.unwrap();
    assert_eq!(known, Accepted::Duplicate { event: event_id(1), run: None });
    assert_eq!(forget(&store, store.now().after(DAY), 10).await, (0, 1));
    assert!(matches!(store.journal.events.accept(again(3)).await.unwrap(), Accepted::Run { .. }));
    let known = store.journal.events.accept(again(4)).await.unwrap();
    assert_eq!(known, Accepted::Duplicate { event: event_id(3), run: Some(run(3)) });
}

async fn an_event_that_waits_at_a_gate_stays(store: Store) {
    let session = store.session(1).await;
    let mut filtered = accept(session, 1);
    filtered.run = None;
    store.journal.events.accept(filtered).await.unwrap();
    let hold = Hold::Debounce { key: "k".to_owned(), quiet: DAY * 50, max: None };
    let limits = Limits { hold: Some(hold), ..Limits::default() };
    let held = Accept { gates: Some(limits), ..accept(session, 2) };
    assert!(matches!(store.journal.events.accept(held).await.unwrap(), Accepted::Debounced { .. }));
    assert_eq!(forget(&store, day(40), 10).await, (0, 1));
    let due = store.journal.gates.due(day(51), 10).await.unwrap();
    let events = store.journal.gates.events(&due[0]).await.unwrap();
    assert_eq!(events.iter().map(|event| event.id).collect::<Vec<_>>(), [event_id(2)]);
}

async fn a_run_that_a_gate_began_is_found_by_its_keys_until_it_goes(store: Store) {
    let session = store.session(1).await;
    let hold = Hold::Debounce { key: "k".to_owned(), quiet: DAY, max: None };
    let limits = Limits { hold: Some(hold), ..Limits::default() };
    let held = Accept { gates: Some(limits), ..accept(session, 1) };
    store.journal.events.accept(held).await.unwrap();
    let due = store.journal.gates.due(day(2), 10).await.unwrap().remove(0);
    let new = accept_on(session, 5, 2).run.unwrap();
    let fire =
        cauce_journal::gates::Fire { session, due, now: day(2), run: Some(new), limits: Limits::default() };
    store.journal.gates.fire(fire).await.unwrap();
    let mine = Filter { key: Some("5@example.com".to_owned()), ..Filter::default() };
    assert_eq!(forget(&store, day(9), 10).await, (0, 0));
    assert_eq!(listed(&store, &mine).await, [run(5)]);
    store.done(finish_on(session, 5, FIRST, 9)).await;
    assert_eq!(listed(&store, &mine).await, [run(5)]);
    assert_eq!(forget(&store, day(10), 10).await, (1, 1));
    assert_eq!(listed(&store, &mine).await, []);
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn gates_that_limit_nothing_and_dead_sessions_go(store: Store) {
    let dead = store.session(1).await;
    let limits =
        Limits { throttle: Some(Throttle { key: "k".to_owned(), limit: 1, per: DAY }), ..Limits::default() };
    let throttled = |session, number| Accept { gates: Some(limits.clone()), ..accept(session, number) };
    store.accepted(throttled(dead, 1)).await;
    store.journal.sessions.bury(dead).await.unwrap();
    let alive = store.session(2).await;
    let retention = &store.journal.retention;
    assert_eq!(retention.forget_rest(store.now(), store.now(), 10).await.unwrap(), 0);
    assert!(matches!(
        store.journal.events.accept(throttled(alive, 2)).await.unwrap(),
        Accepted::Throttled { .. }
    ));
    let later = store.now().after(DAY * 2);
    assert_eq!(retention.forget_rest(later, later, 10).await.unwrap(), 2);
    let left: Vec<SessionId> =
        store.journal.sessions.all().await.unwrap().into_iter().map(|seen| seen.session).collect();
    assert_eq!(left, [alive]);
    assert!(matches!(store.journal.events.accept(accept(dead, 3)).await, Err(cauce_journal::Error::Fenced)));
    assert_eq!(retention.forget_rest(later, later, 10).await.unwrap(), 0);
    assert_eq!(store.free_ids().await, [run(1)], "a run of a session that is forgotten is free");
}

async fn the_oldest_that_is_kept_is_known(store: Store) {
    let at = |seconds: i64| Time::from_micros(1_700_000_000_000_000 + seconds * 1_000_000);
    let id = |seconds: i64| cauce_model::earliest_id(at(seconds)).as_u128();
    assert_eq!(store.journal.retention.oldest().await.unwrap(), None);
    let session = store.session(1).await;
    for seconds in [5, 9] {
        store.accepted(accept(session, id(seconds))).await;
    }
    assert_eq!(store.journal.retention.oldest().await.unwrap(), Some(at(5)));
    let mut over = finish_on(session, id(5), FIRST, 0);
    over.session = session;
    store.done(over).await;
    assert_eq!(forget(&store, day(1), 10).await, (1, 1));
    assert_eq!(store.journal.retention.oldest().await.unwrap(), Some(at(9)));
}

/// Any mixture of lives, in parts of any size: what stays is what a plain rule says.
async fn what_stays_is_what_the_rule_says(store: Store) {
    let session = store.session(1).await;
    let lives = |number: u64| {
        (number * 7919 % 23, (!number.is_multiple_of(5)).then_some(number * 7919 % 23 + number * 31 % 17))
    };
    let mut ends: Vec<(u64, u64)> = Vec::new();
    let mut numbers: Vec<u64> = (1..=150).collect();
    numbers.sort_by_key(|number| lives(*number).0);
    for number in numbers {
        let (begins, ends_on) = lives(number);
        store.accepted(accept_on(session, u128::from(number), begins)).await;
        ends.extend(ends_on.map(|on| (on, number)));
    }
    ends.sort_unstable();
    for (on, number) in ends {
        store.done(finish_on(session, u128::from(number), FIRST, on)).await;
    }
    for (limit, before) in [(1, 4), (7, 5), (150, 12), (64, 12), (1000, 30)] {
        forget(&store, day(before), limit).await;
        let kept = |number: &u64| lives(*number).1.is_none_or(|ends_on| ends_on >= before);
        let expected: Vec<RunId> = (1..=150).rev().filter(kept).map(|number| run(number.into())).collect();
        assert_eq!(listed(&store, &Filter::default()).await, expected, "before day {before}");
        let all = Filter { key: Some("all".to_owned()), ..Filter::default() };
        assert_eq!(listed(&store, &all).await, expected, "before day {before}");
        for number in 1..=150 {
            let event = store.journal.events.get(event_id(number.into())).await.unwrap();
            assert_eq!(event.is_some(), kept(&number), "event {number} before day {before}");
        }
    }
}

crate::for_both! {
    a_day_goes_and_nothing_else,
    a_run_that_is_open_keeps_its_event_and_keys_and_goes_on,
    a_long_run_is_kept_from_its_end_on_with_its_event,
    an_event_is_a_duplicate_as_long_as_it_is_kept,
    an_event_that_waits_at_a_gate_stays,
    a_run_that_a_gate_began_is_found_by_its_keys_until_it_goes,
    gates_that_limit_nothing_and_dead_sessions_go,
    the_oldest_that_is_kept_is_known,
    what_stays_is_what_the_rule_says,
}
