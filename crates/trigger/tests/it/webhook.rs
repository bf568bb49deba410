//! What a flow sees of a request, and which requests are turned away.

use cauce_model::Time;
use cauce_trigger::{Kind, Raw, Source, Webhook};
use serde_json::json;

use crate::world::{Env, Post};

#[test]
fn a_flow_sees_body_headers_query_method_and_time() {
    let mut post = Post::of(br#"{"email":"ana@example.com","n":1}"#)
        .header("Content-Type", "application/json")
        .header("X-Tag", "a")
        .header("x-tag", "b");
    post.query = [("q", "1"), ("tag", "x"), ("tag", "y")].map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    let got = post.accept(&json!({}), &Env::default()).unwrap();
    assert_eq!(got.dedupe_key, None);
    assert_eq!(
        got.data,
        json!({
            "body": {"email": "ana@example.com", "n": 1},
            "headers": {"content-type": "application/json", "x-tag": "a, b"},
            "query": {"q": "1", "tag": ["x", "y"]},
            "method": "POST",
            "received_at": "2023-11-14T22:13:20.000000Z",
        })
    );
}

#[test]
fn credentials_in_headers_are_not_shown_to_a_flow() {
    let post = Post::of("{}")
        .header("Authorization", "Bearer x")
        .header("COOKIE", "a=b")
        .header("Proxy-Authorization", "Basic x")
        .header("X-Hook-Token", "s3cret")
        .header("accept", "*/*");
    let with =
        json!({"verify": {"algorithm": "static-token", "header": "x-hook-token", "secret": "${{ env.T }}"}});
    let got = post.accept(&with, &Env::with("T", "s3cret")).unwrap();
    assert_eq!(got.data["headers"], json!({"accept": "*/*"}));
}

#[test]
fn only_the_methods_of_the_trigger_are_taken() {
    let mut get = Post::of("");
    get.method = "GET".to_owned();
    let rejection = get.accept(&json!({}), &Env::default()).unwrap_err();
    assert_eq!((rejection.kind, rejection.code), (Kind::MethodNotAllowed, "T010"));
    assert_eq!(rejection.message, "this trigger does not take `GET`");
    assert_eq!(rejection.hint.as_deref(), Some("send POST"));
    let got = get.accept(&json!({"methods": ["GET", "POST"]}), &Env::default()).unwrap();
    assert_eq!(got.data["body"], json!(null));
}

#[test]
fn a_second_delivery_has_the_same_key() {
    let post = Post::of("{}").header("Idempotency-Key", "order-7");
    let [first, second] = [1, 2].map(|_| post.accept(&json!({}), &Env::default()).unwrap());
    assert_eq!(first.dedupe_key.as_deref(), Some("order-7"));
    assert_eq!(first, second);
}

#[test]
fn a_webhook_flow_can_be_tried_by_hand_without_a_signature() {
    let with = json!({"verify": {"preset": "github", "secret": "${{ env.S }}"}});
    let raw = Raw::Manual { data: json!({"a": 1}), at: Time::from_micros(0) };
    let got = Webhook::default().accept(&raw, &with, &Env::default()).unwrap();
    assert_eq!(got[0].data["body"], json!({"a": 1}));
    assert_eq!(got[0].data["method"], "MANUAL");
    let slot = Raw::Slot { at: Time::from_micros(0) };
    assert_eq!(Webhook::default().accept(&slot, &with, &Env::default()).unwrap_err().code, "T017");
}

#[test]
fn a_signature_is_asked_before_the_body_is_read() {
    let with = json!({"verify": {"preset": "github", "secret": "${{ env.S }}"}});
    let rejection = Post::of("{broken").accept(&with, &Env::with("S", "s")).unwrap_err();
    assert_eq!((rejection.kind, rejection.code), (Kind::Unauthorized, "T013"));
}

#[test]
fn inputs_that_no_check_has_seen_are_refused() {
    let rejection = Post::of("{}").accept(&json!({"verify": "yes"}), &Env::default()).unwrap_err();
    assert_eq!((rejection.kind, rejection.code), (Kind::Unprocessable, "T002"));
    let rejection = Post::of("{}").accept(&json!({"verify": null}), &Env::default()).unwrap_err();
    assert_eq!(rejection.message, "`verify` must be an object, not null");
}
