//! What is wrong with a trigger's inputs, told when a workflow is published.

use cauce_trigger::Sources;
use serde_json::{Value, json};

/// Every problem as `code pointer: message`.
fn told(source: &str, with: &Value) -> Vec<String> {
    let problems = Sources::builtin().get(source).unwrap().check(with, "/with");
    problems
        .iter()
        .map(|problem| format!("{} {}: {}", problem.code, problem.pointer, problem.message))
        .collect()
}

#[test]
fn sound_inputs_have_no_problems() {
    for (source, with) in [
        ("webhook@1", json!({})),
        ("webhook@1", json!({"methods": ["GET", "POST"], "respond": "result"})),
        (
            "webhook@1",
            json!({"verify": {"preset": "stripe", "secret": ["${{ env.A }}", "${{env.B}}"], "tolerance": "10m"}}),
        ),
        (
            "webhook@1",
            json!({"verify": {
                "algorithm": "hmac-sha256", "header": "X-Sig", "prefix": "v1=", "encoding": "base64",
                "signed": "{method}.{header:x-id}.{timestamp}.{body}", "timestamp_header": "X-At",
                "timestamp_format": "unix_ms", "secret": "${{ env.A }}", "secret_encoding": "base64",
                "delivery_header": "x-id",
            }}),
        ),
        (
            "webhook@1",
            json!({"verify": {"algorithm": "static-token", "header": "x-token", "secret": "${{ env.A }}"}}),
        ),
        ("schedule@1", json!({"cron": "30 6 * * 1-5", "timezone": "Europe/Madrid", "misfire": "skip"})),
        ("schedule@1", json!({"every": "15m"})),
        ("manual@1", json!(null)),
        ("manual@1", json!({})),
    ] {
        assert_eq!(told(source, &with), [""; 0], "{with}");
    }
}

#[test]
fn wrong_inputs_of_a_webhook_are_told_all_at_once() {
    let with = json!({"path": "/x", "method": "POST", "methods": ["post", 5], "respond": "later"});
    assert_eq!(
        told("webhook@1", &with),
        [
            "T004 /with/path: `path` of `webhook@1` is not available in this version",
            "T001 /with/method: `webhook@1` has no input `method`",
            "T002 /with/methods: `methods` holds \"post\", which is not one of GET, POST, PUT, PATCH, DELETE",
            "T002 /with/methods: `methods` holds 5, which is not one of GET, POST, PUT, PATCH, DELETE",
            "T002 /with/respond: `respond` is `accepted` or `result`, not `later`",
        ]
    );
    assert_eq!(
        told("webhook@1", &json!([])),
        ["T002 /with: the inputs of `webhook@1` must be an object, not a list"]
    );
    let empty = "T002 /with/methods: `methods` must be a list of at least one method, such as `[POST]`";
    assert_eq!(told("webhook@1", &json!({"methods": []})), [empty]);
}

#[test]
fn a_secret_never_stands_in_a_file() {
    let at = |secret: Value| told("webhook@1", &json!({"verify": {"preset": "github", "secret": secret}}));
    assert_eq!(at(json!("hunter2")), ["T005 /with/verify/secret: a secret never stands in a file"]);
    assert_eq!(
        at(json!(["${{ env.A }}", "${{ env.A }}2", 7])),
        [
            "T005 /with/verify/secret/1: a secret never stands in a file",
            "T002 /with/verify/secret/2: a secret must be `${{ env.NAME }}`, not a number",
        ]
    );
    assert_eq!(at(json!([])), ["T002 /with/verify/secret: `secret` takes 1 to 8 secrets, not 0"]);
    assert_eq!(
        told("webhook@1", &json!({"verify": {"preset": "github"}})),
        [
            "T003 /with/verify: `secret` is missing: name a workspace variable, such as `${{ env.HOOK_SECRET }}`"
        ]
    );
}

