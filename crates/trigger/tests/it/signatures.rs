//! The signature check over its axes: what must pass passes, and whatever is touched fails.

use cauce_model::Time;
use cauce_trigger::Kind;
use serde_json::{Value, json};

use crate::world::{Env, Post, base64, hex, hmac_sha256};

const SECOND: i64 = 1_000_000;

fn code(post: &Post, with: &Value, env: &Env) -> &'static str {
    let rejection = post.accept(with, env).unwrap_err();
    assert_eq!(rejection.kind, Kind::Unauthorized, "{rejection}");
    rejection.code
}

fn github(secret: &Value) -> Value {
    json!({"verify": {"preset": "github", "secret": secret}})
}

fn signed_for_github(key: &str) -> Post {
    let signature = hex(&hmac_sha256(key.as_bytes(), b"{}"));
    Post::of("{}").header("X-Hub-Signature-256", &format!("sha256={signature}"))
}

#[test]
fn any_of_several_secrets_will_do_while_one_is_being_changed() {
    let with = github(&json!(["${{ env.NEW }}", "${{ env.OLD }}"]));
    let mut env = Env::with("NEW", "new");
    signed_for_github("new").accept(&with, &env).unwrap();
    assert_eq!(code(&signed_for_github("old"), &with, &env), "T014");
    env.0.insert("OLD".to_owned(), "old".to_owned());
    signed_for_github("old").accept(&with, &env).unwrap();
}

#[test]
fn a_secret_that_is_not_set_or_empty_lets_nothing_pass() {
    let with = github(&json!("${{ env.S }}"));
    for env in [Env::default(), Env::with("S", ""), Env::with("OTHER", "x")] {
        assert_eq!(code(&signed_for_github(""), &with, &env), "T016");
        assert_eq!(code(&Post::of("{}"), &with, &env), "T016");
    }
    let airtable = json!({"verify": {"preset": "airtable", "secret": "${{ env.S }}"}});
    assert_eq!(code(&Post::of("{}"), &airtable, &Env::with("S", "not base64!")), "T016");
    let token = json!({"verify": {"algorithm": "static-token", "header": "x", "secret": "${{ env.S }}"}});
    assert_eq!(code(&Post::of("{}").header("x", ""), &token, &Env::with("S", "")), "T016");
}

#[test]
fn no_signature_and_half_a_signature_fail() {
    let with = github(&json!("${{ env.S }}"));
    let env = Env::with("S", "s");
    assert_eq!(code(&Post::of("{}"), &with, &env), "T013");
    assert_eq!(code(&Post::of("{}").header("x-hub-signature-256", " "), &with, &env), "T013");
    let whole = hex(&hmac_sha256(b"s", b"{}"));
    let half: String = whole.chars().take(32).collect();
    for value in [&whole, &half, &format!("sha256={half}"), "sha256=", "sha256=zz", &format!("sha1={whole}")]
    {
        assert_eq!(
            code(&Post::of("{}").header("x-hub-signature-256", value), &with, &env),
            "T014",
            "{value}"
        );
    }
}

#[test]
fn a_signed_time_may_be_five_minutes_off_both_ways() {
    let with = json!({"verify": {"preset": "stripe", "secret": "${{ env.S }}"}});
    let env = Env::with("S", "s");
    let signature = hex(&hmac_sha256(b"s", b"1700000000.{}"));
    let mut post = Post::of("{}").header("Stripe-Signature", &format!("t=1700000000,v1={signature}"));
    let signed_at = 1_700_000_000 * SECOND;
    for (offset, passes) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
        post.received_at = Time::from_micros(signed_at + offset * SECOND);
        match post.accept(&with, &env) {
            Ok(_) => assert!(passes, "{offset}"),
            Err(rejection) => assert_eq!((rejection.code, passes), ("T015", false), "{offset}"),
        }
    }
    let wide = json!({"verify": {"preset": "stripe", "secret": "${{ env.S }}", "tolerance": "10m"}});
    post.accept(&wide, &env).unwrap();
    for stamp in ["t=,", "t=soon,", "t=99999999999999999999,", "t=9223372036854775807,", ""] {
        let post = Post::of("{}").header("stripe-signature", &format!("{stamp}v1={signature}"));
        assert!(["T013", "T015"].contains(&code(&post, &with, &env)), "{stamp}");
    }
}

