//! Mistakes in steps.

use super::{Mistake, gallery, with_steps};

#[test]
fn mistakes_in_verbs_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&verbs()));
}

#[test]
fn mistakes_in_modifiers_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&modifiers()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    [verbs(), modifiers()].concat()
}

fn verbs() -> Vec<Mistake> {
    vec![
        ("a step that is a text", with_steps("- http.request@1")),
        ("a step without a verb", with_steps("- id: nothing\n  name: Nothing")),
        ("a step with two verbs", with_steps("- use: http.request@1\n  wait: 1h")),
        ("a misspelt verb", with_steps("- ues: http.request@1")),
        ("a verb of another product", with_steps("- sleep: 1h")),
        ("a verb of a later version", with_steps("- code: { lang: js }")),
        ("a misspelt verb of a later version", with_steps("- cod: { lang: js }")),
        ("an action without version", with_steps("- use: http.request")),
        ("an action with a dotted version", with_steps("- use: http.request@v2.1")),
        ("an action that is an expression", with_steps("- use: ${{ vars.action }}")),
        ("an action that is no name", with_steps("- use: GET https://example.com")),
        ("an input beside use", with_steps("- use: http.request@1\n  url: https://example.com")),
        ("a set without fields", with_steps("- set: {}")),
        ("a set that is a text", with_steps("- set: a = 1")),
        ("with beside set", with_steps("- set: { a: 1 }\n  with: { b: 2 }")),
        ("an if without then", with_steps("- if: trigger.body.ok")),
        ("a then without if", with_steps("- then:\n    - wait: 1h")),
        (
            "a misspelt if with a mistake inside",
            with_steps("- fi: trigger.body.ok\n  then:\n    - wait: soon"),
        ),
        ("a then beside use", with_steps("- use: http.request@1\n  then:\n    - wait: 1h")),
        ("a then that is one step", with_steps("- if: trigger.body.ok\n  then:\n    wait: 1h")),
        ("braces in if", with_steps("- if: ${{ trigger.body.ok }}\n  then:\n    - wait: 1h")),
        ("an empty then", with_steps("- if: trigger.body.ok\n  then: []")),
        ("a wait that is a number", with_steps("- wait: 3")),
        ("a wait in words", with_steps("- wait: 3 days")),
        ("a wait in ISO 8601", with_steps("- wait: PT15M")),
        ("a wait that is a list", with_steps("- wait: [3d]")),
        ("a wait of ten years", with_steps("- wait: 3650d")),
        ("a wait for nothing", with_steps("- wait: {}")),
        ("a wait with a crooked window", with_steps("- wait: { window: 9-17 }")),
        ("a wait with a window of no length", with_steps("- wait: { window: \"09:00-09:00\" }")),
        ("a wait with an unknown zone", with_steps("- wait: { window: \"09:00-20:00\", tz: Paris }")),
        (
            "a wait with a zone for nothing",
            with_steps("- wait: { until: trigger.body.at, tz: Europe/Paris }"),
        ),
        ("a wait with for", with_steps("- wait: { for: 3d }")),
        ("a stop that is a text", with_steps("- stop: no address")),
        ("a stop without a value", with_steps("- stop:")),
        ("a stop with a wrong outcome", with_steps("- stop: { outcome: fail }")),
        ("a stop with yes", with_steps("- stop: { outcome: yes }")),
        ("a stop with a stranger", with_steps("- stop: { because: tired }")),
        ("a step behind a stop", with_steps("- stop: { reason: done }\n- wait: 1h")),
        (
            "a step behind two stops",
            with_steps("- if: trigger.body.ok\n  then:\n    - stop: {}\n  else:\n    - stop: {}\n- wait: 1h"),
        ),
    ]
}

fn modifiers() -> Vec<Mistake> {
    vec![
        (
            "two steps with one id",
            with_steps(
                "- id: ask\n  wait: 1h\n- if: trigger.body.ok\n  then:\n    - id: ask\n      wait: 2h",
            ),
        ),
        ("an id with a dash", with_steps("- id: send-mail\n  wait: 1h")),
        ("an id with a capital", with_steps("- id: sendMail\n  wait: 1h")),
        ("an id that means something else", with_steps("- id: then\n  wait: 1h")),
        ("a retry on a wait", with_steps("- wait: 1h\n  retry: none")),
        ("a retry that is a number", with_steps("- use: http.request@1\n  retry: 3")),
        ("a retry that is false", with_steps("- use: http.request@1\n  retry: false")),
        ("a retry that is misspelt", with_steps("- use: http.request@1\n  retry: defualt")),
        ("a retry without max", with_steps("- use: http.request@1\n  retry: { backoff: 5s }")),
        ("a retry too often", with_steps("- use: http.request@1\n  retry: { max: 100, backoff: 5s }")),
        ("a retry with max in words", with_steps("- use: http.request@1\n  retry: { max: many }")),
        ("a retry of none", with_steps("- use: http.request@1\n  retry: { max: 0 }")),
        ("a retry with no waits", with_steps("- use: http.request@1\n  retry: { max: 2, backoff: [] }")),
        (
            "a retry with a wrong wait",
            with_steps("- use: http.request@1\n  retry: { max: 2, backoff: [1s, soon] }"),
        ),
        ("a retry with attempts", with_steps("- use: http.request@1\n  retry: { max_attempts: 2 }")),
        ("a timeout without a unit", with_steps("- use: http.request@1\n  timeout: 30")),
        ("a timeout that is too long", with_steps("- use: http.request@1\n  timeout: 2d")),
        ("a fixed idempotency key", with_steps("- use: http.request@1\n  idempotency_key: order")),
        ("an on_error that is misspelt", with_steps("- use: http.request@1\n  on_error: contine")),
        ("an on_error that is a word of YAML", with_steps("- use: http.request@1\n  on_error: off")),
        ("an on_error with a wrong step", with_steps("- use: http.request@1\n  on_error:\n    - wait: soon")),
        ("an effect that is misspelt", with_steps("- use: http.request@1\n  effect: onec")),
        ("an effect on a set", with_steps("- set: { a: 1 }\n  effect: once")),
        ("a connection", with_steps("- use: http.request@1\n  connection: shop")),
        ("a note that is a list", with_steps("- wait: 1h\n  note: [a]")),
        (
            "many at once",
            with_steps(
                "- use: http.request\n  tiemout: 5s\n- wait: soon\n- id: X\n  set: []\n- stop: { outcome: no }",
            ),
        ),
    ]
}
