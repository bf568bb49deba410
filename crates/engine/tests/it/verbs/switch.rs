//! `switch`: the first way that fits.

use cauce_model::{Resume, StepStatus, What};
use serde_json::json;

use crate::world::Run;

const WAYS: &str = "steps:
  - id: way
    switch:
      value: trigger.status
      cases:
        - equals: paid
          do:
            - id: one
              set: { case: \"${{ steps.way.output.case }}\" }
        - when: trigger.total > 10
          do:
            - id: two
              set: { a: 2 }
        - equals: \"${{ trigger.other }}\"
          do:
            - id: three
              set: { a: 3 }
";

#[test]
fn the_first_case_that_fits_is_taken_whether_by_value_or_by_condition() {
    for (data, case) in [
        (json!({ "status": "paid", "total": 50, "other": "paid" }), json!("1")),
        (json!({ "status": "open", "total": 50, "other": "open" }), json!("2")),
        (json!({ "status": 7.0, "total": 5, "other": 7 }), json!("3")),
        (json!({ "status": "open", "total": 5, "other": "x" }), json!(null)),
    ] {
        let run = Run::new(WAYS, data);
        assert_eq!(run.output("way"), json!({ "case": case }));
        assert_eq!(run.ended().0, "succeeded");
        let ran =
            ["way/1/one", "way/2/two", "way/3/three"].map(|path| run.status(path) == StepStatus::Succeeded);
        assert_eq!(ran, [case == json!("1"), case == json!("2"), case == json!("3")]);
    }
}

#[test]
fn inside_of_a_case_the_step_says_which_one_it_is() {
    let run = Run::new(WAYS, json!({ "status": "paid" }));
    assert_eq!(run.output("way/1/one"), json!({ "case": "1" }));
}

#[test]
fn else_is_taken_where_nothing_fits() {
    let run = Run::new(
        &format!("{WAYS}      else:\n        - id: rest\n          stop: {{ reason: nothing }}\n"),
        json!({ "status": "open", "total": 1, "other": 3 }),
    );
    assert_eq!(run.output("way"), json!({ "case": "else" }));
    assert_eq!(run.ended(), ("succeeded", "nothing".to_owned()));
}

#[test]
fn a_case_that_cannot_be_asked_fails_the_step_and_its_on_error_goes_on() {
    let text = format!(
        "{WAYS}    on_error: continue\n  - id: after\n    set: {{ s: \"${{{{ steps.way.error.code }}}}\" }}\n"
    );
    let run = Run::new(&text, json!({ "status": "open", "total": "many" }));
    assert_eq!(run.output("after"), json!({ "s": "X102" }));
}

#[test]
fn a_block_that_is_held_begins_anew_when_somebody_says_again() {
    let text = "steps:\n  - id: way\n    if: trigger.yes\n    then:\n      - id: call\n        use: act@1\n    on_error: hold\n";
    let mut run = Run::new(text, json!({ "yes": true }));
    let key = run.call().request.key;
    run.badly("way/then/call");
    assert_eq!(run.status("way"), StepStatus::Held);
    run.hear("way", What::Resumed { choice: Resume::Again, by: "ada".to_owned() });
    assert_eq!((run.started(), run.call().attempt), (vec!["way/then/call"], 1));
    assert_eq!(run.call().request.key, key);
    run.well("way/then/call");
    assert_eq!(run.ended().0, "succeeded");
}
