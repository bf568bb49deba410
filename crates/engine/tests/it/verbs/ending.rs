//! How a run comes to its end: `on_error`, `finally`, cancelling, the time it may take.

use cauce_model::{Failure, Resume, RunStatus, StepPath, StepStatus, What};
use serde_json::json;

use crate::world::{Run, at};

const BOTH: &str = "steps:\n  - id: work\n    use: act@1\non_error:\n  - id: tell\n    use: act@1\n    with: { m: \"${{ error.code }} ${{ error.step }}\" }\nfinally:\n  - id: tidy\n    use: act@1\n    with: { why: \"${{ error.code | default('well') }}\" }\n";

fn cancel() -> What {
    What::CancelAsked { by: "ada".to_owned() }
}

#[test]
fn finally_runs_behind_a_good_end_and_on_error_does_not() {
    let mut run = Run::new(BOTH, json!({}));
    run.well("work");
    assert_eq!(run.started(), ["finally/tidy"]);
    assert_eq!(run.call().request.value, json!({ "why": "well" }).into());
    run.well("finally/tidy");
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn a_failed_run_does_both_in_order_and_keeps_its_error() {
    let mut run = Run::new(BOTH, json!({}));
    run.badly("work");
    assert_eq!(run.call().request.value, json!({ "m": "A002 work" }).into());
    assert_eq!(run.state.run_status(), RunStatus::Running);
    run.badly("on_error/tell");
    assert_eq!(run.call().request.value, json!({ "why": "A002" }).into());
    run.badly("finally/tidy");
    assert_eq!(run.ended(), ("failed", "A002 work".to_owned()));
}

#[test]
fn a_failing_finally_makes_a_good_run_fail() {
    let mut run = Run::new(BOTH, json!({}));
    run.well("work");
    run.badly("finally/tidy");
    assert_eq!(run.ended(), ("failed", "A002 finally/tidy".to_owned()));
}

#[test]
fn nobody_is_waited_for_at_the_end_of_a_run() {
    let mut run = Run::new(
        &BOTH.replace("  - id: tidy\n", "  - id: tidy\n    on_error: hold\n    retry: none\n"),
        json!({}),
    );
    run.well("work");
    run.land("finally/tidy", Err(Failure::transient("A001", "busy").in_doubt()));
    assert_eq!(run.ended(), ("failed", "A001 finally/tidy".to_owned()));
}

#[test]
fn a_cancelled_run_tidies_up_and_a_second_time_ends_it_at_once() {
    let mut run = Run::new(BOTH, json!({}));
    run.hear("", cancel());
    assert_eq!(run.last.cancel, [StepPath::from("work")]);
    run.badly("work");
    assert_eq!(run.started(), ["finally/tidy"], "it was cancelled, it did not fail");
    run.hear("", cancel());
    assert_eq!(run.last.cancel, [StepPath::from("finally/tidy")]);
    assert!(!run.last.finish);
    run.badly("finally/tidy");
    assert_eq!(run.ended().0, "cancelled");
}

#[test]
fn what_waits_or_is_held_is_skipped_when_the_run_is_cancelled() {
    let mut run = Run::new(
        "steps:\n  - id: gate\n    if: true\n    then:\n      - id: pause\n        wait: 1h\n",
        json!({}),
    );
    run.hear("", cancel());
    assert_eq!(
        (run.status("gate/then/pause"), run.status("gate")),
        (StepStatus::Skipped, StepStatus::Skipped)
    );
    assert_eq!(run.ended().0, "cancelled");

    let mut run = Run::new("steps:\n  - id: call\n    use: act@1\n    on_error: hold\n", json!({}));
    run.badly("call");
    assert_eq!(run.status("call"), StepStatus::Held);
    run.hear("", cancel());
    assert_eq!((run.status("call"), run.ended().0), (StepStatus::Skipped, "cancelled"));
}

#[test]
fn a_run_has_its_time_and_every_wait_ends_with_it() {
    let text = "timeout: 2h\nsteps:\n  - id: pause\n    wait: 1d\nfinally:\n  - id: tidy\n    use: act@1\n";
    let mut run = Run::new(text, json!({}));
    assert_eq!(run.last.wake_at, Some(at(7200)));
    run.pass(7200);
    assert_eq!(run.started(), ["finally/tidy"]);
    run.well("finally/tidy");
    assert_eq!(run.ended(), ("failed", "R009 ".to_owned()));
    let default = Run::new("steps:\n  - id: pause\n    wait: 90d\n", json!({}));
    assert_eq!(default.last.wake_at, Some(at(30 * 86_400)));
}

#[test]
fn a_run_does_not_age_while_it_is_held() {
    let text = "timeout: 2h\nsteps:\n  - id: call\n    use: act@1\n    on_error: hold\n  - id: pause\n    wait: 1d\n";
    let mut run = Run::new(text, json!({}));
    run.badly("call");
    assert_eq!(run.last.wake_at, None);
    run.pass(86_400);
    assert_eq!(run.state.run_status(), RunStatus::Held);
    run.hear("call", What::Resumed { choice: Resume::Skip, by: "ada".to_owned() });
    assert_eq!(run.last.wake_at, Some(at(86_400 + 7200)));
}

#[test]
fn a_stop_beside_other_work_cuts_it_off_first() {
    let text = "steps:\n  - id: par\n    parallel:\n      branches:\n        - id: slow\n          steps:\n            - id: work\n              use: act@1\n        - id: quick\n          steps:\n            - id: look\n              use: act@1\n            - stop: { outcome: failed, reason: no }\n";
    let mut run = Run::new(text, json!({}));
    run.well("par/quick/look");
    assert_eq!(run.last.cancel, [StepPath::from("par/slow/work")]);
    run.well("par/slow/work");
    assert_eq!(run.ended(), ("failed", "no".to_owned()));
}

#[test]
fn outputs_that_fail_are_seen_to_like_any_failure() {
    let mut run = Run::new(&format!("{BOTH}outputs:\n  x: ${{{{ steps.work.output.x }}}}\n"), json!({}));
    run.well("work");
    assert_eq!(run.call().request.value, json!({ "m": "X101 " }).into());
    run.well("on_error/tell");
    run.well("finally/tidy");
    assert_eq!(run.ended(), ("failed", "X101 ".to_owned()));
}

#[test]
fn outputs_are_those_of_the_run_and_not_of_what_is_done_behind_it() {
    let mut run = Run::new(&format!("{BOTH}outputs:\n  x: ${{{{ steps.work.output.at }}}}\n"), json!({}));
    run.well("work");
    run.well("finally/tidy");
    let outputs = run.state.end.as_ref().and_then(|end| end.outputs.clone());
    assert_eq!(outputs, Some(json!({ "x": "work" })));
}

#[test]
fn an_attempt_that_is_put_off_does_not_count() {
    let mut run = Run::new("steps:\n  - id: call\n    use: act@1\n", json!({}));
    run.flights.clear();
    run.hear("call", What::Postponed { until: at(30), why: "its destination rests".to_owned() });
    assert_eq!((run.status("call"), run.last.wake_at), (StepStatus::Retrying, Some(at(30))));
    run.pass(30);
    assert_eq!(run.call().attempt, 1);
    run.land("call", Err(Failure::transient("A001", "busy")));
    run.now = run.last.wake_at.expect("a next attempt");
    run.decide();
    assert_eq!(run.call().attempt, 2);
    run.flights.clear();
    run.hear("call", What::Postponed { until: run.now, why: "its destination rests".to_owned() });
    assert_eq!(run.call().attempt, 2);
}
