//! HTTP exchanges: bodies, limits, time-outs, and whether anything was sent.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cauce_net::{
    HeaderName, HeaderValue, Http, HttpErrorKind, HttpRequest, Limits, Method, Phase, Policy, Sent,
    StatusCode,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fake::web::{Reply, Web, client, client_with, policy, response};

async fn failure(http: &Http, request: HttpRequest) -> (Sent, HttpErrorKind) {
    let error = http.send(request).await.unwrap_err();
    (error.sent, *error.kind)
}

#[tokio::test]
async fn a_request_arrives_whole_and_so_does_the_response() {
    let web = Web::start(|_| response("201 Created", &[("x-shop", "uno")], "hola")).await;
    let request = HttpRequest::new(Method::POST, web.url("/orders?a=1"))
        .header(HeaderName::from_static("x-id"), HeaderValue::from_static("7"))
        .body("{}");
    let got = client().send(request).await.unwrap();
    assert_eq!((got.status, got.header("x-shop"), &got.body[..]), (201, Some("uno"), &b"hola"[..]));
    assert_eq!(got.status, StatusCode::CREATED.as_u16());
    let sent = web.requests().remove(0);
    for part in ["post /orders?a=1 http/1.1\r\n", "x-id: 7\r\n", "content-length: 2\r\n", "\r\n\r\n{}"] {
        assert!(sent.contains(part), "{part:?} in {sent}");
    }
    assert!(sent.contains(&format!("user-agent: cauce/{}\r\n", env!("CARGO_PKG_VERSION"))), "{sent}");
    assert!(sent.contains(&format!("host: {}\r\n", web.address)), "{sent}");
}

#[tokio::test]
async fn private_addresses_are_refused_by_default_before_anything_is_sent() {
    let web = Web::start(|_| response("200 OK", &[], "")).await;
    let http = client_with(Policy::default(), Limits::default());
    let error = http.send(web.get("/")).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::Refused(_)), "{error:?}");
    assert_eq!(error.sent, Sent::No);
    assert!(error.hint().unwrap().contains("--allow-net 127.0.0.1/32"));
    assert_eq!(web.connections(), 0);
}

#[tokio::test]
async fn odd_spellings_in_urls_are_refused_as_what_they_mean() {
    let http = client_with(Policy::default(), Limits::default());
    for host in ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::1]", "localhost"] {
        let url = format!("http://{host}:8000/").parse().unwrap();
        let (sent, kind) = failure(&http, HttpRequest::get(url)).await;
        let HttpErrorKind::Refused(refusal) = kind else { panic!("{host}: {kind:?}") };
        assert_eq!((sent, refusal.class), (Sent::No, "loopback"), "{host}");
    }
}

#[tokio::test]
async fn urls_that_are_no_plain_http_are_refused_with_the_reason() {
    for (url, reason) in [
        ("ftp://127.0.0.1/", "the scheme is `ftp`, not `http` or `https`"),
        ("file:///etc/passwd", "the scheme is `file`, not `http` or `https`"),
        ("http://user@127.0.0.1/", "it carries a user name or password; send those in a header"),
        ("http://:pass@127.0.0.1/", "it carries a user name or password; send those in a header"),
        ("http://127.0.0.1:0/", "no server listens on port 0"),
    ] {
        let (sent, kind) = failure(&client(), HttpRequest::get(url.parse().unwrap())).await;
        assert_eq!(sent, Sent::No);
        assert_eq!(kind.to_string(), format!("the URL cannot be requested: {reason}"));
    }
}

#[tokio::test]
async fn headers_that_frame_the_message_are_the_clients_own() {
    let web = Web::start(|_| response("200 OK", &[], "")).await;
    for name in ["host", "content-length", "transfer-encoding", "connection"] {
        let request = web.get("/").header(HeaderName::from_static(name), HeaderValue::from_static("1"));
        let (sent, kind) = failure(&client(), request).await;
        assert!(matches!(&kind, HttpErrorKind::Header { name: refused } if refused == name), "{kind:?}");
        assert_eq!(sent, Sent::No);
    }
    assert_eq!(web.connections(), 0);
}

#[tokio::test]
async fn a_closed_port_means_that_nothing_was_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (sent, kind) =
        failure(&client(), HttpRequest::get(format!("http://{closed}/").parse().unwrap())).await;
    assert!(matches!(kind, HttpErrorKind::Connect(_)), "{kind:?}");
    assert_eq!(sent, Sent::No);
}

#[tokio::test]
async fn a_server_that_reads_and_closes_may_have_acted() {
    let web = Web::start(|_| Reply::Close).await;
    let (sent, kind) = failure(&client(), HttpRequest::new(Method::POST, web.url("/")).body("x")).await;
    assert!(matches!(kind, HttpErrorKind::Protocol { .. }), "{kind:?}");
    assert_eq!(sent, Sent::Maybe);
    assert_eq!(web.requests().len(), 1, "a request that may have been sent is not sent again");
}

