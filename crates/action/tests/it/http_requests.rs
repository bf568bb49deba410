//! What `http.request` sends.

use serde_json::{Value, json};

use crate::parts::{call, door, loopback, run};
use crate::web::{Web, response};

/// The one request that these inputs become.
async fn sent(mut input: Value) -> String {
    let web = Web::start(|_| response("200 OK", &[], b"")).await;
    input["url"] = json!(web.url("/p?a=1"));
    run("http.request@1", call(input), &door(loopback())).await.unwrap();
    let mut requests = web.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

#[tokio::test]
async fn the_query_is_added_and_encoded() {
    let request = sent(json!({"query": {"q": "ñ &", "l": [1, true], "no": null}})).await;
    assert!(request.starts_with("GET /p?a=1&q=%C3%B1+%26&l=1&l=true HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn unsafe_methods_carry_the_idempotency_key() {
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let request = sent(json!({"method": method})).await;
        assert!(request.contains("idempotency-key: 0123456789abcdef0123456789abcdef\r\n"), "{request}");
    }
    for method in ["GET", "HEAD", "OPTIONS"] {
        assert!(!sent(json!({"method": method})).await.contains("idempotency-key"), "{method}");
    }
    let own = sent(json!({"method": "POST", "headers": {"Idempotency-Key": "mine"}})).await;
    assert!(own.contains("idempotency-key: mine\r\n") && !own.contains("0123456789abcdef"), "{own}");
}

#[tokio::test]
async fn bodies_say_what_they_are_unless_the_author_did() {
    for (input, kind, body) in [
        (json!({"json": {"a": "ñ"}}), "application/json", "{\"a\":\"ñ\"}"),
        (
            json!({"json": [], "headers": {"Content-Type": "application/ld+json"}}),
            "application/ld+json",
            "[]",
        ),
        (json!({"body": "hé"}), "text/plain; charset=utf-8", "hé"),
        (
            json!({"form": {"a": "x y", "b": [1, 2], "c": null}}),
            "application/x-www-form-urlencoded",
            "a=x+y&b=1&b=2",
        ),
    ] {
        let mut input = input;
        input["method"] = json!("POST");
        let request = sent(input).await;
        assert!(request.contains(&format!("content-type: {kind}\r\n")), "{request}");
        assert!(request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_anything_is() {
    for (input, part) in [
        (json!({"url": "/path"}), "`url` is no address"),
        (json!({"method": "GET"}), "the input `url` is missing"),
        (json!({"url": "http://127.0.0.1:9/", "method": "G T"}), "`method` is no HTTP method"),
        (json!({"url": "http://127.0.0.1:9/", "json": 1, "body": "x"}), "only one of"),
        (
            json!({"url": "http://127.0.0.1:9/", "headers": {"X-A": "a\r\nX-B: s3cret"}}),
            "the header `x-a` holds",
        ),
        (json!({"url": "http://127.0.0.1:9/", "headers": {"X-A": "a\u{0}"}}), "the header `x-a` holds"),
        (json!({"url": "http://127.0.0.1:9/", "headers": {"X A\n": "a"}}), "`X A\\n` is no header name"),
        (
            json!({"url": "http://127.0.0.1:9/", "headers": {"A": "1", "a": "2"}}),
            "the header `a` is given twice",
        ),
        (
            json!({"url": "http://127.0.0.1:9/", "headers": {"Host": "x"}}),
            "GET 127.0.0.1:9/: the header `host`",
        ),
        (json!({"url": "http://127.0.0.1:9/", "keep": "file"}), "`http.request@1` has no input `keep`"),
    ] {
        let failure = run("http.request@1", call(input), &door(loopback())).await.unwrap_err();
        assert_eq!(failure.error.code, "A001", "{failure}");
        assert!(
            failure.error.message.starts_with(part) && !failure.error.message.contains("s3cret"),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_followed_for_get_and_given_for_post() {
    let web = Web::start(|request| {
        if request.contains(" /new ") {
            response("200 OK", &[], b"there")
        } else {
            response("302 Found", &[("Location", "/new")], b"")
        }
    })
    .await;
    let ask = |method: &str| call(json!({"url": web.url("/old"), "method": method}));
    let door = door(loopback());
    assert_eq!(run("http.request@1", ask("GET"), &door).await.unwrap()["body"], "there");
    assert_eq!(run("http.request@1", ask("POST"), &door).await.unwrap()["status"], 302);
}

#[tokio::test]
async fn a_cancelled_run_still_hears_the_answer() {
    let web = Web::start(|_| response("200 OK", &[], b"kept")).await;
    let door = door(loopback());
    door.cancelled.cancel();
    let output = run("http.request@1", call(json!({"url": web.url("/")})), &door).await.unwrap();
    assert_eq!(output["body"], "kept");
}
