//! Bad input gets an answer, never a crash, and loses nothing.

use std::process::Command;

use cauce_net::{Bytes, HttpRequest, Method};
use serde_json::{Value, json};

use crate::process::{CAUCE, Server, client, token};
use crate::stand_ins::StandIns;

const SIGNED: &str = "version: 1\nid: signed\ntriggers:\n  - id: hook\n    use: webhook@1\n    with: { verify: { preset: github, secret: \"${{ env.HOOK_SECRET }}\" } }\nsteps:\n  - id: log\n    use: data.log@1\n    with: { message: \"${{ trigger.body.name }}\" }\n";

async fn raw(server: &Server, hook: &str, body: &'static [u8]) -> (u16, Value) {
    let url = format!("{}/hooks/{hook}", server.address).parse().expect("an address");
    let mut request = HttpRequest::new(Method::POST, url).body(Bytes::from_static(body));
    request =
        request.header("content-type".parse().expect("a name"), "application/json".parse().expect("a value"));
    let response = client().send(request).await.expect("an answer");
    (response.status, serde_json::from_slice(&response.body).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_requests_get_a_problem_and_the_server_goes_on() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("signed.yaml"), SIGNED).expect("a file");
    let (data_text, folder_text) = (data.path().display().to_string(), folder.path().display().to_string());
    let server = Server::start(
        &["--data", &data_text, "--workflows", &folder_text],
        &[("CAUCE_ENV_HOOK_SECRET", "It's a Secret to Everybody")],
    );

    let unsigned = server.hook("signed/hook", &json!({"name": "Ada"})).await;
    assert_eq!(unsigned.status, 401, "{}", unsigned.text);
    assert!(unsigned.json["code"].as_str().is_some_and(|code| code.starts_with('T')), "{}", unsigned.text);
    assert_eq!(
        unsigned.headers.get("content-type").map(|value| value.as_bytes()),
        Some(&b"application/problem+json"[..])
    );

    let unknown = server.hook("singed/hook", &json!({})).await;
    assert_eq!(
        (unknown.status, unknown.json["hint"].as_str()),
        (404, Some("did you mean `signed`?")),
        "{}",
        unknown.text
    );
    assert_eq!(server.hook("signed/out", &json!({})).await.status, 404);

    let token = token(data.path(), "admin");
    let large = json!({"on": true, "filler": "x".repeat(1_100_000)});
    let answer = server.ask(Method::PATCH, "/api/v1/workflows/signed", Some(&token), Some(&large)).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    let huge = server.hook("signed/hook", &large).await;
    assert_eq!(huge.status, 413, "{}", huge.text);

    let misspelt = server
        .ask(Method::PATCH, "/api/v1/workflows/signed", Some(&token), Some(&json!({"onn": true})))
        .await;
    assert_eq!(misspelt.status, 400, "{}", misspelt.text);
    for (path, status) in [
        ("/api/v1/runs/not-an-id", 404),
        ("/api/v1/runs/00000000-0000-7000-8000-000000000000", 404),
        ("/api/v1/runs?status=sleeping", 400),
        ("/api/v1/runs?cursor=%00", 400),
        ("/api/v1/workflows/nothing", 404),
        ("/api/v1/nothing", 404),
        ("/assets/nothing.js", 404),
    ] {
        let answer = server.ask(Method::GET, path, Some(&token), None).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(answer.json["detail"].is_string(), "{path}: {}", answer.text);
    }
    assert_eq!(server.ask(Method::GET, "/readyz", None, None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_is_a_400_and_an_event_that_lacks_a_field_is_a_run_that_says_so() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    for body in [&b"{\"id\": "[..], b"{\"id\": 1}}", b"\xff\xfe", b"{\"a\": \"\\ud8\"}", &[b'['; 5000]] {
        let body: &'static [u8] = Box::leak(body.to_vec().into_boxed_slice());
        let (status, answer) = raw(&server, "signup/signup", body).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer["detail"].is_string());
    }
    // `dedupe_key: trigger.body.id` over an event without an id: said at once, nothing stored.
    let (status, answer) = raw(&server, "signup/signup", b"{\"email\": \"ada@cauce-good.dev\"}").await;
    assert_eq!((status, answer["code"].as_str()), (422, Some("X101")), "{answer}");
    // NUL and odd text go through whole.
    let odd = server
        .hook(
            "signup/signup",
            &json!({"id": "odd\u{0}\u{fffd}", "name": "\u{0}", "email": "ada@cauce-good.dev"}),
        )
        .await;
    assert_eq!(odd.status, 202, "{}", odd.text);
    // A field that the flow needs and the event lacks: accepted, and the run says which.
    let run = server.begin("signup/signup", &json!({"id": "lacking"})).await;
    let failed = server.run_until(&token, &run, &["failed", "succeeded", "held"]).await;
    assert_eq!(failed["status"], "failed", "{failed:#}");
    assert_eq!(failed["error"]["code"], "X101");
    assert!(
        failed["error"]["message"].as_str().is_some_and(|text| text.contains("trigger.body.email")),
        "{failed:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switched_off_workflow_stores_nothing_and_says_so() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "publisher");
    let off = server
        .ask(Method::PATCH, "/api/v1/workflows/signup", Some(&token), Some(&json!({"on": false})))
        .await;
    assert_eq!((off.status, &off.json["workflow"]["on"]), (200, &json!(false)), "{}", off.text);
    let refused = server.hook("signup/signup", &json!({"id": "o-1", "email": "ada@cauce-good.dev"})).await;
    assert_eq!((refused.status, refused.json["code"].as_str()), (409, Some("S014")), "{}", refused.text);
    let on =
        server.ask(Method::PATCH, "/api/v1/workflows/signup", Some(&token), Some(&json!({"on": true}))).await;
    assert_eq!(on.json["workflow"]["on"], true);
    let accepted = server.hook("signup/signup", &json!({"id": "o-1", "email": "ada@cauce-good.dev"})).await;
    assert_eq!((accepted.status, &accepted.json["outcome"]), (202, &json!("run")), "{}", accepted.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_mistake_shows_its_problems_while_the_last_good_version_goes_on() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.yaml");
    let good = "version: 1\nid: log\ntriggers:\n  - id: hook\n    use: webhook@1\nsteps:\n  - id: log\n    use: data.log@1\n    with: { message: hello }\n";
    std::fs::write(&file, good).expect("a file");
    let (data_text, folder_text) = (data.path().display().to_string(), folder.path().display().to_string());
    let server = Server::start(&["--data", &data_text, "--workflows", &folder_text], &[]);
    let token = token(data.path(), "viewer");
    std::fs::write(&file, good.replace("message:", "mesage:")).expect("a file");
    let shown = crate::process::until("the problems are shown", async || {
        let answer = server.ask(Method::GET, "/api/v1/workflows/log", Some(&token), None).await;
        Some(answer.json["workflow"].clone())
            .filter(|flow| flow["problems"].as_array().is_some_and(|list| !list.is_empty()))
    })
    .await;
    assert_eq!((&shown["version"], &shown["on"]), (&json!(1), &json!(true)), "{shown:#}");
    assert_eq!(shown["problems"][0]["span"]["line"], 9, "{shown:#}");
    assert_eq!(server.hook("log/hook", &json!({})).await.status, 202);
    std::fs::remove_file(&file).expect("the file goes");
    crate::process::until("a removed file is switched off", async || {
        let answer = server.ask(Method::GET, "/api/v1/workflows/log", Some(&token), None).await;
        (answer.json["workflow"]["on"] == false).then_some(())
    })
    .await;
    assert_eq!(server.hook("log/hook", &json!({})).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_acknowledges_nothing_and_the_server_goes_on_when_there_is_room() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "version: 1\nid: keep\ntriggers:\n  - id: hook\n    use: webhook@1\nsteps:\n  - id: long\n    wait: 1d\n";
    std::fs::write(folder.path().join("keep.yaml"), flow).expect("a file");
    // A small file system of its own, in a name space of its own. The ballast is removed through a second door.
    let script = format!(
        "mount -t tmpfs -o size=6m tmpfs {data} && head -c 2000000 /dev/zero > {data}/ballast && exec {CAUCE} serve --listen 127.0.0.1:0 --data {data} --workflows {folder}",
        data = data.path().display(),
        folder = folder.path().display(),
    );
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script]);
    let server = Server::spawn(command, &[]);
    let filler = "x".repeat(200_000);
    let mut kept = Vec::new();
    let refused = loop {
        assert!(kept.len() < 100, "the disk is never full");
        let answer = server.hook("keep/hook", &json!({"filler": filler})).await;
        match answer.status {
            202 => kept.push(answer.json["run_id"].as_str().expect("a run").to_owned()),
            _ => break answer,
        }
    };
    assert_eq!((refused.status, refused.json["code"].as_str()), (503, Some("S009")), "{}", refused.text);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(!kept.is_empty());
    let root = format!("/proc/{}/root{}/ballast", server.id(), data.path().display());
    std::fs::remove_file(root).expect("room is made");
    let answer = server.hook("keep/hook", &json!({"small": true})).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
}
