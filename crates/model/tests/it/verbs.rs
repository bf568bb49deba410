//! Good files with every verb and key that holds others, and what becomes of them.

use std::time::Duration;

use cauce_model::workflow::{
    CaseTest, FailMode, FieldKind, InputKind, ItemError, Join, OnError, OnTimeout, Overflow, Step, Verb,
};
use cauce_model::{Workflow, load};
use serde_json::json;

use crate::mistakes::{with_steps, with_top, with_triggers};

#[track_caller]
fn workflow(text: &str) -> Workflow {
    let loaded = load("shop.yaml", text.as_bytes());
    assert_eq!(loaded.problems, [], "{text}");
    loaded.workflow.unwrap()
}

#[track_caller]
fn verb(text: &str) -> Verb {
    workflow(&with_steps(text)).steps.remove(0).verb
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

/// Everything that is new beside the verbs of the first version.
pub(crate) const WHOLE: &str = r#"version: 1
id: shop
timeout: 60d
inputs:
  email: { type: text, required: true }
  days: { type: number, default: 3, enum: [1, 3, 7] }
  extra: {}
triggers:
  - use: webhook@1
    debounce: { key: trigger.body.cart, for: 10m, max: 1h }
    throttle: { key: trigger.body.email, limit: 10, per: 1h }
  - id: paid
    use: event@1
    with: { name: order.paid }
    batch: { key: trigger.data.shop, size: 100, for: 15m }
index: [trigger.body.email, trigger.body.cart]
concurrency: { key: trigger.body.email, limit: 1, overflow: cancel_running }
reentry: { key: inputs.email, after: never }
exit_when: steps.order.output.body.count > 0
cancel_on:
  - event: order.cancelled
    match: event.data.id == trigger.body.id
  - { event: shop.closed, match: event.key == trigger.body.shop }
steps:
  - id: order
    use: http.request@1
  - id: way
    switch:
      value: trigger.body.status
      cases:
        - equals: paid
          do:
            - wait: 1h
        - when: trigger.body.total > 100
          do:
            - id: ask
              approve:
                to: [ana@example.com, "${{ vars.boss }}"]
                form:
                  - name: why
                    label: Why?
                    required: true
                  - { name: size, type: choice, options: [small, large] }
                  - { name: price, type: number }
                  - { name: sure, type: boolean, required: false }
                timeout: 3d
      else:
        - stop: {}
  - for_each:
      in: trigger.body.items
      as: part
      parallel: 4
      collect: steps.price.output.body.price
      on_item_error: fail
      do:
        - id: price
          use: http.request@1
    on_error: continue
  - repeat:
      until: steps.poll.output.body.done
      max: 20
      every: 5m
      do:
        - id: poll
          use: http.request@1
  - parallel:
      branches:
        - id: mail
          steps:
            - use: email.send@1
        - id: crm
          needs: [mail]
          steps:
            - use: http.request@1
      join: all
      fail: collect
  - wait_for:
      event: order.paid
      match: event.data.id == trigger.body.id
      timeout: 3d
      on_timeout:
        - stop: {}
  - call:
      flow: send-receipt
      with: { to: "${{ trigger.body.email }}" }
      wait: false
on_error:
  - use: data.log@1
finally:
  - use: data.log@1
"#;

#[test]
fn a_file_with_every_verb_and_key_becomes_a_workflow() {
    insta::assert_debug_snapshot!(workflow(WHOLE));
}

#[test]
fn what_is_not_said_has_a_default() {
    let Verb::ForEach(each) = verb("- for_each:\n    in: trigger.body.items\n    do:\n      - wait: 1h")
    else {
        panic!("a for_each")
    };
    assert_eq!(
        (each.parallel, each.on_item_error, each.name, each.collect),
        (1, ItemError::Continue, None, None)
    );
    let Verb::Repeat { max, every, .. } = verb("- repeat:\n    until: true\n    do:\n      - wait: 1h")
    else {
        panic!("a repeat")
    };
    assert_eq!((max, every), (100, None));
    let Verb::Parallel { join, fail, branches } =
        verb("- parallel:\n    branches:\n      - id: a\n        steps:\n          - wait: 1h")
    else {
        panic!("a parallel")
    };
    assert_eq!((join, fail, branches[0].needs.len()), (Join::All, FailMode::Fast, 0));
    let Verb::WaitFor { timeout, on_timeout, .. } =
        verb("- wait_for: { event: a, match: event.key == trigger.id }")
    else {
        panic!("a wait_for")
    };
    assert_eq!((timeout, on_timeout), (None, OnTimeout::Continue));
    let Verb::Approve { to, form, timeout } = verb("- approve: { to: ana@example.com }") else {
        panic!("an approve")
    };
    assert_eq!((to.len(), form.len(), timeout), (1, 0, None));
    let Verb::Call { with, wait, .. } = verb("- call: { flow: other-flow }") else { panic!("a call") };
    assert_eq!((with.value, wait), (json!({}), true));
    let concurrency = workflow(&with_top("concurrency: { limit: 3 }")).concurrency.unwrap();
    assert_eq!((concurrency.key, concurrency.overflow), (None, Overflow::Queue));
    let plain = workflow(&with_top("name: x"));
    assert_eq!((plain.timeout, plain.inputs.len(), plain.cancel_on.len()), (None, 0, 0));
}

#[test]
fn an_approve_asks_one_or_several() {
    let Verb::Approve { to, .. } = verb("- approve: { to: [a@example.com, b@example.com] }") else {
        panic!("an approve")
    };
    assert_eq!(
        to.iter().map(|to| to.at.as_str()).collect::<Vec<_>>(),
        ["/steps/0/approve/to/0", "/steps/0/approve/to/1"]
    );
    let Verb::Approve { form, .. } =
        verb("- approve: { to: a@example.com, form: [{ name: ok, type: boolean }] }")
    else {
        panic!("an approve")
    };
    assert_eq!((form[0].kind, form[0].required), (FieldKind::Boolean, false));
}

#[test]
fn a_case_may_equal_any_value() {
    let text = "- switch:\n    value: trigger.body.status\n    cases:\n      - equals: null\n        do:\n          - wait: 1h\n      - equals: [1, a]\n        do:\n          - wait: 1h\n      - equals: ${{ vars.paid }}\n        do:\n          - wait: 1h";
    let Verb::Switch { cases, .. } = verb(text) else { panic!("a switch") };
    let values: Vec<_> = cases
        .iter()
        .map(|case| match &case.test {
            CaseTest::Equals(tree) => tree.value.clone(),
            CaseTest::When(_) => panic!("equals"),
        })
        .collect();
    assert_eq!(values, [json!(null), json!([1, "a"]), json!("${{ vars.paid }}")]);
}

#[test]
fn an_on_timeout_may_be_a_word() {
    for (word, expected) in [("continue", OnTimeout::Continue), ("fail", OnTimeout::Fail)] {
        let text = format!(
            "- wait_for: {{ event: a, match: event.key == trigger.id, timeout: 1h, on_timeout: {word} }}"
        );
        let Verb::WaitFor { timeout, on_timeout, .. } = verb(&text) else { panic!("a wait_for") };
        assert_eq!((timeout, on_timeout), (Some(hours(1)), expected));
    }
}

#[test]
fn one_event_to_cancel_on_needs_no_list() {
    let read =
        workflow(&with_top("cancel_on: { event: order.paid, match: event.data.id == trigger.body.id }"));
    assert_eq!((read.cancel_on.len(), read.cancel_on[0].at.as_str()), (1, "/cancel_on"));
}

#[test]
fn a_run_may_come_again_after_a_while_or_never() {
    for (after, expected) in [("30d", Some(hours(720))), ("never", None)] {
        let read = workflow(&with_top(&format!("reentry: {{ key: trigger.body.email, after: {after} }}")));
        assert_eq!(read.reentry.unwrap().after, expected);
    }
}

#[test]
fn an_input_may_be_any_value() {
    let read = workflow(&with_top("inputs:\n  a: { default: null }\n  b: { enum: [1, x] }"));
    let kinds: Vec<_> = read.inputs.iter().map(|input| (input.kind, input.default.clone())).collect();
    assert_eq!(kinds, [(InputKind::Any, Some(json!(null))), (InputKind::Any, None)]);
    assert_eq!(read.inputs[1].choices, [json!(1), json!("x")]);
}

#[test]
fn the_limits_of_numbers_are_taken() {
    for (least, most) in [(1, 64)] {
        for number in [least, most] {
            verb(&format!(
                "- for_each:\n    in: trigger.a\n    parallel: {number}\n    do:\n      - wait: 1h"
            ));
        }
    }
    for number in [1, 10_000] {
        verb(&format!("- repeat:\n    until: true\n    max: {number}\n    do:\n      - wait: 1h"));
    }
    for number in [1, 1_000] {
        workflow(&with_triggers(&format!("- use: webhook@1\n  batch: {{ size: {number}, for: 1s }}")));
    }
    for number in [1, 1_000_000] {
        workflow(&with_top(&format!("concurrency: {{ limit: {number} }}")));
    }
    let cases = "      - when: trigger.a\n        do:\n          - wait: 1h\n".repeat(100);
    verb(&format!("- switch:\n    cases:\n{cases}"));
}

/// The ids of all steps, in the order of the file.
fn ids(steps: &[Step]) -> Vec<String> {
    let mut found = Vec::new();
    for step in steps {
        found.push(step.id.clone());
        let inner: Vec<&[Step]> = match &step.verb {
            Verb::If { then, otherwise, .. } => vec![then, otherwise.as_deref().unwrap_or_default()],
            Verb::Switch { cases, otherwise, .. } => {
                let cases = cases.iter().map(|case| case.steps.as_slice());
                cases.chain([otherwise.as_deref().unwrap_or_default()]).collect()
            }
            Verb::ForEach(each) => vec![&each.steps],
            Verb::Repeat { steps, .. } => vec![steps],
            Verb::Parallel { branches, .. } => {
                branches.iter().map(|branch| branch.steps.as_slice()).collect()
            }
            Verb::WaitFor { on_timeout: OnTimeout::Steps(steps), .. } => vec![steps],
            Verb::WaitFor { .. }
            | Verb::Use { .. }
            | Verb::Set(_)
            | Verb::Wait(_)
            | Verb::Approve { .. }
            | Verb::Call { .. }
            | Verb::Stop { .. } => Vec::new(),
        };
        found.extend(inner.into_iter().flat_map(ids));
        if let Some(OnError::Steps(steps)) = &step.on_error {
            found.extend(ids(steps));
        }
    }
    found
}

#[test]
fn automatic_ids_differ_from_all_given_ones_wherever_they_stand() {
    let lists = [
        "- switch:\n    cases:\n      - when: true\n        do:\n          - id: wait_2\n            wait: 1h",
        "- switch:\n    cases:\n      - when: true\n        do:\n          - set: { a: 1 }\n    else:\n      - id: wait_2\n        wait: 1h",
        "- for_each:\n    in: trigger.a\n    do:\n      - id: wait_2\n        wait: 1h",
        "- repeat:\n    until: true\n    do:\n      - id: wait_2\n        wait: 1h",
        "- parallel:\n    branches:\n      - id: a\n        steps:\n          - id: wait_2\n            wait: 1h",
        "- wait_for:\n    event: a\n    match: event.key == trigger.id\n    timeout: 1h\n    on_timeout:\n      - id: wait_2\n        wait: 1h",
        "- use: a.b@1\n  on_error:\n    - id: wait_2\n      wait: 1h",
    ];
    for list in lists {
        let read = workflow(&with_steps(&format!("- wait: 1h\n- wait: 1h\n{list}")));
        let ids = ids(&read.steps);
        assert_eq!(ids.iter().filter(|id| *id == "wait_2").count(), 1, "{ids:?} in {list}");
        assert!(ids.contains(&"wait_2_2".to_owned()), "{ids:?} in {list}");
    }
    for list in ["on_error", "finally"] {
        let read =
            workflow(&(with_steps("- wait: 1h\n- wait: 1h") + list + ":\n  - id: wait_2\n    wait: 1h\n"));
        assert_eq!(ids(&read.steps), ["wait_1", "wait_2_2"]);
    }
}

#[test]
fn branches_of_different_blocks_may_have_the_same_id() {
    let inner = "- parallel:\n    branches:\n      - id: a\n        steps:\n          - parallel:\n              branches:\n                - id: a\n                  steps:\n                    - wait: 1h\n      - id: b\n        needs: [a]\n        steps:\n          - wait: 1h";
    let Verb::Parallel { branches, .. } = verb(inner) else { panic!("a parallel") };
    assert_eq!(branches[1].needs[0].text, "a");
}

#[test]
fn loops_beside_each_other_may_call_their_items_the_same() {
    let one = "- for_each:\n    in: trigger.a\n    as: order\n    do:\n      - wait: 1h\n";
    assert_eq!(workflow(&with_steps(&one.repeat(2))).steps.len(), 2);
}

#[track_caller]
fn goes_on(steps: &str) {
    assert_eq!(
        load("shop.yaml", with_steps(&format!("{steps}\n- wait: 1h")).as_bytes()).problems,
        [],
        "{steps}"
    );
}

#[test]
fn a_step_behind_what_may_go_on_is_reached() {
    let case = "- switch:\n    cases:\n      - when: trigger.a\n        do:\n          - stop: {}";
    goes_on(case);
    goes_on(&format!("{case}\n    else:\n      - stop: {{}}\n        when: trigger.b"));
    goes_on("- for_each:\n    in: trigger.a\n    do:\n      - stop: {}");
    goes_on("- repeat:\n    until: true\n    do:\n      - stop: {}\n  on_error: continue");
    let two = |keys: &str| {
        format!(
            "- parallel:\n    branches:\n      - id: a\n        steps:\n          - wait: 1h\n      - id: b\n        steps:\n          - stop: {{}}\n    {keys}"
        )
    };
    goes_on(&two("join: any"));
    goes_on(&two("fail: collect"));
    goes_on(
        "- wait_for:\n    event: a\n    match: event.key == trigger.id\n    timeout: 1h\n    on_timeout:\n      - stop: {}",
    );
    goes_on(
        "- if: trigger.a\n  then:\n    - use: a.b@1\n    - stop: {}\n  else:\n    - stop: {}\n  on_error:\n    - wait: 1h",
    );
}
