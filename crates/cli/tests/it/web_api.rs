//! Signing in, roles, and what needs no token.

use std::process::Command;

use cauce_net::{Bytes, HttpRequest, HttpResponse, Method};
use serde_json::{Value, json};

use crate::process::{CAUCE, Server, client, token};

async fn send(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> HttpResponse {
    let mut request =
        HttpRequest::new(method, format!("{}{path}", server.address).parse().expect("an address"));
    for (name, value) in headers {
        request = request.header(name.parse().expect("a name"), value.parse().expect("a value"));
    }
    if let Some(body) = body {
        request = request.body(Bytes::from(body.to_string()));
    }
    client().send(request).await.expect("an answer")
}

fn cookie(response: &HttpResponse) -> String {
    let set = response.header("set-cookie").expect("a cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    set.split(';').next().expect("a pair").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_link_works_once_and_makes_an_admin() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(&["--data", &data.path().display().to_string()], &[]);
    let link = server.said("set up once at ");
    let secret = link.split("token=").nth(1).expect("a token").to_owned();
    let ask = |password: &str, token: &str| json!({"token": token, "name": "Ada", "email": "Ada@Example.org", "password": password, "language": "es"});
    let short = send(&server, Method::POST, "/api/v1/setup", &[], Some(ask("short", &secret))).await;
    assert_eq!(short.status, 422);
    let said: Value = serde_json::from_slice(&short.body).expect("JSON");
    assert_eq!(said["fields"]["password"], "too_short");
    let wrong =
        send(&server, Method::POST, "/api/v1/setup", &[], Some(ask("correct horse battery", "wrong"))).await;
    assert_eq!(wrong.status, 403);
    let done =
        send(&server, Method::POST, "/api/v1/setup", &[], Some(ask("correct horse battery", &secret))).await;
    assert_eq!(done.status, 201, "{:?}", done.body);
    let cookie = cookie(&done);
    let me = send(&server, Method::GET, "/api/v1/session", &[("cookie", &cookie)], None).await;
    let me: Value = serde_json::from_slice(&me.body).expect("JSON");
    assert_eq!(
        me["session"]["user"],
        json!({"name": "Ada", "email": "ada@example.org", "role": "admin", "language": "es"})
    );
    let again =
        send(&server, Method::POST, "/api/v1/setup", &[], Some(ask("correct horse battery", &secret))).await;
    assert_eq!(again.status, 403);

    // From another site, with the browser's cookie: refused.
    let foreign =
        [("cookie", cookie.as_str()), ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let forged = send(&server, Method::DELETE, "/api/v1/session", &foreign, None).await;
    assert_eq!(forged.status, 403);
    let out = send(&server, Method::DELETE, "/api/v1/session", &[("cookie", &cookie)], None).await;
    assert_eq!(out.status, 204);
    assert_eq!(send(&server, Method::GET, "/api/v1/session", &[("cookie", &cookie)], None).await.status, 401);

    let sign_in = |password: &str| json!({"email": "ADA@example.org", "password": password});
    let back =
        send(&server, Method::POST, "/api/v1/session", &[], Some(sign_in("correct horse battery"))).await;
    assert_eq!(back.status, 201);
    for _ in 0..5 {
        let wrong =
            send(&server, Method::POST, "/api/v1/session", &[], Some(sign_in("wrong horse battery"))).await;
        assert_eq!(wrong.status, 401);
    }
    let locked =
        send(&server, Method::POST, "/api/v1/session", &[], Some(sign_in("correct horse battery"))).await;
    assert_eq!(locked.status, 429);
    assert!(locked.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_the_api_asks_who_is_there_and_what_they_may() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(&["--data", &data.path().display().to_string()], &[]);
    let viewer = token(data.path(), "viewer");
    let described = Command::new(CAUCE).arg("openapi").output().expect("the binary runs");
    let described: Value = serde_json::from_slice(&described.stdout).expect("JSON");
    let mut asked = 0;
    for (path, methods) in described["paths"].as_object().expect("paths") {
        let real = path.replace("{id}", "x").replace("{version}", "1");
        for (method, _) in methods.as_object().expect("methods") {
            let public = path.ends_with("/setup") || (path.ends_with("/session") && method != "get");
            if public {
                continue;
            }
            let method: Method = method.to_uppercase().parse().expect("a method");
            let body =
                (method != Method::GET).then(|| json!({"on": true, "choice": "again", "email": "x@y.org"}));
            let nobody = server.ask(method.clone(), &real, None, body.as_ref()).await;
            assert_eq!(nobody.status, 401, "{method} {path}: {}", nobody.text);
            let liar = server.ask(method.clone(), &real, Some("cauce_wrong"), body.as_ref()).await;
            assert_eq!(liar.status, 401, "{method} {path}");
            asked += 1;
        }
    }
    assert!(asked >= 10, "{asked} addresses");
    for (method, path, body) in [
        (Method::PATCH, "/api/v1/workflows/x", json!({"on": true})),
        (Method::POST, "/api/v1/workflows/x/runs", json!({})),
        (
            Method::POST,
            "/api/v1/runs/00000000-0000-7000-8000-000000000000/resume",
            json!({"choice": "again"}),
        ),
        (Method::POST, "/api/v1/runs/00000000-0000-7000-8000-000000000000/cancel", json!({})),
        (Method::POST, "/api/v1/runs/00000000-0000-7000-8000-000000000000/replay", json!({})),
        (
            Method::POST,
            "/api/v1/runs/00000000-0000-7000-8000-000000000000/decide",
            json!({"path": "x", "approved": true}),
        ),
        (Method::POST, "/api/v1/runs/resume", json!({"choice": "again"})),
        (Method::POST, "/api/v1/events", json!({"name": "x"})),
    ] {
        let answer = server.ask(method, path, Some(&viewer), Some(&body)).await;
        assert_eq!(
            (answer.status, answer.json["code"].as_str()),
            (403, Some("S002")),
            "{path}: {}",
            answer.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_health_and_the_description_need_no_token_and_pages_carry_a_policy() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(&["--data", &data.path().display().to_string()], &[]);
    for path in ["/", "/runs", "/setup?token=x"] {
        let page = server.ask(Method::GET, path, None, None).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page
            .headers
            .get("content-security-policy")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        assert!(policy.contains("default-src 'self'"), "{path}: {policy}");
    }
    for path in ["/healthz", "/readyz", "/openapi.json", "/metrics"] {
        assert_eq!(server.ask(Method::GET, path, None, None).await.status, 200, "{path}");
    }
    // Through a proxy on this machine, figures ask for a token.
    let proxied = send(&server, Method::GET, "/metrics", &[("x-forwarded-for", "203.0.113.9")], None).await;
    assert_eq!(proxied.status, 401);
    // A second server on the same folder is told so.
    let second = Command::new(CAUCE)
        .args(["serve", "--listen", "127.0.0.1:0", "--data", &data.path().display().to_string()])
        .output()
        .expect("the binary runs");
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another process"), "{second:?}");
    assert_eq!(server.stop(), Some(0));
}
