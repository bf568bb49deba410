//! Fills a data folder through the journal's own door, for measurements of what stored runs change.
//!
//! `cargo run --release -p cauce-journal --example fill -- FOLDER --over|--waiting|--due COUNT`: runs of the workflow
//! `parked` that are over, that wait a day at its first step, or that waited and are due.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cauce_journal::events::{Accept, NewRun};
use cauce_journal::runs::{Brief, Progress, Progressed, Rev, Then};
use cauce_journal::{Journal, Opening};
use cauce_model::{
    Clock, Entry, Event, EventId, Ids, RunId, RunRecord, RunStart, RunStatus, SessionId, StepPath,
    SystemClock, SystemIds, Time, What,
};
use serde_json::json;

/// So many at once that the writer's batches are full.
const CALLERS: u64 = 1000;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What becomes of the runs.
#[derive(Clone, Copy)]
enum Fate {
    Over,
    Waiting(Time),
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let usage = "usage: fill FOLDER --over|--waiting|--due COUNT";
    let [folder, fate, count] = std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| usage)?;
    let now = SystemClock.now();
    let fate = match fate.as_str() {
        "--over" => Fate::Over,
        "--waiting" => Fate::Waiting(now.after(DAY)),
        "--due" => Fate::Waiting(now),
        _ => return Err(usage.into()),
    };
    let left = Arc::new(AtomicU64::new(count.parse()?));
    let (journal, closer) =
        Journal::sqlite(&PathBuf::from(folder), Arc::new(SystemClock), Opening::Serve).await?;
    let session = SessionId::from_uuid(SystemIds.next(now));
    journal.sessions.open(session).await?;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (journal, left) = (journal.clone(), Arc::clone(&left));
        callers.spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                keep(&journal, session, fate).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    closer.close().await?;
    Ok(())
}

/// One run, as the product would have left it.
async fn keep(journal: &Journal, session: SessionId, fate: Fate) -> Result<(), Failure> {
    let now = SystemClock.now();
    let id = SystemIds.next(now);
    let email = format!("{id}@example.com");
    let body = json!({"id": id, "email": email, "name": "Ada Lovelace", "total": 42, "note": "a gift"});
    let data =
        json!({"body": body, "headers": {"content-type": "application/json"}, "query": {}, "method": "POST"});
    let start = RunStart {
        id: RunId::from_uuid(SystemIds.next(now)),
        workflow: "parked".to_owned(),
        version: 1,
        trigger: "arrived".to_owned(),
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
    let run = NewRun {
        start: start.clone(),
        keys: vec![email],
        steps_total: 1,
        owned: true,
        entries: Vec::new(),
        parked: None,
    };
    journal.events.accept(Accept { session, event, run: Some(run), slot: None, gates: None }).await?;
    match journal.runs.progress(progress(session, start, fate)).await? {
        Progressed::Done { .. } => Ok(()),
        Progressed::Stays { .. } | Progressed::Stale => Err("a write did not count".into()),
    }
}

fn progress(session: SessionId, start: RunStart, fate: Fate) -> Progress {
    let (run, now) = (start.id, start.accepted_at);
    let status = match fate {
        Fate::Over => RunStatus::Succeeded,
        Fate::Waiting(_) => RunStatus::Waiting,
    };
    let brief = Brief { status, hold_reason: None, reason: None, error: None, steps_done: 1, steps_total: 1 };
    let (entries, then) = match fate {
        Fate::Over => (Vec::new(), Then::Finish(Box::new(record(start)))),
        Fate::Waiting(until) => {
            let what = What::Waited { until };
            let waited = Entry { at: now, path: StepPath::from("later"), what };
            (vec![waited], Then::Park { wake_at: Some(until) })
        }
    };
    Progress { entries, ..Progress::new(session, run, Rev(1), brief, then) }
}

fn record(start: RunStart) -> RunRecord {
    let finished_at = Some(start.accepted_at);
    RunRecord {
        start,
        status: RunStatus::Succeeded,
        hold_reason: None,
        reason: None,
        error: None,
        outputs: None,
        finished_at,
        steps: Vec::new(),
    }
}
