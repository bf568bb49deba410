//! Replays: a run that repeats another from one of its steps.

use cauce_engine::{ReplayError, State, decide, replay};
use cauce_model::{Entry, StepPath};
use serde_json::{Value, json};

use crate::world::{Run, at, start};

const FLOW: &str = "steps:
  - id: first
    use: act@1
  - id: gate
    if: trigger.big
    then:
      - id: inner
        use: act@1
      - id: chosen
        use: act@1
        with: { a: \"${{ steps.first.output.at }}\", b: \"${{ steps.inner.output.at }}\" }
    else:
      - id: other
        use: act@1
  - id: par
    parallel:
      branches:
        - id: one
          steps:
            - id: p
              use: act@1
        - id: two
          needs: [one]
          steps:
            - id: q
              use: act@1
  - id: each
    for_each:
      in: trigger.rows
      collect: steps.x.output.n
      do:
        - id: x
          set: { n: \"${{ item }}\" }
  - id: last
    use: act@1
    with: { all: \"${{ steps.each.output.results }}\" }
";

fn whole(data: Value) -> Run {
    let mut run = Run::new(FLOW, data);
    while let Some(call) = run.flights.first().map(|call| call.path.to_string()) {
        run.well(&call);
    }
    assert_eq!(run.ended().0, "succeeded");
    run
}

/// An attempt: where, and with what.
type Asked = (String, Value);

/// What a replay of a whole run from `step` begins with, and asks for first.
fn from(step: &str) -> Result<(Vec<Entry>, Vec<Asked>), ReplayError> {
    let run = whole(json!({ "big": true, "rows": [4, 5] }));
    let old = run.state.record(&run.plan);
    let entries = replay(&run.plan, &old, step, at(900))?;
    let state =
        State::recover(start(json!({ "big": true, "rows": [4, 5] })), &entries).expect("legal entries");
    let decision = decide(&run.plan, &state, at(900));
    let asked = decision
        .start
        .into_iter()
        .map(|call| (call.path.to_string(), Value::clone(&call.request.value)))
        .collect();
    Ok((entries, asked))
}

#[test]
fn the_results_before_the_chosen_step_are_copied_and_the_rest_runs_again() {
    let (entries, asked) = from("chosen").expect("a replay");
    assert_eq!(asked, [("gate/then/chosen".to_owned(), json!({ "a": "first", "b": "gate/then/inner" }))]);
    assert!(entries.iter().all(|entry| entry.path != StepPath::from("par")));
    let (_, asked) = from("last").expect("a replay");
    assert_eq!(asked, [("last".to_owned(), json!({ "all": [4, 5] }))]);
    let (entries, asked) = from("first").expect("a replay");
    assert_eq!((entries.len(), asked[0].0.as_str()), (0, "first"));
}

#[test]
fn inside_of_a_parallel_the_branches_that_are_needed_are_over() {
    let (_, asked) = from("par/two/q").expect("a replay");
    assert_eq!(asked[0].0, "par/two/q");
    assert_eq!(asked.len(), 1);
    let (_, asked) = from("p").expect("a replay");
    assert_eq!(asked.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["par/one/p"]);
}

#[test]
fn a_step_without_one_place_in_the_run_is_refused() {
    assert_eq!(from("x").unwrap_err(), ReplayError::InLoop("x".to_owned()));
    assert_eq!(from("nothing").unwrap_err(), ReplayError::Unknown("nothing".to_owned()));
    let refused = from("other").unwrap_err();
    assert!(matches!(&refused, ReplayError::NotReached { before, .. } if before == "gate"), "{refused}");
    assert_eq!(refused.code(), "E011");
}

#[test]
fn a_step_to_which_the_run_did_not_come_is_refused() {
    let mut run = Run::new(FLOW, json!({ "big": true, "rows": [] }));
    run.badly("first");
    let old = run.state.record(&run.plan);
    let refused = replay(&run.plan, &old, "last", at(1)).unwrap_err();
    assert!(matches!(&refused, ReplayError::NotReached { before, .. } if before == "first"), "{refused}");
    assert_eq!(replay(&run.plan, &old, "first", at(1)), Ok(Vec::new()));
}
