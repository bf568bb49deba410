//! Limits by key from outside: what a sender is told, and which runs start.

use cauce_net::Method;
use serde_json::{Value, json};

use crate::process::{Answer, Server, token, until};

/// Stops at a long wait, so that each run holds its place.
const ONE: &str = "version: 1
id: one
concurrency: { key: trigger.body.k, limit: 1 }
index: [trigger.body.order]
triggers:
  - { id: hook, use: webhook@1 }
steps:
  - { id: rest, wait: 1h }
";

const ONCE: &str = "version: 1
id: once
reentry: { key: trigger.body.k, after: never }
triggers:
  - { id: hook, use: webhook@1 }
steps:
  - { id: note, set: { k: \"${{ trigger.body.k }}\" } }
";

const FEW: &str = "version: 1
id: few
triggers:
  - { id: hook, use: webhook@1, throttle: { limit: 1, per: 1h } }
steps:
  - { id: note, set: { k: \"${{ trigger.body.k }}\" } }
";

const CALM: &str = "version: 1
id: calm
triggers:
  - { id: hook, use: webhook@1, debounce: { key: trigger.body.k, for: 1s } }
steps:
  - { id: note, set: { n: \"${{ trigger.body.n }}\" } }
outputs: { n: \"${{ steps.note.output.n }}\" }
";

const PAIRS: &str = "version: 1
id: pairs
triggers:
  - { id: hook, use: webhook@1, batch: { size: 2, for: 1h } }
steps:
  - { id: note, set: { n: \"${{ trigger.count }}\", last: \"${{ trigger.events[1].body.n }}\" } }
outputs: { n: \"${{ steps.note.output.n }}\", last: \"${{ steps.note.output.last }}\" }
";

struct House {
    server: Server,
    token: String,
    _folders: [tempfile::TempDir; 2],
}

impl House {
    fn start() -> Self {
        let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        for (id, text) in [("one", ONE), ("once", ONCE), ("few", FEW), ("calm", CALM), ("pairs", PAIRS)] {
            std::fs::write(folder.path().join(format!("{id}.yaml")), text).expect("a file");
        }
        let (at, flows) = (data.path().display().to_string(), folder.path().display().to_string());
        let server = Server::start(&["--data", &at, "--workflows", &flows], &[]);
        let token = token(data.path(), "publisher");
        Self { server, token, _folders: [data, folder] }
    }

    /// Posts; says the outcome.
    async fn post(&self, flow: &str, body: Value) -> Answer {
        let answer = self.server.hook(&format!("{flow}/hook"), &body).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer
    }

    /// The outputs of the one run of a workflow, once it is over.
    async fn outputs(&self, flow: &str) -> Value {
        let path = format!("/api/v1/runs?workflow={flow}&status=succeeded");
        let id = until("a run is over", async || {
            let list = self.server.ask(Method::GET, &path, Some(&self.token), None).await;
            let runs = list.json["runs"].as_array().cloned().unwrap_or_default();
            assert!(runs.len() < 2, "one run: {}", list.text);
            runs.first().and_then(|run| run["id"].as_str().map(ToOwned::to_owned))
        })
        .await;
        let run = self.server.run_until(&self.token, &id, &["succeeded"]).await;
        run["steps"][0]["output"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_of_a_key_at_a_time_and_the_next_moves_up() {
    let house = House::start();
    let first = house.post("one", json!({"k": "a"})).await;
    let second = house.post("one", json!({"k": "a", "order": "Order-7"})).await;
    let other = house.post("one", json!({"k": "b"})).await;
    assert_eq!((&first.json["outcome"], &other.json["outcome"]), (&json!("run"), &json!("run")));
    assert_eq!(second.json["outcome"], "queued", "{}", second.text);
    assert!(second.json["reason"].as_str().is_some_and(|reason| reason.contains("open at once")));
    let (first, second) = (&first.json["run_id"], second.json["run_id"].as_str().expect("a run"));
    let queued = house.server.run_until(&house.token, second, &["queued"]).await;
    assert_eq!(queued["status"], "queued");
    let cancel = format!("/api/v1/runs/{}/cancel", first.as_str().expect("a run"));
    house.server.ask(Method::POST, &cancel, Some(&house.token), None).await;
    house.server.run_until(&house.token, second, &["waiting"]).await;
    let found = house.server.ask(Method::GET, "/api/v1/runs?q=order-7", Some(&house.token), None).await;
    assert_eq!(found.json["runs"][0]["id"], second, "found by what `index` adds: {}", found.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_through_is_told_why_and_starts_no_run() {
    let house = House::start();
    for (flow, outcome, words) in
        [("once", "dropped", "only once"), ("few", "throttled", "the next may start at")]
    {
        assert_eq!(house.post(flow, json!({"k": "a"})).await.json["outcome"], "run");
        let answer = house.post(flow, json!({"k": "a"})).await;
        assert_eq!(answer.json["outcome"], outcome, "{}", answer.text);
        assert!(answer.json["run_id"].is_null() && answer.json["event_id"].is_string(), "{}", answer.text);
        assert!(
            answer.json["reason"].as_str().is_some_and(|reason| reason.contains(words)),
            "{}",
            answer.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_kept_until_it_is_quiet_or_there_are_enough() {
    let house = House::start();
    for number in 1..=3 {
        let answer = house.post("calm", json!({"k": "a", "n": number})).await;
        assert_eq!(answer.json["outcome"], "debounced", "{}", answer.text);
    }
    for number in 1..=2 {
        let answer = house.post("pairs", json!({"n": number})).await;
        assert_eq!((&answer.json["outcome"], &answer.json["run_id"]), (&json!("batched"), &Value::Null));
    }
    assert_eq!(house.outputs("pairs").await, json!({"n": 2, "last": 2}));
    assert_eq!(house.outputs("calm").await, json!({"n": 3}), "the last one alone");
}
