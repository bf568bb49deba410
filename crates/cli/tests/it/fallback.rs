//! The shipped flow that must not fail: what it does when the ways it knows are broken, one after the other.

use std::path::Path;

use cauce_net::Method;
use serde_json::{Value, json};

use crate::process::{Server, shipped, token};
use crate::stand_ins::StandIns;

fn step<'a>(run: &'a Value, path: &str) -> &'a Value {
    let steps = run["steps"].as_array().expect("steps");
    steps.iter().find(|step| step["path"] == path).unwrap_or_else(|| panic!("no step {path} in {run:#}"))
}

fn order(id: &str) -> Value {
    json!({"order": {"id": id, "total": 42.5}, "customer": {"name": "Ada", "email": "ada@cauce-good.dev"}})
}

/// The shipped flow with waits of a second between its attempts.
fn quick(folder: &Path) {
    let flow = std::fs::read_to_string(shipped().join("order-confirmation.yaml")).expect("the flow");
    let quick = flow.replace("backoff: [2s, 15s]", "backoff: 1s");
    assert_ne!(quick, flow);
    std::fs::write(folder.join("order-confirmation.yaml"), quick).expect("a file");
}

async fn done(server: &Server, token: &str, run: &str) -> Value {
    server.run_until(token, run, &["succeeded", "failed", "held"]).await
}

/// The mails to the customer; the owner of the flow gets some of their own.
async fn to_the_customer(stand_ins: &StandIns) -> Vec<Value> {
    let mut mails = stand_ins.mails().await;
    mails.retain(|mail| mail["to"] == json!(["ada@cauce-good.dev"]));
    mails
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_confirmed_by_the_relay_when_it_is_well() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    let run = server.begin("order-confirmation/order", &order("o-1")).await;
    let done = done(&server, &token, &run).await;
    assert_eq!(
        (&done["status"], &done["outputs"]["sent_by"]),
        (&json!("succeeded"), &json!("relay")),
        "{done:#}"
    );
    assert_eq!(step(&done, "confirm/error/other_way")["status"], "skipped", "{done:#}");
    let mails = to_the_customer(&stand_ins).await;
    assert_eq!((mails.len(), &mails[0]["subject"]), (1, &json!("Your order o-1")));
    // Found by what the flow says it is found by.
    let found = server.ask(Method::GET, "/api/v1/runs?q=o-1", Some(&token), None).await;
    assert_eq!(found.json["runs"][0]["id"], run.as_str(), "{}", found.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_refuses_is_passed_by() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    stand_ins.fault("demo mailbox", &json!({"smtp": 554})).await;
    let run = server.begin("order-confirmation/order", &order("o-2")).await;
    let done = done(&server, &token, &run).await;
    assert_eq!(
        (&done["status"], &done["outputs"]["sent_by"]),
        (&json!("succeeded"), &json!("service")),
        "{done:#}"
    );
    assert_eq!(
        (&step(&done, "confirm")["status"], &step(&done, "confirm")["attempts"]),
        (&json!("failed"), &json!(1))
    );
    assert_eq!(step(&done, "confirm/error/tell")["status"], "succeeded");
    let mails = to_the_customer(&stand_ins).await;
    assert_eq!((mails.len(), &mails[0]["from"]), (1, &json!("service@cauce-good.dev")), "{mails:#?}");
    assert!(mails[0]["text"].as_str().is_some_and(|text| text.contains("Ada")), "{:#}", mails[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_nobody_reaches_is_passed_by_after_its_retries() {
    let stand_ins = StandIns::start();
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    quick(folder.path());
    let server = stand_ins.serve_with(data.path(), folder.path());
    let token = token(data.path(), "viewer");
    stand_ins.fault("demo mailbox", &json!({"smtp": 451, "times": 3})).await;
    let run = server.begin("order-confirmation/order", &order("o-3")).await;
    let done = done(&server, &token, &run).await;
    assert_eq!(
        (&done["status"], &done["outputs"]["sent_by"]),
        (&json!("succeeded"), &json!("service")),
        "{done:#}"
    );
    assert_eq!(step(&done, "confirm")["attempts"], 3, "{done:#}");
    assert_eq!(to_the_customer(&stand_ins).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_every_way_is_broken_the_run_is_held_and_goes_on_when_somebody_says_so() {
    let stand_ins = StandIns::start();
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    quick(folder.path());
    let server = stand_ins.serve_with(data.path(), folder.path());
    let token = token(data.path(), "publisher");
    stand_ins.fault("demo mailbox", &json!({"smtp": 554, "api": 503, "times": 3})).await;
    let run = server.begin("order-confirmation/order", &order("o-4")).await;
    let held = done(&server, &token, &run).await;
    assert_eq!((&held["status"], &held["hold_reason"]), (&json!("held"), &json!("exhausted")), "{held:#}");
    assert!(to_the_customer(&stand_ins).await.is_empty());
    // The rest of the faults is for the relay, and nobody asks it again.
    let resume = format!("/api/v1/runs/{run}/resume");
    let answer = server.ask(Method::POST, &resume, Some(&token), Some(&json!({"choice": "again"}))).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let done = server.run_until(&token, &run, &["succeeded", "failed"]).await;
    assert_eq!(
        (&done["status"], &done["outputs"]["sent_by"]),
        (&json!("succeeded"), &json!("service")),
        "{done:#}"
    );
    assert_eq!(to_the_customer(&stand_ins).await.len(), 1);
}
