//! What happens next, case by case.

use cauce_model::{Entry, Failure, HoldReason, Resume, RetryAdvice, RunStatus, StepPath, StepStatus, What};
use serde_json::json;

use crate::world::{Run, at};

const ONE_CALL: &str = "steps:\n  - id: call\n    use: act@1\n    with: { name: \"${{ trigger.name }}\" }\n";

#[test]
fn a_run_without_effects_ends_in_one_decision() {
    let run = Run::new(
        "steps:\n  - id: a\n    set: { x: 1 }\n  - id: b\n    set: { y: \"${{ steps.a.output.x + 1 }}\" }\noutputs:\n  y: ${{ steps.b.output.y }}\n",
        json!({}),
    );
    let end = run.state.end.as_ref().expect("the run is over");
    assert_eq!(end.status, RunStatus::Succeeded);
    assert_eq!(end.outputs, Some(json!({ "y": 2 })));
}

#[test]
fn an_effect_is_asked_for_once_and_its_result_is_seen_behind_it() {
    let mut run = Run::new(
        "steps:\n  - id: call\n    use: act@1\n  - id: next\n    set: { got: \"${{ steps.call.output.id }}\" }\n",
        json!({}),
    );
    let call = run.call();
    assert_eq!(call.attempt, 1);
    assert!(run.decide().start.is_empty(), "it is under way");
    let entry = cauce_engine::outcome(&run.plan, &run.state, &call, Ok(json!({ "id": 9 })), at(1));
    run.add(entry);
    run.decide();
    assert_eq!(
        run.state.step(&StepPath::from("next")).and_then(|step| step.output.as_deref().cloned()),
        Some(json!({ "got": 9 }))
    );
    assert!(run.last.finish);
}

#[test]
fn the_way_that_is_taken_runs_and_the_other_is_skipped_in_the_record() {
    let text = "steps:\n  - id: gate\n    if: trigger.big\n    then:\n      - id: yes_step\n        set: { a: 1 }\n    else:\n      - id: no_step\n        set: { a: 2 }\n";
    let run = Run::new(text, json!({ "big": false }));
    let record = run.state.record(&run.plan);
    let statuses: Vec<_> = record.steps.iter().map(|step| (step.path.as_str(), step.status)).collect();
    assert_eq!(
        statuses,
        [
            ("gate", StepStatus::Succeeded),
            ("gate/then/yes_step", StepStatus::Skipped),
            ("gate/else/no_step", StepStatus::Succeeded),
        ]
    );
    assert_eq!(record.steps[0].output, Some(json!({ "branch": "else" }).into()));
}

#[test]
fn stop_ends_the_run_with_its_reason_from_inside_a_block() {
    let text = "steps:\n  - id: gate\n    if: true\n    then:\n      - stop: { reason: \"no mail for ${{ trigger.name }}\" }\n  - id: after\n    use: act@1\n";
    let run = Run::new(text, json!({ "name": "Ada" }));
    let end = run.state.end.as_ref().expect("the run is over");
    assert_eq!((end.status, end.reason.as_deref()), (RunStatus::Succeeded, Some("no mail for Ada")));
    assert_eq!(run.status("gate"), StepStatus::Succeeded);
    assert_eq!(run.status("after"), StepStatus::Pending);
}

#[test]
fn a_missing_field_fails_the_run_and_names_the_path() {
    let run = Run::new(ONE_CALL, json!({ "nam": "Ada" }));
    let end = run.state.end.as_ref().expect("the run is over");
    let error = end.error.as_ref().expect("an error");
    assert_eq!(
        (end.status, error.error.code.as_str(), error.step.as_str()),
        (RunStatus::Failed, "X101", "call")
    );
    assert!(error.error.message.contains("trigger.name"), "{}", error.error.message);
    assert!(
        error.error.hint.as_deref().unwrap_or_default().contains("trigger.nam"),
        "{:?}",
        error.error.hint
    );
}

#[test]
fn a_wait_ends_at_its_time_and_not_before() {
    let mut run =
        Run::new("steps:\n  - id: pause\n    wait: 1h\n  - id: then_what\n    use: act@1\n", json!({}));
    assert_eq!(run.last.wake_at, Some(at(3600)));
    assert!(run.pass(3599).start.is_empty());
    assert_eq!(run.pass(1).start.len(), 1);
    let output = run.state.step(&StepPath::from("pause")).and_then(|step| step.output.clone());
    assert_eq!(output.as_deref(), Some(&json!({ "from": at(0), "to": at(3600) })));
}

#[test]
fn a_transient_failure_is_tried_again_with_the_same_request_and_key() {
    let mut run = Run::new(ONE_CALL, json!({ "name": "Ada" }));
    let first = run.call();
    run.answer(Err(Failure::transient("A001", "busy")));
    assert_eq!(run.status("call"), StepStatus::Retrying);
    let due = run.last.wake_at.expect("a next attempt");
    assert!(due > at(2) && due < at(4), "{due}");
    run.now = due;
    run.decide();
    let second = run.call();
    assert_eq!((second.attempt, &second.request), (2, &first.request));
}

