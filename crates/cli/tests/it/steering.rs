//! What people and programs send while runs are open: events, answers, ways on from a hold; and runs done again.

use std::path::Path;

use cauce_net::Method;
use serde_json::{Value, json};

use crate::process::{Server, token, until};

/// A server with these workflows, by id.
struct Stage {
    server: Server,
    data: tempfile::TempDir,
    _flows: tempfile::TempDir,
}

impl Stage {
    fn with(flows: &[(&str, &str)]) -> Self {
        let (data, folder) = (folder(), folder());
        for (id, rest) in flows {
            let hook = "triggers:\n  - id: hook\n    use: webhook@1\n";
            let triggers = if rest.contains("triggers:") { "" } else { hook };
            let text = format!("version: 1\nid: {id}\n{triggers}{rest}");
            std::fs::write(folder.path().join(format!("{id}.yaml")), text).expect("a file");
        }
        let place = |path: &Path| path.display().to_string();
        let server =
            Server::start(&["--data", &place(data.path()), "--workflows", &place(folder.path())], &[]);
        Self { server, data, _flows: folder }
    }

    fn token(&self, role: &str) -> String {
        token(self.data.path(), role)
    }

    /// The status and the body of the answer to a POST.
    async fn post(&self, token: &str, path: &str, body: Value) -> (u16, Value) {
        let answer = self.server.ask(Method::POST, &format!("/api/v1{path}"), Some(token), Some(&body)).await;
        (answer.status, answer.json)
    }

    async fn get(&self, token: &str, path: &str) -> Value {
        self.server.ask(Method::GET, &format!("/api/v1{path}"), Some(token), None).await.json
    }

