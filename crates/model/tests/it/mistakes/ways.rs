//! Mistakes in `switch` and `parallel`.

use super::{Mistake, gallery, with_steps};

#[test]
fn mistakes_in_switches_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&switches()));
}

#[test]
fn mistakes_in_cases_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&single_cases()));
}

#[test]
fn mistakes_in_branches_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&single_branches()));
}

#[test]
fn mistakes_in_parallels_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&parallels()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    [switches(), single_cases(), parallels(), single_branches()].concat()
}

/// A switch over the status, with these lines below `value`.
fn switch(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    with_steps(&format!("- switch:\n    value: trigger.body.status\n{indented}"))
}

/// A switch with these cases.
fn cases(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    switch(&format!("cases:\n{indented}"))
}

fn switches() -> Vec<Mistake> {
    vec![
        ("a switch that is an expression", with_steps("- switch: trigger.body.status")),
        ("a switch without a value", with_steps("- switch:")),
        (
            "a switch that is a list",
            with_steps("- switch:\n    - when: trigger.body.ok\n      do:\n        - wait: 1h"),
        ),
        ("a switch without cases", switch("")),
        ("a switch with case", switch("case:\n  - equals: paid\n    do:\n      - wait: 1h")),
        ("a switch with empty cases", switch("cases: []")),
        ("cases that are an object", switch("cases:\n  paid:\n    - wait: 1h")),
        (
            "equals without a value to compare",
            with_steps(
                "- switch:\n    cases:\n      - equals: paid\n        do:\n          - wait: 1h\n      - when: trigger.body.ok\n        do:\n          - wait: 1h",
            ),
        ),
        ("a value that nothing is compared with", cases("- when: trigger.body.ok\n  do:\n    - wait: 1h")),
        (
            "braces in the value",
            with_steps(
                "- switch:\n    value: ${{ trigger.body.status }}\n    cases:\n      - equals: paid\n        do:\n          - wait: 1h",
            ),
        ),
        (
            "a number as value",
            with_steps(
                "- switch:\n    value: 3\n    cases:\n      - equals: 3\n        do:\n          - wait: 1h",
            ),
        ),
        (
            "an else beside a switch",
            with_steps(
                "- switch:\n    value: trigger.body.status\n    cases:\n      - equals: paid\n        do:\n          - wait: 1h\n  else:\n    - wait: soon",
            ),
        ),
        (
            "cases beside a switch",
            with_steps(
                "- switch: trigger.body.status\n  cases:\n    - equals: paid\n      do:\n        - wait: 1h",
            ),
        ),
        (
            "a then beside a switch",
            with_steps(
                "- switch:\n    value: trigger.body.status\n    cases:\n      - equals: paid\n        do:\n          - wait: 1h\n  then:\n    - wait: 1h",
            ),
        ),
        (
            "a default instead of else",
            cases("- equals: paid\n  do:\n    - wait: 1h")
                .replace("    cases:", "    default: []\n      cases:"),
        ),
        ("an empty else", switch("cases:\n  - equals: paid\n    do:\n      - wait: 1h\nelse: []")),
        (
            "two cases with steps of one id",
            cases(
                "- equals: paid\n  do:\n    - id: thank\n      wait: 1h\n- equals: open\n  do:\n    - id: thank\n      wait: 1h",
            ),
        ),
        (
            "a step behind a switch that always stops",
            format!(
                "{}  - wait: 1h\n",
                switch("cases:\n  - equals: paid\n    do:\n      - stop: {}\nelse:\n  - stop: {}")
            ),
        ),
        (
            "too many cases",
            switch(&format!("cases:\n{}", "  - equals: a\n    do:\n      - wait: 1h\n".repeat(101))),
        ),
    ]
}

fn single_cases() -> Vec<Mistake> {
    vec![
        ("a case that is a text", cases("- paid")),
        ("a case that is nothing", cases("-")),
        ("a case without a condition", cases("- do:\n    - wait: 1h")),
        ("a case without do", cases("- equals: paid")),
        (
            "a case with both conditions",
            cases("- equals: paid\n  when: trigger.body.ok\n  do:\n    - wait: 1h"),
        ),
        (
            "a case with if",
            cases("- equals: paid\n  do:\n    - wait: 1h\n- if: trigger.body.ok\n  do:\n    - wait: 1h"),
        ),
        ("a case with then", cases("- equals: paid\n  then:\n    - wait: 1h")),
        ("a case with is", cases("- is: paid\n  do:\n    - wait: 1h")),
        ("a case called default", cases("- default:\n    - wait: 1h")),
        ("a case with a stranger", cases("- equals: paid\n  banana: 1\n  do:\n    - wait: 1h")),
        (
            "braces in when of a case",
            cases(
                "- when: ${{ trigger.body.ok }}\n  do:\n    - wait: 1h\n- equals: paid\n  do:\n    - wait: 1h",
            ),
        ),
        ("a case with an empty do", cases("- equals: paid\n  do: []")),
        ("a case with one step instead of a list", cases("- equals: paid\n  do:\n    wait: 1h")),
        ("a wrong step in a case", cases("- equals: paid\n  do:\n    - wait: soon")),
    ]
}

