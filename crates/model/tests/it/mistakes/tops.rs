//! Mistakes at the top of a workflow.

use super::{Mistake, gallery, with_top};

#[test]
fn mistakes_at_the_top_are_named_at_their_place() {
    insta::assert_snapshot!(gallery(&mistakes()));
}

const REST: &str = "triggers:\n  - use: manual@1\nsteps:\n  - wait: 1h\n";

pub(super) fn mistakes() -> Vec<Mistake> {
    vec![
        ("a list instead of a workflow", "- use: manual@1\n".to_owned()),
        ("a text instead of a workflow", "hello\n".to_owned()),
        ("no version", format!("id: shop\n{REST}")),
        ("a version of the future", format!("version: 2\nid: shop\n{REST}")),
        ("a version in quotes", format!("version: \"1\"\nid: shop\n{REST}")),
        ("a version with a v", format!("version: v1\nid: shop\n{REST}")),
        ("no id", format!("version: 1\n{REST}")),
        ("an id unlike the file", format!("version: 1\nid: store\n{REST}")),
        ("an id with capitals and blanks", format!("version: 1\nid: My Shop\n{REST}")),
        ("an id that is a number", format!("version: 1\nid: 12\n{REST}")),
        ("no triggers and no steps", "version: 1\nid: shop\n".to_owned()),
        ("empty triggers and steps", "version: 1\nid: shop\ntriggers: []\nsteps: []\n".to_owned()),
        ("triggers and steps without a value", "version: 1\nid: shop\ntriggers:\nsteps:\n".to_owned()),
        (
            "steps that are an object",
            "version: 1\nid: shop\ntriggers:\n  - use: manual@1\nsteps:\n  wait: 1h\n".to_owned(),
        ),
        ("a misspelt key", with_top("desription: A shop")),
        ("a key of another product", "version: 1\nid: shop\non: push\njobs: []\n".to_owned()),
        ("a key that means nothing", with_top("banana: yes")),
        ("an unknown time zone", with_top("timezone: Europe/Madird")),
        ("a city as time zone", with_top("timezone: new york")),
        ("an offset as time zone", with_top("timezone: \"+02:00\"")),
        ("labels that are one text", with_top("labels: mail")),
        ("labels that are numbers", with_top("labels: [mail, 5]")),
        ("a description without a value", with_top("description:")),
        ("a name that is a number", with_top("name: 5")),
        ("an empty name", with_top("name: \"\"")),
        ("an owner who is no address", with_top("owner: Ana")),
        ("an owner without TLS", with_top("owner: http://chat.example.com/hooks/shop")),
        ("an owner with a password", with_top("owner: https://ana:secret@chat.example.com/")),
        ("an owner to be worked out", with_top("owner: ${{ env.OWNER }}")),
        ("an owner who is a number", with_top("owner: 5")),
        ("vars that are a list", with_top("vars: [a]")),
        ("outputs that are a text", with_top("outputs: ${{ steps.a.output }}")),
        ("defaults with strangers", with_top("defaults: { retries: 3, connection: shop, timeout: 2d }")),
        ("defaults that are a text", with_top("defaults: none")),
    ]
}
