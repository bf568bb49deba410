//! Named events and waits: whoever commits second finds the other, and each event is told to a wait once.

use std::time::Duration;

use cauce_journal::runs::{Found, Progressed, Rev, Signal, Then, WaitChange};
use cauce_journal::waits::{Published, Wait};
use cauce_journal::{Change, Error};
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath};
use serde_json::{Value, json};

use crate::sample::{FIRST, accept, event_id, finish, named, opens, run, step};
use crate::store::Store;

const PATH: &str = "paid";

fn path() -> StepPath {
    StepPath::from(PATH)
}

/// Accepts a run and opens its wait for `order.paid` of this order.
async fn waits(store: &Store, session: SessionId, number: u128, order: Value) -> Rev {
    store.accepted(accept(session, number)).await;
    let mut write = step(session, number, FIRST, Then::Keep);
    write.waits = vec![opens(PATH, "data.order", &order)];
    store.done(write).await
}

async fn publish(store: &Store, session: SessionId, event: &NamedEvent) {
    let published = store.journal.waits.publish(session, event.clone()).await.unwrap();
    assert_eq!(published, Published::Kept);
}

async fn look(store: &Store, session: SessionId, number: u128) -> Vec<RunId> {
    store.journal.waits.look(session, event_id(number), store.now()).await.unwrap()
}

async fn catch_up(store: &Store, session: SessionId, number: u128) -> u64 {
    store.journal.waits.catch_up(session, run(number), &path()).await.unwrap()
}

/// The events a run was told of, in order.
async fn told(store: &Store, number: u128) -> Vec<EventId> {
    let inbox = store.journal.runs.inbox(run(number), 0).await.unwrap();
    let numbers: Vec<i64> = inbox.iter().map(|sent| sent.number).collect();
    assert_eq!(numbers, (1..).take(inbox.len()).collect::<Vec<i64>>());
    inbox
        .into_iter()
        .map(|sent| match sent.signal {
            Signal::Event { path, event } if path.as_str() == PATH => event,
            other => panic!("no such signal was sent: {other:?}"),
        })
        .collect()
}

async fn a_wait_is_found_by_the_event_that_comes_later(store: Store) {
    let session = store.session(1).await;
    let rev = waits(&store, session, 1, json!(7)).await;
    assert_eq!(catch_up(&store, session, 1).await, 0);
    store.done(step(session, 1, rev, Then::Park { wake_at: None })).await;
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    assert_eq!(look(&store, session, 100).await, [run(1)]);
    assert_eq!(told(&store, 1).await, [event_id(100)]);
    assert_eq!(store.free_ids().await, [run(1)], "a parked run is due at once");
    let event = store.journal.waits.get(event_id(100)).await.unwrap();
    assert_eq!(event, Some(named(100, "order.paid", json!({"order": 7}))));
}

async fn an_event_is_found_by_the_wait_that_comes_later(store: Store) {
    let session = store.session(1).await;
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    assert!(look(&store, session, 100).await.is_empty());
    store.journal.waits.looked(event_id(100)).await.unwrap();
    waits(&store, session, 1, json!(7)).await;
    assert_eq!(catch_up(&store, session, 1).await, 1);
    assert_eq!(told(&store, 1).await, [event_id(100)]);
    assert_eq!(store.journal.runs.signalled(session).await.unwrap(), [run(1)], "its owner is told");
}

async fn when_both_commit_before_both_look_the_wait_is_told_once(store: Store) {
    let session = store.session(1).await;
    for (number, event_looks_first) in [(1, true), (2, false)] {
        waits(&store, session, number, json!(number.to_string())).await;
        let data = json!({"order": number.to_string()});
        publish(&store, session, &named(100 + number, "order.paid", data)).await;
        let (first, second) = if event_looks_first {
            let looked = look(&store, session, 100 + number).await.len();
            (looked, catch_up(&store, session, number).await)
        } else {
            let caught = catch_up(&store, session, number).await;
            (
                usize::try_from(caught).unwrap(),
                u64::try_from(look(&store, session, 100 + number).await.len()).unwrap(),
            )
        };
        assert_eq!((first, second), (1, 0));
        assert_eq!(told(&store, number).await, [event_id(100 + number)]);
    }
}

