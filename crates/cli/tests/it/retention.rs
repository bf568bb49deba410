//! What is old is forgotten by the running server, and what is kept is found by time and by step.

use std::path::Path;
use std::sync::Arc;

use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::runs::{Brief, Progress, Then};
use cauce_journal::{Journal, Opening};
use cauce_model::{
    Clock, Event, EventId, Ids, RunError, RunId, RunRecord, RunStart, RunStatus, SessionId, StepError,
    StepPath, SystemClock, SystemIds, Time,
};
use cauce_net::Method;
use serde_json::{Value, json};

use crate::process::{Server, token, until};

const DAY: u64 = 24 * 60 * 60;

fn ago(seconds: u64) -> Time {
    let span = i64::try_from(seconds).expect("a span") * 1_000_000;
    Time::from_micros(SystemClock.now().micros() - span)
}

/// A run that ended at that moment, well or badly at a step.
async fn keep(journal: &Journal, session: SessionId, at: Time, failed_at: Option<&str>) {
    let (event, run) = (EventId::from_uuid(SystemIds.next(at)), RunId::from_uuid(SystemIds.next(at)));
    let data = Arc::new(json!({"body": {"email": "ada@example.org"}}));
    let start = RunStart {
        id: run,
        workflow: "signup".to_owned(),
        version: 1,
        trigger: "signup".to_owned(),
        event,
        accepted_at: at,
        data: data.clone(),
        inputs: Value::Null,
        replay_of: None,
        parent: None,
    };
    let (workflow, trigger) = (start.workflow.clone(), start.trigger.clone());
    let event = Event { id: event, workflow, trigger, received_at: at, dedupe_key: None, data };
    let keys = vec!["ada@example.org".to_owned()];
    let new = NewRun { keys, ..NewRun::new(start.clone(), 1) };
    let accept = Accept { session, event, run: Some(new), slot: None, gates: None };
    let Accepted::Run { rev } = journal.events.accept(accept).await.expect("room") else {
        panic!("a run was expected")
    };
    let error =
        StepError { code: "A012".to_owned(), message: "no".to_owned(), hint: None, status: Some(404) };
    let error = failed_at.map(|path| RunError { error, step: StepPath::from(path) });
    let status = if error.is_some() { RunStatus::Failed } else { RunStatus::Succeeded };
    let record = RunRecord {
        start,
        status,
        hold_reason: None,
        reason: None,
        error: error.clone(),
        outputs: None,
        finished_at: Some(at),
        steps: Vec::new(),
    };
    let brief = Brief { status, hold_reason: None, reason: None, error, steps_done: 1, steps_total: 1 };
    let write = Progress::new(session, run, rev, brief, Then::Finish(Box::new(record)));
    journal.runs.progress(write).await.expect("room");
}

/// 600 runs of 40 days ago, one of 20 days ago, and two of two hours ago, of which one failed.
async fn fill(folder: &Path) {
    let (journal, closer) =
        Journal::sqlite(folder, Arc::new(SystemClock), Opening::Serve).await.expect("a journal");
    let session = SessionId::from_uuid(SystemIds.next(SystemClock.now()));
    journal.sessions.open(session).await.expect("a session");
    for _ in 0..600 {
        keep(&journal, session, ago(40 * DAY), None).await;
    }
    keep(&journal, session, ago(20 * DAY), None).await;
    keep(&journal, session, ago(2 * 60 * 60), Some("gate/then/contact")).await;
    keep(&journal, session, ago(2 * 60 * 60), None).await;
    closer.close().await.expect("a close");
}

async fn listed(server: &Server, token: &str, query: &str) -> usize {
    let path = format!("/api/v1/runs?limit=200{query}");
    let answer = server.ask(Method::GET, &path, Some(token), None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json["runs"].as_array().expect("runs").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_forgets_what_is_older_than_its_days_and_nothing_else() {
    let data = tempfile::tempdir().expect("a folder");
    fill(data.path()).await;
    let folder = data.path().display().to_string();
    let token = token(data.path(), "viewer");
    let server = Server::start(&["--data", &folder, "--keep-days", "0"], &[]);
    assert_eq!(listed(&server, &token, "").await, 200);
    server.stop();
    let server = Server::start(&["--data", &folder], &[]);
    until("the old runs are gone", async || (listed(&server, &token, "").await == 3).then_some(())).await;
    assert_eq!(listed(&server, &token, "&q=ada%40example.org").await, 3);
    server.stop();
    let server = Server::start(&["--data", &folder], &[("CAUCE_KEEP_DAYS", "7")]);
    until("a shorter time counts", async || (listed(&server, &token, "").await == 2).then_some(())).await;
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_found_by_time_and_by_the_step_at_which_they_stopped() {
    let data = tempfile::tempdir().expect("a folder");
    fill(data.path()).await;
    let folder = data.path().display().to_string();
    let token = token(data.path(), "viewer");
    let server = Server::start(&["--data", &folder, "--keep-days", "0"], &[]);
    let moment = |seconds: u64| ago(seconds).to_string();
    assert_eq!(listed(&server, &token, &format!("&since={}", moment(DAY))).await, 2);
    let day = |seconds: u64| moment(seconds).chars().take(10).collect::<String>();
    let between = format!("&since={}&until={}", day(21 * DAY), day(3 * DAY));
    assert_eq!(listed(&server, &token, &between).await, 1);
    let at = |step: &str| format!("&workflow=signup&step={step}");
    assert_eq!(listed(&server, &token, &at("contact")).await, 1);
    assert_eq!(listed(&server, &token, &at("gate/then/contact")).await, 1);
    assert_eq!(listed(&server, &token, &at("gate")).await, 0);
    let all = format!("{}&status=failed,held&q=ada%40example.org&since={}", at("contact"), moment(DAY));
    assert_eq!(listed(&server, &token, &all).await, 1);
    for (query, field) in [
        ("since=yesterday", "since"),
        ("until=2026-02-30", "until"),
        ("since=2026-03-01T09:00:00", "since"),
        ("step=contact", "step"),
    ] {
        let answer = server.ask(Method::GET, &format!("/api/v1/runs?{query}"), Some(&token), None).await;
        assert_eq!((answer.status, &answer.json["code"]), (400, &json!("S007")), "{query}: {}", answer.text);
        assert!(
            answer.json["fields"][field].is_string() && answer.json["hint"].is_string(),
            "{}",
            answer.text
        );
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn days_are_a_number() {
    for days in ["-1", "a", "40000"] {
        let arguments = ["serve", "--keep-days", days];
        let refused =
            std::process::Command::new(crate::process::CAUCE).args(arguments).output().expect("it runs");
        assert_eq!(refused.status.code(), Some(2), "{days}");
    }
}
