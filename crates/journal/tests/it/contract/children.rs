//! Runs that a run calls: they begin in its commit, and their end is told to it in theirs.

use cauce_journal::events::NewRun;
use cauce_journal::runs::{Child, Found, OpenRun, Progress, Progressed, Rev, Signal, Then};
use cauce_model::{Event, Parent, RunStatus, SessionId, StepPath};
use serde_json::json;

use crate::sample::{FIRST, accept, accept_free, entry, event_id, finish, record, run, step};
use crate::store::Store;

/// A run called by another one.
fn child(number: u128, parent: u128, waits: bool) -> Child {
    let parent = Parent { run: run(parent), path: StepPath::from("call"), depth: 1, waits };
    let mut start = crate::sample::start(number, json!({"n": number.to_string()}));
    start.inputs = json!({"order": 7});
    start.parent = Some(parent);
    let event = Event {
        id: start.event,
        workflow: start.workflow.clone(),
        trigger: start.trigger.clone(),
        received_at: start.accepted_at,
        dedupe_key: None,
        data: start.data.clone(),
    };
    Child { event, run: NewRun::new(start, 3) }
}

fn calls(session: SessionId, number: u128, rev: Rev, children: Vec<Child>) -> Progress {
    Progress { children, ..step(session, number, rev, Then::Keep) }
}

/// The end of a child, as its owner writes it.
fn end(session: SessionId, child: &Child, rev: Rev, status: RunStatus) -> Progress {
    let mut record = record(child.run.start.id.uuid().as_u128(), status);
    record.start = child.run.start.clone();
    record.outputs = Some(json!({"sum": 3}));
    Progress { run: child.run.start.id, ..step(session, 1, rev, Then::Finish(record)) }
}

async fn children_begin_with_the_write_of_their_parent(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let (mine, mut free) = (child(2, 1, true), child(3, 1, false));
    free.run.owned = false;
    let write = calls(session, 1, FIRST, vec![mine.clone(), free]);
    let answer = store.journal.runs.progress(write).await.unwrap();
    assert_eq!(answer, Progressed::Done { rev: Rev(2), inbox: 0, children: vec![run(2), run(3)] });
    let owned = store.journal.runs.owned(session).await.unwrap();
    assert_eq!(owned.iter().map(|one| one.run).collect::<Vec<_>>(), [run(1), run(2)]);
    assert_eq!(store.free_ids().await, [run(3)]);
    assert_eq!(store.journal.events.get(event_id(2)).await.unwrap(), Some(mine.event.clone()));
    let Some(Found::Open(open)) = store.journal.runs.get(run(2)).await.unwrap() else { panic!("not open") };
    assert_eq!(*open, OpenRun::accepted(mine.run, Rev::FIRST), "as its owner may take it at once");
}

async fn a_stale_write_begins_no_children(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let write = calls(session, 1, Rev(9), vec![child(2, 1, true)]);
    assert_eq!(store.journal.runs.progress(write).await.unwrap(), Progressed::Stale);
    assert!(store.journal.runs.get(run(2)).await.unwrap().is_none());
    assert!(store.journal.events.get(event_id(2)).await.unwrap().is_none());
}

async fn a_child_that_exists_is_left_as_it_is(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    store.done(calls(session, 1, FIRST, vec![child(2, 1, false), child(3, 1, false)])).await;
    store.done(end(session, &child(2, 1, false), FIRST, RunStatus::Succeeded)).await;
    let moved = Progress { entries: vec![entry("a", json!(1))], ..step(session, 3, FIRST, Then::Keep) };
    store.done(moved).await;
    let again = calls(session, 1, Rev(2), vec![child(2, 1, false), child(3, 1, false), child(4, 1, false)]);
    let answer = store.journal.runs.progress(again).await.unwrap();
    assert_eq!(answer, Progressed::Done { rev: Rev(3), inbox: 0, children: vec![run(4)] });
    assert!(matches!(store.journal.runs.get(run(2)).await.unwrap(), Some(Found::Over(_))));
    let Some(Found::Open(open)) = store.journal.runs.get(run(3)).await.unwrap() else { panic!("not open") };
    assert_eq!((open.rev, open.entries.len()), (Rev(2), 1));
}

async fn a_caller_of_a_run_that_is_over_is_told_at_once(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let called = child(2, 1, true);
    store.done(calls(session, 1, FIRST, vec![called.clone()])).await;
    store.done(end(session, &called, FIRST, RunStatus::Failed)).await;
    let mut again = step(session, 1, Rev(2), Then::Park { wake_at: None });
    again.inbox_read = 1;
    again.children = vec![called];
    assert_eq!(store.done(again).await, Rev(3));
    let inbox = store.journal.runs.inbox(run(1), 1).await.unwrap();
    let ends =
        inbox.iter().map(|sent| matches!(sent.signal, Signal::ChildDone { status: RunStatus::Failed, .. }));
    assert_eq!(ends.collect::<Vec<_>>(), [true]);
    store.clock.forward(std::time::Duration::from_secs(1));
    assert_eq!(store.free_ids().await, [run(1)], "it was parked, and woken");
}

