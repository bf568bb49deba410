//! `wait_for`, `cancel_on` and `exit_when`: named events.

use cauce_engine::{State, decide, heard, matches, open_waits};
use cauce_model::{EventId, StepPath, What};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Run, at, plan, start};

const PAID: &str = "steps:\n  - id: paid\n    wait_for:\n      event: order.paid\n      match: event.data.id == trigger.id and event.data.total > 5\n      timeout: 1h\nON  - id: after\n    use: act@1\n    with: { out: \"${{ steps.paid.output }}\", at: \"${{ now() }}\" }\n";

fn waiting(on_timeout: &str) -> Run {
    Run::new(&PAID.replace("ON", on_timeout), json!({ "id": 7 }))
}

fn event(data: &Value) -> Value {
    json!({ "id": Uuid::from_u128(3), "name": "order.paid", "data": data, "key": null, "at": at(9) })
}

fn arrives(run: &mut Run, path: &str, name: &str, event: Value) {
    let (path, what) = heard(&StepPath::from(path), EventId::from_uuid(Uuid::from_u128(3)), name, event);
    run.hear(path.as_str(), what);
}

#[test]
fn a_wait_says_what_it_listens_for() {
    let run = waiting("");
    let waits = open_waits(&run.plan, &run.state);
    assert_eq!(waits.len(), 1);
    let wait = &waits[0];
    assert_eq!((wait.path.as_str(), wait.event.as_str()), ("paid", "order.paid"));
    assert_eq!((wait.field.as_str(), wait.key.as_str(), wait.deadline), ("data.id", "7", Some(at(3600))));
    assert_eq!(run.last.wake_at, Some(at(3600)));
    let record = run.state.record(&run.plan);
    assert_eq!(
        record.steps[0].listening.as_ref().map(|listening| listening.event.as_str()),
        Some("order.paid")
    );
}

#[test]
fn the_whole_condition_decides_and_not_the_key_alone() {
    let run = waiting("");
    let asks = |data| matches(&run.plan, &run.state, &StepPath::from("paid"), &event(&data));
    assert_eq!(asks(json!({ "id": 7, "total": 9 })).ok(), Some(true));
    assert_eq!(asks(json!({ "id": 7.0, "total": 9 })).ok(), Some(true));
    assert_eq!(asks(json!({ "id": 7, "total": 5 })).ok(), Some(false));
    assert_eq!(asks(json!({ "id": 8, "total": 9 })).ok(), Some(false));
    assert!(asks(json!({ "id": 7 })).is_err(), "a part that is absent");
}

#[test]
fn the_event_goes_on_with_the_run_and_is_its_now() {
    let mut run = waiting("");
    run.now = at(20);
    arrives(&mut run, "paid", "order.paid", event(&json!({ "id": 7, "total": 9 })));
    let expected = json!({ "timed_out": false, "event": event(&json!({ "id": 7, "total": 9 })) });
    assert_eq!(run.call().request.value, json!({ "out": expected, "at": at(20) }).into());
    assert!(open_waits(&run.plan, &run.state).is_empty());
}

#[test]
fn without_the_event_the_run_goes_on_or_fails_or_takes_its_steps() {
    let mut run = waiting("");
    run.pass(3600);
    assert_eq!(run.call().request.value["out"], json!({ "timed_out": true, "event": null }));

    let mut run = waiting("      on_timeout: fail\n");
    run.pass(3600);
    assert_eq!(run.ended(), ("failed", "E005 paid".to_owned()));

    let mut run = waiting("      on_timeout:\n        - id: remind\n          use: act@1\n");
    run.pass(3600);
    assert_eq!(run.started(), ["paid/timeout/remind"]);
    run.well("paid/timeout/remind");
    assert_eq!(run.started(), ["after"]);
}

/// The node was away when its wait should have begun and ended. The event may have come in that time, and is looked for
/// while the wait stands open.
#[test]
fn a_wait_that_opens_behind_its_deadline_is_open_once() {
    let plan = plan(&PAID.replace("ON", ""));
    let mut state = State::new(start(json!({ "id": 7 })));
    let late = at(7_200);
    let first = decide(&plan, &state, late);
    first.record.iter().for_each(|entry| state.apply(entry).unwrap());
    assert_eq!(open_waits(&plan, &state)[0].deadline, Some(at(3_600)));
    assert_eq!(
        (first.start.len(), first.wake_at),
        (0, Some(at(3_600))),
        "it is to be decided upon again at once"
    );
    let second = decide(&plan, &state, late);
    assert_eq!(second.start[0].request.value["out"]["timed_out"], json!(true));
}

#[test]
fn a_wait_in_a_pass_compares_with_its_item() {
    let text = "steps:\n  - id: each\n    for_each:\n      in: trigger.ids\n      parallel: 2\n      do:\n        - id: paid\n          wait_for:\n            event: order.paid\n            match: item == event.data.id\n";
    let mut run = Run::new(text, json!({ "ids": ["a", "b"] }));
    let keys: Vec<_> =
        open_waits(&run.plan, &run.state).into_iter().map(|wait| (wait.path.to_string(), wait.key)).collect();
    assert_eq!(
        keys,
        [("each[0]/paid".to_owned(), "\"a\"".to_owned()), ("each[1]/paid".to_owned(), "\"b\"".to_owned())]
    );
    let event = event(&json!({ "id": "b" }));
    assert_eq!(matches(&run.plan, &run.state, &StepPath::from("each[1]/paid"), &event).ok(), Some(true));
    assert_eq!(matches(&run.plan, &run.state, &StepPath::from("each[0]/paid"), &event).ok(), Some(false));
    arrives(&mut run, "each[1]/paid", "order.paid", event);
    assert_eq!(open_waits(&run.plan, &run.state).len(), 1);
}

