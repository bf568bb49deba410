//! Mistakes in `wait_for`, `approve` and `call`.

use super::{Mistake, gallery, with_steps};

#[test]
fn mistakes_in_waits_for_events_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&waits()));
}

#[test]
fn mistakes_in_approvals_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&approvals()));
}

#[test]
fn mistakes_in_calls_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&calls()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    [waits(), approvals(), calls()].concat()
}

/// A wait for a payment with these lines.
fn wait_for(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    with_steps(&format!(
        "- wait_for:\n    event: order.paid\n    match: event.data.id == trigger.body.id\n{indented}"
    ))
}

fn waits() -> Vec<Mistake> {
    vec![
        ("a wait_for that is a name", with_steps("- wait_for: order.paid")),
        ("a wait_for of nothing", with_steps("- wait_for: {}")),
        ("a wait_for without event", with_steps("- wait_for: { match: event.data.id == trigger.body.id }")),
        ("a wait_for without match", with_steps("- wait_for: { event: order.paid }")),
        (
            "a wait_for with name and where",
            with_steps("- wait_for: { name: order.paid, where: event.data.id == trigger.body.id }"),
        ),
        (
            "an event that is an expression",
            with_steps(
                "- wait_for:\n    event: ${{ vars.event }}\n    match: event.data.id == trigger.body.id",
            ),
        ),
        (
            "an event with blanks",
            with_steps("- wait_for:\n    event: Order paid\n    match: event.data.id == trigger.body.id"),
        ),
        (
            "an event with a slash",
            with_steps(
                "- wait_for:\n    event: shop/order:paid\n    match: event.data.id == trigger.body.id",
            ),
        ),
        (
            "an event that begins with a digit",
            with_steps("- wait_for:\n    event: 1st.order\n    match: event.data.id == trigger.body.id"),
        ),
        (
            "an event that is a number",
            with_steps("- wait_for:\n    event: 5\n    match: event.data.id == trigger.body.id"),
        ),
        (
            "an event that is a list",
            with_steps(
                "- wait_for:\n    event: [order.paid, order.cancelled]\n    match: event.data.id == trigger.body.id",
            ),
        ),
        (
            "braces in match",
            with_steps(
                "- wait_for:\n    event: order.paid\n    match: event.data.id == ${{ trigger.body.id }}",
            ),
        ),
        (
            "a match that is an object",
            with_steps("- wait_for:\n    event: order.paid\n    match: { id: trigger.body.id }"),
        ),
        ("a timeout of a wait_for without a unit", wait_for("timeout: 3")),
        ("a timeout of a wait_for that is too long", wait_for("timeout: 10000d")),
        ("a timeout beside a wait_for", wait_for("") + "    timeout: 3d\n"),
        (
            "an event beside a wait_for",
            with_steps(
                "- wait_for: order.paid\n  event: order.paid\n  match: event.data.id == trigger.body.id",
            ),
        ),
        ("an on_timeout without timeout", wait_for("on_timeout: fail")),
        ("an on_timeout that is misspelt", wait_for("timeout: 3d\non_timeout: fial")),
        ("an on_timeout that skips", wait_for("timeout: 3d\non_timeout: skip")),
        ("an on_timeout that is an object", wait_for("timeout: 3d\non_timeout:\n  use: data.log@1")),
        ("an empty on_timeout", wait_for("timeout: 3d\non_timeout: []")),
        ("a wrong step in on_timeout", wait_for("timeout: 3d\non_timeout:\n  - wait: soon")),
        ("an on_timeout beside a wait_for", wait_for("timeout: 3d") + "    on_timeout: fail\n"),
        ("a deadline", wait_for("deadline: 3d")),
        ("a wait with an event", with_steps("- wait: { event: order.paid }")),
    ]
}

/// An approval with these lines.
fn approve(lines: &str) -> String {
    let indented: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    with_steps(&format!("- approve:\n    to: ana@example.com\n{indented}"))
}

