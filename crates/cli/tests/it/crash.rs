//! kill -9 in the middle of sign-ups: what was acknowledged finishes, once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cauce_net::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};

use crate::process::{Server, client, token, try_ask};
use crate::stand_ins::StandIns;

const SIGNUPS: usize = 200;
const LANES: usize = 8;

/// Sign-up ids and the runs that were acknowledged for them.
type Runs = BTreeMap<String, String>;

fn signup(n: usize) -> (String, Value) {
    let id = format!("k-{n}");
    let body = json!({"id": id, "name": format!("P{n}"), "email": format!("p{n}@cauce-good.dev")});
    (id, body)
}

/// Posts the sign-ups of one lane; what is not answered is not known.
async fn post_lane(address: String, lane: usize, acknowledged: Arc<AtomicUsize>, half: Arc<Notify>) -> Runs {
    let client = client();
    let url = format!("{address}/hooks/signup/signup");
    let mut known = Runs::new();
    for n in (lane..SIGNUPS).step_by(LANES) {
        let (id, body) = signup(n);
        let Ok(answer) = try_ask(&client, Method::POST, &url, None, Some(&body)).await else { continue };
        assert_eq!(answer.status, 202, "{}", answer.text);
        known.insert(id, answer.json["run_id"].as_str().expect("a run").to_owned());
        if acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == SIGNUPS / 2 {
            half.notify_one();
        }
    }
    known
}

/// Sends every sign-up again: what was acknowledged before is a duplicate of the same run, what was not is new.
async fn post_again(server: &Server, known: &Runs) -> Runs {
    let mut runs = known.clone();
    for n in 0..SIGNUPS {
        let (id, body) = signup(n);
        let answer = server.hook("signup/signup", &body).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let run = answer.json["run_id"].as_str().expect("a run").to_owned();
        if let Some(before) = known.get(&id) {
            assert_eq!((&answer.json["outcome"], &run), (&json!("duplicate"), before));
        }
        runs.insert(id, run);
    }
    runs
}

/// Every run the server knows of, page by page.
async fn listed(server: &Server, token: &str) -> BTreeSet<String> {
    let mut listed = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/runs?limit=60&cursor={cursor}");
        let page = server.ask(Method::GET, &path, Some(token), None).await;
        for run in page.json["runs"].as_array().expect("runs") {
            assert!(listed.insert(run["id"].as_str().expect("an id").to_owned()), "listed twice");
        }
        match page.json["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return listed,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_acknowledged_signup_finishes_with_one_run_after_kill_nine() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let (acknowledged, half) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut posts = tokio::task::JoinSet::new();
    for lane in 0..LANES {
        posts.spawn(post_lane(server.address.clone(), lane, Arc::clone(&acknowledged), Arc::clone(&half)));
    }
    half.notified().await;
    server.kill();
    let known: Runs = posts.join_all().await.into_iter().flatten().collect();
    assert!(known.len() >= SIGNUPS / 2, "{} acknowledged", known.len());

    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    let runs = post_again(&server, &known).await;
    for run in runs.values() {
        let done = server.run_until(&token, run, &["succeeded", "failed", "held", "cancelled"]).await;
        assert_eq!(done["status"], "succeeded", "{done:#}");
    }
    let finished: BTreeSet<String> = runs.into_values().collect();
    assert_eq!(finished.len(), SIGNUPS, "one run for each sign-up");
    assert_eq!(listed(&server, &token).await, finished, "and no run that nobody knows of");
    assert_eq!(server.stop(), Some(0));

    // A mail in flight at the kill may have come twice, with the same Message-ID; nobody got none.
    let mails = stand_ins.mails().await;
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in &mails {
        let to = mail["to"][0].as_str().expect("an address").to_owned();
        ids.entry(to).or_default().insert(mail["message_id"].as_str().expect("a message id").to_owned());
    }
    assert_eq!(ids.len(), SIGNUPS);
    assert!(ids.values().all(|ids| ids.len() == 1), "two mails of one sign-up carry the same Message-ID");
    println!("acknowledged before the kill: {}; mails: {} for {SIGNUPS} sign-ups", known.len(), mails.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_right_after_its_acknowledgement_goes_on() {
    let stand_ins = StandIns::start();
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve(data.path());
    let body = json!({"id": "first", "name": "Ada", "email": "ada@cauce-good.dev"});
    let accepted = server.hook("signup/signup", &body).await;
    server.kill();
    let run = accepted.json["run_id"].as_str().expect("a run").to_owned();
    let server = stand_ins.serve(data.path());
    let token = token(data.path(), "viewer");
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    assert_eq!(server.stop(), Some(0));
}

/// A CRM that takes the first request and never answers it; tells every request it was sent.
async fn silent_once() -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !String::from_utf8_lossy(&request).ends_with('}') {
                if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            if sender.send(String::from_utf8_lossy(&request).into_owned()).is_err() {
                return;
            }
            if silent.is_empty() {
                silent.push(stream);
                continue;
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{}";
            stream.write_all(answer).await.expect("an answer");
        }
    });
    (address, receiver)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_in_the_middle_of_a_call_makes_the_same_call_again() {
    let stand_ins = StandIns::start();
    let (crm, mut requests) = silent_once().await;
    let data = tempfile::tempdir().expect("a folder");
    let server = stand_ins.serve_calling(data.path(), &crm);
    let body = json!({"id": "mid", "name": "Ada", "email": "ada@cauce-good.dev"});
    let run = server.begin("signup/signup", &body).await;
    let first = requests.recv().await.expect("a request");
    server.kill();
    let server = stand_ins.serve_calling(data.path(), &crm);
    let token = token(data.path(), "viewer");
    let done = server.run_until(&token, &run, &["succeeded", "failed", "held"]).await;
    assert_eq!(done["status"], "succeeded", "{done:#}");
    let second = requests.recv().await.expect("a request");
    assert!(first.to_ascii_lowercase().contains("idempotency-key: "), "{first}");
    assert_eq!(first, second, "the same request, byte for byte, with the same key");
    let contact =
        done["steps"].as_array().and_then(|steps| steps.iter().find(|step| step["path"] == "contact"));
    assert_eq!(
        contact.map(|step| &step["attempts"]),
        Some(&json!(1)),
        "the lost attempt is made again under its number"
    );
}
