//! References: what may be missing is found before anything runs, and nothing else is complained about.

use crate::world::problems;

fn codes(rest: &str) -> Vec<&'static str> {
    problems(rest).iter().map(|problem| problem.code).collect()
}

#[test]
fn a_later_step_an_unknown_step_and_the_step_itself_are_errors() {
    let later =
        "steps:\n  - id: a\n    set: { x: \"${{ steps.b.output.y }}\" }\n  - id: b\n    set: { y: 1 }\n";
    assert_eq!(codes(later), ["W110"]);
    let unknown = "steps:\n  - id: alpha\n    set: { x: 1 }\n  - id: b\n    set: { y: \"${{ steps.alhpa.output.x }}\" }\n";
    let found = problems(unknown);
    assert_eq!(found[0].code, "W103");
    assert_eq!(found[0].hint.as_deref(), Some("did you mean `steps.alpha`?"));
    assert_eq!(codes("steps:\n  - id: a\n    set: { x: \"${{ steps.a.output.x }}\" }\n"), ["W110"]);
}

#[test]
fn the_output_of_a_branch_may_be_missing_behind_it_unless_both_ways_agree() {
    let one_way = "steps:\n  - id: gate\n    if: trigger.a\n    then:\n      - id: inner\n        set: { x: 1 }\n  - id: after\n    set: { y: \"${{ steps.inner.output.x }}\" }\n";
    assert_eq!(codes(one_way), ["W111"]);
    let provided = one_way.replace("steps.inner.output.x }}", "steps.inner.output.x | default(0) }}");
    assert_eq!(codes(&provided), [""; 0]);
    let inside = "steps:\n  - id: gate\n    if: trigger.a\n    then:\n      - id: inner\n        set: { x: 1 }\n      - id: user\n        set: { y: \"${{ steps.inner.output.x }}\" }\n";
    assert_eq!(codes(inside), [""; 0]);
}

#[test]
fn a_way_that_stops_does_not_count() {
    let text = "steps:\n  - id: gate\n    if: trigger.a\n    then:\n      - id: inner\n        set: { x: 1 }\n    else:\n      - stop: {}\n  - id: after\n    set: { y: \"${{ steps.inner.output.x }}\" }\n";
    assert_eq!(codes(text), [""; 0]);
}

#[test]
fn env_stands_in_with_only() {
    for elsewhere in [
        "steps:\n  - id: a\n    set: { x: \"${{ env.FLAG }}\" }\n",
        "steps:\n  - id: a\n    wait: ${{ env.FLAG }}\n",
        "steps:\n  - id: a\n    stop: { reason: \"${{ env.FLAG }}\" }\n",
        "steps:\n  - id: a\n    use: act@1\n    idempotency_key: k-${{ env.FLAG }}\n",
        "steps:\n  - id: a\n    use: act@1\noutputs: { x: \"${{ env.FLAG }}\" }\n",
    ] {
        assert_eq!(codes(elsewhere), ["X005"], "{elsewhere}");
    }
    assert_eq!(codes("steps:\n  - id: a\n    use: act@1\n    with: { x: \"${{ env.FLAG }}\" }\n"), [""; 0]);
}

#[test]
fn env_decides_nothing() {
    assert_eq!(
        codes("steps:\n  - id: a\n    if: env.FLAG == \"x\"\n    then:\n      - stop: {}\n"),
        ["X005"]
    );
}