/// A parallel with these branches.
fn branches(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("      {line}\n")).collect();
    with_steps(&format!("- parallel:\n    branches:\n{indented}"))
}

const A: &str = "- id: a\n  steps:\n    - wait: 1h\n";

fn parallels() -> Vec<Mistake> {
    let with =
        |keys: &str| branches(&format!("{A}- id: b\n  steps:\n    - wait: 1h")) + "      " + keys + "\n";
    vec![
        ("a parallel that is a number", with_steps("- parallel: 4")),
        (
            "a parallel that is a list",
            with_steps("- parallel:\n    - id: a\n      steps:\n        - wait: 1h"),
        ),
        ("a parallel without branches", with_steps("- parallel: {}")),
        ("a parallel with empty branches", with_steps("- parallel: { branches: [] }")),
        (
            "branches that are an object",
            with_steps("- parallel:\n    branches:\n      a:\n        - wait: 1h"),
        ),
        ("needs that are a text", branches(&format!("{A}- id: b\n  needs: a\n  steps:\n    - wait: 1h"))),
        ("a need that is a number", branches(&format!("{A}- id: b\n  needs: [1]\n  steps:\n    - wait: 1h"))),
        (
            "a misspelt need",
            branches(&format!(
                "- id: mail\n  steps:\n    - wait: 1h\n{A}- id: b\n  needs: [mial]\n  steps:\n    - wait: 1h"
            )),
        ),
        (
            "a need that is far from all",
            branches(&format!("{A}- id: b\n  needs: [warehouse]\n  steps:\n    - wait: 1h")),
        ),
        (
            "a need where there is no other branch",
            branches("- id: a\n  needs: [warehouse]\n  steps:\n    - wait: 1h"),
        ),
        ("a branch that needs itself", branches("- id: a\n  needs: [a]\n  steps:\n    - wait: 1h")),
        (
            "a need that is named twice",
            branches(&format!("{A}- id: b\n  needs: [a, a]\n  steps:\n    - wait: 1h")),
        ),
        (
            "two branches that need each other",
            branches(
                "- id: a\n  needs: [b]\n  steps:\n    - wait: 1h\n- id: b\n  needs: [a]\n  steps:\n    - wait: 1h",
            ),
        ),
        (
            "two circles of needs",
            branches(
                "- id: a\n  needs: [b]\n  steps:\n    - wait: 1h\n- id: b\n  needs: [c]\n  steps:\n    - wait: 1h\n- id: c\n  needs: [a]\n  steps:\n    - wait: 1h\n- id: d\n  needs: [e, a]\n  steps:\n    - wait: 1h\n- id: e\n  needs: [d]\n  steps:\n    - wait: 1h",
            ),
        ),
        ("needs of a step in another block", with_steps("- use: http.request@1\n  needs: [a]")),
        (
            "a branch with depends_on",
            branches(&format!("{A}- id: b\n  depends_on: [a]\n  steps:\n    - wait: 1h")),
        ),
        ("a join that is misspelt", with("join: al")),
        ("a join of one", with("join: 1")),
        ("a fail that is misspelt", with("fail: colect")),
        ("a fail that is false", with("fail: false")),
        ("a fail beside join any", with("join: any\n      fail: collect")),
        ("a join beside a parallel", branches(A) + "    join: any\n"),
        ("a parallel with mode", with("mode: any")),
        (
            "a step behind a parallel that always stops",
            branches(&format!("{A}- id: b\n  steps:\n    - stop: {{}}")) + "  - wait: 1h\n",
        ),
        (
            "too many branches",
            branches(
                &(0..101).map(|n| format!("- id: b{n}\n  steps:\n    - wait: 1h\n")).collect::<String>(),
            ),
        ),
    ]
}

fn single_branches() -> Vec<Mistake> {
    vec![
        ("a branch that is a text", branches("- mail")),
        ("a branch that is a list", branches("- - wait: 1h")),
        ("a branch without id", branches("- steps:\n    - wait: 1h")),
        ("a branch with a name", branches("- name: mail\n  steps:\n    - wait: 1h")),
        ("a branch without steps", branches("- id: mail")),
        ("a branch with do", branches("- id: mail\n  do:\n    - wait: 1h")),
        ("a branch with empty steps", branches("- id: mail\n  steps: []")),
        ("a branch with an id in capitals", branches("- id: Mail\n  steps:\n    - wait: 1h")),
        ("a branch with a reserved id", branches("- id: error\n  steps:\n    - wait: 1h")),
        ("a branch with a number as id", branches("- id: 1\n  steps:\n    - wait: 1h")),
        ("two branches with one id", branches(&format!("{A}{A}"))),
        (
            "two branches with steps of one id",
            branches(
                "- id: a\n  steps:\n    - id: send\n      wait: 1h\n- id: b\n  steps:\n    - id: send\n      wait: 1h",
            ),
        ),
    ]
}
