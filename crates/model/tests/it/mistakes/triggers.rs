//! Mistakes in triggers.

use super::{Mistake, gallery, with_triggers};

#[test]
fn mistakes_in_triggers_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&mistakes()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    vec![
        ("a trigger that is a text", with_triggers("- webhook@1")),
        ("a trigger without use", with_triggers("- id: hook")),
        ("a trigger with type", with_triggers("- type: webhook@1")),
        ("a trigger without version", with_triggers("- use: webhook")),
        ("an input beside use", with_triggers("- use: schedule@1\n  cron: \"0 7 * * *\"")),
        ("two triggers without id", with_triggers("- use: webhook@1\n- use: webhook@1")),
        (
            "two triggers with one id",
            with_triggers("- id: hook\n  use: webhook@1\n- id: hook\n  use: manual@1"),
        ),
        ("an id with a dash", with_triggers("- id: my-hook\n  use: webhook@1")),
        ("with that is a list", with_triggers("- use: webhook@1\n  with: [path]")),
        ("with without a value", with_triggers("- use: webhook@1\n  with:")),
        ("braces in when", with_triggers("- use: webhook@1\n  when: ${{ trigger.body.total > 0 }}")),
        ("braces in a part of when", with_triggers("- use: webhook@1\n  when: ${{ trigger.body.a }} > 0")),
        ("a number as when", with_triggers("- use: webhook@1\n  when: 1")),
        ("a fixed dedupe key", with_triggers("- use: webhook@1\n  dedupe_key: \"'same'\"")),
    ]
}