#[tokio::test]
async fn an_answer_that_is_no_http_may_have_been_an_action() {
    let web = Web::start(|_| Reply::Text("220 mail.demo ESMTP\r\n".to_owned())).await;
    let (sent, kind) = failure(&client(), web.get("/")).await;
    assert!(matches!(kind, HttpErrorKind::Protocol { .. }), "{kind:?}");
    assert_eq!(sent, Sent::Maybe);
}

#[tokio::test]
async fn a_silent_server_times_out_waiting_for_the_response() {
    let web = Web::start(|_| Reply::Silence).await;
    let mut request = web.get("/");
    request.timeout = Duration::from_millis(200);
    let (sent, kind) = failure(&client(), request).await;
    assert!(matches!(kind, HttpErrorKind::Timeout { phase: Phase::Response, .. }), "{kind:?}");
    assert_eq!((sent, kind.to_string().as_str()), (Sent::Maybe, "no response within 0.2 s"));
}

#[tokio::test]
async fn a_body_that_never_ends_times_out_in_the_body() {
    let web =
        Web::start(|_| Reply::Text("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_owned())).await;
    let mut request = web.get("/");
    request.timeout = Duration::from_millis(200);
    let (sent, kind) = failure(&client(), request).await;
    assert!(matches!(kind, HttpErrorKind::Timeout { phase: Phase::Body, .. }), "{kind:?}");
    assert_eq!(sent, Sent::Maybe);
}

#[tokio::test]
async fn waiting_for_a_slot_times_out_with_nothing_sent() {
    let web = Web::start(|_| Reply::Silence).await;
    let http = client_with(policy(&["127.0.0.0/8".to_owned()]), Limits::new(8, 1));
    let holder = tokio::spawn({
        let (http, request) = (http.clone(), web.get("/"));
        async move { http.send(request).await }
    });
    while web.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let mut request = web.get("/");
    request.timeout = Duration::from_millis(100);
    let (sent, kind) = failure(&http, request).await;
    assert!(matches!(kind, HttpErrorKind::Timeout { phase: Phase::Connect, .. }), "{kind:?}");
    assert_eq!((sent, web.requests().len()), (Sent::No, 1));
    holder.abort();
}

#[tokio::test]
async fn a_body_over_the_limit_is_an_error_announced_or_not() {
    let web = Web::start(|request| {
        if request.starts_with("get /announced ") {
            response("200 OK", &[], "123456")
        } else {
            Reply::Text(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n123\r\n3\r\n456\r\n0\r\n\r\n"
                    .into(),
            )
        }
    })
    .await;
    for path in ["/announced", "/chunked"] {
        let mut request = web.get(path);
        request.max_body = 5;
        let (sent, kind) = failure(&client(), request.clone()).await;
        assert!(matches!(kind, HttpErrorKind::BodyTooLarge { limit: 5 }), "{path}: {kind:?}");
        assert_eq!(sent, Sent::Maybe);
        request.max_body = 6;
        assert_eq!(client().send(request).await.unwrap().body, "123456", "{path}");
    }
}

/// Holds every request until `together` of them are there at once, and notes the most it ever saw.
#[tokio::test]
async fn no_more_than_the_limit_are_under_way_to_one_host() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (seen, peak) = (Arc::clone(&now), Arc::clone(&most));
    let pair = Arc::new(tokio::sync::Barrier::new(2));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (seen, peak, pair) = (Arc::clone(&seen), Arc::clone(&peak), Arc::clone(&pair));
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                while stream.read(&mut bytes).await.is_ok_and(|length| length > 0) {
                    peak.fetch_max(seen.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    pair.wait().await;
                    seen.fetch_sub(1, Ordering::SeqCst);
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                }
            });
        }
    });
    let http = client_with(policy(&["127.0.0.0/8".to_owned()]), Limits::new(8, 2));
    let sends: Vec<_> = (0..8)
        .map(|_| {
            let (http, request) =
                (http.clone(), HttpRequest::get(format!("http://{address}/").parse().unwrap()));
            tokio::spawn(async move { http.send(request).await.unwrap().status })
        })
        .collect();
    for send in sends {
        assert_eq!(send.await.unwrap(), 200);
    }
    assert_eq!((now.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (0, 2));
}

#[tokio::test]
async fn what_a_request_shows_of_itself_holds_no_secret() {
    let request = HttpRequest::get("http://shop.demo/a?token=s3cret".parse().unwrap())
        .header(HeaderName::from_static("authorization"), HeaderValue::from_static("Bearer s3cret"))
        .body("s3cret");
    let shown = format!("{request:?}");
    assert!(shown.contains("authorization") && shown.contains("/a"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
