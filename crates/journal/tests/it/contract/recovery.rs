//! Recovery that is bounded and careful: marks before dangerous work, runs that begin with results, compaction.

use cauce_journal::Error;
use cauce_journal::runs::{Found, OpenRun, Progress, Progressed, Rev, Signal, Then};
use cauce_model::StepPath;
use serde_json::json;

use crate::sample::{FIRST, accept, entry, event_id, finish, named, opens, run, step};
use crate::store::Store;

async fn open(store: &Store, number: u128) -> OpenRun {
    match store.journal.runs.get(run(number)).await.unwrap() {
        Some(Found::Open(open)) => *open,
        other => panic!("an open run was expected: {other:?}"),
    }
}

async fn a_mark_is_seen_by_the_next_session_alone(store: Store) {
    let (first, second) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(first, 1)).await;
    let marked = store.journal.runs.mark(first, run(1), FIRST).await.unwrap();
    assert_eq!(marked, Progressed::Done { rev: Rev(2), inbox: 0, children: Vec::new() });
    assert!(!open(&store, 1).await.marked, "its own mark");
    let again =
        store.journal.runs.claim(first, &store.journal.runs.owned(first).await.unwrap()).await.unwrap();
    assert!(!again[0].marked);
    store.journal.sessions.bury(first).await.unwrap();
    let claimed = store.journal.runs.claim(second, &store.free().await).await.unwrap();
    assert_eq!((claimed[0].marked, claimed[0].crashes), (true, 1));
    let third = store.session(3).await;
    store.journal.sessions.bury(second).await.unwrap();
    let claimed = store.journal.runs.claim(third, &store.free().await).await.unwrap();
    assert_eq!((claimed[0].marked, claimed[0].crashes), (true, 2), "nobody has written since");
}

async fn progress_takes_the_mark_away(store: Store) {
    let (first, second) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(first, 1)).await;
    store.journal.runs.mark(first, run(1), FIRST).await.unwrap();
    store.done(step(first, 1, Rev(2), Then::Keep)).await;
    store.journal.sessions.bury(first).await.unwrap();
    let claimed = store.journal.runs.claim(second, &store.free().await).await.unwrap();
    assert_eq!((claimed[0].marked, claimed[0].crashes), (false, 1));
}

async fn a_clean_stop_takes_the_mark_away(store: Store) {
    let (first, second) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(first, 1)).await;
    store.journal.runs.mark(first, run(1), FIRST).await.unwrap();
    store.journal.runs.release(first).await.unwrap();
    let claimed = store.journal.runs.claim(second, &store.free().await).await.unwrap();
    assert_eq!((claimed[0].marked, claimed[0].crashes), (false, 0));
}

async fn only_the_owner_at_its_revision_marks(store: Store) {
    let (owner, other) = (store.session(1).await, store.session(2).await);
    store.accepted(accept(owner, 1)).await;
    let runs = &store.journal.runs;
    assert_eq!(runs.mark(other, run(1), FIRST).await.unwrap(), Progressed::Stale);
    assert_eq!(runs.mark(owner, run(1), Rev(2)).await.unwrap(), Progressed::Stale);
    assert_eq!(runs.mark(owner, run(2), FIRST).await.unwrap(), Progressed::Stale);
    store.journal.sessions.bury(owner).await.unwrap();
    assert!(matches!(runs.mark(owner, run(1), FIRST).await, Err(Error::Fenced)));
    assert_eq!(open(&store, 1).await.rev, FIRST);
}

async fn a_replay_begins_with_the_results_it_is_given(store: Store) {
    let session = store.session(1).await;
    let mut given = accept(session, 2);
    let new = given.run.as_mut().unwrap();
    new.start.replay_of = Some(run(1));
    new.entries = vec![entry("a", json!(1)), entry("b", json!("\u{0}"))];
    let expected = OpenRun::accepted(new.clone(), FIRST);
    assert_eq!(store.accepted(given).await, FIRST);
    assert_eq!(open(&store, 2).await, expected);
    let write = Progress { entries: vec![entry("c", json!(3))], ..step(session, 2, FIRST, Then::Keep) };
    store.done(write).await;
    let paths: Vec<String> =
        open(&store, 2).await.entries.iter().map(|entry| entry.path.to_string()).collect();
    assert_eq!(paths, ["a", "b", "c"]);
}

