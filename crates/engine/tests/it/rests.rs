//! What a step rests on: the runner writes that down before it begins.

use cauce_engine::rests_on;
use cauce_model::StepPath;

use crate::world::plan;

const FLOW: &str = "steps:
  - id: a
    use: act@1
  - id: gate
    if: true
    then:
      - id: b
        use: act@1
      - id: c
        use: act@1
        on_error:
          - id: mend
            use: act@1
  - id: each
    for_each:
      in: trigger.rows
      do:
        - id: x
          use: act@1
        - id: y
          use: act@1
  - id: poll
    repeat:
      until: true
      do:
        - id: ask
          use: act@1
  - id: par
    parallel:
      branches:
        - id: one
          steps:
            - id: p
              use: act@1
        - id: two
          steps:
            - id: q
              use: act@1
        - id: three
          needs: [one]
          steps:
            - id: r
              use: act@1
on_error:
  - id: tell
    use: act@1
finally:
  - id: tidy
    use: act@1
";

#[test]
fn a_step_rests_on_what_stands_before_it_and_around_it_and_on_what_its_branch_needs() {
    let plan = plan(FLOW);
    let rests = |call: &str, entry: &str| rests_on(&plan, &StepPath::from(call), &StepPath::from(entry));
    for (call, entry) in [
        ("gate/then/b", "a"),
        ("gate/then/c", "gate/then/b"),
        ("gate/then/c", "gate"),
        ("gate/then/c/error/mend", "gate/then/c"),
        ("each[4]/x", "gate/then/b"),
        ("each[4]/y", "each[4]/x"),
        ("each[4]/y", "each"),
        ("poll[2]/ask", "poll[1]/ask"),
        ("poll[0]/ask", "each[77]/y"),
        ("par/three/r", "par/one/p"),
        ("par/three/r", "par"),
        ("on_error/tell", "par/one/p"),
        ("finally/tidy", "on_error/tell"),
        ("finally/tidy", "a"),
        ("a", ""),
        ("a", "a"),
    ] {
        assert!(rests(call, entry), "{call} rests on {entry}");
    }
    for (call, entry) in [
        ("a", "gate/then/b"),
        ("gate/then/b", "gate/then/c"),
        ("each[4]/y", "each[3]/x"),
        ("each[3]/x", "each[4]/x"),
        ("poll[1]/ask", "poll[2]/ask"),
        ("par/two/q", "par/one/p"),
        ("par/one/p", "par/three/r"),
        ("gate/then/c", "gate/then/c/error/mend"),
        ("par/one/p", "on_error/tell"),
    ] {
        assert!(!rests(call, entry), "{call} does not rest on {entry}");
    }
}
