//! Gates that keep events: until it is quiet, or until there are enough.

use std::time::Duration;

use cauce_journal::Error;
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::gates::{Concurrency, Dropped, Due, Fire, Hold, Limits, Reentry};
use cauce_model::workflow::Overflow;
use cauce_model::{EventId, SessionId, Time};
use serde_json::json;

use super::with;
use crate::sample::{FIRST, accept_keyed, event_id, run, start};
use crate::store::Store;

const RUN: Accepted = Accepted::Run { rev: FIRST };
const SECOND: Duration = Duration::from_secs(1);

fn debounced(session: SessionId, number: u128, max: Option<Duration>) -> Accept {
    let hold = Hold::Debounce { key: "k".to_owned(), quiet: 10 * SECOND, max };
    with(session, number, Limits { hold: Some(hold), ..Limits::default() })
}

fn batched(session: SessionId, number: u128, size: u32) -> Accept {
    let hold = Hold::Batch { key: "k".to_owned(), size, wait: 60 * SECOND };
    with(session, number, Limits { hold: Some(hold), ..Limits::default() })
}

fn new_run(number: u128) -> NewRun {
    let start = start(number, json!({"events": number.to_string()}));
    NewRun { keys: vec!["found".to_owned()], ..NewRun::new(start, 1) }
}

impl Store {
    async fn due(&self) -> Vec<Due> {
        self.journal.gates.due(self.now(), 10).await.unwrap()
    }

    async fn kept(&self, due: &Due) -> Vec<EventId> {
        self.journal.gates.events(due).await.unwrap().iter().map(|event| event.id).collect()
    }

    async fn fire(&self, session: SessionId, due: &Due, number: u128, limits: Limits) -> Option<Accepted> {
        let fire = Fire { session, due: due.clone(), now: self.now(), run: Some(new_run(number)), limits };
        self.journal.gates.fire(fire).await.unwrap()
    }

