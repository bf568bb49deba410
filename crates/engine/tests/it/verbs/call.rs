//! `call`: runs of other workflows.

use std::sync::Arc;

use cauce_engine::child_id;
use cauce_model::{Parent, Resume, RunError, RunStatus, StepError, StepPath, StepStatus, What};
use serde_json::json;

use crate::world::{Run, at, plan, start};

const CALL: &str = "steps:\n  - id: sub\n    call: { flow: other, with: { n: \"${{ trigger.n }}\" } }\n  - id: after\n    set: { got: \"${{ steps.sub.output }}\" }\n";

fn called(run: &Run) -> What {
    let call = &run.last.call[0];
    What::Called { child: call.child, waits: call.waits }
}

fn returned(status: RunStatus, message: Option<&str>) -> What {
    let error = message.map(|message| RunError {
        error: StepError {
            code: "A002".to_owned(),
            message: message.to_owned(),
            hint: None,
            status: Some(404),
        },
        step: StepPath::from("deep"),
    });
    What::Returned { status, outputs: Some(json!({ "total": 3 })), error }
}

#[test]
fn the_other_run_is_asked_for_until_it_is_there_and_its_outputs_come_back() {
    let mut run = Run::new(CALL, json!({ "n": 4 }));
    let call = run.last.call[0].clone();
    assert_eq!(
        (call.flow.as_str(), &call.with, call.depth, call.waits),
        ("other", &json!({ "n": 4 }), 1, true)
    );
    assert_eq!(run.decide().call.first(), Some(&call), "the same id each time");
    assert_eq!(call.child, child_id(run.state.start.id, &StepPath::from("sub"), 0, at(0)));
    run.hear("sub", called(&run));
    assert!(run.last.call.is_empty());
    assert_eq!(run.state.record(&run.plan).steps[0].child, Some(call.child));
    run.hear("sub", returned(RunStatus::Succeeded, None));
    assert_eq!(run.output("after"), json!({ "got": { "total": 3 } }));
}

#[test]
fn without_waiting_the_run_goes_on_with_the_id() {
    let mut run = Run::new(&CALL.replace("with:", "wait: false, with:"), json!({ "n": 4 }));
    let child = run.last.call[0].child;
    run.hear("sub", called(&run));
    assert_eq!(run.output("after"), json!({ "got": { "run_id": child } }));
}

#[test]
fn a_run_that_came_back_badly_fails_the_step_with_its_words() {
    let mut run = Run::new(CALL, json!({ "n": 4 }));
    run.hear("sub", called(&run));
    run.hear("sub", returned(RunStatus::Failed, Some("no such list")));
    assert_eq!(run.ended(), ("failed", "R010 sub".to_owned()));
    let error = run.state.end.as_ref().and_then(|end| end.error.clone()).expect("an error");
    assert!(error.error.message.contains("no such list"), "{}", error.error.message);
    assert_eq!(error.error.status, Some(404));
    let mut run = Run::new(CALL, json!({ "n": 4 }));
    run.hear("sub", called(&run));
    run.hear("sub", returned(RunStatus::Cancelled, None));
    assert_eq!(run.ended().1, "R010 sub");
}

#[test]
fn a_call_that_is_tried_again_is_another_run() {
    let mut run =
        Run::new(&CALL.replace("  - id: after", "    on_error: hold\n  - id: after"), json!({ "n": 4 }));
    let first = run.last.call[0].child;
    run.hear("sub", called(&run));
    run.hear("sub", returned(RunStatus::Failed, Some("no")));
    assert_eq!(run.status("sub"), StepStatus::Held);
    run.hear("sub", What::Resumed { choice: Resume::Again, by: "ada".to_owned() });
    assert_ne!(run.last.call[0].child, first);
    run.hear("sub", called(&run));
    run.hear("sub", returned(RunStatus::Succeeded, None));
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn sixteen_workflows_may_call_each_other_and_no_more() {
    let begun_at = |depth| {
        let mut begin = (*start(json!({ "n": 1 }))).clone();
        begin.parent = Some(Parent { run: begin.id, path: StepPath::from("x"), depth, waits: true });
        Run::begun(CALL, Arc::new(begin))
    };
    assert_eq!(begun_at(15).last.call[0].depth, 16);
    assert_eq!(begun_at(16).ended(), ("failed", "E007 sub".to_owned()));
}

#[test]
fn the_other_run_is_cancelled_with_the_one_that_waits_for_it() {
    let mut run = Run::new(CALL, json!({ "n": 4 }));
    run.hear("sub", called(&run));
    run.hear("", What::CancelAsked { by: "ada".to_owned() });
    assert_eq!(run.last.cancel, [StepPath::from("sub")]);
    assert_eq!(run.ended().0, "cancelled");
}

const INPUTS: &str = "inputs:\n  email: { type: text, required: true }\n  size: { type: text, enum: [small, large], default: small }\n  count: { type: number }\nsteps:\n  - id: a\n    set: { size: \"${{ inputs.size }}\", count: \"${{ inputs.count | default(0) }}\" }\n";

#[test]
fn inputs_are_checked_and_filled_in_when_a_run_is_called() {
    let plan = plan(INPUTS);
    let taken = plan.take_inputs(&json!({ "email": "a@x.com", "count": 2 }));
    assert_eq!(taken.ok(), Some(json!({ "email": "a@x.com", "size": "small", "count": 2 })));
    for (wrong, words) in [
        (json!({}), "the input `email` is missing"),
        (json!({ "email": 7 }), "the input `email` must be a text"),
        (json!({ "email": "a", "size": "huge" }), "the input `size` has a value that it may not have"),
        (json!({ "email": "a", "emial": "b" }), "`flow` takes no input `emial`"),
        (json!([]), "inputs must be an object"),
    ] {
        let error = plan.take_inputs(&wrong).expect_err("a refusal");
        assert_eq!((error.code.as_str(), error.message.as_str()), ("E009", words));
    }
}

#[test]
fn a_run_that_nobody_called_has_the_defaults() {
    let run = Run::new(INPUTS, json!({}));
    assert_eq!(run.output("a"), json!({ "size": "small", "count": 0 }));
    let mut begin = (*start(json!({}))).clone();
    begin.inputs = json!({ "size": "large", "count": 3 });
    assert_eq!(Run::begun(INPUTS, Arc::new(begin)).output("a"), json!({ "size": "large", "count": 3 }));
}
