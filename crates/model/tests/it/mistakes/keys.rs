//! Mistakes in limits by key, at the top and in triggers, and in what else a run is bound to.

use super::{Mistake, gallery, with_top, with_triggers};

#[test]
fn mistakes_in_limits_of_runs_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&runs()));
}

#[test]
fn mistakes_in_limits_of_triggers_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&triggers()));
}

#[test]
fn mistakes_in_inputs_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&inputs()));
}

#[test]
fn mistakes_in_how_a_run_ends_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&ends()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    [runs(), triggers(), inputs(), ends()].concat()
}

fn runs() -> Vec<Mistake> {
    vec![
        ("a concurrency that is a number", with_top("concurrency: 1")),
        ("a concurrency without limit", with_top("concurrency: { key: trigger.body.email }")),
        ("a concurrency of none", with_top("concurrency: { limit: 0 }")),
        ("a concurrency beyond all", with_top("concurrency: { limit: 2000000 }")),
        ("a concurrency with a fixed key", with_top("concurrency: { key: \"'one'\", limit: 1 }")),
        (
            "a concurrency with braces in its key",
            with_top("concurrency:\n  key: ${{ trigger.body.email }}\n  limit: 1"),
        ),
        ("a concurrency with an empty key", with_top("concurrency: { key: \"\", limit: 1 }")),
        ("an overflow that is misspelt", with_top("concurrency: { limit: 1, overflow: cancel_runing }")),
        ("an overflow that is unknown", with_top("concurrency: { limit: 1, overflow: replace }")),
        ("a concurrency with max", with_top("concurrency: { max: 1 }")),
        ("a misspelt concurrency", with_top("concurency: { limit: 1 }")),
        ("a reentry that is a duration", with_top("reentry: 30d")),
        ("a reentry without key", with_top("reentry: { after: 30d }")),
        ("a reentry without after", with_top("reentry: { key: trigger.body.email }")),
        ("a reentry of nothing", with_top("reentry: {}")),
        ("a reentry with a fixed key", with_top("reentry: { key: vars.key, after: 30d }")),
        ("a reentry that is misspelt", with_top("reentry: { key: trigger.body.email, after: nevr }")),
        ("a reentry after nothing", with_top("reentry: { key: trigger.body.email, after: 0s }")),
        ("a reentry after a number", with_top("reentry: { key: trigger.body.email, after: 30 }")),
        ("a cooldown", with_top("cooldown: { key: trigger.body.email, after: 30d }")),
    ]
}

/// A webhook with these lines.
fn hook(lines: &str) -> String {
    with_triggers(&format!("- use: webhook@1\n  {lines}"))
}

fn triggers() -> Vec<Mistake> {
    vec![
        ("a debounce that is a duration", hook("debounce: 10m")),
        ("a debounce without for", hook("debounce: { key: trigger.body.cart }")),
        ("a debounce with wait", hook("debounce: { duration: 10m }")),
        ("a debounce with a fixed key", hook("debounce: { key: \"'cart'\", for: 10m }")),
        ("a debounce with a max below for", hook("debounce: { for: 10m, max: 5m }")),
        ("a debounce with a wrong max", hook("debounce: { for: 10m, max: 1 hour }")),
        ("a debounce for a number", hook("debounce: { for: 10 }")),
        ("a throttle that is a number", hook("throttle: 10")),
        ("a throttle without per", hook("throttle: { limit: 10 }")),
        ("a throttle without limit", hook("throttle: { per: 1h }")),
        ("a throttle of none", hook("throttle: { limit: 0, per: 1h }")),
        ("a throttle with a fixed key", hook("throttle: { limit: 10, per: 1h, key: run.id }")),
        ("a throttle with a period", hook("throttle: { limit: 10, period: 1h }")),
        ("a throttle per word", hook("throttle: { limit: 10, per: hour }")),
        ("a batch that is a number", hook("batch: 100")),
        ("a batch without size", hook("batch: { for: 10m }")),
        ("a batch without for", hook("batch: { size: 100 }")),
        ("a batch that is too large", hook("batch: { size: 5000, for: 10m }")),
        ("a batch of none", hook("batch: { size: 0, for: 10m }")),
        ("a batch with a fixed key", hook("batch: { key: vars.list, size: 10, for: 10m }")),
        ("a batch with count", hook("batch: { count: 10, for: 10m }")),
        ("a batch beside a debounce", hook("debounce: { for: 10m }\n  batch: { size: 10, for: 10m }")),
        ("a rate limit", hook("rate_limit: { limit: 10, per: 1h }")),
        ("a name beside an event", with_triggers("- use: event@1\n  name: order.paid")),
        ("a dedupe key that is a number", hook("dedupe_key: 5")),
        ("a connection of a trigger", hook("connection: shop")),
    ]
}