    fn at(&self, seconds: u32) -> Time {
        self.now().after(seconds * SECOND)
    }
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn the_last_event_starts_a_run_once_it_is_quiet(store: Store) {
    let session = store.session(1).await;
    assert_eq!(store.gated(debounced(session, 1, None)).await, Accepted::Debounced { due: store.at(10) });
    store.clock.forward(9 * SECOND);
    assert_eq!(store.gated(debounced(session, 2, None)).await, Accepted::Debounced { due: store.at(10) });
    assert_eq!(store.journal.gates.next_due().await.unwrap(), Some(store.at(10)));
    store.clock.forward(9 * SECOND);
    assert!(store.due().await.is_empty());
    store.clock.forward(SECOND);
    let due = store.due().await;
    assert_eq!((due.len(), due[0].batch, due[0].workflow.as_str()), (1, false, "welcome"));
    assert_eq!((due[0].trigger.as_str(), due[0].key.as_str()), ("hook", "k"));
    assert_eq!(store.kept(&due[0]).await, [event_id(2)]);
    assert_eq!(store.fire(session, &due[0], 9, Limits::default()).await, Some(RUN));
    assert_eq!(store.open_run(9).await.start, new_run(9).start);
    assert!(store.due().await.is_empty());
    assert_eq!(store.journal.gates.next_due().await.unwrap(), None);
    assert_eq!(store.fire(session, &due[0], 10, Limits::default()).await, None, "it fires once");
    assert!(store.journal.runs.get(run(10)).await.unwrap().is_none());
}

async fn waiting_for_quiet_has_an_end_and_what_came_late_stays(store: Store) {
    let session = store.session(1).await;
    let end = store.at(15);
    store.gated(debounced(session, 1, Some(15 * SECOND))).await;
    store.clock.forward(8 * SECOND);
    let answer = store.gated(debounced(session, 2, Some(15 * SECOND))).await;
    assert_eq!(answer, Accepted::Debounced { due: end });
    store.clock.forward(8 * SECOND);
    let due = store.due().await;
    store.gated(debounced(session, 3, Some(15 * SECOND))).await;
    assert_eq!(store.fire(session, &due[0], 9, Limits::default()).await, Some(RUN));
    assert!(store.due().await.is_empty());
    assert_eq!(store.journal.gates.next_due().await.unwrap(), Some(store.at(10)), "event 3 waits anew");
    store.clock.forward(10 * SECOND);
    assert_eq!(store.kept(&store.due().await[0]).await, [event_id(3)]);
}

async fn an_event_that_comes_in_time_puts_the_firing_off(store: Store) {
    let session = store.session(1).await;
    store.gated(debounced(session, 1, None)).await;
    store.clock.forward(10 * SECOND);
    let due = store.due().await;
    store.gated(debounced(session, 2, None)).await;
    assert_eq!(store.fire(session, &due[0], 9, Limits::default()).await, None);
    assert!(store.journal.runs.get(run(9)).await.unwrap().is_none());
}

async fn an_event_that_was_long_on_its_way_is_not_the_last(store: Store) {
    let session = store.session(1).await;
    let early = store.at(1);
    store.gated(debounced(session, 1, None)).await;
    store.clock.forward(3 * SECOND);
    let due = Accepted::Debounced { due: store.at(10) };
    assert_eq!(store.gated(debounced(session, 2, None)).await, due);
    let mut late = debounced(session, 3, None);
    late.event.received_at = early;
    assert_eq!(store.journal.events.accept(late).await.unwrap(), due, "it moves nothing forward");
    store.clock.forward(10 * SECOND);
    let due = store.due().await.remove(0);
    assert_eq!(store.kept(&due).await, [event_id(2)]);
    assert_eq!(store.fire(session, &due, 9, Limits::default()).await, Some(RUN));
    assert!(store.due().await.is_empty(), "its run stands for all three");
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn a_batch_fires_when_there_are_enough(store: Store) {
    let session = store.session(1).await;
    let late = store.at(60);
    for number in 1..=2 {
        let count = u64::try_from(number).unwrap();
        let answer = store.gated(batched(session, number, 3)).await;
        assert_eq!(answer, Accepted::Batched { due: late, count });
    }
    assert!(store.due().await.is_empty());
    let answer = store.gated(batched(session, 3, 3)).await;
    assert_eq!(answer, Accepted::Batched { due: store.now(), count: 3 });
    store.clock.forward(SECOND);
    store.gated(batched(session, 4, 3)).await;
    let due = store.due().await;
    assert_eq!((due[0].batch, due[0].count), (true, 3));
    assert_eq!(store.kept(&due[0]).await, [event_id(1), event_id(2), event_id(3)]);
    store.gated(batched(session, 5, 3)).await;
    assert_eq!(
        store.fire(session, &due[0], 9, Limits::default()).await,
        Some(RUN),
        "what comes does not hinder"
    );
    assert!(store.due().await.is_empty());
    assert_eq!(store.journal.gates.next_due().await.unwrap(), Some(store.at(60)), "since event 4 came");
    store.clock.forward(60 * SECOND);
    let rest = store.due().await;
    assert_eq!(store.kept(&rest[0]).await, [event_id(4), event_id(5)], "the rest waits for its own time");
    assert_eq!(store.fire(session, &rest[0], 10, Limits::default()).await, Some(RUN));
    assert_eq!(store.journal.gates.next_due().await.unwrap(), None);
}

async fn order_of_arrival_is_kept_whatever_the_ids(store: Store) {
    let session = store.session(1).await;
    for number in [7, 3, 5, 1] {
        store.gated(batched(session, number, 9)).await;
    }
    store.clock.forward(60 * SECOND);
    let due = store.due().await;
    assert_eq!(store.kept(&due[0]).await, [event_id(7), event_id(3), event_id(5), event_id(1)]);
}

async fn whoever_sends_a_kept_event_again_learns_of_its_run(store: Store) {
    let session = store.session(1).await;
    let mut given = batched(session, 1, 1);
    given.event.dedupe_key = Some("k".to_owned());
    store.gated(given).await;
    let again = |number| store.journal.events.accept(accept_keyed(session, number, "k"));
    let before = Accepted::Duplicate { event: event_id(1), run: None };
    assert_eq!(again(2).await.unwrap(), before);
    store.fire(session, &store.due().await[0], 9, Limits::default()).await;
    let after = Accepted::Duplicate { event: event_id(1), run: Some(run(9)) };
    assert_eq!(again(3).await.unwrap(), after);
}

async fn the_other_gates_are_asked_when_it_fires(store: Store) {
    let session = store.session(1).await;
    let limits = Limits {
        reentry: Some(Reentry { key: "r".to_owned(), after: None }),
        concurrency: Some(Concurrency { key: String::new(), limit: 1, overflow: Overflow::Queue }),
        ..Limits::default()
    };
    let other = Limits { reentry: None, ..limits.clone() };
    for (number, expected) in [(21, RUN), (22, Accepted::Queued)] {
        store.gated(batched(session, number, 1)).await;
        let limits = if number == 21 { limits.clone() } else { other.clone() };
        assert_eq!(store.fire(session, &store.due().await[0], number + 10, limits).await, Some(expected));
    }
    store.gated(batched(session, 23, 1)).await;
    let barred = Accepted::Dropped { why: Dropped::Again { from: None } };
    assert_eq!(store.fire(session, &store.due().await[0], 33, limits).await, Some(barred));
    assert!(store.due().await.is_empty(), "its events are gone from the gate");
    assert!(store.journal.runs.get(run(33)).await.unwrap().is_none());
}

async fn what_may_not_start_again_is_not_kept(store: Store) {
    let session = store.session(1).await;
    let reentry = Some(Reentry { key: "r".to_owned(), after: None });
    let mut first = debounced(session, 1, None);
    first.gates.as_mut().unwrap().reentry = reentry.clone();
    assert!(matches!(store.gated(first).await, Accepted::Debounced { .. }));
    store.clock.forward(10 * SECOND);
    let limits = Limits { reentry: reentry.clone(), ..Limits::default() };
    assert_eq!(store.fire(session, &store.due().await[0], 9, limits).await, Some(RUN));
    let mut second = debounced(session, 2, None);
    second.gates.as_mut().unwrap().reentry = reentry;
    assert_eq!(store.gated(second).await, Accepted::Dropped { why: Dropped::Again { from: None } });
    assert_eq!(store.journal.gates.next_due().await.unwrap(), None);
}

async fn a_dead_session_fires_nothing(store: Store) {
    let session = store.session(1).await;
    store.gated(batched(session, 1, 1)).await;
    let due = store.due().await;
    store.journal.sessions.bury(session).await.unwrap();
    let limits = Limits::default();
    let fire = Fire { session, due: due[0].clone(), now: store.now(), run: Some(new_run(9)), limits };
    assert!(matches!(store.journal.gates.fire(fire).await, Err(Error::Fenced)));
    assert_eq!(store.due().await, due);
}

async fn of_two_that_fire_a_gate_one_starts_a_run(store: Store) {
    let session = store.session(1).await;
    store.gated(batched(session, 1, 1)).await;
    let due = store.due().await;
    let (a, b) = tokio::join!(
        store.fire(session, &due[0], 8, Limits::default()),
        store.fire(session, &due[0], 9, Limits::default())
    );
    assert!(matches!((a, b), (Some(RUN), None) | (None, Some(RUN))), "{a:?} {b:?}");
}

async fn a_gate_of_which_nothing_can_be_made_is_emptied(store: Store) {
    let session = store.session(1).await;
    store.gated(batched(session, 1, 1)).await;
    let (due, limits) = (store.due().await.remove(0), Limits::default());
    let fire = Fire { session, due, now: store.now(), run: None, limits };
    assert_eq!(store.journal.gates.fire(fire).await.unwrap(), Some(Accepted::Kept));
    assert!(store.due().await.is_empty());
}

crate::for_both! {
    the_last_event_starts_a_run_once_it_is_quiet,
    waiting_for_quiet_has_an_end_and_what_came_late_stays,
    an_event_that_comes_in_time_puts_the_firing_off,
    an_event_that_was_long_on_its_way_is_not_the_last,
    a_batch_fires_when_there_are_enough,
    order_of_arrival_is_kept_whatever_the_ids,
    whoever_sends_a_kept_event_again_learns_of_its_run,
    the_other_gates_are_asked_when_it_fires,
    what_may_not_start_again_is_not_kept,
    a_dead_session_fires_nothing,
    of_two_that_fire_a_gate_one_starts_a_run,
    a_gate_of_which_nothing_can_be_made_is_emptied,
}