async fn the_end_of_a_child_wakes_the_parent_that_waits(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let called = child(2, 1, true);
    let parks =
        Progress { children: vec![called.clone()], ..step(session, 1, FIRST, Then::Park { wake_at: None }) };
    store.done(parks).await;
    assert!(store.free_ids().await.is_empty());
    store.done(end(session, &called, FIRST, RunStatus::Failed)).await;
    let inbox = store.journal.runs.inbox(run(1), 0).await.unwrap();
    let done = Signal::ChildDone {
        path: StepPath::from("call"),
        child: run(2),
        status: RunStatus::Failed,
        outputs: Some(json!({"sum": 3})),
        error: None,
    };
    assert_eq!(inbox.iter().map(|sent| (sent.number, &sent.signal)).collect::<Vec<_>>(), [(1, &done)]);
    store.clock.forward(std::time::Duration::from_secs(1));
    assert_eq!(store.free_ids().await, [run(1)]);
}

async fn a_parent_that_does_not_wait_or_is_over_is_told_nothing(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let (careless, late) = (child(2, 1, false), child(3, 1, true));
    let rev = store.done(calls(session, 1, FIRST, vec![careless.clone(), late.clone()])).await;
    store.done(end(session, &careless, FIRST, RunStatus::Succeeded)).await;
    assert!(store.journal.runs.inbox(run(1), 0).await.unwrap().is_empty());
    store.done(finish(session, 1, rev)).await;
    store.done(end(session, &late, FIRST, RunStatus::Succeeded)).await;
    assert!(matches!(store.journal.runs.get(run(3)).await.unwrap(), Some(Found::Over(_))));
    assert!(store.journal.runs.inbox(run(1), 0).await.unwrap().is_empty());
}

async fn children_that_end_together_are_each_told_of(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let children: Vec<Child> = (2..=41).map(|number| child(number, 1, true)).collect();
    store.done(calls(session, 1, FIRST, children.clone())).await;
    let mut ends = tokio::task::JoinSet::new();
    for one in children {
        let runs = store.journal.runs.clone();
        ends.spawn(
            async move { runs.progress(end(session, &one, FIRST, RunStatus::Succeeded)).await.unwrap() },
        );
    }
    ends.join_all().await;
    let inbox = store.journal.runs.inbox(run(1), 0).await.unwrap();
    assert_eq!(inbox.iter().map(|sent| sent.number).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    let mut told: Vec<_> = inbox
        .iter()
        .map(|sent| match &sent.signal {
            Signal::ChildDone { child, .. } => *child,
            other => panic!("{other:?}"),
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, (2..=41).map(run).collect::<Vec<_>>());
}

async fn the_end_of_a_child_while_its_parent_parks_is_never_slept_through(store: Store) {
    let session = store.session(1).await;
    for number in 1..=50 {
        let (parent, called) = (number * 2, child(number * 2 + 1, number * 2, true));
        store.accepted(accept(session, parent)).await;
        let rev = store.done(calls(session, parent, FIRST, vec![called.clone()])).await;
        let runs = &store.journal.runs;
        let parking = step(session, parent, rev, Then::Park { wake_at: None });
        let ending = end(session, &called, FIRST, RunStatus::Succeeded);
        let (parked, ended) = tokio::join!(runs.progress(parking), runs.progress(ending));
        assert!(matches!(ended.unwrap(), Progressed::Done { .. }));
        store.clock.forward(std::time::Duration::from_secs(1));
        match parked.unwrap() {
            Progressed::Stays { inbox, .. } => assert_eq!(inbox, 1),
            Progressed::Done { .. } => assert!(store.free_ids().await.contains(&run(parent))),
            Progressed::Stale => panic!("nobody else wrote"),
        }
    }
}

async fn a_run_may_call_another_with_its_last_write(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let last = Progress { children: vec![child(2, 1, false)], ..finish(session, 1, FIRST) };
    let answer = store.journal.runs.progress(last).await.unwrap();
    assert_eq!(answer, Progressed::Done { rev: Rev(2), inbox: 0, children: vec![run(2)] });
    assert!(matches!(store.journal.runs.get(run(2)).await.unwrap(), Some(Found::Open(_))));
}

async fn inputs_and_parent_come_back_at_each_load(store: Store) {
    let session = store.session(1).await;
    let mut given = accept_free(session, 2);
    let called = child(2, 1, true).run.start;
    given.run.as_mut().unwrap().start.inputs = called.inputs.clone();
    given.run.as_mut().unwrap().start.parent = called.parent.clone();
    store.accepted(given).await;
    let claimed = store.journal.runs.claim(session, &store.free().await).await.unwrap();
    assert_eq!((&claimed[0].start.inputs, &claimed[0].start.parent), (&called.inputs, &called.parent));
}

crate::for_both! {
    children_begin_with_the_write_of_their_parent,
    a_stale_write_begins_no_children,
    a_child_that_exists_is_left_as_it_is,
    a_caller_of_a_run_that_is_over_is_told_at_once,
    the_end_of_a_child_wakes_the_parent_that_waits,
    a_parent_that_does_not_wait_or_is_over_is_told_nothing,
    children_that_end_together_are_each_told_of,
    the_end_of_a_child_while_its_parent_parks_is_never_slept_through,
    a_run_may_call_another_with_its_last_write,
    inputs_and_parent_come_back_at_each_load,
}
