//! Names that exist in some places only, and what a plan keeps of the keys of a workflow.

use crate::world::{plan, problems};

fn found(rest: &str) -> Vec<(&'static str, String)> {
    problems(rest)
        .into_iter()
        .filter(cauce_model::Problem::is_error)
        .map(|problem| (problem.code, problem.message))
        .collect()
}

fn codes(rest: &str) -> Vec<&'static str> {
    found(rest).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn item_and_index_exist_inside_loops_only() {
    let each = |body: &str| {
        format!(
            "steps:\n  - id: each\n    for_each:\n      in: trigger.rows\n      as: row\n      do:\n        - id: x\n          set: {{ v: \"${{{{ {body} }}}}\" }}\n"
        )
    };
    for name in ["item", "index", "row.name", "item.a"] {
        assert_eq!(codes(&each(name)), [""; 0], "{name}");
        let outside = format!("steps:\n  - id: x\n    set: {{ v: \"${{{{ {name} }}}}\" }}\n");
        assert_eq!(codes(&outside), [if name == "row.name" { "X002" } else { "W108" }], "{name}");
    }
    let repeat = "steps:\n  - id: again\n    repeat:\n      until: index > 2\n      do:\n        - id: x\n          set: { v: \"${{ NAME }}\" }\n";
    assert_eq!(codes(&repeat.replace("NAME", "index")), [""; 0]);
    assert_eq!(codes(&repeat.replace("NAME", "item")), ["W108"]);
}

#[test]
fn a_step_of_a_loop_is_seen_inside_the_same_pass_only() {
    let text = "steps:\n  - id: each\n    for_each:\n      in: trigger.rows\n      collect: steps.x.output.v\n      do:\n        - id: x\n          set: { v: 1 }\n        - id: y\n          set: { w: \"${{ steps.x.output.v }}\" }\n  - id: after\n    set: { all: \"${{ steps.each.output.results }}\" }\n";
    assert_eq!(codes(text), [""; 0]);
    let outside = text.replace("steps.each.output.results", "steps.x.output | default(1)");
    let problems = found(&outside);
    assert_eq!(problems[0].0, "W110");
    assert!(problems[0].1.contains("inside the same pass only"), "{problems:?}");
}

#[test]
fn event_exists_inside_match_only_and_a_match_needs_an_equation() {
    let wait = |matches: &str| {
        format!("steps:\n  - id: w\n    wait_for:\n      event: order.paid\n      match: {matches}\n")
    };
    for good in [
        "event.data.id == trigger.id",
        "trigger.id == event.data.id and event.data.n > 3",
        "event.data.n > 3 and (event.key == trigger.id | lower)",
    ] {
        assert_eq!(codes(&wait(good)), [""; 0], "{good}");
    }
    for bad in [
        "event.data.n > 3",
        "event.data.a == event.data.b",
        "trigger.a == trigger.b",
        "event.data.id == trigger.id or event.data.n > 3",
        "not (event.data.id == trigger.id)",
        "event == trigger",
    ] {
        assert_eq!(codes(&wait(bad)), ["W112"], "{bad}");
    }
    assert_eq!(codes("steps:\n  - id: x\n    set: { v: \"${{ event.data }}\" }\n"), ["W108"]);
}

#[test]
fn error_is_there_where_something_failed_and_may_be_missing_in_finally() {
    let at_end = |list: &str, value: &str| {
        format!(
            "steps:\n  - id: a\n    use: act@1\n{list}:\n  - id: x\n    set: {{ v: \"${{{{ {value} }}}}\" }}\n"
        )
    };
    assert_eq!(codes(&at_end("on_error", "error.message")), [""; 0]);
    assert_eq!(codes(&at_end("finally", "error.message")), ["W111"]);
    assert_eq!(codes(&at_end("finally", "error.message | default('well')")), [""; 0]);
    assert_eq!(codes("steps:\n  - id: x\n    set: { v: \"${{ error.code }}\" }\n"), ["W108"]);
}