async fn looking_again_tells_nothing_again(store: Store) {
    let session = store.session(1).await;
    waits(&store, session, 1, json!(7)).await;
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    publish(&store, session, &named(101, "order.paid", json!({"order": 7.0}))).await;
    for _ in 0..2 {
        look(&store, session, 100).await;
        catch_up(&store, session, 1).await;
        look(&store, session, 101).await;
    }
    assert_eq!(told(&store, 1).await, [event_id(100), event_id(101)]);
    store.journal.waits.looked(event_id(100)).await.unwrap();
    assert!(look(&store, session, 100).await.is_empty());
    assert_eq!(catch_up(&store, session, 1).await, 0);
}

async fn an_event_without_a_look_is_found_until_the_look_is_done(store: Store) {
    let (first, second) = (store.session(1).await, store.session(2).await);
    waits(&store, second, 1, json!(7)).await;
    let events = [
        named(102, "order.paid", json!({"order": 7})),
        named(101, "order.sent", json!({})),
        named(100, "order.paid", json!({"order": 8})),
    ];
    for event in &events {
        publish(&store, first, event).await;
    }
    store.journal.sessions.bury(first).await.unwrap();
    let unlooked = store.journal.waits.unlooked(10).await.unwrap();
    assert_eq!(unlooked, [events[2].clone(), events[1].clone(), events[0].clone()], "oldest first");
    assert_eq!(store.journal.waits.unlooked(1).await.unwrap().len(), 1);
    for event in &unlooked {
        look(&store, second, event.id.uuid().as_u128()).await;
        store.journal.waits.looked(event.id).await.unwrap();
    }
    assert!(store.journal.waits.unlooked(10).await.unwrap().is_empty());
    assert_eq!(told(&store, 1).await, [event_id(102)]);
}

async fn a_load_finds_events_that_came_after_it_had_caught_up(store: Store) {
    let session = store.session(1).await;
    waits(&store, session, 1, json!(7)).await;
    assert_eq!(catch_up(&store, session, 1).await, 0);
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    assert_eq!(catch_up(&store, session, 1).await, 1, "its look is not done");
    assert!(look(&store, session, 100).await.is_empty());
}

async fn only_the_same_name_and_value_is_met(store: Store) {
    let session = store.session(1).await;
    waits(&store, session, 1, json!("7")).await;
    waits(&store, session, 2, json!(7)).await;
    waits(&store, session, 3, json!(null)).await;
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    publish(&store, session, &named(101, "order.sent", json!({"order": 7}))).await;
    publish(&store, session, &named(102, "order.paid", json!({}))).await;
    assert_eq!(look(&store, session, 100).await, [run(2)]);
    for (event, waiter) in [(101, 1), (102, 3)] {
        assert!(look(&store, session, event).await.is_empty());
        assert_eq!(catch_up(&store, session, waiter).await, 0);
    }
}

