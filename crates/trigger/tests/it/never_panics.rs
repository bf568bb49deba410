//! Whatever comes in, an answer comes out.

use cauce_model::Time;
use cauce_trigger::{Raw, Schedule, Sources};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::world::{Env, Post, fresh};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(github|stripe|mailgun|hmac-sha256|\\{body\\}|\\$\\{\\{ env.S \\}\\}|5m|[*] [*] L [*] 1#2|UTC|skip)"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let key = prop_oneof![
            any::<String>(),
            "(methods|verify|respond|path|preset|secret|tolerance|algorithm|header|signed|cron|every|timezone|misfire)",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Presets of every kind of place, and the axes spelled out.
fn verify() -> impl Strategy<Value = Value> {
    let presets =
        ["github", "stripe", "standard_webhooks", "mailgun", "slack_v0", "bearer", "airtable", "shopify"];
    prop_oneof![
        proptest::sample::select(presets.to_vec())
            .prop_map(|name| json!({"preset": name, "secret": "${{ env.S }}"})),
        Just(
            json!({"algorithm": "hmac-sha1", "header": "x", "secret": ["${{ env.S }}"], "timestamp_header": "y",
                    "timestamp_format": "rfc3339", "signed": "{timestamp}{header:z}{method}{body}"})
        ),
    ]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = "(content-type|x|y|z|stripe-signature|x-hub-signature-256|webhook-(id|timestamp|signature)|authorization)";
    let text = prop_oneof![
        any::<String>(),
        "(t=[0-9]{0,30},?v1=[0-9a-f]{0,64}|v1,[A-Za-z0-9+/=]{0,50}|sha256=[0-9a-f]{0,64}|application/json|text/x)",
    ];
    prop_oneof![(name, text.clone()), (any::<String>(), text)]
}

#[test]
fn any_bytes_get_an_answer() {
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\":,0-9eE.\\-\\\\uda-f ]{0,120}".prop_map(String::into_bytes),
        value().prop_map(|value| value.to_string().into_bytes()),
    ];
    let post =
        (body, proptest::collection::vec(header(), 0..8), any::<i64>(), proptest::option::of(verify()));
    let mut runner = TestRunner::new(fresh("any bytes", 4_000));
    let answer = |(body, headers, micros, verify): (Vec<u8>, Vec<_>, i64, Option<Value>)| {
        let signed = verify.is_some();
        let with = verify.map_or_else(|| json!({}), |verify| json!({"verify": verify}));
        let post = Post { headers, received_at: Time::from_micros(micros), ..Post::of(body) };
        match post.accept(&with, &Env::with("S", "whsec_c2VjcmV0")) {
            Ok(got) => prop_assert!(!signed && got.data.is_object()),
            Err(rejection) => prop_assert!(!rejection.message.is_empty() && rejection.code.starts_with('T')),
        }
        Ok(())
    };
    runner.run(&post, answer).unwrap();
}

#[test]
fn any_inputs_get_problems_with_places_or_none() {
    let mut runner = TestRunner::new(fresh("any inputs", 4_000));
    let sources = Sources::builtin();
    let check = |with: Value| {
        for source in sources.iter() {
            let problems = source.check(&with, "/at");
            prop_assert!(problems.iter().all(|problem| problem.pointer.starts_with("/at")));
            for raw in [Post::of("{}").raw(), Raw::Slot { at: Time::from_micros(0) }] {
                let accepted = source.accept(&raw, &with, &Env::default());
                prop_assert!(accepted.is_err() || problems.is_empty() || source.spec().name != "webhook@1");
            }
        }
        Ok(())
    };
    runner.run(&value(), check).unwrap();
}

#[test]
fn any_text_is_a_schedule_or_a_fault() {
    let text = prop_oneof![
        any::<String>(),
        "[0-9*/,LW#?@a-z -]{0,40}",
        "([0-9]{1,3}|[*]|[0-9]-[0-9]|[*]/[0-9]{1,2}|L|MON#[0-9]|[a-z]{3})( ([0-9]{1,3}|[*]|[0-9]{1,2}-[0-9]{1,2}|[*]/[0-9]|L|sun)){4}",
    ];
    let zone = prop_oneof![any::<String>(), Just("Europe/Paris".to_owned()), Just("Pacific/Apia".to_owned())];
    let mut runner = TestRunner::new(fresh("any text", 4_000));
    let parse = |(text, zone, micros): (String, String, i64)| {
        match Schedule::parse(&text, &zone) {
            Ok(schedule) => {
                let after = Time::from_micros(micros);
                prop_assert!(schedule.next(3, after).is_sorted());
                prop_assert!(schedule.next_after(after).is_none_or(|next| next > after));
            }
            Err(error) => prop_assert!(!error.message.is_empty() && error.hint.is_some()),
        }
        Ok(())
    };
    runner.run(&(text, zone, any::<i64>()), parse).unwrap();
}
