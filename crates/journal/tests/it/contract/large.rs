//! Large payloads: read back as they were written, wherever they stand, and whatever they look like.

use cauce_journal::events::Accept;
use cauce_journal::runs::{Found, OpenRun, Progress, Signal, Then};
use cauce_model::{
    Entry, Parent, RunRecord, RunStatus, SessionId, StepPath, StepRecord, StepStatus, Time, What,
};
use serde_json::{Value, json};

use crate::sample::{FIRST, accept, entry, event_id, named, record, run, step};
use crate::store::Store;

/// More than a row takes of one payload.
fn large(letter: &str) -> Value {
    json!({"text": letter.repeat(300 * 1024), "odd": "\u{0}"})
}

/// What a payload that is elsewhere would look like.
fn lookalike() -> Value {
    json!({"$blob": "0".repeat(64)})
}

async fn open(store: &Store, number: u128) -> OpenRun {
    match store.journal.runs.get(run(number)).await.unwrap() {
        Some(Found::Open(open)) => *open,
        other => panic!("an open run was expected: {other:?}"),
    }
}

async fn over(store: &Store, number: u128) -> RunRecord {
    match store.journal.runs.get(run(number)).await.unwrap() {
        Some(Found::Over(record)) => *record,
        other => panic!("a run that is over was expected: {other:?}"),
    }
}

fn accept_with(session: SessionId, number: u128, data: &Value) -> Accept {
    let mut accept = accept(session, number);
    accept.event.data = data.clone().into();
    accept.run.as_mut().unwrap().start.data = data.clone().into();
    accept
}

fn step_record(path: &str, input: Value, output: Value) -> StepRecord {
    StepRecord {
        id: path.to_owned(),
        path: StepPath::from(path),
        status: StepStatus::Succeeded,
        attempts: 1,
        input: Some(input.into()),
        output: Some(output.into()),
        error: None,
        started_at: None,
        finished_at: None,
        wake_at: None,
        postponed: None,
        hold_reason: None,
        failures: Vec::new(),
        passes: None,
        branches: Vec::new(),
        listening: None,
        ask: None,
        child: None,
    }
}

async fn the_data_of_an_event_comes_back_with_the_event_and_with_its_run(store: Store) {
    let session = store.session(1).await;
    for (number, data) in [(1, large("a")), (2, lookalike())] {
        let mut given = accept_with(session, number, &data);
        given.run.as_mut().unwrap().start.inputs = data.clone();
        store.accepted(given).await;
        assert_eq!(*store.journal.events.get(event_id(number)).await.unwrap().unwrap().data, data);
        let open = open(&store, number).await;
        assert_eq!((&*open.start.data, &open.start.inputs), (&data, &data));
    }
    let owned = store.journal.runs.owned(session).await.unwrap();
    let claimed = store.journal.runs.claim(session, &owned).await.unwrap();
    assert_eq!(claimed[0].start.data, large("a").into());
}

async fn what_steps_gave_comes_back_in_order_with_what_only_looks_moved(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let entries = vec![
        entry("a", large("a")),
        entry("b", lookalike()),
        entry("c", json!(3)),
        entry("d", json!({"$blob": 1})),
        entry("e", json!([lookalike()])),
    ];
    let write = Progress { entries: entries.clone(), ..step(session, 1, FIRST, Then::Keep) };
    let rev = store.done(write).await;
    assert_eq!(open(&store, 1).await.entries, entries);
    let more = vec![entry("f", lookalike())];
    store.done(Progress { entries: more.clone(), ..step(session, 1, rev, Then::Keep) }).await;
    assert_eq!(open(&store, 1).await.entries, [entries, more].concat());
}

async fn a_state_that_stands_for_its_entries_keeps_what_its_steps_gave(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let state = json!({
        "steps": {"a": {"status": "succeeded", "input": large("i"), "output": large("o"), "detail": lookalike()}},
        "kept": {"each[0]/a": {"output": lookalike()}},
        "ending": null,
    });
    let what = What::Compacted { state };
    let entries = vec![Entry { at: Time::from_micros(1), path: StepPath::run(), what }];
    let write = Progress { entries: entries.clone(), compact: true, ..step(session, 1, FIRST, Then::Keep) };
    store.done(write).await;
    assert_eq!(open(&store, 1).await.entries, entries);
}

async fn the_record_of_a_run_that_is_over_is_whole(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept_with(session, 1, &large("d"))).await;
    let mut record = record(1, RunStatus::Succeeded);
    record.start.data = large("d").into();
    record.outputs = Some(large("o"));
    let middling = json!("m".repeat(100 * 1024));
    record.steps = vec![
        step_record("a", large("i"), middling),
        step_record("b", json!({"n": 1}), lookalike()),
        step_record("c", json!(1), json!({"n": 2})),
    ];
    store.done(step(session, 1, FIRST, Then::Finish(record.clone()))).await;
    assert_eq!(over(&store, 1).await, *record);
}

async fn a_caller_is_told_the_large_outputs_of_the_run_it_called(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let parent = Parent { run: run(1), path: StepPath::from("call"), depth: 1, waits: true };
    let mut called = accept(session, 2);
    called.run.as_mut().unwrap().start.parent = Some(parent.clone());
    store.accepted(called).await;
    let mut record = record(2, RunStatus::Succeeded);
    record.start.parent = Some(parent);
    record.outputs = Some(large("o"));
    store.done(step(session, 2, FIRST, Then::Finish(record.clone()))).await;
    let told = store.journal.runs.inbox(run(1), 0).await.unwrap();
    let Signal::ChildDone { outputs, .. } = &told[0].signal else { panic!("{told:?}") };
    assert_eq!(outputs.as_ref(), Some(&large("o")));
    assert_eq!(over(&store, 2).await, *record);
}

async fn named_events_come_back_whether_published_or_told_by_a_step(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let events = [
        named(11, "order.paid", large("p")),
        named(12, "order.paid", lookalike()),
        named(13, "order.paid", large("q")),
    ];
    let waits = &store.journal.waits;
    for event in &events[..2] {
        waits.publish(session, event.clone()).await.unwrap();
    }
    let write = Progress { emits: vec![events[2].clone()], ..step(session, 1, FIRST, Then::Keep) };
    store.done(write).await;
    assert_eq!(waits.unlooked(10).await.unwrap(), events);
    assert_eq!(waits.events_of("order.paid", Time::from_micros(0), 10, None).await.unwrap(), events);
    assert_eq!(waits.get(event_id(13)).await.unwrap().as_ref(), Some(&events[2]));
}

async fn what_is_sent_to_a_run_comes_back(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let signal = Signal::Decide {
        path: StepPath::from("ask"),
        approved: true,
        by: "ana".to_owned(),
        form: large("f"),
    };
    assert!(store.journal.runs.signal(run(1), signal.clone(), store.now()).await.unwrap());
    assert_eq!(store.journal.runs.inbox(run(1), 0).await.unwrap()[0].signal, signal);
}

crate::for_both!(
    named_events_come_back_whether_published_or_told_by_a_step,
    what_is_sent_to_a_run_comes_back,
    the_data_of_an_event_comes_back_with_the_event_and_with_its_run,
    what_steps_gave_comes_back_in_order_with_what_only_looks_moved,
    a_state_that_stands_for_its_entries_keeps_what_its_steps_gave,
    the_record_of_a_run_that_is_over_is_whole,
    a_caller_is_told_the_large_outputs_of_the_run_it_called,
);
