//! Measures what forgetting costs: how long its parts take, and how long acknowledgements wait meanwhile.
//!
//! `cargo run --release -p cauce-journal --example forget -- FOLDER [--drop]`: forgets every run that is over in a folder
//! that the example `fill` filled. With `--drop` the tables are dropped whole instead: what a table for each day would
//! cost. The folder is of no use afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cauce_journal::events::Accept;
use cauce_journal::retention::Place;
use cauce_journal::{Journal, Opening};
use cauce_model::{Clock, Event, EventId, Ids, SessionId, SystemClock, SystemIds};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// What one commit forgets, and the wait between two, as `cauce serve` has them.
const PART: u32 = 256;
const BREATH: Duration = Duration::from_millis(10);
/// How long acknowledgements are measured while nothing is forgotten.
const QUIET: Duration = Duration::from_secs(3);

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [folder] => parts(&PathBuf::from(folder)).await,
        [folder, flag] if flag == "--drop" => dropped(&PathBuf::from(folder)).await,
        _ => Err("usage: forget FOLDER [--drop]".into()),
    }
}

async fn parts(folder: &Path) -> Result<(), Failure> {
    let (journal, closer) = Journal::sqlite(folder, Arc::new(SystemClock), Opening::Serve).await?;
    let before = SystemClock.now();
    let session = SessionId::from_uuid(SystemIds.next(before));
    journal.sessions.open(session).await?;
    let (waits, ()) = beside(&journal, session, async {
        pause(QUIET).await;
        Ok(())
    })
    .await?;
    print("acknowledgements, quiet", waits);
    let (waits, (runs, events)) = beside(&journal, session, async {
        let (mut runs, mut events) = (Vec::new(), Vec::new());
        let mut from = Some(Place::default());
        while let Some(place) = from {
            let began = SystemClock.now();
            from = journal.retention.forget_runs(before, place, PART).await?.next;
            runs.push(SystemClock.now().since(began));
            pause(BREATH).await;
        }
        from = Some(Place::default());
        while let Some(place) = from {
            let began = SystemClock.now();
            from = journal.retention.forget_events(before, place, PART).await?.next;
            events.push(SystemClock.now().since(began));
            pause(BREATH).await;
        }
        Ok((runs, events))
    })
    .await?;
    print("acknowledgements, meanwhile", waits);
    print("parts of runs", runs);
    print("parts of events and keys", events);
    closer.close().await?;
    Ok(())
}

/// Takes events in, one after the other, while something else goes on; how long each took.
async fn beside<T>(
    journal: &Journal,
    session: SessionId,
    other: impl Future<Output = Result<T, Failure>>,
) -> Result<(Vec<Duration>, T), Failure> {
    let over = Arc::new(AtomicBool::new(false));
    let sender = tokio::spawn({
        let (events, over) = (Arc::clone(&journal.events), Arc::clone(&over));
        async move {
            let mut waits = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let now = SystemClock.now();
                let (workflow, trigger) = ("beside".to_owned(), "hook".to_owned());
                let id = EventId::from_uuid(SystemIds.next(now));
                let data = Arc::new(json!({"body": {"total": 42}}));
                let event = Event { id, workflow, trigger, received_at: now, dedupe_key: None, data };
                let began = SystemClock.now();
                events.accept(Accept { session, event, run: None, slot: None, gates: None }).await?;
                waits.push(SystemClock.now().since(began));
                pause(Duration::from_millis(1)).await;
            }
            Ok::<_, Failure>(waits)
        }
    });
    let answer = other.await?;
    over.store(true, Ordering::Relaxed);
    Ok((sender.await??, answer))
}

async fn dropped(folder: &Path) -> Result<(), Failure> {
    let mut conn = SqliteConnectOptions::new()
        .filename(folder.join("cauce.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    for table in ["history", "event", "run_key"] {
        let began = SystemClock.now();
        sqlx::query(AssertSqlSafe(format!("DROP TABLE {table}"))).execute(&mut conn).await?;
        print(&format!("dropping {table}"), vec![SystemClock.now().since(began)]);
    }
    conn.close().await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement waits for real")]
async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

#[expect(clippy::print_stdout, reason = "that is what it is for")]
fn print(what: &str, mut spans: Vec<Duration>) {
    spans.sort_unstable();
    let at = |part: usize| spans.get((spans.len() * part / 1000).min(spans.len().saturating_sub(1)));
    let millis = |span: Option<&Duration>| span.map_or(0.0, |span| span.as_secs_f64() * 1000.0);
    let total: Duration = spans.iter().sum();
    println!(
        "{what:28} count {:7}  sum {:7.2} s  p50 {:7.2} ms  p99 {:7.2} ms  longest {:7.2} ms",
        spans.len(),
        total.as_secs_f64(),
        millis(at(500)),
        millis(at(990)),
        millis(spans.last()),
    );
}