#[test]
fn when_every_attempt_failed_the_run_is_held_and_resuming_tries_again_with_the_same_key() {
    let mut run = Run::new(ONE_CALL, json!({ "name": "Ada" }));
    let key = run.call().request.key;
    for attempt in 1..=6 {
        assert_eq!(run.call().attempt, attempt);
        run.answer(Err(Failure::transient("A001", "busy")));
        run.now = run.last.wake_at.unwrap_or(run.now);
        run.decide();
    }
    assert_eq!(run.status("call"), StepStatus::Held);
    assert_eq!(run.state.run_status(), RunStatus::Held);
    assert_eq!(run.state.held().and_then(|(_, step)| step.hold_reason), Some(HoldReason::Exhausted));
    resume(&mut run, Resume::Again);
    assert_eq!((run.call().attempt, run.call().request.key), (7, key));
    run.answer(Ok(json!({})));
    assert_eq!(run.state.run_status(), RunStatus::Succeeded);
}

fn resume(run: &mut Run, choice: Resume) {
    let what = What::Resumed { choice, by: "ada".to_owned() };
    run.add(Entry { at: run.now, path: StepPath::from("call"), what });
    run.decide();
}

#[test]
fn a_permanent_failure_fails_the_run_at_once() {
    let mut run = Run::new(ONE_CALL, json!({ "name": "Ada" }));
    run.answer(Err(Failure::permanent("A002", "no such list").status(404)));
    let end = run.state.end.as_ref().expect("the run is over");
    assert_eq!(end.status, RunStatus::Failed);
    assert_eq!(end.error.as_ref().and_then(|error| error.error.status), Some(404));
}

#[test]
fn refused_credentials_hold_the_run() {
    let mut run = Run::new(ONE_CALL, json!({ "name": "Ada" }));
    run.answer(Err(Failure::permanent("A003", "401").retry(RetryAdvice::NeedsLogin)));
    assert_eq!(run.state.held().and_then(|(_, step)| step.hold_reason), Some(HoldReason::NeedsLogin));
}

#[test]
fn on_error_continue_goes_on_with_the_error_set_and_the_output_missing() {
    let text = "steps:\n  - id: call\n    use: act@1\n    on_error: continue\n  - id: after\n    set:\n      error: ${{ steps.call.error.code }}\n      output: ${{ steps.call.output.x | default('none') }}\n";
    let mut run = Run::new(text, json!({}));
    run.answer(Err(Failure::permanent("A002", "no")));
    let output = run.state.step(&StepPath::from("after")).and_then(|step| step.output.clone());
    assert_eq!(output.as_deref(), Some(&json!({ "error": "A002", "output": "none" })));
    assert_eq!(run.state.run_status(), RunStatus::Succeeded);
}

#[test]
fn on_error_steps_see_the_error_and_the_flow_goes_on_behind() {
    let text = "steps:\n  - id: call\n    use: act@1\n    on_error:\n      - id: tell\n        use: act@1\n        with: { text: \"${{ error.message }} at ${{ error.step }}\" }\n  - id: after\n    set: { a: 1 }\n";
    let mut run = Run::new(text, json!({}));
    run.answer(Err(Failure::permanent("A002", "no such list")));
    assert_eq!(run.call().path.as_str(), "call/error/tell");
    assert_eq!(run.call().request.value, json!({ "text": "no such list at call" }).into());
    run.answer(Ok(json!({})));
    assert_eq!(run.status("after"), StepStatus::Succeeded);
    assert_eq!(run.state.run_status(), RunStatus::Succeeded);
}

#[test]
fn on_error_hold_waits_for_a_person_and_skip_goes_on() {
    let text = "steps:\n  - id: call\n    use: act@1\n    on_error: hold\n";
    let mut run = Run::new(text, json!({}));
    run.answer(Err(Failure::permanent("A002", "no")));
    assert_eq!(run.state.held().and_then(|(_, step)| step.hold_reason), Some(HoldReason::Asked));
    resume(&mut run, Resume::Skip);
    assert_eq!(run.status("call"), StepStatus::Skipped);
    assert_eq!(run.state.run_status(), RunStatus::Succeeded);
}

#[test]
fn an_attempt_in_doubt_of_an_effect_once_is_held_and_may_be_said_to_have_happened() {
    let text = "steps:\n  - id: call\n    use: send@1\n    effect: once\n";
    let mut run = Run::new(text, json!({}));
    run.answer(Err(Failure::transient("A004", "no answer").in_doubt()));
    assert_eq!(run.state.held().and_then(|(_, step)| step.hold_reason), Some(HoldReason::InDoubt));
    resume(&mut run, Resume::Happened);
    assert_eq!(run.status("call"), StepStatus::Succeeded);
    assert_eq!(run.state.run_status(), RunStatus::Succeeded);
}

#[test]
fn an_effect_once_that_surely_did_not_happen_is_tried_again() {
    let mut run = Run::new("steps:\n  - id: call\n    use: send@1\n    effect: once\n", json!({}));
    run.answer(Err(Failure::transient("A001", "nobody there")));
    assert_eq!(run.status("call"), StepStatus::Retrying);
}