async fn each_place_that_is_waited_for_is_looked_at(store: Store) {
    let session = store.session(1).await;
    let fields = ["data.order", "data.lines[0].sku", "key", r#"data["first name"]"#];
    let keys = [json!(7), json!("s-1"), json!("k-1"), json!("Ana")];
    for (number, (field, key)) in (1..).zip(fields.iter().zip(&keys)) {
        store.accepted(accept(session, number)).await;
        let mut write = step(session, number, FIRST, Then::Keep);
        write.waits = vec![opens(PATH, field, key), opens("cancel_on/0", field, &json!("other"))];
        store.done(write).await;
    }
    let data = json!({"order": 7, "lines": [{"sku": "s-1"}], "first name": "Ana"});
    let event = NamedEvent { key: Some("k-1".to_owned()), ..named(100, "order.paid", data) };
    publish(&store, session, &event).await;
    assert_eq!(look(&store, session, 100).await, [run(1), run(2), run(3), run(4)]);
    for number in 1..=4 {
        assert_eq!(told(&store, number).await, [event_id(100)]);
    }
}

async fn two_waits_of_one_run_are_told_each(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let mut write = step(session, 1, FIRST, Then::Keep);
    write.waits = vec![opens("a", "data.order", &json!(7)), opens("b", "data.order", &json!(7))];
    store.done(write).await;
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    assert_eq!(look(&store, session, 100).await, [run(1)]);
    let inbox = store.journal.runs.inbox(run(1), 0).await.unwrap();
    let paths: Vec<&Signal> = inbox.iter().map(|sent| &sent.signal).collect();
    let event = event_id(100);
    let expected = ["a", "b"].map(|path| Signal::Event { path: StepPath::from(path), event });
    assert_eq!(paths, expected.iter().collect::<Vec<_>>());
}

async fn an_event_from_before_the_run_does_not_count(store: Store) {
    let session = store.session(1).await;
    let mut early = named(100, "order.paid", json!({"order": 7}));
    early.at = cauce_model::Time::from_micros(store.now().micros() - 1);
    publish(&store, session, &early).await;
    waits(&store, session, 1, json!(7)).await;
    assert!(look(&store, session, 100).await.is_empty());
    assert_eq!(catch_up(&store, session, 1).await, 0);
    assert!(told(&store, 1).await.is_empty());
}

async fn the_event_that_began_a_run_is_never_told_to_it(store: Store) {
    let session = store.session(1).await;
    let event = named(100, "order.paid", json!({"order": 7}));
    publish(&store, session, &event).await;
    let mut given = accept(session, 1);
    let (id, _) = event.started("welcome", "hook");
    given.event.id = id;
    given.run.as_mut().unwrap().start.event = id;
    store.accepted(given).await;
    let mut write = step(session, 1, FIRST, Then::Keep);
    write.waits = vec![opens(PATH, "data.order", &json!(7))];
    store.done(write).await;
    waits(&store, session, 2, json!(7)).await;
    assert_eq!(look(&store, session, 100).await, [run(2)]);
    assert_eq!(catch_up(&store, session, 1).await, 0);
    assert!(told(&store, 1).await.is_empty());
}

async fn a_wait_that_is_closed_hears_nothing_more(store: Store) {
    let session = store.session(1).await;
    let rev = waits(&store, session, 1, json!(7)).await;
    let mut close = step(session, 1, rev, Then::Keep);
    close.waits = vec![WaitChange::Close { path: path() }, opens("next", "data.order", &json!(8))];
    store.done(close).await;
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    assert!(look(&store, session, 100).await.is_empty());
    assert_eq!(catch_up(&store, session, 1).await, 0);
    let open = store.journal.waits.waits_of(run(1)).await.unwrap();
    assert_eq!(open.iter().map(|wait| wait.path.as_str()).collect::<Vec<_>>(), ["next"]);
}

async fn waits_come_with_the_run_and_go_with_its_end(store: Store) {
    let session = store.session(1).await;
    let rev = waits(&store, session, 1, json!(7)).await;
    let wait = Wait {
        path: path(),
        event: "order.paid".to_owned(),
        field: "data.order".to_owned(),
        key: "7".to_owned(),
        since: store.now(),
    };
    assert_eq!(store.journal.waits.waits_of(run(1)).await.unwrap(), [wait]);
    let stale = step(session, 1, FIRST, Then::Keep);
    let stale = cauce_journal::runs::Progress { waits: vec![opens("x", "key", &json!(1))], ..stale };
    assert_eq!(store.journal.runs.progress(stale).await.unwrap(), Progressed::Stale);
    assert_eq!(store.journal.waits.waits_of(run(1)).await.unwrap().len(), 1, "a stale write opens none");
    store.done(finish(session, 1, rev)).await;
    assert!(store.journal.waits.waits_of(run(1)).await.unwrap().is_empty());
    publish(&store, session, &named(100, "order.paid", json!({"order": 7}))).await;
    assert!(look(&store, session, 100).await.is_empty());
    assert_eq!(catch_up(&store, session, 1).await, 0);
}

async fn a_second_event_of_the_same_name_and_key_is_a_duplicate(store: Store) {
    let session = store.session(1).await;
    let keyed = |number, name| NamedEvent { key: Some("o-7".to_owned()), ..named(number, name, json!(1)) };
    publish(&store, session, &keyed(100, "order.paid")).await;
    let events = &store.journal.waits;
    let again = events.publish(session, keyed(101, "order.paid")).await.unwrap();
    assert_eq!(again, Published::Duplicate(event_id(100)));
    assert_eq!(
        events.publish(session, keyed(100, "other")).await.unwrap(),
        Published::Duplicate(event_id(100))
    );
    publish(&store, session, &keyed(102, "order.sent")).await;
    assert!(events.get(event_id(101)).await.unwrap().is_none());
    assert_eq!(events.unlooked(10).await.unwrap().len(), 2);
}

async fn a_dead_session_publishes_and_looks_at_nothing(store: Store) {
    let (dead, alive) = (store.session(1).await, store.session(2).await);
    waits(&store, dead, 1, json!(7)).await;
    publish(&store, alive, &named(100, "order.paid", json!({"order": 7}))).await;
    store.journal.sessions.bury(dead).await.unwrap();
    let events = &store.journal.waits;
    assert!(matches!(events.publish(dead, named(101, "x", json!(1))).await, Err(Error::Fenced)));
    assert!(matches!(events.look(dead, event_id(100), store.now()).await, Err(Error::Fenced)));
    assert!(matches!(events.catch_up(dead, run(1), &path()).await, Err(Error::Fenced)));
    assert!(told(&store, 1).await.is_empty());
}

async fn what_a_run_tells_of_is_kept_with_its_progress(store: Store) {
    let session = store.session(1).await;
    let mut changes = store.journal.hints.changes();
    store.accepted(accept(session, 1)).await;
    let event = NamedEvent { from: Some(run(1)), ..named(100, "order.paid", json!({"order": 7})) };
    let mut stale = step(session, 1, Rev(9), Then::Keep);
    stale.emits = vec![named(99, "order.paid", json!({}))];
    store.journal.runs.progress(stale).await.unwrap();
    let mut write = step(session, 1, FIRST, Then::Keep);
    write.emits = vec![event.clone(), NamedEvent { key: Some("k".to_owned()), ..named(101, "a", json!(1)) }];
    let rev = store.done(write).await;
    let mut last = finish(session, 1, rev);
    let again = NamedEvent { data: json!("other"), ..event.clone() };
    last.emits = vec![again, NamedEvent { key: Some("k".to_owned()), ..named(102, "a", json!(2)) }];
    store.done(last).await;
    let kept = store.journal.waits.unlooked(10).await.unwrap();
    assert_eq!(kept.iter().map(|event| event.id).collect::<Vec<_>>(), [event_id(100), event_id(101)]);
    assert_eq!(kept[0], event, "the first one stays");
    let told = std::iter::from_fn(|| changes.try_recv().ok());
    assert!(
        told.into_iter().any(|change| change == Change::Event(event_id(100))),
        "so that it is looked at at once"
    );
}

async fn events_of_a_name_are_read_in_pages(store: Store) {
    let session = store.session(1).await;
    let since = store.now();
    for number in 1..=7_u128 {
        store.clock.forward(Duration::from_millis(u64::from(number % 3 == 0)));
        let event = NamedEvent { at: store.now(), ..named(number, "order.paid", json!(number)) };
        publish(&store, session, &event).await;
    }
    publish(&store, session, &named(8, "other", json!(8))).await;
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = store.journal.waits.events_of("order.paid", since, 2, after).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.id));
        seen.extend(page.into_iter().map(|event| event.id));
    }
    assert_eq!(seen, (1..=7).map(event_id).collect::<Vec<_>>());
    let late = store.journal.waits.events_of("order.paid", store.now(), 10, None).await.unwrap();
    assert_eq!(late.iter().map(|event| event.id).collect::<Vec<_>>(), [event_id(6), event_id(7)]);
}