async fn a_replay_that_ends_with_its_first_write_leaves_nothing(store: Store) {
    let session = store.session(1).await;
    let mut given = accept(session, 1);
    given.run.as_mut().unwrap().entries = vec![entry("a", json!(1))];
    store.accepted(given).await;
    store.done(finish(session, 1, FIRST)).await;
    // The id is free again for the test only: what is left of the first run would come back with the second.
    let mut again = accept(session, 1);
    again.event.id = event_id(9);
    again.run.as_mut().unwrap().start.event = event_id(9);
    store.accepted(again).await;
    let owned = store.journal.runs.owned(session).await.unwrap();
    let claimed = store.journal.runs.claim(session, &owned).await.unwrap();
    assert_eq!((claimed.len(), claimed[0].entries.len()), (1, 0));
}

/// The paths of a run's entries.
async fn paths(store: &Store, number: u128) -> Vec<String> {
    open(store, number).await.entries.iter().map(|entry| entry.path.to_string()).collect()
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn compacted_entries_stand_for_all_earlier_ones(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    store.accepted(accept(session, 2)).await;
    let mut rev = FIRST;
    for number in 0..5 {
        let entries = vec![entry(&number.to_string(), json!(number))];
        store.done(Progress { entries: entries.clone(), ..step(session, 2, rev, Then::Keep) }).await;
        rev = store.done(Progress { entries, ..step(session, 1, rev, Then::Keep) }).await;
    }
    let stale = Progress { compact: true, ..step(session, 1, FIRST, Then::Keep) };
    store.journal.runs.progress(stale).await.unwrap();
    assert_eq!(paths(&store, 1).await.len(), 5, "a stale write compacts nothing");
    let entries = vec![entry("all", json!(5))];
    let compact = Progress { entries, compact: true, ..step(session, 1, rev, Then::Park { wake_at: None }) };
    store.done(compact).await;
    assert_eq!(paths(&store, 1).await, ["all"]);
    assert_eq!(paths(&store, 2).await.len(), 5, "another run keeps its own");
    store.journal.runs.signal(run(1), Signal::Hold { by: "ana".to_owned() }, store.now()).await.unwrap();
    let claimed = store.journal.runs.claim(session, &store.free().await).await.unwrap();
    let next = vec![entry("next", json!(6))];
    store.done(Progress { entries: next, ..step(session, 1, claimed[0].rev, Then::Keep) }).await;
    assert_eq!(paths(&store, 1).await, ["all", "next"]);
}

async fn compaction_forgets_read_signals_but_no_event_counts_twice(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let mut write = step(session, 1, FIRST, Then::Keep);
    write.waits = vec![opens("a", "data.order", &json!(7)), opens("b", "data.order", &json!(8))];
    let rev = store.done(write).await;
    for (number, order) in [(100, 7), (101, 8)] {
        let event = named(number, "order.paid", json!({"order": order}));
        store.journal.waits.publish(session, event).await.unwrap();
        store.journal.waits.look(session, event_id(number), store.now()).await.unwrap();
    }
    let cancel = Signal::Cancel { by: "ana".to_owned() };
    for _ in 0..2 {
        store.journal.runs.signal(run(1), cancel.clone(), store.now()).await.unwrap();
    }
    let mut compact = step(session, 1, rev, Then::Keep);
    compact.compact = true;
    compact.inbox_read = 3;
    compact.waits = vec![cauce_journal::runs::WaitChange::Close { path: StepPath::from("a") }];
    store.done(compact).await;
    let left = store.journal.runs.inbox(run(1), 0).await.unwrap();
    let left: Vec<_> = left.iter().map(|sent| (sent.number, &sent.signal)).collect();
    let kept = Signal::Event { path: StepPath::from("b"), event: event_id(101) };
    assert_eq!(left, [(2, &kept), (4, &cancel)]);
    assert!(store.journal.waits.look(session, event_id(101), store.now()).await.unwrap().is_empty());
    store.journal.runs.signal(run(1), cancel.clone(), store.now()).await.unwrap();
    assert_eq!(open(&store, 1).await.inbox, 5, "numbers go on");
}

crate::for_both! {
    a_mark_is_seen_by_the_next_session_alone,
    progress_takes_the_mark_away,
    a_clean_stop_takes_the_mark_away,
    only_the_owner_at_its_revision_marks,
    a_replay_begins_with_the_results_it_is_given,
    a_replay_that_ends_with_its_first_write_leaves_nothing,
    compacted_entries_stand_for_all_earlier_ones,
    compaction_forgets_read_signals_but_no_event_counts_twice,
}