    /// A step of a run, once it is as asked for.
    async fn step(&self, token: &str, run: &str, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        until(&format!("step {path} of {run}"), async || {
            let run = self.get(token, &format!("/runs/{run}")).await;
            let steps = run["run"]["steps"].as_array()?;
            steps.iter().find(|step| step["path"] == path && fits(step)).cloned()
        })
        .await
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

const WAITS: &str = r"
steps:
  - id: payment
    wait_for: { event: order.paid, match: event.data.order == trigger.body.order, timeout: 1d }
";
const LISTENS: &str = r"
triggers:
  - id: paid
    use: event@1
    with: { name: order.paid }
steps:
  - id: note
    set: { order: '${{ trigger.data.order }}' }
";

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_kept_once_begins_what_listens_and_wakes_who_waits() {
    let stage = Stage::with(&[("waits", WAITS), ("listens", LISTENS)]);
    let (editor, viewer) = (stage.token("editor"), stage.token("viewer"));
    let run = stage.server.begin("waits/hook", &json!({"order": 7})).await;
    let step = stage.step(&viewer, &run, "payment", |step| step["status"] == "waiting").await;
    assert_eq!(step["listening"]["event"], "order.paid", "{step:#}");

    let event = json!({"name": "order.paid", "data": {"order": 7}, "key": "o-7"});
    let (refused, said) = stage.post(&viewer, "/events", event.clone()).await;
    assert_eq!((refused, &said["code"]), (403, &json!("S002")));
    for bad in [json!({"name": "run.failed"}), json!({"name": ""}), json!({"name": "x", "key": ""})] {
        let (status, said) = stage.post(&editor, "/events", bad.clone()).await;
        assert_eq!((status, &said["code"]), (422, &json!("S020")), "{bad}");
    }
    let (status, kept) = stage.post(&editor, "/events", event.clone()).await;
    assert_eq!((status, &kept["outcome"]), (202, &json!("kept")), "{kept}");
    let done = stage.server.run_until(&viewer, &run, &["succeeded", "failed"]).await;
    assert_eq!(done["steps"][0]["output"]["event"]["data"], json!({"order": 7}), "{done:#}");

    let (status, again) = stage.post(&editor, "/events", event).await;
    assert_eq!((status, &again["outcome"]), (202, &json!("duplicate")));
    assert_eq!(again["event_id"], kept["event_id"]);
    let begun = until("the listener ran", async || {
        let runs = stage.get(&viewer, "/runs?workflow=listens&status=succeeded").await;
        runs["runs"].as_array().filter(|runs| !runs.is_empty()).map(Vec::len)
    })
    .await;
    assert_eq!(begun, 1);

    stage.post(&editor, "/events", json!({"name": "order.paid", "data": {"order": 8}})).await;
    let first = stage.get(&viewer, "/events?name=order.paid&limit=1").await;
    assert_eq!(first["events"][0]["id"], kept["event_id"]);
    let next = first["next"].as_str().expect("another page");
    let second = stage.get(&viewer, &format!("/events?name=order.paid&limit=1&cursor={next}")).await;
    assert_eq!((&second["events"][0]["data"]["order"], &second["next"]), (&json!(8), &Value::Null));
    let one = stage.get(&viewer, &format!("/events/{next}")).await;
    assert_eq!(one["event"]["key"], "o-7");
}

const ASKS: &str = r"
steps:
  - id: ask
    approve:
      to: sales@example.com
      form:
        - { name: percent, type: number, required: true }
        - { name: size, type: choice, options: [small, large] }
";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_to_fit_the_form_and_is_taken_once() {
    let stage = Stage::with(&[("asks", ASKS), ("waits", WAITS)]);
    let (editor, viewer) = (stage.token("editor"), stage.token("viewer"));
    let other = stage.server.begin("waits/hook", &json!({"order": 1})).await;
    let run = stage.server.begin("asks/hook", &json!({})).await;
    let step = stage.step(&viewer, &run, "ask", |step| step["status"] == "waiting").await;
    assert_eq!(step["ask"]["to"], json!(["sales@example.com"]), "{step:#}");
    assert_eq!(step["ask"]["form"][0], json!({"name": "percent", "type": "number", "required": true}));
    stage.step(&viewer, &other, "payment", |step| step["status"] == "waiting").await;
    let asking = stage.get(&viewer, "/runs?asks=true").await;
    let ids: Vec<&Value> = asking["runs"].as_array().expect("runs").iter().map(|run| &run["id"]).collect();
    assert_eq!(ids, [&json!(run)]);

    let decide = format!("/runs/{run}/decide");
    let answer = |form: Value| json!({"path": "ask", "approved": true, "form": form});
    let (status, _) = stage.post(&viewer, &decide, answer(json!({"percent": 5}))).await;
    assert_eq!(status, 403);
    let (status, said) = stage.post(&editor, &decide, answer(json!({"size": "medium", "other": 1}))).await;
    assert_eq!((status, &said["code"]), (422, &json!("S019")));
    assert_eq!(said["fields"], json!({"percent": "required", "size": "not_a_choice", "other": "unknown"}));
    let elsewhere = json!({"path": "nowhere", "approved": true});
    let (status, said) = stage.post(&editor, &decide, elsewhere).await;
    assert_eq!((status, &said["code"]), (409, &json!("S018")));
    let (status, said) = stage.post(&editor, &decide, answer(json!({"percent": 5}))).await;
    assert_eq!(status, 202, "{said}");
    let done = stage.server.run_until(&viewer, &run, &["succeeded", "failed"]).await;
    let output = &done["steps"][0]["output"];
    assert_eq!((&output["decision"], &output["form"]), (&json!("approved"), &json!({"percent": 5})));
    let (status, said) = stage.post(&editor, &decide, answer(json!({"percent": 6}))).await;
    assert_eq!((status, &said["code"]), (409, &json!("S018")));
}

const HELD: &str = r"
steps:
  - id: tell
    use: event.emit@1
    on_error: hold
    with: { name: '${{ trigger.body.name }}' }
  - id: after
    set: { done: true }
";

#[tokio::test(flavor = "multi_thread")]
async fn held_runs_go_on_one_by_one_or_many_at_once() {
    let stage = Stage::with(&[("held", HELD)]);
    let (publisher, editor) = (stage.token("publisher"), stage.token("editor"));
    let mut runs = Vec::new();
    for _ in 0..4 {
        let run = stage.server.begin("held/hook", &json!({"name": "not a name"})).await;
        stage.server.run_until(&editor, &run, &["held"]).await;
        runs.push(run);
    }
    let one = runs.pop().expect("a run");
    let resume = format!("/runs/{one}/resume");
    let (status, _) = stage.post(&publisher, &resume, json!({"choice": "skip", "path": "after"})).await;
    assert_eq!(status, 409);
    let (status, _) = stage.post(&publisher, &resume, json!({"choice": "skip", "path": "tell"})).await;
    assert_eq!(status, 202);
    stage.server.run_until(&editor, &one, &["succeeded"]).await;
    let (status, _) = stage.post(&publisher, &resume, json!({"choice": "skip"})).await;
    assert_eq!(status, 409);

    let all = |body: Value| stage.post(&publisher, "/runs/resume", body);
    assert_eq!(stage.post(&editor, "/runs/resume", json!({"choice": "skip"})).await.0, 403);
    for nothing in [
        json!({"choice": "skip", "workflow": "other"}),
        json!({"choice": "skip", "step": "after"}),
        json!({"choice": "skip", "hold_reason": "poison"}),
        json!({"choice": "skip", "key": "ana@example.org"}),
    ] {
        let (_, said) = all(nothing.clone()).await;
        assert_eq!(said, json!({"resumed": 0, "skipped": 0, "next": null}), "{nothing}");
    }
    let (_, said) = all(json!({"choice": "skip", "runs": [runs[0], one]})).await;
    assert_eq!((&said["resumed"], &said["skipped"]), (&json!(1), &json!(1)), "{said}");
    stage.server.run_until(&editor, &runs[0], &["succeeded"]).await;
    let (_, said) = all(json!({"choice": "skip", "workflow": "held", "step": "tell"})).await;
    assert_eq!((&said["resumed"], &said["next"]), (&json!(2), &Value::Null), "{said}");
    for run in &runs {
        let done = stage.server.run_until(&editor, run, &["succeeded", "failed"]).await;
        assert_eq!(done["steps"][1]["output"], json!({"done": true}), "{done:#}");
    }
}

const TWICE: &str = r"
steps:
  - id: made
    set: { id: '${{ uuid() }}' }
  - id: used
    use: data.log@1
    with: { message: '${{ steps.made.output.id }}' }
";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_done_again_whole_or_from_one_of_its_steps() {
    let stage = Stage::with(&[("twice", TWICE), ("waits", WAITS)]);
    let publisher = stage.token("publisher");
    let over = ["succeeded", "failed"];
    let run = stage.server.begin("twice/hook", &json!({"email": "ana@example.org"})).await;
    let old = stage.server.run_until(&publisher, &run, &over).await;
    let replay = format!("/runs/{run}/replay");
    let (status, said) = stage.post(&publisher, &replay, json!({"from": "elsewhere"})).await;
    assert_eq!((status, &said["code"]), (422, &json!("E011")));

