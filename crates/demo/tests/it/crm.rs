//! The CRM: tokens, contacts, idempotency keys and faults.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::browser::{get, post_json, send, signed_in};
use crate::{demo, soon};

#[tokio::test]
async fn without_the_right_token_nothing_is_told() {
    let demo = demo().await;
    let contacts = format!("{}/contacts", demo.crm);
    for token in ["", "Bearer", "Bearer wrong", "Bearer demo-toke", "Basic demo-token", "demo-token"] {
        let answer = send(Method::GET, &contacts, &[("authorization", token)], "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let answer = send(Method::GET, &contacts, &[("authorization", "bearer demo-token")], "").await;
    assert_eq!(answer.json(), json!({"contacts": [], "count": 0}));
    demo.stop().await;
}

#[tokio::test]
async fn a_contact_is_made_once_and_found_whatever_the_case_of_its_email() {
    let demo = demo().await;
    let path = format!("{}/contacts/Ana%40Cauce-Good.dev", demo.crm);
    let made = signed_in(Method::PUT, &path, &[], r#"{"name": "Ana", "source": "shop"}"#).await;
    assert_eq!((made.status, &made.json()["created"]), (StatusCode::CREATED, &json!(true)));
    assert_eq!(made.json()["email"], "ana@cauce-good.dev");

    let path = format!("{}/contacts/ana@cauce-good.dev", demo.crm);
    let again = signed_in(Method::PUT, &path, &[], r#"{"name": "Ana María"}"#).await;
    assert_eq!((again.status, &again.json()["created"]), (StatusCode::OK, &json!(false)));
    assert_eq!(again.json()["id"], made.json()["id"]);

    let posted =
        signed_in(Method::POST, &format!("{}/contacts", demo.crm), &[], r#"{"email": "ANA@cauce-good.dev"}"#)
            .await;
    assert_eq!(posted.status, StatusCode::OK);
    let found = signed_in(Method::GET, &path, &[], "").await.json();
    assert_eq!((&found["name"], &found["source"]), (&json!("Ana María"), &json!("shop")));
    let list = signed_in(Method::GET, &format!("{}/contacts", demo.crm), &[], "").await.json();
    assert_eq!((&list["count"], &list["contacts"][0]["id"]), (&json!(1), &found["id"]));

    let page = get(&demo.crm).await;
    assert!(page.body.contains("<td>Ana María</td>"), "{}", page.body);
    demo.stop().await;
}

#[tokio::test]
async fn an_idempotency_key_stands_for_one_request() {
    let demo = demo().await;
    let path = format!("{}/contacts/ana@cauce-good.dev", demo.crm);
    let key = [("idempotency-key", "run-1/step-2")];
    let first = signed_in(Method::PUT, &path, &key, r#"{"name": "Ana"}"#).await;
    signed_in(Method::PUT, &path, &[], r#"{"name": "Eva"}"#).await;

    let again = signed_in(Method::PUT, &path, &key, r#"{"name": "Ana"}"#).await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &first.body));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
    assert_eq!(signed_in(Method::GET, &path, &[], "").await.json()["name"], "Eva");

    for (path, body) in [
        (path.clone(), r#"{"name": "Other"}"#),
        (format!("{}/contacts/eva@cauce-good.dev", demo.crm), r#"{"name": "Ana"}"#),
    ] {
        let conflict = signed_in(Method::PUT, &path, &key, body).await;
        assert_eq!(
            (conflict.status, &conflict.json()["error"]),
            (StatusCode::CONFLICT, &json!("idempotency_key_reused"))
        );
    }
    let empty = signed_in(Method::PUT, &path, &[("idempotency-key", "")], "{}").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    demo.stop().await;
}

#[tokio::test]
async fn what_was_refused_may_come_corrected_under_the_same_key() {
    let demo = demo().await;
    let path = format!("{}/contacts/ana@cauce-good.dev", demo.crm);
    let key = [("idempotency-key", "k")];
    let wrong = signed_in(Method::PUT, &path, &key, r#"{"name": 1}"#).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(signed_in(Method::PUT, &path, &key, r#"{"name": "Ana"}"#).await.status, StatusCode::CREATED);
    demo.stop().await;
}

#[tokio::test]
async fn a_wrong_request_gets_its_own_code_and_changes_nothing() {
    let demo = demo().await;
    let good = "/contacts/ana@cauce-good.dev";
    let huge = format!("{{\"note\": \"{}\"}}", "x".repeat(300_000));
    for (path, body, status) in [
        (good, "{\"name\":", StatusCode::BAD_REQUEST),
        (good, "[]", StatusCode::BAD_REQUEST),
        (good, "", StatusCode::BAD_REQUEST),
        (good, huge.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        (good, r#"{"email": "eva@cauce-good.dev"}"#, StatusCode::UNPROCESSABLE_ENTITY),
        ("/contacts/", "{}", StatusCode::UNPROCESSABLE_ENTITY),
        ("/contacts/ana", "{}", StatusCode::UNPROCESSABLE_ENTITY),
        ("/contacts/ana%20b@cauce-good.dev", "{}", StatusCode::UNPROCESSABLE_ENTITY),
        ("/people", "{}", StatusCode::NOT_FOUND),
        ("/contacts", "{}", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let answer = signed_in(Method::PUT, &format!("{}{path}", demo.crm), &[], body).await;
        assert_eq!(answer.status, status, "{path} {}", answer.body);
        assert!(answer.json()["message"].is_string());
    }
    let contacts = format!("{}/contacts", demo.crm);
    let nobody = signed_in(Method::POST, &contacts, &[], r#"{"name": "Ana"}"#).await;
    assert_eq!(nobody.json()["message"], "`email` is missing");
    let token = [("authorization", "Bearer demo-token"), ("content-type", "text/plain")];
    let text = send(Method::POST, &contacts, &token, "{}").await;
    assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let unknown = signed_in(Method::GET, &format!("{}{good}", demo.crm), &[], "").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(signed_in(Method::GET, &contacts, &[], "").await.json()["count"], 0);
    demo.stop().await;
}

#[tokio::test]
async fn the_fault_switch_fails_so_many_requests_and_can_be_turned_off() {
    let demo = demo().await;
    let (contacts, faults) = (format!("{}/contacts", demo.crm), format!("{}/_faults", demo.crm));
    post_json(&faults, &json!({"status": 503, "times": 2, "retry_after": 7})).await;
    for _ in 0..2 {
        let answer = signed_in(Method::GET, &contacts, &[], "").await;
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "7"));
    }
    assert_eq!(signed_in(Method::GET, &contacts, &[], "").await.status, StatusCode::OK);

    post_json(&faults, &json!({"status": 500, "times": 9})).await;
    assert_eq!(send(Method::DELETE, &faults, &[], "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(signed_in(Method::GET, &contacts, &[], "").await.status, StatusCode::OK);
    assert_eq!(post_json(&faults, &json!({"status": 200})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    demo.stop().await;
}

#[tokio::test]
async fn a_request_that_hangs_ends_with_the_demo() {
    let demo = demo().await;
    post_json(&format!("{}/_faults", demo.crm), &json!({"hang": true})).await;
    let contacts = format!("{}/contacts", demo.crm);
    let ask = |contacts: String| {
        tokio::spawn(async move { signed_in(Method::GET, &contacts, &[], "").await.status })
    };
    // Whichever of the two is answered first proves that the other one hangs.
    let (mut one, mut other) = (ask(contacts.clone()), ask(contacts));
    let (well, hanging) = tokio::select! {
        status = &mut one => (status.unwrap(), other),
        status = &mut other => (status.unwrap(), one),
    };
    assert_eq!(well, StatusCode::OK);
    demo.stop().await;
    assert_eq!(soon(hanging).await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
}