#[test]
fn what_is_done_at_the_end_sees_every_step_as_one_that_may_be_missing() {
    let at_end = |list: &str, value: &str| {
        format!(
            "steps:\n  - id: a\n    use: act@1\n{list}:\n  - id: x\n    set: {{ v: \"${{{{ {value} }}}}\" }}\n  - id: y\n    set: {{ v: \"${{{{ steps.x.output.v }}}}\" }}\n"
        )
    };
    for list in ["on_error", "finally"] {
        assert_eq!(codes(&at_end(list, "steps.a.output.b")), ["W111"]);
        assert_eq!(codes(&at_end(list, "steps.a.output.b | default(0)")), [""; 0]);
    }
    assert_eq!(codes("exit_when: steps.a.output.b\nsteps:\n  - id: a\n    use: act@1\n"), ["W111"]);
    assert_eq!(
        codes("exit_when: steps.a.output.b | default(false)\nsteps:\n  - id: a\n    use: act@1\n"),
        [""; 0]
    );
}

#[test]
fn inputs_are_declared_and_limits_see_the_trigger_only() {
    let inputs =
        "inputs:\n  email: { type: text }\nsteps:\n  - id: x\n    set: { v: \"${{ inputs.NAME }}\" }\n";
    assert_eq!(codes(&inputs.replace("NAME", "email")), [""; 0]);
    assert_eq!(codes(&inputs.replace("NAME", "emial")), ["W104"]);
    let limit = "concurrency: { key: NAME, limit: 2 }\nsteps:\n  - wait: 1h\n";
    assert_eq!(codes(&limit.replace("NAME", "trigger.body.id")), [""; 0]);
    assert_eq!(codes(&limit.replace("NAME", "trigger.body.id ~ vars.x")), ["W108"]);
    let cancel = "cancel_on:\n  - { event: order.void, match: event.data.id == NAME }\nsteps:\n  - id: a\n    use: act@1\n";
    assert_eq!(codes(&cancel.replace("NAME", "trigger.id")), [""; 0]);
    assert_eq!(codes(&cancel.replace("NAME", "steps.a.output.id")), ["W110"]);
}

#[test]
fn a_branch_sees_what_it_needs_and_not_what_runs_beside_it() {
    let text = "steps:\n  - id: par\n    parallel:\n      branches:\n        - id: one\n          steps:\n            - id: p\n              set: { v: 1 }\n        - id: two\nNEEDS          steps:\n            - id: q\n              set: { v: \"${{ steps.p.output.v }}\" }\n  - id: after\n    set: { v: \"${{ steps.p.output.v + steps.q.output.v }}\" }\n";
    assert_eq!(codes(&text.replace("NEEDS", "          needs: [one]\n")), [""; 0]);
    assert_eq!(codes(&text.replace("NEEDS", "")), ["W110"]);
}

#[test]
fn the_inside_of_a_block_that_goes_on_may_be_missing_behind_it_and_is_seen_in_its_on_error() {
    let text = "steps:\n  - id: gate\n    if: true\n    then:\n      - id: inner\n        use: act@1\n    else:\n      - stop: {}\n    on_error: LIST\n  - id: after\n    set: { v: \"${{ steps.inner.output }}\" }\n";
    assert_eq!(codes(&text.replace("LIST", "fail")), [""; 0]);
    assert_eq!(codes(&text.replace("LIST", "continue")), ["W111"]);
    let list = text.replace(
        "LIST",
        "\n      - id: mend\n        set: { v: \"${{ steps.inner.output | default(1) }}\" }",
    );
    assert_eq!(codes(&list), ["W111"]);
}

#[test]
fn a_picture_has_no_cycle_and_names_every_way() {
    let text = "steps:\n  - id: each\n    for_each:\n      in: trigger.rows\n      do:\n        - id: way\n          switch:\n            cases:\n              - when: item == 1\n                do:\n                  - id: x\n                    set: { v: 1 }\n  - id: par\n    parallel:\n      branches:\n        - id: one\n          steps:\n            - id: p\n              set: { v: 1 }\n        - id: two\n          needs: [one]\n          steps:\n            - id: q\n              set: { v: 1 }\nfinally:\n  - id: tidy\n    set: { v: 1 }\n";
    let picture = plan(text).picture();
    let edges: Vec<String> = picture
        .edges
        .iter()
        .map(|edge| format!("{} -{}-> {}", edge.from, edge.label.as_deref().unwrap_or_default(), edge.to))
        .collect();
    insta::assert_snapshot!(edges.join("\n"));
    let parents: Vec<_> =
        picture.nodes.iter().filter_map(|node| Some((node.path.as_str(), node.parent.as_deref()?))).collect();
    assert_eq!(parents, [("each[]/way", "each"), ("each[]/way/1/x", "each"), ("each[]/way/join", "each")]);
}
