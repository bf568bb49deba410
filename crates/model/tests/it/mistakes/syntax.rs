//! Mistakes of YAML itself.

use super::{Mistake, gallery, with_steps, with_top};

#[test]
fn mistakes_of_yaml_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&mistakes()));
}

pub(super) fn mistakes() -> Vec<Mistake> {
    vec![
        ("an empty file", String::new()),
        ("only comments", "# nothing yet\n".to_owned()),
        ("a control character", with_top("name: \"a\u{7}b\"")),
        ("a tab as indentation", with_steps("- use: http.request@1\n\twith: {}")),
        (
            "a tab at the beginning of a line",
            "version: 1\nid: shop\ntriggers:\n\t- use: manual@1\n".to_owned(),
        ),
        ("an expression in braces without quotes", with_steps("- set: { mail: ${{ trigger.body.mail }} }")),
        (
            "an expression with quotes in brackets without quotes",
            with_steps("- set:\n    mails: [a@b.c, ${{ trigger.body[\"mail\"] }}]"),
        ),
        ("an expression in single braces", with_steps("- set:\n    mail: {{ trigger.body.mail }}")),
        ("a colon in a text", with_top("description: Note: this runs at night")),
        ("a quote that does not end", with_top("name: \"Shop")),
        ("text behind a quote", with_top("name: \"Shop\" and more")),
        ("an unknown escape", with_top("name: \"C:\\work\"")),
        ("an at sign at the beginning", with_top("name: @shop")),
        ("a star at the beginning", with_top("name: *shop")),
        ("a line without colon", with_top("name")),
        ("a list on the line of its key", with_top("labels: - mail")),
        ("a brace that does not close", with_steps("- set: { a: 1")),
        ("a bracket that does not close", with_top("labels: [mail, shop\n")),
        ("one bracket too many", with_top("labels: [mail]]")),
        ("two commas", with_top("labels: [mail,, shop]")),
        ("a colon in brackets", with_top("labels: [a: b: c]")),
        ("a dash in brackets", with_top("labels: [-, a]")),
        (
            "a very long expression in brackets",
            with_top(&format!("labels: [${{{{ {} }}}}]", "x".repeat(300))),
        ),
        ("a crooked list", with_steps("- wait: 1h\n - wait: 2h")),
        ("a key too far to the right", with_top("name: Shop\n   owner: Ana")),
        (
            "a key too far to the left",
            with_steps("- use: http.request@1\n  with:\n     url: a\n    method: GET"),
        ),
        ("a doubled key", with_top("name: Shop\nname: Store")),
        ("a doubled key in an input", with_steps("- use: http.request@1\n  with:\n    url: a\n    url: b")),
        ("an anchor and its alias", with_steps("- &first\n  wait: 1h\n- *first")),
        ("an anchor on a value", with_top("name: &n Shop\nowner: *n")),
        ("a merge key", with_steps("- <<: { timeout: 5s }\n  use: http.request@1")),
        ("a tag", with_top("name: !secret shop")),
        ("a tag of YAML", with_top("name: !!str 12")),
        ("two documents", format!("{}---\nversion: 1\n", with_top("name: Shop"))),
        ("a list as a key", with_steps("- set:\n    [a, b]: c")),
        ("a missing key", with_steps("- set:\n    : c")),
        ("a number with a leading zero", with_steps("- set: { zip: 01234 }")),
        ("a number with a plus", with_steps("- set: { phone: +34600111222 }")),
        ("a number beyond 64 bits", with_steps("- set: { id: 99999999999999999999 }")),
        ("infinity", with_steps("- set: { most: .inf }")),
        ("a comment that swallows an expression", with_steps("- set:\n    a: ${{ \"x # y\" }}")),
    ]
}
