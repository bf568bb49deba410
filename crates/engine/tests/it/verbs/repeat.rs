//! `repeat`: until it is enough.

use serde_json::json;

use crate::world::{Run, at};

const POLL: &str = "steps:\n  - id: poll\n    repeat:\n      until: steps.ask.output.ready\n      every: 1m\n      max: 3\n      do:\n        - id: ask\n          use: act@1\n          with: { n: \"${{ index }}\" }\n  - id: after\n    set: { at: \"${{ now() }}\" }\n";

#[test]
fn passes_follow_each_other_with_a_pause_until_it_is_enough() {
    let mut run = Run::new(POLL, json!({}));
    assert_eq!(run.started(), ["poll[0]/ask"]);
    run.land("poll[0]/ask", Ok(json!({ "ready": false })));
    assert_eq!(run.last.wake_at, Some(at(61)), "a minute behind the answer");
    assert!(run.pass(59).start.is_empty());
    assert_eq!(run.pass(1).start.len(), 1);
    assert_eq!(run.call().request.value, json!({ "n": 1 }).into());
    run.land("poll[1]/ask", Ok(json!({ "ready": true, "id": 7 })));
    assert_eq!(run.output("poll"), json!({ "count": 2, "last": { "ready": true, "id": 7 } }));
    assert_eq!(run.output("after"), json!({ "at": at(62) }));
    let passes = run.state.record(&run.plan).steps[0].passes.clone().expect("a loop");
    assert_eq!((passes.done, passes.failed), (2, 0));
}

#[test]
fn when_no_pass_was_enough_the_step_fails() {
    let mut run = Run::new(POLL, json!({}));
    for n in 0..3 {
        run.land(&format!("poll[{n}]/ask"), Ok(json!({ "ready": false })));
        run.now = run.last.wake_at.unwrap_or(run.now);
        run.decide();
    }
    assert_eq!(run.ended(), ("failed", "E004 poll".to_owned()));
}

#[test]
fn a_pass_that_fails_fails_the_step_and_so_does_a_question_without_an_answer() {
    let mut run = Run::new(POLL, json!({}));
    run.badly("poll[0]/ask");
    assert_eq!(run.ended(), ("failed", "A002 poll[0]/ask".to_owned()));
    let mut run = Run::new(POLL, json!({}));
    run.land("poll[0]/ask", Ok(json!({ "redy": false })));
    assert_eq!(run.ended(), ("failed", "X101 poll".to_owned()));
}

#[test]
fn a_loop_without_effects_is_done_in_parts() {
    let text = "steps:\n  - id: count\n    repeat:\n      until: index == 1200\n      max: 5000\n      do:\n        - id: n\n          set: { n: \"${{ index }}\" }\n";
    let mut run = Run::new(text, json!({}));
    let mut decisions = 1;
    while run.state.end.is_none() {
        run.decide();
        decisions += 1;
    }
    assert_eq!(run.output("count"), json!({ "count": 1201, "last": { "n": 1200 } }));
    assert_eq!(decisions, 3);
}
