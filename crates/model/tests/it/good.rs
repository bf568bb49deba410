//! Good files and the workflows they become.

use std::time::Duration;

use cauce_model::workflow::{Retry, Step, Verb, Wait, Window};
use cauce_model::{Workflow, load};

use crate::mistakes::{with_steps, with_top, with_triggers};

#[track_caller]
fn workflow(text: &str) -> Workflow {
    let loaded = load("shop.yaml", text.as_bytes());
    assert_eq!(loaded.problems, [], "{text}");
    loaded.workflow.unwrap()
}

#[track_caller]
fn step(text: &str) -> Step {
    workflow(&with_steps(text)).steps.remove(0)
}

const FULL: &str = r#"# what most files have
version: 1
id: shop
name: The shop
description: >
  Greets whoever
  signs up.
labels: [mail, consent]
owner: ana@example.com
timezone: Europe/Madrid
vars:
  delay: 2h
  limits: { most: 5 }
defaults:
  retry: { max: 3, backoff: [1s, 1m] }
  timeout: 20s
triggers:
  - use: webhook@1
    with: { verify: { preset: github, secret: "${{ env.SECRET }}" } }
    when: trigger.body.total > 0
    dedupe_key: trigger.body.id
  - id: nightly
    use: schedule@1
    with: { cron: "0 7 * * *" }
steps:
  - id: check
    use: email.verify@1
    with:
      email: ${{ trigger.body.email | lower }}
    on_error: continue
  - if: steps.check.output.status == "undeliverable"
    then:
      - stop: { reason: "no mailbox for ${{ trigger.body.email }}", outcome: failed }
    else:
      - set: { name: "${{ trigger.body.name | default('there') }}" }
  - wait: ${{ vars.delay }}
  - wait: { until: trigger.body.at, window: 22:00-06:00, tz: America/New_York }
  - id: send
    name: Send the mail
    when: trigger.body.consent
    use: email.send@1
    with: { to: "${{ trigger.body.email }}" }
    retry: none
    timeout: 1m30s
    idempotency_key: welcome-${{ trigger.body.id }}
    effect: once
    on_error:
      - use: data.log@1
    note: once is enough
  - stop: {}
outputs:
  sent: ${{ steps.send.output.message_id | default(null) }}
"#;

#[test]
fn a_full_file_becomes_a_workflow() {
    insta::assert_debug_snapshot!(workflow(FULL));
}

#[test]
fn the_text_is_kept_byte_for_byte() {
    let loaded = load("shop.yaml", FULL.as_bytes());
    assert_eq!(loaded.document.unwrap().text(), FULL);
}

#[test]
fn steps_without_id_are_named_by_verb_and_order() {
    let text = with_steps(
        "- wait: 1h\n- id: named\n  wait: 1h\n- id: wait_3\n  set: { a: 1 }\n- wait: 1h\n- if: true\n  then:\n    - wait: 1h\n  else:\n    - wait: 1h\n- wait: 1h",
    );
    let mut ids = Vec::new();
    fn gather(steps: &[Step], ids: &mut Vec<(String, bool)>) {
        for step in steps {
            ids.push((step.id.clone(), step.named));
            if let Verb::If { then, otherwise, .. } = &step.verb {
                gather(then, ids);
                gather(otherwise.as_deref().unwrap_or_default(), ids);
            }
        }
    }
    gather(&workflow(&text).steps, &mut ids);
    let ids: Vec<(&str, bool)> = ids.iter().map(|(id, named)| (id.as_str(), *named)).collect();
    assert_eq!(
        ids,
        [
            ("wait_1", false),
            ("named", true),
            ("wait_3", true),
            ("wait_3_2", false),
            ("if_1", false),
            ("wait_4", false),
            ("wait_5", false),
            ("wait_6", false)
        ]
    );
}

#[test]
fn triggers_without_id_are_named_by_their_source() {
    let triggers =
        workflow(&with_triggers("- use: webhook@1\n- use: poll.http@1\n- use: my-crm.updated@2")).triggers;
    let ids: Vec<&str> = triggers.iter().map(|trigger| trigger.id.as_str()).collect();
    assert_eq!(ids, ["webhook", "poll", "my_crm"]);
}

#[test]
fn booleans_are_expressions() {
    let Verb::If { condition, .. } = step("- if: true\n  then:\n    - wait: 1h").verb else {
        panic!("an if")
    };
    assert_eq!((condition.text.as_str(), condition.at.as_str()), ("true", "/steps/0/if"));
}

#[test]
fn a_retry_with_max_alone_has_the_usual_waits() {
    let Some(Retry::Custom { max, backoff }) = step("- use: a.b@1\n  retry: { max: 2 }").retry else {
        panic!("custom")
    };
    assert_eq!((max, backoff.first().copied()), (2, Some(Duration::from_secs(2))));
}

#[test]
fn a_window_may_pass_midnight_and_end_with_the_day() {
    let Verb::Wait(Wait::Until { window, .. }) = step("- wait: { window: 18:00-24:00 }").verb else {
        panic!("a wait")
    };
    assert_eq!(window, Some(Window { from: 1_080, to: 1_440 }));
}

#[test]
fn a_file_without_yaml_in_its_name_has_any_id() {
    let text = with_top("name: x");
    assert!(load("draft", text.as_bytes()).workflow.is_some());
    assert!(load("flows/shop.yml", text.as_bytes()).workflow.is_some());
    assert!(load("store.yml", text.as_bytes()).workflow.is_none());
}

#[test]
fn warnings_do_not_stop_a_workflow() {
    let loaded = load("shop.yaml", with_steps("- stop: {}\n- wait: 1h").as_bytes());
    assert!(loaded.workflow.is_some());
    assert_eq!(loaded.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["W033"]);
}
