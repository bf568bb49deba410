//! Webhooks in detail: signatures, answers with a result, and where flows may not go.

use std::path::Path;

use cauce_net::{Bytes, HttpRequest, Method};
use serde_json::{Value, json};

use crate::process::{Server, client, token};

const SIGNED: &str = "version: 1
id: signed
triggers:
  - id: hook
    use: webhook@1
    with: { verify: { preset: github, secret: \"${{ env.HOOK_SECRET }}\" } }
steps:
  - id: log
    use: data.log@1
    with: { message: \"${{ trigger.body }}\" }
";

const ANSWERING: &str = "version: 1
id: answering
triggers:
  - id: hook
    use: webhook@1
    when: trigger.body.skip is not defined
    with: { respond: result }
steps:
  - id: greet
    set: { text: \"Hello ${{ trigger.body.name }}\" }
outputs:
  greeting: ${{ steps.greet.output.text }}
";

const CALLING: &str = "version: 1
id: calling
triggers:
  - id: hook
    use: webhook@1
steps:
  - id: call
    use: http.request@1
    retry: { max: 1, backoff: 1s }
    with: { url: \"${{ trigger.body.url }}\" }
";

fn start(data: &Path, folder: &Path, flows: &[(&str, &str)], more: &[&str]) -> Server {
    for (id, text) in flows {
        std::fs::write(folder.join(format!("{id}.yaml")), text).expect("a file");
    }
    let (data, folder) = (data.display().to_string(), folder.display().to_string());
    let mut arguments = vec!["--data", &data, "--workflows", &folder];
    arguments.extend(more);
    Server::start(&arguments, &[("CAUCE_ENV_HOOK_SECRET", "It's a Secret to Everybody")])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_webhook_is_taken_and_a_changed_one_is_not() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = start(data.path(), folder.path(), &[("signed", SIGNED)], &[]);
    // The vector of GitHub's documentation, \"Validating webhook deliveries\".
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    for (body, status) in [("Hello, World!", 202), ("Hello, World?", 401)] {
        let url = format!("{}/hooks/signed/hook", server.address).parse().expect("an address");
        let request = HttpRequest::new(Method::POST, url)
            .header("x-hub-signature-256".parse().expect("a name"), signature.parse().expect("a value"))
            .header("content-type".parse().expect("a name"), "text/plain".parse().expect("a value"))
            .body(Bytes::from_static(body.as_bytes()));
        let answer = client().send(request).await.expect("an answer");
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn respond_result_answers_with_the_outputs_or_with_what_went_wrong() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = start(data.path(), folder.path(), &[("answering", ANSWERING)], &[]);
    let well = server.hook("answering/hook", &json!({"name": "Ada"})).await;
    assert_eq!((well.status, &well.json), (200, &json!({"greeting": "Hello Ada"})), "{}", well.text);
    let badly = server.hook("answering/hook", &json!({"nam": "Ada"})).await;
    assert_eq!((badly.status, badly.json["code"].as_str()), (500, Some("S015")), "{}", badly.text);
    assert!(
        badly.json["detail"].as_str().is_some_and(|text| text.contains("trigger.body.name")),
        "{}",
        badly.text
    );
    let filtered = server.hook("answering/hook", &json!({"skip": true})).await;
    assert_eq!(
        (filtered.status, &filtered.json["outcome"], &filtered.json["run_id"]),
        (202, &json!("filtered"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_reaches_no_private_address_unless_it_is_allowed() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = start(data.path(), folder.path(), &[("calling", CALLING)], &[]);
    let token = token(data.path(), "viewer");
    for url in [
        &format!("{}/healthz", server.address),
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://169.254.169.254/latest/",
    ] {
        let run = server.begin("calling/hook", &json!({"url": url})).await;
        let done = server.run_until(&token, &run, &["failed", "succeeded", "held"]).await;
        assert_eq!(
            (&done["status"], &done["error"]["code"]),
            (&json!("failed"), &json!("A002")),
            "{url}: {done:#}"
        );
        assert!(done["error"]["hint"].as_str().is_some_and(|hint| hint.contains("--allow-net")), "{done:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_nobody_reaches_is_tried_again_then_held_and_shown() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = start(data.path(), folder.path(), &[("calling", CALLING)], &["--allow-net", "127.0.0.0/8"]);
    let token = token(data.path(), "viewer");
    // A port that was free a moment ago.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port");
    let run = server.begin("calling/hook", &json!({"url": format!("http://{closed}/")})).await;
    let held = server.run_until(&token, &run, &["failed", "succeeded", "held"]).await;
    assert_eq!((&held["status"], &held["hold_reason"]), (&json!("held"), &json!("exhausted")), "{held:#}");
    assert_eq!(held["steps"][0]["failures"].as_array().map(Vec::len), Some(2), "{held:#}");
    assert_eq!(held["steps"][0]["error"]["code"], "A003");
    let listed = server.ask(Method::GET, "/api/v1/runs?status=held", Some(&token), None).await;
    assert_eq!(listed.json["runs"][0]["id"], run.as_str(), "{}", listed.text);
}
