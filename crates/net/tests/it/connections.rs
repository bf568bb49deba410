//! Connections between exchanges: which are kept, and which are not used again.

use cauce_net::{HttpErrorKind, HttpRequest, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::fake::web::{Reply, Web, client, response};

#[tokio::test]
async fn one_connection_serves_request_after_request() {
    let web = Web::start(|_| response("200 OK", &[], "ok")).await;
    let http = client();
    for _ in 0..5 {
        assert_eq!(http.send(web.get("/")).await.unwrap().status, 200);
    }
    assert_eq!((web.requests().len(), web.connections()), (5, 1));
}

#[tokio::test]
async fn answers_of_every_form_leave_the_connection_free() {
    let chunked =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhola\r\n6\r\n mundo\r\n0\r\n\r\n";
    let web = Web::start(move |request| match request.split(' ').nth(1) {
        Some("/chunks") => Reply::Text(chunked.to_owned()),
        Some("/none") => Reply::Text("HTTP/1.1 204 No Content\r\n\r\n".to_owned()),
        Some("/head") => Reply::Text("HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n".to_owned()),
        _ => response("200 OK", &[], &"x".repeat(300_000)),
    })
    .await;
    let http = client();
    let sizes = [("/chunks", Method::GET, 10), ("/none", Method::POST, 0), ("/head", Method::HEAD, 0)];
    for (path, method, size) in sizes.into_iter().chain([("/large", Method::GET, 300_000)]) {
        let got = http.send(HttpRequest::new(method, web.url(path))).await.unwrap();
        assert_eq!(got.body.len(), size, "{path}");
    }
    assert_eq!(web.connections(), 1);
}

#[tokio::test]
async fn an_answer_that_was_not_read_to_its_end_takes_its_connection_with_it() {
    let web = Web::start(|_| response("200 OK", &[], &"x".repeat(5_000))).await;
    let http = client();
    let mut request = web.get("/");
    request.max_body = 4_000;
    let error = http.send(request).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::BodyTooLarge { .. }), "{error:?}");
    assert_eq!(http.send(web.get("/")).await.unwrap().body.len(), 5_000);
    assert_eq!(web.connections(), 2);
}

#[tokio::test]
async fn a_server_that_wants_to_close_is_asked_on_a_new_connection() {
    let web = Web::start(|_| response("200 OK", &[("connection", "close")], "ok")).await;
    let http = client();
    for _ in 0..3 {
        http.send(web.get("/")).await.unwrap();
    }
    assert_eq!(web.connections(), 3);
}

/// The other side closed a kept connection, as servers do after some seconds. The next request must neither fail nor be
/// taken for one that may have been sent.
#[tokio::test]
async fn a_kept_connection_that_was_closed_since_is_replaced() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0, "each connection brings a request");
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        }
    });
    let other = Web::start(|_| response("200 OK", &[], "ok")).await;
    let http = client();
    let post = || HttpRequest::new(Method::POST, url.parse().unwrap()).body("x");
    assert_eq!(http.send(post()).await.unwrap().status, 200);
    // An exchange with somebody else lets the end of the first connection come to be known.
    http.send(other.get("/")).await.unwrap();
    assert_eq!(http.send(post()).await.unwrap().status, 200);
    server.await.unwrap();
}

#[tokio::test]
async fn many_at_once_share_as_many_connections_as_may_be_in_use() {
    let web = Web::start(|_| response("200 OK", &[], "ok")).await;
    let http = client();
    for _ in 0..3 {
        let sends: Vec<_> = (0..200)
            .map(|_| {
                let (http, request) = (http.clone(), web.get("/"));
                tokio::spawn(async move { http.send(request).await.unwrap().status })
            })
            .collect();
        for send in sends {
            assert_eq!(send.await.unwrap(), 200);
        }
    }
    assert_eq!(web.requests().len(), 600);
    assert!(web.connections() <= 64, "{} connections", web.connections());
}