#[test]
fn after_a_crash_an_effect_is_made_again_under_its_own_number_and_key() {
    let run = Run::new(ONE_CALL, json!({ "name": "Ada" }));
    let before = run.call();
    let after = cauce_engine::decide(&run.plan, &run.recovered(), at(50));
    assert_eq!(after.start, [before]);
}

#[test]
fn after_a_crash_an_intended_effect_once_is_in_doubt() {
    let mut run = Run::new("steps:\n  - id: call\n    use: send@1\n    effect: once\n", json!({}));
    run.add(Entry { at: at(0), path: StepPath::from("call"), what: What::Intended { attempt: 1 } });
    let after = cauce_engine::decide(&run.plan, &run.recovered(), at(50));
    assert!(after.start.is_empty());
    let held =
        after.record.iter().any(|entry| matches!(entry.what, What::Held { reason: HoldReason::InDoubt, .. }));
    assert!(held, "{after:?}");
}

#[test]
fn a_cancelled_run_starts_nothing_and_ends_when_nothing_is_under_way() {
    let mut run =
        Run::new("steps:\n  - id: call\n    use: act@1\n  - id: after\n    use: act@1\n", json!({}));
    let call = run.call();
    run.add(Entry { at: at(1), path: StepPath::run(), what: What::CancelAsked { by: "ada".to_owned() } });
    assert!(matches!(run.decide().record[..], [Entry { what: What::Ending { .. }, .. }]));
    assert_eq!(run.last.cancel, [StepPath::from("call")]);
    let entry = cauce_engine::outcome(&run.plan, &run.state, &call, Ok(json!({})), at(2));
    run.add(entry);
    assert!(run.decide().finish);
    assert_eq!(run.state.run_status(), RunStatus::Cancelled);
    assert_eq!(run.status("after"), StepStatus::Pending);
}

#[test]
fn when_is_asked_before_the_step_and_its_output_is_missing_when_it_was_skipped() {
    let text = "steps:\n  - id: maybe\n    when: trigger.yes\n    use: act@1\n  - id: after\n    set: { s: \"${{ steps.maybe.status }}\", o: \"${{ steps.maybe.output | default(null) }}\" }\n";
    let run = Run::new(text, json!({ "yes": false }));
    let output = run.state.step(&StepPath::from("after")).and_then(|step| step.output.clone());
    assert_eq!(output.as_deref(), Some(&json!({ "s": "skipped", "o": null })));
}

#[test]
fn now_is_the_time_of_the_last_result_and_not_of_the_decision() {
    let text = "steps:\n  - id: call\n    use: act@1\n  - id: stamp\n    set: { at: \"${{ now() }}\" }\n  - id: last\n    use: act@1\n";
    let mut run = Run::new(text, json!({}));
    run.answer(Ok(json!({})));
    let output = run.state.step(&StepPath::from("stamp")).and_then(|step| step.output.clone());
    assert_eq!(output.as_deref(), Some(&json!({ "at": at(1) })));
    // Recovered later, without the pure step: the same text.
    let kept: Vec<_> = run.entries.iter().filter(|entry| entry.path.as_str() == "call").cloned().collect();
    let state = cauce_engine::State::recover(run.state.start.clone(), &kept).expect("legal entries");
    let again = cauce_engine::decide(&run.plan, &state, at(9999));
    let stamp =
        again.record.iter().find(|entry| entry.path.as_str() == "stamp").map(|entry| entry.what.clone());
    assert_eq!(stamp, Some(What::Succeeded { output: json!({ "at": at(1) }).into() }));
}

#[test]
fn a_secret_stands_in_the_request_by_name_only() {
    let run = Run::new(
        "steps:\n  - id: call\n    use: act@1\n    with: { auth: \"Bearer ${{ env.TOKEN }}\" }\n",
        json!({}),
    );
    let request = run.call().request;
    assert_eq!(request.value, json!({ "auth": "Bearer ${{ env.TOKEN }}" }).into());
    assert_eq!(request.holes.len(), 1);
    assert_eq!(request.holes[0].pointer, "/auth");
}

#[test]
fn data_that_looks_like_an_expression_is_only_data() {
    let run = Run::new(ONE_CALL, json!({ "name": "${{ env.TOKEN }}" }));
    let request = run.call().request;
    assert_eq!(request.value, json!({ "name": "${{ env.TOKEN }}" }).into());
    assert!(request.holes.is_empty());
}

#[test]
fn two_fields_that_ask_for_a_uuid_get_two_and_the_same_ones_again() {
    let text =
        "steps:\n  - id: call\n    use: act@1\n    with: { a: \"${{ uuid() }}\", b: \"${{ uuid() }}\" }\n";
    let (first, second) = (Run::new(text, json!({})).call(), Run::new(text, json!({})).call());
    assert_ne!(first.request.value["a"], first.request.value["b"]);
    assert_eq!(first.request, second.request);
}
