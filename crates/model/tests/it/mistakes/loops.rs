//! Mistakes in `for_each` and `repeat`.

use super::{Mistake, gallery, with_steps};

#[test]
fn mistakes_in_loops_over_items_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&for_each()));
}

#[test]
fn mistakes_in_repetitions_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&repetitions()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    [for_each(), repetitions()].concat()
}

/// A loop over the items, with these lines before its `do`.
fn each(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    with_steps(&format!("- for_each:\n    in: trigger.body.items\n{indented}    do:\n      - wait: 1h"))
}

/// A repetition, with these lines before its `do`.
fn repeat(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    with_steps(&format!(
        "- repeat:\n    until: steps.ask.output.body.done\n{indented}    do:\n      - id: ask\n        use: http.request@1"
    ))
}

fn for_each() -> Vec<Mistake> {
    vec![
        ("a for_each that is an expression", with_steps("- for_each: trigger.body.items")),
        (
            "a for_each with its do beside it",
            with_steps("- for_each:\n    in: trigger.body.items\n  do:\n    - wait: soon"),
        ),
        (
            "a for_each as other products write it",
            with_steps("- for_each: trigger.body.items\n  as: order\n  do:\n    - wait: 1h"),
        ),
        ("a for_each without in", with_steps("- for_each:\n    do:\n      - wait: 1h")),
        ("a for_each without do", with_steps("- for_each: { in: trigger.body.items }")),
        ("a for_each over nothing at all", with_steps("- for_each: {}")),
        ("a misspelt for_each", with_steps("- foreach: { in: trigger.body.items }")),
        ("a loop", with_steps("- loop: { in: trigger.body.items }")),
        (
            "a for_each with items",
            with_steps("- for_each:\n    items: trigger.body.items\n    do:\n      - wait: 1h"),
        ),
        (
            "a for_each with steps",
            with_steps("- for_each:\n    in: trigger.body.items\n    steps:\n      - wait: 1h"),
        ),
        (
            "a for_each over a list of the file",
            with_steps("- for_each:\n    in: [a, b]\n    do:\n      - wait: 1h"),
        ),
        (
            "a for_each over braces",
            with_steps("- for_each:\n    in: ${{ trigger.body.items }}\n    do:\n      - wait: 1h"),
        ),
        ("a for_each over a number", with_steps("- for_each:\n    in: 10\n    do:\n      - wait: 1h")),
        ("an item with a capital", each("as: Order")),
        ("an item with a reserved name", each("as: trigger")),
        ("an item that is a number", each("as: 1")),
        (
            "two loops with items of one name",
            with_steps(
                "- for_each:\n    in: trigger.body.orders\n    as: order\n    do:\n      - for_each:\n          in: order.parts\n          as: order\n          do:\n            - wait: 1h",
            ),
        ),
        ("none at once", each("parallel: 0")),
        ("too many at once", each("parallel: 100")),
        ("all at once", each("parallel: all")),
        ("half of one at once", each("parallel: 0.5")),
        ("fewer than none at once", each("parallel: -1")),
        ("an unlimited number at once", each("concurrency: 4")),
        ("braces in collect", each("collect: ${{ steps.a.output }}")),
        ("an item error that stops", each("on_item_error: stop")),
        ("an item error that is misspelt", each("on_item_error: contineu")),
        ("on_error inside a for_each", each("on_error: continue")),
        (
            "a parallel number beside a for_each",
            with_steps("- for_each:\n    in: trigger.body.items\n    do:\n      - wait: 1h\n  parallel: 4"),
        ),
        ("an empty do", with_steps("- for_each:\n    in: trigger.body.items\n    do: []")),
        (
            "a wrong step in a loop",
            with_steps(
                "- for_each:\n    in: trigger.body.items\n    do:\n      - wait: soon\n      - ues: a.b@1",
            ),
        ),
        (
            "a step in a loop with the id of one outside",
            with_steps(
                "- id: send\n  wait: 1h\n- for_each:\n    in: trigger.body.items\n    do:\n      - id: send\n        wait: 1h",
            ),
        ),
    ]
}

fn repetitions() -> Vec<Mistake> {
    vec![
        ("a repeat that is a number", with_steps("- repeat: 5")),
        ("a repeat that is an expression", with_steps("- repeat: steps.ask.output.done")),
        ("a repeat without until", with_steps("- repeat:\n    do:\n      - wait: 1h")),
        ("a repeat without do", with_steps("- repeat: { until: steps.ask.output.done }")),
        (
            "a repeat with while",
            with_steps("- repeat:\n    while: trigger.body.open\n    do:\n      - wait: 1h"),
        ),
        ("a while", with_steps("- while: trigger.body.open")),
        ("a repeat with times", repeat("times: 3")),
        ("a repeat of none", repeat("max: 0")),
        ("a repeat too often", repeat("max: 100000")),
        ("a repeat in words", repeat("max: often")),
        ("a pause without a unit", repeat("every: 5")),
        ("a pause of nothing", repeat("every: 0s")),
        ("a pause called interval", repeat("interval: 5m")),
        (
            "braces in until",
            with_steps("- repeat:\n    until: ${{ steps.ask.output.done }}\n    do:\n      - wait: 1h"),
        ),
        ("a timeout on a repeat", repeat("max: 3") + "    timeout: 5m\n"),
        ("a timeout in a repeat", repeat("timeout: 5m")),
        (
            "a step behind a repeat that always stops",
            with_steps("- repeat:\n    until: trigger.body.ok\n    do:\n      - stop: {}\n- wait: 1h"),
        ),
    ]
}
