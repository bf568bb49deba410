//! References: what may be missing is found before anything runs, and nothing else is complained about.

use cauce_engine::decide;
use cauce_engine::state::State;
use cauce_model::{Entry, StepPath, What};
use proptest::prelude::*;
use serde_json::json;

use crate::world::{at, plan, problems, start};

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

/// A flow of nested steps: `true` is a `set`, the others blocks.
#[derive(Clone, Debug)]
enum Shape {
    Set { guarded: bool },
    Branch { then: Vec<Self>, otherwise: Option<Vec<Self>> },
    Stop,
}

fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    let leaf = prop_oneof![
        6 => any::<bool>().prop_map(|guarded| Shape::Set { guarded }),
        1 => Just(Shape::Stop),
    ];
    let nested = leaf.prop_recursive(3, 10, 3, |inner| {
        let steps = prop::collection::vec(inner, 1..3);
        (steps.clone(), prop::option::of(steps))
            .prop_map(|(then, otherwise)| Shape::Branch { then, otherwise })
    });
    prop::collection::vec(nested, 1..4)
}

/// Writes the shapes as steps. Step `n` asks `trigger.c[n]`, and each later step gets a probe for every earlier one.
fn write(shapes: &[Shape], indent: usize, count: &mut usize, text: &mut String) {
    let pad = " ".repeat(indent);
    for shape in shapes {
        let n = *count;
        *count += 1;
        match shape {
            Shape::Set { guarded } => {
                text.push_str(&format!("{pad}- id: s{n}\n{pad}  set: {{ x: {n} }}\n"));
                if *guarded {
                    text.push_str(&format!("{pad}  when: trigger.c[{n}]\n"));
                }
            }
            Shape::Branch { then, otherwise } => {
                text.push_str(&format!("{pad}- id: s{n}\n{pad}  if: trigger.c[{n}]\n{pad}  then:\n"));
                write(then, indent + 4, count, text);
                if let Some(otherwise) = otherwise {
                    text.push_str(&format!("{pad}  else:\n"));
                    write(otherwise, indent + 4, count, text);
                }
            }
            Shape::Stop => text.push_str(&format!("{pad}- id: s{n}\n{pad}  stop: {{}}\n")),
        }
    }
}

/// Whether some choice of conditions leads to the last step with the output of `wanted` missing, by running them all.
fn can_be_missing(body: &str, count: usize, wanted: usize) -> Option<bool> {
    let plan = plan(body);
    let last = StepPath::from("probe");
    let mut reached = false;
    for choice in 0_u32..1 << count {
        let conditions: Vec<bool> = (0..count).map(|n| choice & (1 << n) != 0).collect();
        let mut state = State::new(start(json!({ "c": conditions })));
        let decision = decide(&plan, &state, at(0));
        for entry in &decision.record {
            state.apply(entry).expect("a legal entry");
        }
        let asked = decision
            .record
            .iter()
            .any(|Entry { path, what, .. }| *path == last && matches!(what, What::Succeeded { .. }));
        if asked {
            reached = true;
            let path = plan.by_id(&format!("s{wanted}")).map(|step| step.path.clone()).expect("a step");
            if state.step(&path).is_none_or(|step| step.output.is_none()) {
                return Some(true);
            }
        }
    }
    reached.then_some(false)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// The analysis against brute force over every execution of small random flows.
    #[test]
    fn what_may_be_missing_is_exactly_what_some_execution_misses(shapes in shapes(), pick in any::<prop::sample::Index>()) {
        let mut body = String::from("steps:\n");
        let mut count = 0;
        write(&shapes, 2, &mut count, &mut body);
        prop_assume!(count <= 9);
        let wanted = pick.index(count);
        let harmless = format!("{body}  - id: probe\n    set: {{ y: 1 }}\n");
        prop_assume!(problems(&harmless).iter().all(|problem| !problem.is_error()));
        let Some(missing) = can_be_missing(&harmless, count, wanted) else { return Ok(()) };
        let asks = format!("{body}  - id: probe\n    set: {{ y: \"${{{{ steps.s{wanted}.output }}}}\" }}\n");
        let complains = problems(&asks).iter().any(|problem| problem.code == "W111" || problem.code == "W110");
        prop_assert_eq!(complains, missing, "{}", asks);
    }
}