#[test]
fn a_check_that_proves_nothing_is_refused() {
    let base = json!({"algorithm": "hmac-sha256", "header": "x-sig", "secret": "${{ env.A }}"});
    for (key, value, expected) in [
        (
            "signed",
            json!("{header:x}"),
            "T006 /with/verify/signed: a signature that does not cover the body proves nothing: `signed` lacks `{body}`",
        ),
        (
            "signed",
            json!("{url}{body}"),
            "T006 /with/verify/signed: `signed` holds `{url}`, which is no placeholder",
        ),
        (
            "signed",
            json!("{timestamp}{body}"),
            "T006 /with/verify/signed: `signed` holds `{timestamp}`, and no `timestamp_header` says where it comes",
        ),
        (
            "timestamp_header",
            json!("x-at"),
            "T006 /with/verify/timestamp_header: a timestamp that is not signed proves nothing: `signed` lacks `{timestamp}`",
        ),
        (
            "timestamp_format",
            json!("unix_s"),
            "T003 /with/verify: `timestamp_header` is missing: `timestamp_format` says how it is written",
        ),
        (
            "tolerance",
            json!("5m"),
            "T006 /with/verify/tolerance: `tolerance` has no meaning here: nothing says when the request was signed",
        ),
        (
            "algorithm",
            json!("ed25519"),
            "T004 /with/verify/algorithm: the algorithm `ed25519` is not available in this version",
        ),
        (
            "algorithm",
            json!("none"),
            "T004 /with/verify/algorithm: the algorithm `none` is not available in this version",
        ),
        ("algorithm", json!("md5"), "T006 /with/verify/algorithm: no algorithm is called `md5`"),
        (
            "header",
            json!("x sig"),
            "T002 /with/verify/header: `header` must be the name of a header, not `x sig`",
        ),
        (
            "encoding",
            json!("base32"),
            "T002 /with/verify/encoding: `encoding` is `hex` or `base64`, not `base32`",
        ),
        ("prefix", json!(3), "T002 /with/verify/prefix: `prefix` must be a text, not a number"),
        ("secrt", json!(3), "T001 /with/verify/secrt: `verify` has no input `secrt`"),
    ] {
        let mut verify = base.clone();
        verify[key] = value;
        assert_eq!(told("webhook@1", &json!({"verify": verify})), [expected]);
    }
    let token =
        json!({"algorithm": "static-token", "header": "x", "secret": "${{ env.A }}", "signed": "{body}"});
    assert_eq!(
        told("webhook@1", &json!({"verify": token})),
        ["T006 /with/verify/signed: `signed` has no meaning for a static token, which signs nothing"]
    );
    assert_eq!(
        told("webhook@1", &json!({"verify": {}})),
        [
            "T003 /with/verify: `algorithm` is missing: say which, or name a `preset`",
            "T003 /with/verify: `secret` is missing: name a workspace variable, such as `${{ env.HOOK_SECRET }}`",
        ]
    );
}

#[test]
fn presets_that_are_not_there_are_told_apart() {
    let at = |verify: Value| told("webhook@1", &json!({"verify": verify}));
    assert_eq!(
        at(json!({"preset": "twilio", "secret": "${{ env.A }}"})),
        ["T004 /with/verify/preset: the preset `twilio` is not available in this version"]
    );
    assert_eq!(
        at(json!({"preset": "githup", "secret": "${{ env.A }}"})),
        ["T006 /with/verify/preset: no preset is called `githup`"]
    );
    assert_eq!(
        at(json!({"preset": "github", "secret": "${{ env.A }}", "header": "x"})),
        ["T006 /with/verify/header: `header` cannot stand beside `preset`, which says it already"]
    );
    for tolerance in ["0s", "25h"] {
        assert_eq!(
            at(json!({"preset": "stripe", "secret": "${{ env.A }}", "tolerance": tolerance})),
            ["T002 /with/verify/tolerance: `tolerance` must lie between 1s and 24h"]
        );
    }
}

#[test]
fn wrong_inputs_of_a_schedule_are_told() {
    for (with, expected) in [
        (
            json!({}),
            &["T003 /with: `cron` is missing: say when, by `cron: 30 6 * * MON-FRI` or by `every: 15m`"][..],
        ),
        (json!({"cron": "@daily", "every": "1h"}), &["T003 /with/every: `every` cannot stand beside `cron`"]),
        (json!({"cron": 5}), &["T002 /with/cron: `cron` must be a text, not a number"]),
        (
            json!({"cron": "0 24 * * *", "timezone": "Mars"}),
            &["T008 /with/timezone: no time zone is called `Mars`", "T007 /with/cron: hour 24 is not 0-23"],
        ),
        (
            json!({"cron": "@daily", "timezone": "Mars"}),
            &["T008 /with/timezone: no time zone is called `Mars`"],
        ),
        (json!({"cron": "0 0 30 2 *"}), &["T009 /with/cron: `0 0 30 2 *` never happens"]),
        (
            json!({"cron": "@daily", "misfire": "all"}),
            &["T004 /with/misfire: `misfire: all` is not available in this version"],
        ),
        (json!({"every": "10s"}), &["T002 /with/every: `every` must lie between 1m and 366d"]),
        (json!({"every": "soon"}), &["T002 /with/every: `every`: `soon` is not a duration"]),
        (
            json!({"every": "1h", "timezone": "UTC"}),
            &[
                "T002 /with/timezone: `timezone` has no meaning beside `every`, which counts from 1970-01-01T00:00:00Z",
            ],
        ),
    ] {
        assert_eq!(told("schedule@1", &with), expected, "{with}");
    }
}

#[test]
fn a_slip_of_the_finger_is_answered_with_what_was_meant() {
    let hint = |source: &str, with: Value| {
        let problems = Sources::builtin().get(source).unwrap().check(&with, "");
        problems.into_iter().next().unwrap().hint.unwrap()
    };
    assert_eq!(hint("webhook@1", json!({"method": ["GET"]})), "did you mean `methods`?");
    assert_eq!(
        hint("schedule@1", json!({"every": "15m", "whatever": 1})),
        "the inputs of `schedule@1` are `cron`, `every`, `timezone`, `misfire`"
    );
    assert_eq!(hint("manual@1", json!({"whatever": 1})), "`manual@1` has no inputs");
    let verify = json!({"verify": {"preset": "githup", "secret": "${{ env.S }}"}});
    assert_eq!(hint("webhook@1", verify), "did you mean `github`?");
    assert_eq!(hint("schedule@1", json!({"every": "PT15M"})), "write `15m`");
}
