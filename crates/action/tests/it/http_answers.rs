//! What `http.request` makes of answers, and of none.

use std::time::Duration;

use cauce_model::{Failure, Happened, RetryAdvice};
use cauce_net::Policy;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::parts::{call, door, loopback, run};
use crate::web::{Reply, Web, response};

async fn get(web: &Web) -> Result<Value, Failure> {
    run("http.request@1", call(json!({"url": web.url("/a?token=s3cret")})), &door(loopback())).await
}

async fn answer(
    status: &'static str,
    headers: &'static [(&str, &str)],
    body: &'static [u8],
) -> Result<Value, Failure> {
    get(&Web::start(move |_| response(status, headers, body)).await).await
}

#[tokio::test]
async fn the_body_is_json_text_or_base64() {
    const JSON: &[(&str, &str)] = &[("Content-Type", "application/problem+json; charset=utf-8")];
    const TEXT: &[(&str, &str)] = &[("Content-Type", "text/plain")];
    for (headers, sent, body) in [
        (JSON, &b"{\"a\": [1]}"[..], json!({"a": [1]})),
        (JSON, b"", Value::Null),
        (JSON, b"{broken", json!("{broken")),
        (TEXT, b"{\"a\": 1}", json!("{\"a\": 1}")),
        (TEXT, "caña".as_bytes(), json!("caña")),
        (TEXT, b"\xff\x00", json!({"base64": "/wA="})),
    ] {
        assert_eq!(answer("200 OK", headers, sent).await.unwrap()["body"], body);
    }
}

#[tokio::test]
async fn headers_have_lower_case_names_and_are_joined() {
    let output =
        answer("201 Created", &[("X-One", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"").await;
    let output = output.unwrap();
    assert_eq!(output["status"], 201);
    assert_eq!(
        (&output["headers"]["x-one"], &output["headers"]["set-cookie"]),
        (&json!("1"), &json!("a=1, b=2"))
    );
}

#[tokio::test]
async fn a_status_says_whether_to_try_again() {
    for (status, retry) in [
        ("400 Bad Request", RetryAdvice::Never),
        ("401 Unauthorized", RetryAdvice::NeedsLogin),
        ("403 Forbidden", RetryAdvice::Never),
        ("404 Not Found", RetryAdvice::Never),
        ("408 Request Timeout", RetryAdvice::Backoff),
        ("422 Unprocessable", RetryAdvice::Never),
        ("425 Too Early", RetryAdvice::Backoff),
        ("429 Too Many Requests", RetryAdvice::Backoff),
        ("500 Internal Server Error", RetryAdvice::Backoff),
        ("503 Service Unavailable", RetryAdvice::Backoff),
    ] {
        let failure = answer(status, &[], b"").await.unwrap_err();
        assert_eq!((failure.retry, failure.happened), (retry, Happened::No), "{status}");
        assert_eq!(
            failure.error.status.map(|code| code.to_string()).as_deref(),
            status.get(..3),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_both_forms() {
    for (headers, retry) in [
        (&[("Retry-After", "120")], RetryAdvice::After(Duration::from_secs(120))),
        (&[("Retry-After", "Tue, 24 Nov 2026 00:01:30 GMT")], RetryAdvice::After(Duration::from_secs(90))),
        (&[("Retry-After", "Mon, 23 Nov 2026 00:00:00 GMT")], RetryAdvice::After(Duration::ZERO)),
        (&[("Retry-After", "soon")], RetryAdvice::Backoff),
    ] {
        let failure = answer("429 Too Many Requests", headers, b"").await.unwrap_err();
        assert_eq!(failure.retry, retry, "{headers:?}");
    }
}

#[tokio::test]
async fn a_message_says_what_the_server_said_and_no_secret() {
    const JSON: &[(&str, &str)] = &[("Content-Type", "application/json")];
    for (body, said) in [
        (
            &b"{\"error\": {\"message\": \"no such list\"}, \"message\": \"list\\n42 is gone\"}"[..],
            ": list 42 is gone",
        ),
        (b"{\"detail\": \"closed\"}", ": closed"),
        (b"", ""),
    ] {
        let failure = answer("404 Not Found", JSON, body).await.unwrap_err();
        let message = failure.error.message;
        assert!(message.starts_with("GET 127.0.0.1:") && message.contains("/a answered 404"), "{message}");
        assert!(message.ends_with(said) && !message.contains("s3cret"), "{message}");
    }
    let long = answer("500 Oh", &[], &[b'x'; 9000]).await.unwrap_err();
    assert!(long.error.message.len() < 400, "{long}");
}

#[tokio::test]
async fn silence_after_the_request_is_in_doubt() {
    let web = Web::start(|_| Reply::Silence).await;
    let mut call = call(json!({"url": web.url("/"), "method": "POST"}));
    call.timeout = Duration::from_millis(300);
    let failure = run("http.request@1", call, &door(loopback())).await.unwrap_err();
    assert_eq!((failure.retry, failure.happened), (RetryAdvice::Backoff, Happened::InDoubt), "{failure}");
    assert_eq!(failure.error.code, "A004");
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_in_doubt() {
    let failure = get(&Web::start(|_| Reply::Close).await).await.unwrap_err();
    assert_eq!((failure.retry, failure.happened), (RetryAdvice::Backoff, Happened::InDoubt), "{failure}");
}

#[tokio::test]
async fn nobody_there_did_not_happen() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let failure = run("http.request@1", call(json!({"url": url})), &door(loopback())).await.unwrap_err();
    assert_eq!((failure.retry, failure.happened), (RetryAdvice::Backoff, Happened::No), "{failure}");
    assert_eq!(failure.error.code, "A003");
    assert!(failure.error.message.contains("refused"), "{failure}");
}

#[tokio::test]
async fn the_guard_is_permanent_and_names_the_flag() {
    let input = json!({"url": "http://169.254.169.254/latest"});
    let failure = run("http.request@1", call(input), &door(Policy::default())).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.retry), ("A002", RetryAdvice::Never));
    assert!(failure.error.hint.unwrap().contains("--allow-net 169.254.169.254/32"));
}

#[tokio::test]
async fn a_url_with_a_password_is_refused_and_not_repeated() {
    let input = json!({"url": "http://ana:s3cret@127.0.0.1/"});
    let failure = run("http.request@1", call(input), &door(loopback())).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.happened), ("A001", Happened::No));
    assert!(!format!("{failure:?}").contains("s3cret"), "{failure:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_asked_for_again() {
    let web =
        Web::start(|_| Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 5242881\r\n\r\n".to_vec())).await;
    let failure = get(&web).await.unwrap_err();
    assert_eq!((failure.error.code.as_str(), failure.retry), ("A008", RetryAdvice::Never));
    assert_eq!(failure.happened, Happened::InDoubt);
}
