//! Owners are told and people are asked: the real binary, a real mail server, and a kill in between.

use std::path::Path;

use axum::http::HeaderMap;
use cauce_net::Method;
use serde_json::{Value, json};

use crate::process::{Server, token, until};
use crate::stand_ins::StandIns;

const ANA: &str = "ana@cauce-good.dev";
const BOB: &str = "bob@cauce-good.dev";

/// A flow that always fails, and one that asks.
fn flows(folder: &Path) {
    let fails = format!(
        "version: 1\nid: stock\nname: Stock report\nowner: {ANA}\ntriggers:\n  - id: go\n    use: webhook@1\nsteps:\n  \
         - id: ask_crm\n    use: http.request@1\n    with: {{ method: GET, url: \"${{{{ env.CRM_URL }}}}/nowhere\" }}\n"
    );
    let asks = format!(
        "version: 1\nid: discount\nname: A big discount\nowner: {ANA}\ntriggers:\n  - id: go\n    use: webhook@1\nsteps:\n  \
         - id: allow\n    name: May we?\n    approve:\n      to: [\"${{{{ trigger.body.boss }}}}\"]\n      timeout: 2d\n"
    );
    for (name, text) in [("stock", fails), ("discount", asks)] {
        std::fs::write(folder.join(format!("{name}.yaml")), text).expect("a file");
    }
}

async fn mails_to(stand_ins: &StandIns, address: &str) -> Vec<Value> {
    let mut mails = stand_ins.mails().await;
    mails.retain(|mail| mail["to"] == json!([address]));
    mails
}

async fn first_mail_to(stand_ins: &StandIns, address: &str) -> Value {
    until(&format!("a mail to {address}"), async || mails_to(stand_ins, address).await.pop()).await
}

