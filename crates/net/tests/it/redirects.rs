//! Redirects: followed within limits, judged again at every hop, and stripped of secrets on the way out.

use cauce_net::{HeaderName, HeaderValue, HttpErrorKind, HttpRequest, Limits, Method, Sent};

use crate::fake::web::{Web, client, client_with, policy, response};

async fn leading_to(status: &'static str, location: String) -> Web {
    Web::start(move |request| {
        if request.contains(" /done ") {
            response("200 OK", &[], "done")
        } else {
            response(status, &[("location", &location)], "")
        }
    })
    .await
}

fn with_secrets(request: HttpRequest) -> HttpRequest {
    ["authorization", "cookie", "x-api-key", "x-auth-token", "accept"]
        .into_iter()
        .fold(request, |request, name| {
            request.header(HeaderName::from_static(name), HeaderValue::from_static("s3cret"))
        })
}

#[tokio::test]
async fn a_get_follows_every_kind_of_redirect() {
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let web = leading_to(status, "/done".to_owned()).await;
        let got = client().send(web.get("/")).await.unwrap();
        assert_eq!((got.status, got.url.path(), &got.body[..]), (200, "/done", &b"done"[..]), "{status}");
    }
}

#[tokio::test]
async fn a_post_follows_only_see_other_and_becomes_a_get_without_a_body() {
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let web = leading_to(status, "/done".to_owned()).await;
        let got = client().send(HttpRequest::new(Method::POST, web.url("/")).body("x")).await.unwrap();
        assert_eq!((got.header("location"), web.requests().len()), (Some("/done"), 1), "{status}");
    }
    let web = leading_to("303 See Other", "/done".to_owned()).await;
    let request = HttpRequest::new(Method::POST, web.url("/"))
        .header(HeaderName::from_static("content-type"), HeaderValue::from_static("text/plain"))
        .body("x");
    assert_eq!(client().send(request).await.unwrap().body, "done");
    let second = web.requests().remove(1);
    assert!(second.starts_with("get /done ") && !second.contains("content-type"), "{second}");
}

#[tokio::test]
async fn every_hop_is_judged_again() {
    let inner = Web::start(|_| response("200 OK", &[], "metadata")).await;
    let outer = leading_to("302 Found", inner.url("/done").to_string()).await;
    let http = client_with(policy(&[outer.address.to_string()]), Limits::default());
    let error = http.send(outer.get("/")).await.unwrap_err();
    let HttpErrorKind::Refused(refusal) = *error.kind else { panic!("{error:?}") };
    assert_eq!(refusal.address, inner.address);
    assert_eq!(error.sent, Sent::Maybe, "the first hop was sent");
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn secrets_stay_with_the_origin_they_were_meant_for() {
    let inner = leading_to("200 OK", String::new()).await;
    let outer = leading_to("302 Found", inner.url("/done").to_string()).await;
    client().send(with_secrets(outer.get("/"))).await.unwrap();
    let (first, second) = (outer.requests().remove(0), inner.requests().remove(0));
    for name in ["authorization: ", "cookie: ", "x-api-key: ", "x-auth-token: "] {
        assert!(first.contains(name) && !second.contains(name), "{name} in {second}");
    }
    assert!(second.contains("accept: s3cret"), "{second}");
}

#[tokio::test]
async fn secrets_go_along_within_one_origin() {
    let web = leading_to("302 Found", "/done".to_owned()).await;
    client().send(with_secrets(web.get("/"))).await.unwrap();
    assert!(web.requests().remove(1).contains("authorization: s3cret"));
}

#[tokio::test]
async fn the_hops_are_counted() {
    let web = leading_to("302 Found", "/again".to_owned()).await;
    let mut request = web.get("/");
    request.redirects = 2;
    let error = client().send(request.clone()).await.unwrap_err();
    assert!(matches!(*error.kind, HttpErrorKind::TooManyRedirects { limit: 2 }), "{error:?}");
    assert_eq!(web.requests().len(), 3);
    request.redirects = 0;
    assert_eq!(client().send(request).await.unwrap().status, 302);
}

#[tokio::test]
async fn a_redirect_to_another_scheme_or_with_a_password_is_not_followed() {
    for location in ["file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pass@127.0.0.1/"] {
        let web = leading_to("302 Found", location.to_owned()).await;
        let error = client().send(web.get("/")).await.unwrap_err();
        assert!(matches!(*error.kind, HttpErrorKind::Url { .. }), "{location}: {error:?}");
        assert_eq!(error.sent, Sent::Maybe);
    }
}
