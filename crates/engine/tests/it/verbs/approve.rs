//! `approve`: people are asked.

use cauce_model::{Verdict, What};
use serde_json::json;

use crate::world::{Run, at};

const ASK: &str = "steps:\n  - id: ok\n    approve:\n      to: [boss@example.com, \"${{ trigger.also }}\"]\n      timeout: 2d\n      form:\n        - { name: percent, type: number, required: true }\n  - id: after\n    set: { out: \"${{ steps.ok.output }}\" }\n";

#[test]
fn the_question_is_seen_while_it_is_open_and_the_answer_goes_on() {
    let mut run = Run::new(ASK, json!({ "also": "ana@example.com" }));
    let ask = run.state.record(&run.plan).steps[0].ask.clone().expect("a question");
    assert_eq!(ask.to, ["boss@example.com", "ana@example.com"]);
    assert_eq!((ask.form[0].name.as_str(), ask.deadline), ("percent", Some(at(2 * 86_400))));
    run.now = at(60);
    let form = json!({ "percent": 5 });
    run.hear("ok", What::Decided { decision: Verdict::Approved, by: "ana@example.com".to_owned(), form });
    let expected =
        json!({ "decision": "approved", "by": "ana@example.com", "at": at(60), "form": { "percent": 5 } });
    assert_eq!(run.output("after"), json!({ "out": expected }));
    assert_eq!(run.state.record(&run.plan).steps[0].ask, None);
}

#[test]
fn without_an_answer_the_decision_is_timed_out() {
    let mut run = Run::new(ASK, json!({ "also": "ana@example.com" }));
    run.pass(2 * 86_400);
    assert_eq!(run.output("ok")["decision"], json!("timed_out"));
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn where_nobody_can_be_asked_the_step_fails() {
    for also in [json!(""), json!(null), json!([])] {
        let text = ASK.replace("boss@example.com, ", "");
        assert_eq!(Run::new(&text, json!({ "also": also })).ended(), ("failed", "E006 ok".to_owned()));
    }
    let many = Run::new(ASK, json!({ "also": ["a@example.com", "b@example.com"] }));
    let ask = many.state.record(&many.plan).steps[0].ask.clone().expect("a question");
    assert_eq!(ask.to, ["boss@example.com", "a@example.com", "b@example.com"]);
}