fn inputs() -> Vec<Mistake> {
    vec![
        ("inputs that are a list", with_top("inputs: [email]")),
        ("inputs that are empty", with_top("inputs: {}")),
        ("an input that is its type", with_top("inputs:\n  email: text")),
        ("an input without a value", with_top("inputs:\n  email:")),
        ("an input with a dash", with_top("inputs:\n  first-name: { type: text }")),
        ("an input of an unknown type", with_top("inputs:\n  email: { type: email }")),
        (
            "an input of a type by another name",
            with_top(
                "inputs:\n  a: { type: string }\n  b: { type: integer }\n  c: { type: array }\n  d: { type: bool }",
            ),
        ),
        ("an input that is required in words", with_top("inputs:\n  email: { required: yes }")),
        (
            "an input that is required and has a default",
            with_top("inputs:\n  email: { required: true, default: a@example.com }"),
        ),
        ("a default of another type", with_top("inputs:\n  days: { type: number, default: \"3\" }")),
        (
            "a default that is none of the values",
            with_top("inputs:\n  size: { type: text, enum: [s, m], default: xl }"),
        ),
        ("values that are one text", with_top("inputs:\n  size: { enum: small }")),
        ("values that are empty", with_top("inputs:\n  size: { enum: [] }")),
        ("values of another type", with_top("inputs:\n  size: { type: number, enum: [1, two, 3] }")),
        ("values called choices", with_top("inputs:\n  size: { choices: [s, m] }")),
        ("a secret input", with_top("inputs:\n  token: { type: text, secret: true }")),
        ("an input with a stranger", with_top("inputs:\n  email: { label: Address }")),
        (
            "too many inputs",
            with_top(&format!(
                "inputs:\n{}",
                (0..101).map(|n| format!("  i{n}: {{}}\n")).collect::<String>().trim_end()
            )),
        ),
    ]
}

fn ends() -> Vec<Mistake> {
    vec![
        ("a time-out of a run without a unit", with_top("timeout: 30")),
        ("a time-out of a run that is too long", with_top("timeout: 9999d")),
        ("an exit_when with braces", with_top("exit_when: ${{ steps.a.output.done }}")),
        ("an exit_when that is a list", with_top("exit_when: [a]")),
        ("a goal", with_top("goal: trigger.body.done")),
        ("an index that is a text", with_top("index: trigger.body.email")),
        ("an index that is empty", with_top("index: []")),
        ("an index with braces", with_top("index:\n  - ${{ trigger.body.email }}")),
        ("an index of numbers", with_top("index: [1]")),
        ("a cancel_on that is a name", with_top("cancel_on: order.cancelled")),
        ("a cancel_on without match", with_top("cancel_on: { event: order.cancelled }")),
        ("a cancel_on without event", with_top("cancel_on: { match: event.data.id == trigger.body.id }")),
        ("a cancel_on that is empty", with_top("cancel_on: []")),
        ("a cancel_on with a text in its list", with_top("cancel_on: [order.cancelled]")),
        (
            "a cancel_on with a stranger",
            with_top(
                "cancel_on: { event: order.cancelled, match: event.key == trigger.body.id, timeout: 3d }",
            ),
        ),
        (
            "a cancel_on with a wrong name",
            with_top("cancel_on: { event: \"order cancelled!\", match: event.key == trigger.body.id }"),
        ),
        ("an on_error of a workflow that is a word", with_top("on_error: continue")),
        ("an on_error of a workflow that is empty", with_top("on_error: []")),
        ("a wrong step in on_error of a workflow", with_top("on_error:\n  - use: data.log\n  - wait: soon")),
        ("a finally that is an object", with_top("finally:\n  use: data.log@1")),
        ("a finally that is empty", with_top("finally: []")),
        ("a wrong step in finally", with_top("finally:\n  - ues: data.log@1")),
        ("an always", with_top("always:\n  - use: data.log@1")),
        (
            "one id in steps and in finally",
            with_top(
                "finally:\n  - id: tell\n    use: data.log@1\non_error:\n  - id: tell\n    use: data.log@1",
            ),
        ),
        ("a step called finally", with_top("on_error:\n  - id: finally\n    use: data.log@1")),
        ("keys of a later version", with_top("send_policy: { cap: 1 }\ntests: []")),
        ("a misspelt key of a later version", with_top("send_polcy: { cap: 1 }")),
    ]
}