const CANCELLED_BY: &str = "cancel_on:\n  - event: order.void\n    match: event.data.id == trigger.id\nsteps:\n  - id: pause\n    wait: 1d\n";

#[test]
fn an_event_cancels_the_run_from_its_first_decision_on() {
    let mut run = Run::new(CANCELLED_BY, json!({ "id": "o-1" }));
    let waits = open_waits(&run.plan, &run.state);
    assert_eq!((waits[0].path.as_str(), waits[0].key.as_str()), ("cancel_on/0", "\"o-1\""));
    assert_eq!(
        matches(&run.plan, &run.state, &waits[0].path, &event(&json!({ "id": "o-1" }))).ok(),
        Some(true)
    );
    arrives(&mut run, "cancel_on/0", "order.void", event(&json!({ "id": "o-1" })));
    assert_eq!(run.state.cancel_asked.as_deref(), Some("event order.void"));
    assert_eq!(run.ended().0, "cancelled");
    assert!(open_waits(&run.plan, &run.state).is_empty());
}

#[test]
fn a_run_that_cannot_say_what_cancels_it_fails_at_once() {
    assert_eq!(Run::new(CANCELLED_BY, json!({})).ended(), ("failed", "X101 ".to_owned()));
}

const LEAVES: &str = "exit_when: steps.look.output.done | default(false)\nsteps:\n  - id: look\n    use: act@1\n  - id: pause\n    wait: 1h\n  - id: after\n    use: act@1\n";

#[test]
fn exit_when_is_asked_behind_a_wait_and_before_the_next_step() {
    for (done, ends) in [(true, true), (false, false)] {
        let mut run = Run::new(LEAVES, json!({}));
        run.land("look", Ok(json!({ "done": done })));
        assert!(run.state.end.is_none(), "it is not asked behind an action");
        run.pass(3600);
        if ends {
            assert_eq!(run.ended(), ("succeeded", "exit_when".to_owned()));
        } else {
            assert_eq!(run.started(), ["after"]);
        }
    }
}

#[test]
fn exit_when_is_asked_behind_an_event_and_a_retry_and_its_error_fails_the_run() {
    let text = format!("exit_when: trigger.x\n{}", PAID.replace("ON", ""));
    let mut run = Run::new(&text, json!({ "id": 7 }));
    arrives(&mut run, "paid", "order.paid", event(&json!({ "id": 7, "total": 9 })));
    assert_eq!(run.ended(), ("failed", "X101 ".to_owned()));

    let mut run = Run::new("exit_when: true\nsteps:\n  - id: call\n    use: act@1\n", json!({}));
    run.land("call", Err(cauce_model::Failure::transient("A001", "busy")));
    run.now = run.last.wake_at.expect("a next attempt");
    run.decide();
    assert_eq!(run.ended(), ("succeeded", "exit_when".to_owned()));
}

#[test]
fn exit_when_sees_the_result_of_what_was_waited_for() {
    let text = |exit: &str| {
        format!(
            "exit_when: {exit}\nsteps:\n  - id: paid\n    wait_for: {{ event: order.paid, match: event.data.id == trigger.id, timeout: 1h }}\n  - id: after\n    use: act@1\n"
        )
    };
    // It came, or it did not, and each time one of the two ends the run.
    for (exit, comes, ends) in [
        ("steps.paid.output.timed_out | default(false)", false, true),
        ("steps.paid.output.timed_out | default(true)", true, false),
        ("(steps.paid.output.event.data.total | default(0)) > 5", true, true),
        ("(steps.paid.output.event.data.total | default(0)) > 9", true, false),
    ] {
        let mut run = Run::new(&text(exit), json!({ "id": 7 }));
        if comes {
            arrives(&mut run, "paid", "order.paid", event(&json!({ "id": 7, "total": 9 })));
        } else {
            run.pass(3600);
        }
        if ends {
            assert_eq!(run.ended(), ("succeeded", "exit_when".to_owned()), "{exit}");
        } else {
            assert_eq!(run.started(), ["after"], "{exit}");
        }
    }
}

#[test]
fn a_matched_event_that_comes_twice_cannot_follow() {
    let mut run = waiting("");
    arrives(&mut run, "paid", "order.paid", event(&json!({ "id": 7, "total": 9 })));
    let (path, what) = heard(
        &StepPath::from("paid"),
        EventId::from_uuid(Uuid::from_u128(4)),
        "order.paid",
        event(&json!({})),
    );
    let again = cauce_model::Entry { at: at(30), path, what };
    assert!(matches!(again.what, What::Matched { .. }) && run.state.apply(&again).is_err());
}