    let (status, said) = stage.post(&publisher, &replay, json!({"from": "used"})).await;
    assert_eq!(status, 201, "{said}");
    let new = stage.server.run_until(&publisher, said["run_id"].as_str().expect("a run"), &over).await;
    assert_eq!((&new["replay_of"], &new["data"]), (&json!(run), &old["data"]));
    assert_eq!(new["steps"][0]["output"], old["steps"][0]["output"]);
    assert_eq!(new["status"], "succeeded", "{new:#}");
    let (_, said) = stage.post(&publisher, &replay, json!({})).await;
    let whole = stage.server.run_until(&publisher, said["run_id"].as_str().expect("a run"), &over).await;
    assert_ne!(whole["steps"][0]["output"], old["steps"][0]["output"]);
    let found = stage.get(&publisher, "/runs?q=ana@example.org").await;
    assert_eq!(found["runs"].as_array().map(Vec::len), Some(3));

    let open = stage.server.begin("waits/hook", &json!({"order": 1})).await;
    let (status, said) = stage.post(&publisher, &format!("/runs/{open}/replay"), json!({})).await;
    assert_eq!((status, &said["code"]), (409, &json!("S005")));
    let (status, _) = stage.post(&publisher, &format!("/runs/{open}/cancel"), json!({})).await;
    assert_eq!(status, 202);
    stage.server.run_until(&publisher, &open, &["cancelled"]).await;
    let (status, said) = stage.post(&publisher, &format!("/runs/{open}/cancel"), json!({})).await;
    assert_eq!((status, &said["code"]), (409, &json!("S005")));
}

const TAKES: &str = r"
inputs:
  email: { type: text, required: true }
  size: { type: text, enum: [small, large], default: small }
triggers:
  - id: hand
    use: manual@1
steps:
  - id: note
    set: { email: '${{ inputs.email }}', size: '${{ inputs.size }}', who: '${{ trigger.body.who }}' }
";

#[tokio::test(flavor = "multi_thread")]
async fn a_start_by_hand_hands_over_inputs_that_are_checked_and_filled_in() {
    let stage = Stage::with(&[("takes", TAKES)]);
    let editor = stage.token("editor");
    let given = json!({"data": {"who": "Ana"}, "inputs": {"email": "Ana@Example.com"}});
    let (status, receipt) = stage.post(&editor, "/workflows/takes/runs", given).await;
    assert_eq!(status, 202, "{receipt}");
    let run = receipt["run_id"].as_str().expect("a run");
    let note = stage.step(&editor, run, "note", |step| step["status"] == "succeeded").await;
    assert_eq!(note["output"], json!({"email": "Ana@Example.com", "size": "small", "who": "Ana"}));
    let found = stage.get(&editor, "/runs?q=ana@example.com").await;
    assert_eq!(found["runs"][0]["id"], *run, "found by the address that it was handed over: {found}");
    for (inputs, words) in [
        (Value::Null, "the input `email` is missing"),
        (json!({"email": 7}), "the input `email` must be a text"),
        (json!({"email": "a", "size": "huge"}), "the input `size` has a value that it may not have"),
        (json!({"email": "a", "sise": "large"}), "`takes` takes no input `sise`"),
        (json!("a"), "inputs must be an object"),
    ] {
        let (status, problem) =
            stage.post(&editor, "/workflows/takes/runs", json!({ "inputs": inputs })).await;
        assert_eq!((status, &problem["code"]), (422, &json!("E009")), "{problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{problem}");
    }
}
