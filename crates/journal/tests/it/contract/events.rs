//! Accepting: an event and its run are one commit, and a dedupe key counts once.

use cauce_journal::Error;
use cauce_journal::events::Accepted;
use cauce_journal::runs::{Found, Rev};
use cauce_model::{RunStatus, SessionId};
use serde_json::json;
use uuid::Uuid;

use crate::sample::{accept, accept_free, accept_keyed, event_id, run};
use crate::store::Store;

async fn an_accepted_event_and_its_run_read_back(store: Store) {
    let session = store.session(1).await;
    let mut given = accept(session, 7);
    given.event.dedupe_key = Some("order-7".to_owned());
    let (event, start) = (given.event.clone(), given.run.as_ref().unwrap().start.clone());
    assert_eq!(store.journal.events.accept(given).await.unwrap(), Accepted::Run { rev: Rev(1) });
    assert_eq!(store.journal.events.get(event_id(7)).await.unwrap(), Some(event));
    let Some(Found::Open(open)) = store.journal.runs.get(run(7)).await.unwrap() else {
        panic!("no open run")
    };
    assert_eq!((open.start, open.rev, open.crashes), (start, Rev(1), 0));
    assert_eq!(
        (open.brief.status, open.brief.steps_done, open.brief.steps_total),
        (RunStatus::Running, 0, 3)
    );
    assert!(open.entries.is_empty() && open.wake_at.is_none());
}

async fn a_run_keeps_its_own_data_where_it_differs_from_the_events(store: Store) {
    let session = store.session(1).await;
    let mut given = accept(session, 7);
    given.run.as_mut().unwrap().start.data = json!({"other": 1.000_000_000_000_000_2}).into();
    given.run.as_mut().unwrap().start.replay_of = Some(run(3));
    let start = given.run.as_ref().unwrap().start.clone();
    store.accepted(given).await;
    let Some(Found::Open(open)) = store.journal.runs.get(run(7)).await.unwrap() else {
        panic!("no open run")
    };
    assert_eq!(open.start, start);
}

async fn an_event_without_a_run_is_kept(store: Store) {
    let session = store.session(1).await;
    let mut given = accept_keyed(session, 7, "k");
    given.run = None;
    assert_eq!(store.journal.events.accept(given).await.unwrap(), Accepted::Kept);
    assert!(store.journal.events.get(event_id(7)).await.unwrap().is_some());
    let again = store.journal.events.accept(accept_keyed(session, 8, "k")).await.unwrap();
    assert_eq!(again, Accepted::Duplicate { event: event_id(7), run: None });
}

async fn a_second_event_with_the_same_key_is_a_duplicate_of_the_first(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept_keyed(session, 1, "order-1")).await;
    let again = store.journal.events.accept(accept_keyed(session, 2, "order-1")).await.unwrap();
    assert_eq!(again, Accepted::Duplicate { event: event_id(1), run: Some(run(1)) });
    assert!(store.journal.events.get(event_id(2)).await.unwrap().is_none());
    assert!(store.journal.runs.get(run(2)).await.unwrap().is_none());
}

async fn an_event_accepted_again_under_its_id_is_a_duplicate_of_itself(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1)).await;
    let mut filtered = accept(session, 2);
    filtered.run = None;
    store.journal.events.accept(filtered.clone()).await.unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=60 {
        let events = store.journal.events.clone();
        let again = if number == 2 { filtered.clone() } else { accept(session, number % 30 + 1) };
        callers.spawn(async move { (again.event.id, events.accept(again).await.unwrap()) });
    }
    let mut begun = 0;
    for (event, answer) in callers.join_all().await {
        match answer {
            Accepted::Run { .. } => begun += 1,
            Accepted::Duplicate { event: first, run } => {
                assert_eq!(first, event);
                assert_eq!(run.map(|run| run.uuid()), (event != event_id(2)).then(|| event.uuid()));
            }
            other => panic!("{event} was kept before: {other:?}"),
        }
    }
    assert_eq!(begun, 28, "those that were new");
    assert_eq!(store.journal.runs.open_counts().await.unwrap(), [("welcome".to_owned(), 29)]);
}

async fn a_key_counts_for_its_workflow_and_trigger_alone(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept_keyed(session, 1, "k")).await;
    let mut other_trigger = accept_keyed(session, 2, "k");
    "form".clone_into(&mut other_trigger.event.trigger);
    store.accepted(other_trigger).await;
    let mut other_workflow = accept_keyed(session, 3, "k");
    "goodbye".clone_into(&mut other_workflow.event.workflow);
    store.accepted(other_workflow).await;
}