fn approvals() -> Vec<Mistake> {
    vec![
        ("an approve that is an address", with_steps("- approve: ana@example.com")),
        ("an approve that is a list", with_steps("- approve: [ana@example.com]")),
        ("an approve without a value", with_steps("- approve:")),
        ("an approve of nobody", with_steps("- approve: { timeout: 3d }")),
        ("an approve of an empty list", with_steps("- approve: { to: [] }")),
        ("an approve of a number", with_steps("- approve: { to: 5 }")),
        ("an approve of an object", with_steps("- approve:\n    to: { mail: ana@example.com }")),
        ("an approve with recipients", with_steps("- approve: { recipients: ana@example.com }")),
        ("a misspelt approve", with_steps("- aprove: { to: ana@example.com }")),
        ("an approval with a timeout in words", approve("timeout: three days")),
        ("a timeout beside an approve", approve("") + "    timeout: 3d\n"),
        ("a form that is an object", approve("form:\n  comment: text")),
        ("a form that is empty", approve("form: []")),
        ("a field that is a text", approve("form: [comment]")),
        ("a field without name", approve("form:\n  - label: Why")),
        ("a field with key", approve("form:\n  - key: why")),
        ("a field with a blank in its name", approve("form:\n  - name: the reason")),
        ("a field with a reserved name", approve("form:\n  - name: error")),
        ("two fields of one name", approve("form:\n  - name: why\n  - name: why")),
        ("a field of an unknown type", approve("form:\n  - name: why\n    type: textarea")),
        ("a field of a type by another name", approve("form:\n  - name: why\n    type: string")),
        ("a field that is required in quotes", approve("form:\n  - name: why\n    required: \"yes\"")),
        ("a choice without options", approve("form:\n  - name: size\n    type: choice")),
        ("a choice with empty options", approve("form:\n  - name: size\n    type: choice\n    options: []")),
        ("a choice with choices", approve("form:\n  - name: size\n    type: choice\n    choices: [s, m]")),
        ("options of a text", approve("form:\n  - name: size\n    options: [s, m]")),
        ("options that are one text", approve("form:\n  - name: size\n    type: choice\n    options: small")),
        ("options that are numbers", approve("form:\n  - name: size\n    type: choice\n    options: [1, 2]")),
        (
            "a form with too many fields",
            approve(&format!("form:\n{}", (0..101).map(|n| format!("  - name: f{n}\n")).collect::<String>())),
        ),
        ("a form beside an approve", approve("") + "    form:\n      - name: why\n"),
    ]
}

fn calls() -> Vec<Mistake> {
    vec![
        ("a call that is an id", with_steps("- call: send-receipt")),
        ("a call without flow", with_steps("- call: { with: { id: 1 } }")),
        ("a call with workflow", with_steps("- call: { workflow: send-receipt }")),
        ("a call of an expression", with_steps("- call:\n    flow: ${{ vars.flow }}")),
        ("a call of a name with blanks", with_steps("- call: { flow: Send Receipt }")),
        ("a call of a file", with_steps("- call: { flow: send_receipt.yaml }")),
        ("a call of a number", with_steps("- call: { flow: 12 }")),
        ("a call with a list", with_steps("- call: { flow: send-receipt, with: [1] }")),
        ("a call with inputs", with_steps("- call: { flow: send-receipt, inputs: { id: 1 } }")),
        ("with beside a call", with_steps("- call: { flow: send-receipt }\n  with: { id: 1 }")),
        ("wait beside a call", with_steps("- call: { flow: send-receipt }\n  wait: false")),
        ("a real wait beside a call", with_steps("- call: { flow: send-receipt }\n  wait: 3d")),
        ("a call that waits a while", with_steps("- call: { flow: send-receipt, wait: 3d }")),
        ("a call that does not wait in words", with_steps("- call: { flow: send-receipt, wait: no }")),
        ("a subflow", with_steps("- subflow: { flow: send-receipt }")),
        ("a retry on a call", with_steps("- call: { flow: send-receipt }\n  retry: none")),
        ("code", with_steps("- code: { lang: js, source: \"1\" }")),
    ]
}