async fn old_events_are_forgotten_once_they_were_looked_at(store: Store) {
    let session = store.session(1).await;
    for number in 1..=5 {
        let keyed = NamedEvent { key: Some(number.to_string()), ..named(number, "order.paid", json!(1)) };
        publish(&store, session, &keyed).await;
    }
    for number in [1, 2, 4, 5] {
        store.journal.waits.looked(event_id(number)).await.unwrap();
    }
    let (now, later) = (store.now(), store.now().after(Duration::from_secs(1)));
    let events = &store.journal.waits;
    assert_eq!(events.forget_before(now, 10).await.unwrap(), 0, "they are not that old");
    assert_eq!(events.forget_before(later, 3).await.unwrap(), 3);
    assert_eq!(events.forget_before(later, 3).await.unwrap(), 1);
    let left = events.events_of("order.paid", now, 10, None).await.unwrap();
    assert_eq!(left.iter().map(|event| event.id).collect::<Vec<_>>(), [event_id(3)]);
    let again = NamedEvent { key: Some("1".to_owned()), ..named(9, "order.paid", json!(1)) };
    publish(&store, session, &again).await;
}

async fn no_event_is_missed_while_both_sides_are_at_work(store: Store) {
    let session = store.session(1).await;
    let mut both = tokio::task::JoinSet::new();
    for number in 1..=100_u128 {
        store.accepted(accept(session, number)).await;
        let (journal, now) = (store.journal.clone(), store.now());
        let mut write = step(session, number, FIRST, Then::Keep);
        write.waits = vec![opens(PATH, "data.order", &json!(number.to_string()))];
        both.spawn(async move {
            let waiter = async {
                journal.runs.progress(write).await.unwrap();
                journal.waits.catch_up(session, run(number), &path()).await.unwrap();
            };
            let teller = async {
                let data = json!({"order": number.to_string()});
                journal.waits.publish(session, named(1000 + number, "order.paid", data)).await.unwrap();
                journal.waits.look(session, event_id(1000 + number), now).await.unwrap();
            };
            tokio::join!(waiter, teller);
        });
    }
    both.join_all().await;
    for number in 1..=100 {
        assert_eq!(told(&store, number).await, [event_id(1000 + number)], "run {number}");
        let Some(Found::Open(open)) = store.journal.runs.get(run(number)).await.unwrap() else {
            panic!("open")
        };
        assert_eq!(open.inbox, 1);
    }
}