async fn many_callers_with_one_key_start_one_run(store: Store) {
    let session = store.session(1).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=64 {
        let events = store.journal.events.clone();
        callers.spawn(async move {
            let key = format!("order-{}", number % 4);
            (number % 4, events.accept(accept_keyed(session, number, &key)).await.unwrap())
        });
    }
    let answers = callers.join_all().await;
    for key in 0..4 {
        let of_key: Vec<Accepted> =
            answers.iter().filter(|(number, _)| *number == key).map(|(_, answer)| *answer).collect();
        let runs = of_key.iter().filter(|answer| matches!(answer, Accepted::Run { .. })).count();
        assert_eq!(runs, 1, "{of_key:?}");
        let Some(Accepted::Duplicate { event, run }) =
            of_key.iter().find(|answer| matches!(answer, Accepted::Duplicate { .. })).copied()
        else {
            panic!("no duplicate")
        };
        assert_eq!(event.uuid(), run.unwrap().uuid());
        assert!(of_key.iter().all(|answer| match answer {
            Accepted::Duplicate { event: other, .. } => *other == event,
            _ => true,
        }));
        assert!(store.journal.events.get(event).await.unwrap().is_some());
    }
}

async fn a_dead_session_accepts_nothing(store: Store) {
    let session = store.session(1).await;
    store.journal.sessions.bury(session).await.unwrap();
    assert!(matches!(store.journal.events.accept(accept(session, 1)).await, Err(Error::Fenced)));
    let unknown = SessionId::from_uuid(Uuid::from_u128(99));
    assert!(matches!(store.journal.events.accept(accept(unknown, 2)).await, Err(Error::Fenced)));
    assert!(store.journal.events.get(event_id(1)).await.unwrap().is_none());
    assert!(store.journal.runs.get(run(2)).await.unwrap().is_none());
}

async fn a_run_that_nobody_owns_is_free_at_once(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept_free(session, 1)).await;
    store.accepted(accept(session, 2)).await;
    assert_eq!(store.free_ids().await, [run(1)]);
}

async fn odd_text_and_zero_bytes_survive(store: Store) {
    let session = store.session(1).await;
    let odd = "a\u{0}b\u{FFFF}\"'\\\u{1F980}\u{202E}";
    let mut given = accept_keyed(session, 1, odd);
    given.event.data = json!({"body": odd, odd: [odd, 0.1, 1e300, -0.0, u64::MAX, i64::MIN, null]}).into();
    odd.clone_into(&mut given.event.trigger);
    let new = given.run.as_mut().unwrap();
    new.start.data = given.event.data.clone();
    odd.clone_into(&mut new.start.trigger);
    new.keys = vec![odd.to_owned(), String::new()];
    let (event, start) = (given.event.clone(), new.start.clone());
    store.accepted(given.clone()).await;
    assert_eq!(store.journal.events.get(event_id(1)).await.unwrap(), Some(event));
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else {
        panic!("no open run")
    };
    assert_eq!(open.start, start);
    given.event.id = event_id(2);
    let again = store.journal.events.accept(given).await.unwrap();
    assert_eq!(again, Accepted::Duplicate { event: event_id(1), run: Some(run(1)) });
    let filter = cauce_journal::runs::Filter { key: Some(odd.to_owned()), ..Default::default() };
    assert_eq!(store.journal.runs.list(&filter, 10).await.unwrap().len(), 1);
}

async fn very_deep_data_reads_back(store: Store) {
    let session = store.session(1).await;
    let deep = (0..300).fold(json!(1), |inner, _| json!([inner]));
    let mut given = accept(session, 1);
    given.event.data = deep.clone().into();
    given.run.as_mut().unwrap().start.data = deep.clone().into();
    store.accepted(given).await;
    let Some(Found::Open(open)) = store.journal.runs.get(run(1)).await.unwrap() else {
        panic!("no open run")
    };
    assert_eq!(open.start.data, deep.into());
}

async fn one_bad_row_refuses_its_own_command_alone(store: Store) {
    let session = store.session(1).await;
    store.accepted(accept(session, 1000)).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 1..=100 {
        let events = store.journal.events.clone();
        callers.spawn(async move {
            let mut given = accept(session, number);
            if number == 50 {
                given.run.as_mut().unwrap().start.id = run(1000);
            }
            (number, events.accept(given).await)
        });
    }
    for (number, answer) in callers.join_all().await {
        if number == 50 {
            assert!(matches!(answer, Err(Error::Exists { .. })), "{answer:?}");
        } else {
            assert_eq!(answer.unwrap(), Accepted::Run { rev: Rev(1) });
        }
    }
    assert!(store.journal.events.get(event_id(50)).await.unwrap().is_none());
}

crate::for_both! {
    an_accepted_event_and_its_run_read_back,
    a_run_keeps_its_own_data_where_it_differs_from_the_events,
    an_event_without_a_run_is_kept,
    a_second_event_with_the_same_key_is_a_duplicate_of_the_first,
    an_event_accepted_again_under_its_id_is_a_duplicate_of_itself,
    a_key_counts_for_its_workflow_and_trigger_alone,
    many_callers_with_one_key_start_one_run,
    a_dead_session_accepts_nothing,
    a_run_that_nobody_owns_is_free_at_once,
    odd_text_and_zero_bytes_survive,
    very_deep_data_reads_back,
    one_bad_row_refuses_its_own_command_alone,
}
