//! Schedules: a cursor that only moves forward.

use std::time::Duration;

use cauce_journal::events::Accepted;
use cauce_model::Time;

use crate::sample::{accept, accept_keyed};
use crate::store::Store;

async fn a_new_schedule_begins_at_the_moment_it_is_first_seen(store: Store) {
    let now = store.now();
    let timers = &store.journal.timers;
    assert_eq!(timers.cursor("welcome", "daily", now).await.unwrap(), now);
    let later = now.after(Duration::from_secs(60));
    assert_eq!(timers.cursor("welcome", "daily", later).await.unwrap(), now);
    assert_eq!(timers.cursor("welcome", "weekly", later).await.unwrap(), later);
}

async fn skipping_never_moves_a_schedule_back(store: Store) {
    let now = store.now();
    let (later, timers) = (now.after(Duration::from_secs(60)), &store.journal.timers);
    timers.skip_to("welcome", "daily", later).await.unwrap();
    timers.skip_to("welcome", "daily", now).await.unwrap();
    assert_eq!(timers.cursor("welcome", "daily", now).await.unwrap(), later);
}

async fn accepting_a_slot_moves_the_schedule_in_the_same_commit(store: Store) {
    let session = store.session(1).await;
    let (now, timers) = (store.now(), &store.journal.timers);
    timers.cursor("welcome", "hook", now).await.unwrap();
    let slot = now.after(Duration::from_secs(60));
    let mut given = accept_keyed(session, 1, "slot");
    given.slot = Some(slot);
    store.accepted(given).await;
    assert_eq!(timers.cursor("welcome", "hook", now).await.unwrap(), slot);
}

async fn a_slot_that_was_not_accepted_moves_nothing(store: Store) {
    let session = store.session(1).await;
    let (now, timers) = (store.now(), &store.journal.timers);
    let slot_at = |seconds: u64| Some(now.after(Duration::from_secs(seconds)));
    let mut first = accept_keyed(session, 1, "slot");
    first.slot = slot_at(60);
    store.accepted(first).await;
    let mut duplicate = accept_keyed(session, 2, "slot");
    duplicate.slot = slot_at(120);
    let answer = store.journal.events.accept(duplicate).await.unwrap();
    assert!(matches!(answer, Accepted::Duplicate { .. }));
    store.journal.sessions.bury(session).await.unwrap();
    let mut fenced = accept(session, 3);
    fenced.slot = slot_at(180);
    assert!(store.journal.events.accept(fenced).await.is_err());
    assert_eq!(Some(timers.cursor("welcome", "hook", Time::default()).await.unwrap()), slot_at(60));
}

crate::for_both! {
    a_new_schedule_begins_at_the_moment_it_is_first_seen,
    skipping_never_moves_a_schedule_back,
    accepting_a_slot_moves_the_schedule_in_the_same_commit,
    a_slot_that_was_not_accepted_moves_nothing,
}
