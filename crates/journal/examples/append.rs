//! How many durable accepts a second one data folder takes from 64 callers, each waiting for its answer.
//!
//! `cargo run --release -p cauce-journal --example append [FOLDER]`; without a folder, a temporary one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cauce_journal::events::{Accept, NewRun};
use cauce_journal::runs::{Brief, Progress, Progressed, Rev, Runs, Then};
use cauce_journal::{Journal, Opening};
use cauce_model::{
    Clock, Event, EventId, Ids, RunId, RunRecord, RunStart, RunStatus, SessionId, SystemClock, SystemIds,
};
use serde_json::json;

const CALLERS: u64 = 64;
const ACCEPTS: u64 = 200_000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args_os().nth(1).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let (journal, closer) = Journal::sqlite(&folder, Arc::new(SystemClock), Opening::Serve).await?;
    let session = SessionId::from_uuid(SystemIds.next(SystemClock.now()));
    journal.sessions.open(session).await?;
    measure("accepts", &journal, session, false).await?;
    measure("accepts, each run finished", &journal, session, true).await?;
    closer.close().await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example prints its figures")]
async fn measure(what: &str, journal: &Journal, session: SessionId, finish: bool) -> Result<(), Failure> {
    let began = SystemClock.now();
    let left = Arc::new(AtomicU64::new(ACCEPTS));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(call(journal.clone(), session, Arc::clone(&left), finish));
    }
    let mut waits = Vec::new();
    while let Some(caller) = callers.join_next().await {
        waits.extend(caller??);
    }
    let seconds = SystemClock.now().since(began).as_secs_f64();
    waits.sort_unstable();
    let at = |share: usize| waits.get(waits.len() * share / 1000).copied().unwrap_or(0);
    let (p50, p99, p999) = (at(500), at(990), at(999));
    let rate = f64::from(u32::try_from(waits.len())?) / seconds;
    println!("{what}: {rate:.0}/s, p50 {p50} us, p99 {p99} us, p99.9 {p999} us ({CALLERS} callers)");
    Ok(())
}

/// Accepts until none is left; says how many microseconds each took.
async fn call(
    journal: Journal,
    session: SessionId,
    left: Arc<AtomicU64>,
    finish: bool,
) -> Result<Vec<u128>, Failure> {
    let mut waits = Vec::new();
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        let began = SystemClock.now();
        let accept = accept(session);
        let start = accept.run.as_ref().map(|run| run.start.clone());
        journal.events.accept(accept).await?;
        waits.push(SystemClock.now().since(began).as_micros());
        if let Some(start) = start.filter(|_| finish) {
            end(&*journal.runs, session, start).await?;
        }
    }
    Ok(waits)
}

fn accept(session: SessionId) -> Accept {
    let now = SystemClock.now();
    let id = SystemIds.next(now);
    let body = json!({"email": format!("{id}@example.com"), "first_name": "Ana", "tags": ["new", "shop"],
        "address": {"street": "Calle Mayor 1", "city": "Madrid", "country": "ES"}, "note": "x".repeat(300)});
    let data = json!({"body": body, "headers": {"content-type": "application/json"}, "method": "POST"});
    let start = RunStart {
        id: RunId::from_uuid(SystemIds.next(now)),
        workflow: "welcome".to_owned(),
        version: 1,
        trigger: "hook".to_owned(),
        event: EventId::from_uuid(id),
        accepted_at: now,
        data: data.clone().into(),
        inputs: serde_json::Value::Null,
        replay_of: None,
        parent: None,
    };
    let event = Event {
        id: start.event,
        workflow: start.workflow.clone(),
        trigger: start.trigger.clone(),
        received_at: now,
        dedupe_key: None,
        data: data.into(),
    };
    let run = NewRun { keys: vec![format!("{id}@example.com")], ..NewRun::new(start, 3) };
    Accept { session, event, run: Some(run), slot: None, gates: None }
}

async fn end(runs: &dyn Runs, session: SessionId, start: RunStart) -> Result<(), Failure> {
    let run = start.id;
    let record = RunRecord {
        start,
        status: RunStatus::Succeeded,
        hold_reason: None,
        reason: None,
        error: None,
        outputs: None,
        finished_at: Some(SystemClock.now()),
        steps: Vec::new(),
    };
    let brief = Brief {
        status: RunStatus::Succeeded,
        hold_reason: None,
        reason: None,
        error: None,
        steps_done: 3,
        steps_total: 3,
    };
    let then = Then::Finish(Box::new(record));
    match runs.progress(Progress::new(session, run, Rev::FIRST, brief, then)).await? {
        Progressed::Done { .. } => Ok(()),
        Progressed::Stays { .. } | Progressed::Stale => Err("a finish did not count".into()),
    }
}
