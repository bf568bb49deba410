//! How many runs of a key at once: a place is taken in the accept and given back in the finish.

use cauce_journal::events::Accepted;
use cauce_journal::gates::Dropped;
use cauce_journal::runs::{Filter, Found, Rev, Signal, Then};
use cauce_model::workflow::Overflow;
use cauce_model::{Resume, RunStatus, SessionId};

use super::one_of;
use crate::sample::{FIRST, accept_keyed, finish, record, run, step};
use crate::store::Store;

const RUN: Accepted = Accepted::Run { rev: FIRST };

/// A session, at a time when runs of the sample are over.
async fn begin(store: &Store) -> SessionId {
    store.clock.forward(std::time::Duration::from_secs(1));
    store.session(1).await
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn one_more_than_the_limit_waits_in_line_and_moves_up_when_one_ends(store: Store) {
    let session = begin(&store).await;
    for number in 1..=2 {
        assert_eq!(store.gated(one_of(session, number, "a", 2, Overflow::Queue)).await, RUN);
    }
    for number in 3..=4 {
        let answer = store.gated(one_of(session, number, "a", 2, Overflow::Queue)).await;
        assert_eq!(answer, Accepted::Queued, "run {number}");
    }
    let line = Filter { statuses: vec![RunStatus::Queued], ..Filter::default() };
    let queued = store.journal.runs.list(&line, 9).await.unwrap();
    assert_eq!(queued.iter().map(|one| one.id).collect::<Vec<_>>(), [run(4), run(3)]);
    assert_eq!(store.open_run(3).await.brief.status, RunStatus::Queued);
    assert!(store.free().await.is_empty(), "who waits in line is not due");
    assert_eq!(store.journal.gates.behind(run(1)).await.unwrap(), 2);
    store.done(finish(session, 2, FIRST)).await;
    assert_eq!(store.free_ids().await, [run(3)], "the longest in line");
    assert_eq!(store.open_run(3).await.brief.status, RunStatus::Running);
    assert_eq!(store.journal.gates.behind(run(1)).await.unwrap(), 1);
    store.done(finish(session, 1, FIRST)).await;
    assert_eq!(store.free_ids().await, [run(3), run(4)]);
}

async fn keys_and_workflows_have_gates_of_their_own(store: Store) {
    let session = begin(&store).await;
    let mut other_flow = one_of(session, 3, "a", 1, Overflow::Drop);
    "other".clone_into(&mut other_flow.event.workflow);
    assert_eq!(store.gated(one_of(session, 1, "a", 1, Overflow::Drop)).await, RUN);
    assert_eq!(store.gated(one_of(session, 2, "b", 1, Overflow::Drop)).await, RUN);
    assert_eq!(store.gated(other_flow).await, RUN);
    let full = Accepted::Dropped { why: Dropped::Full { limit: 1 } };
    assert_eq!(store.gated(one_of(session, 4, "b", 1, Overflow::Drop)).await, full);
    assert!(store.journal.runs.get(run(4)).await.unwrap().is_none());
    assert!(store.journal.events.get(crate::sample::event_id(4)).await.unwrap().is_some(), "kept");
}

async fn whoever_holds_a_place_keeps_it_while_it_waits_or_is_held(store: Store) {
    let session = begin(&store).await;
    store.gated(one_of(session, 1, "", 1, Overflow::Queue)).await;
    let rev = store.done(step(session, 1, FIRST, Then::Park { wake_at: None })).await;
    assert_eq!(store.gated(one_of(session, 2, "", 1, Overflow::Queue)).await, Accepted::Queued);
    store.journal.runs.signal(run(1), Signal::Cancel { by: "ana".to_owned() }, store.now()).await.unwrap();
    let claimed = store.claimed(session).await;
    assert_eq!(claimed.iter().map(|open| open.start.id).collect::<Vec<_>>(), [run(1)]);
    assert!(claimed[0].rev > rev);
    assert!(store.free().await.is_empty());
    let ended = Then::Finish(record(1, RunStatus::Failed));
    store.done(step(session, 1, claimed[0].rev, ended)).await;
    assert_eq!(store.free_ids().await, [run(2)], "every end gives the place back");
}

async fn a_place_is_given_back_once_and_not_by_a_write_that_does_not_count(store: Store) {
    let session = begin(&store).await;
    for number in 1..=4 {
        store.gated(one_of(session, number, "a", 1, Overflow::Queue)).await;
    }
    store.journal.runs.progress(finish(session, 1, Rev(7))).await.unwrap();
    assert!(store.free().await.is_empty(), "a stale finish");
    store.done(finish(session, 1, FIRST)).await;
    store.journal.runs.progress(finish(session, 1, FIRST)).await.unwrap();
    assert_eq!(store.free_ids().await, [run(2)]);
}

async fn a_run_in_line_can_be_cancelled_and_gives_back_no_place(store: Store) {
    let session = begin(&store).await;
    for number in 1..=3 {
        store.gated(one_of(session, number, "a", 1, Overflow::Queue)).await;
    }
    let runs = &store.journal.runs;
    let resume = Signal::Resume { path: None, choice: Resume::Again, by: "ana".to_owned() };
    assert!(!runs.signal(run(2), resume, store.now()).await.unwrap(), "there is nothing to resume");
    assert!(runs.signal(run(2), Signal::Cancel { by: "ana".to_owned() }, store.now()).await.unwrap());
    let claimed = store.claimed(session).await;
    assert_eq!((claimed.len(), claimed[0].start.id, claimed[0].inbox), (1, run(2), 1));
    store.done(step(session, 2, claimed[0].rev, Then::Finish(record(2, RunStatus::Cancelled)))).await;
    assert!(store.free().await.is_empty(), "run 1 still holds the one place");
    store.done(finish(session, 1, FIRST)).await;
    assert_eq!(store.free_ids().await, [run(3)]);
}

async fn a_cancelled_run_in_line_is_passed_over(store: Store) {
    let session = begin(&store).await;
    for number in 1..=3 {
        store.gated(one_of(session, number, "a", 1, Overflow::Queue)).await;
    }
    store.journal.runs.signal(run(2), Signal::Cancel { by: "ana".to_owned() }, store.now()).await.unwrap();
    store.done(finish(session, 1, FIRST)).await;
    assert_eq!(store.open_run(2).await.brief.status, RunStatus::Queued);
    assert_eq!(store.open_run(3).await.brief.status, RunStatus::Running);
    assert_eq!(store.free_ids().await, [run(2), run(3)]);
}

async fn a_raised_limit_lets_those_in_line_go_first(store: Store) {
    let session = begin(&store).await;
    for number in 1..=3 {
        store.gated(one_of(session, number, "a", 1, Overflow::Queue)).await;
    }
    assert_eq!(store.gated(one_of(session, 4, "a", 3, Overflow::Queue)).await, Accepted::Queued);
    assert_eq!(store.free_ids().await, [run(2), run(3)]);
    assert_eq!(store.gated(one_of(session, 5, "a", 5, Overflow::Queue)).await, RUN);
    assert_eq!(store.free_ids().await, [run(2), run(3), run(4)]);
}

async fn a_lowered_limit_lets_those_that_run_end(store: Store) {
    let session = begin(&store).await;
    for number in 1..=3 {
        assert_eq!(store.gated(one_of(session, number, "a", 3, Overflow::Queue)).await, RUN);
    }
    assert_eq!(store.gated(one_of(session, 4, "a", 1, Overflow::Queue)).await, Accepted::Queued);
    for number in [1, 2] {
        store.done(finish(session, number, FIRST)).await;
        assert!(store.free().await.is_empty(), "run 3 is one too many with run 4");
    }
    store.done(finish(session, 3, FIRST)).await;
    assert_eq!(store.free_ids().await, [run(4)]);
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn a_newer_run_ousts_those_that_are_open_and_the_newest_in_line_stays(store: Store) {
    let session = begin(&store).await;
    let oust = |number| one_of(session, number, "a", 1, Overflow::CancelRunning);
    assert_eq!(store.gated(oust(1)).await, RUN);
    for number in 2..=4 {
        assert_eq!(store.gated(oust(number)).await, Accepted::Queued);
    }
    let sent = store.journal.runs.inbox(run(1), 0).await.unwrap();
    assert_eq!(sent.len(), 1, "asked to end once: {sent:?}");
    assert_eq!(sent[0].signal, Signal::Cancel { by: format!("the newer run {}", run(2)) });
    assert_eq!(store.journal.runs.signalled(session).await.unwrap(), [run(1)]);
    let claimed = store.claimed(session).await;
    assert_eq!(claimed.iter().map(|open| open.start.id).collect::<Vec<_>>(), [run(2), run(3)]);
    for open in claimed {
        let id = open.start.id.uuid().as_u128();
        store.done(step(session, id, open.rev, Then::Finish(record(id, RunStatus::Cancelled)))).await;
    }
    assert!(store.free().await.is_empty(), "run 1 is not over");
    store.done(step(session, 1, FIRST, Then::Finish(record(1, RunStatus::Cancelled)))).await;
    assert_eq!(store.free_ids().await, [run(4)]);
}

async fn a_repeated_event_learns_what_became_of_the_first(store: Store) {
    let session = begin(&store).await;
    store.gated(one_of(session, 1, "a", 1, Overflow::Drop)).await;
    let mut dropped = one_of(session, 2, "a", 1, Overflow::Drop);
    dropped.event.dedupe_key = Some("k".to_owned());
    store.gated(dropped).await;
    let again = store.journal.events.accept(accept_keyed(session, 3, "k")).await.unwrap();
    assert_eq!(again, Accepted::Duplicate { event: crate::sample::event_id(2), run: None });
}

/// Accepts from many callers at once, half of them with the key of another one.
async fn burst(store: &Store, session: SessionId, limit: u32) -> Vec<(u128, Accepted)> {
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=100 {
        let events = store.journal.events.clone();
        let mut given = one_of(session, number, "a", limit, Overflow::Queue);
        given.event.dedupe_key = Some((number % 50).to_string());
        callers.spawn(async move { (number, events.accept(given).await.unwrap()) });
    }
    callers.join_all().await
}

#[expect(
    clippy::cognitive_complexity,
    reason = "each assert counts as a branch; it is one story from top to bottom"
)]
async fn a_burst_never_gives_out_more_places_than_there_are(store: Store) {
    let session = begin(&store).await;
    let answers = burst(&store, session, 7).await;
    let count = |wanted: fn(&Accepted) -> bool| answers.iter().filter(|(_, one)| wanted(one)).count();
    assert_eq!(count(|one| *one == RUN), 7);
    assert_eq!(count(|one| *one == Accepted::Queued), 43);
    for (_, answer) in &answers {
        let Accepted::Duplicate { event, run } = answer else { continue };
        assert_eq!(run.unwrap().uuid(), event.uuid());
    }
    let (mut over, mut open) = (0, store.journal.runs.owned(session).await.unwrap());
    while !open.is_empty() {
        assert!(open.len() <= 7);
        let mut ends = tokio::task::JoinSet::new();
        for candidate in open {
            let (runs, number) = (store.journal.runs.clone(), candidate.run.uuid().as_u128());
            ends.spawn(async move { runs.progress(finish(session, number, candidate.rev)).await.unwrap() });
        }
        over += ends.join_all().await.len();
        open = store
            .claimed(session)
            .await
            .iter()
            .map(|open| cauce_journal::runs::Candidate { run: open.start.id, rev: open.rev })
            .collect();
    }
    assert_eq!(over, 50);
    assert!(store.journal.runs.open_counts().await.unwrap().is_empty());
    assert!(matches!(store.journal.runs.get(run(1)).await.unwrap(), Some(Found::Over(_)) | None));
    assert_eq!(
        store.gated(one_of(session, 200, "a", 1, Overflow::Drop)).await,
        RUN,
        "all places are free again"
    );
}

crate::for_both! {
    one_more_than_the_limit_waits_in_line_and_moves_up_when_one_ends,
    keys_and_workflows_have_gates_of_their_own,
    whoever_holds_a_place_keeps_it_while_it_waits_or_is_held,
    a_place_is_given_back_once_and_not_by_a_write_that_does_not_count,
    a_run_in_line_can_be_cancelled_and_gives_back_no_place,
    a_cancelled_run_in_line_is_passed_over,
    a_raised_limit_lets_those_in_line_go_first,
    a_lowered_limit_lets_those_that_run_end,
    a_newer_run_ousts_those_that_are_open_and_the_newest_in_line_stays,
    a_repeated_event_learns_what_became_of_the_first,
    a_burst_never_gives_out_more_places_than_there_are,
}