async fn fail(server: &Server, token: &str) -> String {
    let run = server.begin("stock/go", &json!({})).await;
    let failed = server.run_until(token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(failed["status"], "failed", "{failed:#}");
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn three_failures_and_a_kill_are_one_mail_and_a_question_is_another() {
    let stand_ins = StandIns::start();
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    flows(folder.path());
    // Without a relay nobody is told in this life.
    let server = stand_ins.serve_without_relay(data.path(), folder.path());
    let token = token(data.path(), "publisher");
    for _ in 0..2 {
        fail(&server, &token).await;
    }
    let last = fail(&server, &token).await;
    // What was seen to have failed is on disk, and so is that it is to be told.
    server.kill();
    let server = stand_ins.serve_with(data.path(), folder.path());
    let mail = first_mail_to(&stand_ins, ANA).await;
    assert_eq!(mail["subject"], "Stock report failed 3 times in a row", "{mail:#}");
    let text = mail["text"].as_str().expect("a text");
    assert!(text.contains("* 3 runs failed at the step `ask_crm`"), "{text}");
    assert!(text.contains(&format!("/runs/{last}")) && text.contains("/docs/errors/"), "{text}");

    fail(&server, &token).await;
    let run = server.begin("discount/go", &json!({"boss": BOB})).await;
    let mail = first_mail_to(&stand_ins, BOB).await;
    assert_eq!(mail["subject"], "Your answer is needed: May we? (A big discount)", "{mail:#}");
    assert!(mail["text"].as_str().is_some_and(|text| text.contains(&format!("/runs/{run}"))), "{mail:#}");
    assert_eq!(mails_to(&stand_ins, ANA).await.len(), 1, "once an hour");
    assert_eq!(mails_to(&stand_ins, BOB).await.len(), 1);
}

/// Two flows that call one that fails: its owner is that of the first caller.
fn calls(folder: &Path) {
    let called = format!(
        "version: 1\nid: called\nowner: {ANA}\ntriggers:\n  - id: go\n    use: manual@1\nsteps:\n  \
         - stop: {{ reason: out of stock, outcome: failed }}\n"
    );
    std::fs::write(folder.join("called.yaml"), called).expect("a file");
    for (id, owner) in [("of-ana", ANA), ("of-bob", BOB)] {
        let caller = format!(
            "version: 1\nid: {id}\nowner: {owner}\ntriggers:\n  - id: go\n    use: webhook@1\nsteps:\n  \
             - id: call\n    call: {{ flow: called }}\n"
        );
        std::fs::write(folder.join(format!("{id}.yaml")), caller).expect("a file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failure_of_a_called_flow_is_told_once_to_each_owner() {
    let stand_ins = StandIns::start();
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    calls(folder.path());
    let server = stand_ins.serve_without_relay(data.path(), folder.path());
    let token = token(data.path(), "publisher");
    for caller in ["of-ana/go", "of-bob/go"] {
        let run = server.begin(caller, &json!({})).await;
        let failed = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
        assert_eq!(failed["status"], "failed", "{failed:#}");
    }
    let listed = server.ask(Method::GET, "/api/v1/notices", Some(&token), None).await;
    let listed = listed.json["notices"].as_array().expect("notices").clone();
    let told: Vec<_> = listed.iter().map(|one| (&one["workflow"], &one["kind"], &one["count"])).collect();
    // Of the run that Ana's own flow called, that flow tells.
    let (failed, one) = (json!("failed"), json!(1));
    let wanted = [json!("called"), json!("of-ana"), json!("of-bob")];
    assert_eq!(told, wanted.iter().map(|workflow| (workflow, &failed, &one)).collect::<Vec<_>>());
    server.kill();
    let _server = stand_ins.serve_with(data.path(), folder.path());
    let to_bob = first_mail_to(&stand_ins, BOB).await;
    assert_eq!(to_bob["subject"], "of-bob: 1 run failed", "{to_bob:#}");
    let to_ana = first_mail_to(&stand_ins, ANA).await;
    assert_eq!(to_ana["subject"], "2 workflows need you: 2 runs failed", "{to_ana:#}");
    assert!(to_ana["text"].as_str().is_some_and(|text| text.contains("out of stock")), "{to_ana:#}");
}

/// A chat that hands on what it is told.
async fn chat() -> (String, tokio::sync::mpsc::UnboundedReceiver<(HeaderMap, Value)>) {
    let (sender, told) = tokio::sync::mpsc::unbounded_channel();
    let hear = move |headers: HeaderMap, axum::Json(body): axum::Json<Value>| {
        let sent = sender.send((headers, body));
        async move { if sent.is_ok() { "ok" } else { "nobody listens" } }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hooks/ops", listener.local_addr().expect("an address"));
    let router = axum::Router::new().route("/hooks/ops", axum::routing::post(hear));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_owner_whom_the_operator_named_is_told_and_a_webhook_needs_no_relay() {
    let (url, mut told) = chat().await;
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let flow = "version: 1\nid: stock\nname: Stock report\ntriggers:\n  - id: go\n    use: webhook@1\nsteps:\n  \
                - id: look\n    use: data.log@1\n    with: { message: \"${{ trigger.body.total + 1 }}\" }\n    on_error: hold\n";
    std::fs::write(folder.path().join("stock.yaml"), flow).expect("a file");
    let (data, folder) = (data.path().display().to_string(), folder.path().display().to_string());
    let allow = ["--allow-net", "127.0.0.0/8", "--notify", &url];
    let server = Server::start(&[["--data", &data, "--workflows", &folder].as_slice(), &allow].concat(), &[]);
    let run = server.begin("stock/go", &json!({"total": "many"})).await;
    let (headers, body) = told.recv().await.expect("a call");
    assert_eq!(headers["idempotency-key"], body["id"].as_str().expect("an id"));
    assert_eq!(body["subject"], "Stock report: 1 run is on hold", "{body:#}");
    let notice = &body["notices"][0];
    assert_eq!((&notice["run_id"], &notice["step"]), (&json!(run), &json!("look")), "{body:#}");
    assert_eq!((&notice["kind"], &notice["hold_reason"]), (&json!("held"), &json!("asked")), "{body:#}");
}