#[test]
fn times_in_milliseconds_and_in_rfc_3339_are_read() {
    for (form, stamp) in [("unix_ms", "1700000000123"), ("rfc3339", "2023-11-14T22:13:20Z")] {
        let with = json!({"verify": {
            "algorithm": "hmac-sha256", "header": "x-sig", "encoding": "base64", "signed": "{timestamp}|{method}|{body}",
            "timestamp_header": "x-at", "timestamp_format": form, "secret": "${{ env.S }}",
        }});
        let signature = base64(&hmac_sha256(b"s", format!("{stamp}|POST|{{}}").as_bytes()));
        let post = Post::of("{}").header("X-Sig", &signature).header("X-At", stamp);
        post.accept(&with, &Env::with("S", "s")).unwrap();
        let moved = Post::of("{}").header("x-sig", &signature).header("x-at", "1700000001000");
        assert_ne!(code(&moved, &with, &Env::with("S", "s")), "T013");
    }
}

#[test]
fn a_signed_header_is_part_of_the_proof() {
    let with = json!({"verify": {
        "algorithm": "hmac-sha256", "header": "x-sig", "signed": "{header:X-Id}.{body}", "secret": "${{ env.S }}",
        "delivery_header": "x-id",
    }});
    let env = Env::with("S", "s");
    let signature = hex(&hmac_sha256(b"s", b"id-1.{}"));
    let post = Post::of("{}").header("x-sig", &signature).header("x-id", "id-1");
    assert_eq!(post.accept(&with, &env).unwrap().dedupe_key.as_deref(), Some("id-1"));
    assert_eq!(code(&Post::of("{}").header("x-sig", &signature).header("x-id", "id-2"), &with, &env), "T014");
    assert_eq!(code(&Post::of("{}").header("x-sig", &signature), &with, &env), "T013");
}

#[test]
fn sha1_is_there_for_senders_that_have_nothing_better() {
    // RFC 2202, test case 2.
    let with = json!({"verify": {"algorithm": "hmac-sha1", "header": "x-sig", "secret": "${{ env.S }}"}});
    let signature = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    let body = "what do ya want for nothing?";
    let text = |body: &str| Post::of(body).header("content-type", "text/plain").header("x-sig", signature);
    text(body).accept(&with, &Env::with("S", "Jefe")).unwrap();
    assert_eq!(code(&text("what do ya want for nothing!"), &with, &Env::with("S", "Jefe")), "T014");
}

#[test]
fn one_good_signature_among_several_is_enough_and_a_flood_is_cut() {
    let with = json!({"verify": {"preset": "standard_webhooks", "secret": "${{ env.S }}"}});
    let env = Env::with("S", &format!("whsec_{}", base64(b"key")));
    let good = format!("v1,{}", base64(&hmac_sha256(b"key", b"m1.1700000000.{}")));
    let bad = format!("v1,{}", base64(&[7; 32]));
    let with_signatures = |signatures: &str| {
        let post = Post::of("{}").header("webhook-id", "m1").header("webhook-timestamp", "1700000000");
        post.header("webhook-signature", signatures)
    };
    let got = with_signatures(&format!("v1a,xyz {bad} {good}")).accept(&with, &env).unwrap();
    assert_eq!(got.dedupe_key.as_deref(), Some("m1"));
    let flood = format!("{}{good}", format!("{bad} ").repeat(16));
    assert_eq!(code(&with_signatures(&flood), &with, &env), "T014");
    assert_eq!(code(&with_signatures(&good.replace("v1,", "v2,")), &with, &env), "T014");
}

#[test]
fn a_static_token_is_compared_whole() {
    let with = json!({"verify": {"preset": "bearer", "secret": "${{ env.S }}"}});
    let env = Env::with("S", "t0ken");
    Post::of("{}").header("Authorization", "Bearer t0ken").accept(&with, &env).unwrap();
    for value in ["Bearer t0kem", "Bearer t0ke", "Bearer t0ken2", "t0ken", "Basic t0ken", "Bearer "] {
        assert_eq!(code(&Post::of("{}").header("authorization", value), &with, &env), "T014", "{value}");
    }
}

#[test]
fn a_rejection_holds_no_secret() {
    let with = github(&json!("${{ env.MY_SECRET_NAME }}"));
    for env in [Env::default(), Env::with("MY_SECRET_NAME", "hunter2")] {
        let rejection = signed_for_github("wrong").accept(&with, &env).unwrap_err();
        let shown = format!("{rejection:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("MY_SECRET_NAME"), "{shown}");
    }
}