async fn one_event_wakes_any_number_of_runs(store: Store) {
    let session = store.session(1).await;
    for number in 1..=1201 {
        waits(&store, session, number, json!("all")).await;
    }
    publish(&store, session, &named(5000, "order.paid", json!({"order": "all"}))).await;
    assert_eq!(look(&store, session, 5000).await, (1..=1201).map(run).collect::<Vec<_>>());
    assert_eq!(store.journal.runs.signalled(session).await.unwrap().len(), 1201);
    for number in 6000..6600 {
        publish(&store, session, &named(number, "order.paid", json!({"order": "all"}))).await;
    }
    assert_eq!(catch_up(&store, session, 1).await, 600);
    assert_eq!(told(&store, 1).await.len(), 601);
}

crate::for_both! {
    a_wait_is_found_by_the_event_that_comes_later,
    an_event_is_found_by_the_wait_that_comes_later,
    when_both_commit_before_both_look_the_wait_is_told_once,
    looking_again_tells_nothing_again,
    an_event_without_a_look_is_found_until_the_look_is_done,
    a_load_finds_events_that_came_after_it_had_caught_up,
    only_the_same_name_and_value_is_met,
    each_place_that_is_waited_for_is_looked_at,
    two_waits_of_one_run_are_told_each,
    an_event_from_before_the_run_does_not_count,
    the_event_that_began_a_run_is_never_told_to_it,
    a_wait_that_is_closed_hears_nothing_more,
    waits_come_with_the_run_and_go_with_its_end,
    a_second_event_of_the_same_name_and_key_is_a_duplicate,
    a_dead_session_publishes_and_looks_at_nothing,
    what_a_run_tells_of_is_kept_with_its_progress,
    events_of_a_name_are_read_in_pages,
    old_events_are_forgotten_once_they_were_looked_at,
    no_event_is_missed_while_both_sides_are_at_work,
    one_event_wakes_any_number_of_runs,
}
