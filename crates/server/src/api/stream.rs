//! Live streams: one run, or everything that changes. A stream reads the journal; a hint only says when.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use cauce_journal::Change;
use cauce_model::{RunId, RunStatus};
use futures_util::Stream;
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::runs;
use super::views::RunBody;
use crate::access::Caller;
use crate::app::App;
use crate::problem::Refusal;

/// Changes closer together than this come as one.
const COALESCE: Duration = Duration::from_millis(100);
/// The same for the stream of everything.
const COALESCE_ALL: Duration = Duration::from_millis(250);
/// A stream looks by itself this often, for changes that no hint told of.
const LOOK: Duration = Duration::from_secs(5);
/// How many messages may wait for a slow reader.
const BACKLOG: usize = 16;
/// How many changed runs one round of the stream of everything reads.
const MOST_A_ROUND: usize = 100;

type Messages = Sse<axum::response::sse::KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

fn message(name: &str, id: u64, data: &impl Serialize) -> Event {
    let event = Event::default().event(name).id(id.to_string());
    event.json_data(data).unwrap_or_else(|_| Event::default().event(name).data("null"))
}

fn stream(receiver: mpsc::Receiver<Result<Event, Infallible>>) -> Messages {
    Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// One run, whole, at once and whenever it changes; `done` when it is over.
#[utoipa::path(get, operation_id = "run_events", path = "/runs/{id}/events", params(("id" = String, Path)), responses((status = 200, content_type = "text/event-stream", body = RunBody)))]
pub async fn run_events(
    State(app): State<App>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let id = runs::parse(&id)?;
    let changes = app.journal.hints.changes();
    runs::view(&app, id).await?;
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = follow(&app, id, changes, &sender) => {}
            () = sender.closed() => {}
            () = stopping.cancelled() => {}
        }
    });
    Ok(stream(receiver))
}

async fn follow(
    app: &App,
    id: RunId,
    mut changes: Receiver<Change>,
    sender: &mpsc::Sender<Result<Event, Infallible>>,
) {
    let _watch = app.journal.hints.watch(id);
    let mut last = String::new();
    for sequence in 0.. {
        let Ok(run) = runs::view(app, id).await else { return };
        let over = RunStatus::from_word(&run.status).is_some_and(RunStatus::is_terminal);
        let body = RunBody { run };
        let text = serde_json::to_string(&body).unwrap_or_default();
        if text != last {
            let event = Event::default().event("run").id(sequence.to_string()).data(&text);
            if sender.send(Ok(event)).await.is_err() {
                return;
            }
            last = text;
        }
        if over {
            drop(sender.send(Ok(message("done", sequence + 1, &id.to_string()))).await);
            return;
        }
        tokio::select! {
            () = changed(&mut changes, |change| *change == Change::Run(id)) => {}
            () = app.pause.pause(LOOK) => {}
        }
        app.pause.pause(COALESCE).await;
    }
}

/// Resolves when a change of interest was told, or some were missed.
async fn changed(changes: &mut Receiver<Change>, wanted: impl Fn(&Change) -> bool) {
    loop {
        match changes.recv().await {
            Ok(change) if wanted(&change) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_) | RecvError::Closed) => return,
        }
    }
}

/// Everything that changes: `run` with a line of the list, `workflow` with an id.
#[utoipa::path(get, operation_id = "stream", path = "/stream", responses((status = 200, content_type = "text/event-stream", body = super::views::RunSummary)))]
pub async fn all(
    State(app): State<App>,
    _caller: Caller,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = app.journal.hints.changes();
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = tell_all(&app, changes, &sender) => {}
            () = sender.closed() => {}
            () = stopping.cancelled() => {}
        }
    });
    stream(receiver)
}

async fn tell_all(
    app: &App,
    mut changes: Receiver<Change>,
    sender: &mpsc::Sender<Result<Event, Infallible>>,
) {
    let mut sequence = 0_u64;
    let mut send = async |name: &str, data: serde_json::Value| {
        sequence += 1;
        sender.send(Ok(message(name, sequence, &data))).await.is_ok()
    };
    if !send("hello", serde_json::json!({})).await {
        return;
    }
    loop {
        let first = match changes.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return,
        };
        app.pause.pause(COALESCE_ALL).await;
        let (changed_runs, flows) = gather(first, &mut changes);
        for flow in flows {
            if !send("workflow", serde_json::json!({ "id": flow })).await {
                return;
            }
        }
        for run in changed_runs {
            let Ok(Some(found)) = app.journal.runs.get(run).await else { continue };
            let summary = serde_json::to_value(runs::summary(found)).unwrap_or_default();
            if !send("run", summary).await {
                return;
            }
        }
    }
}

/// The changes that wait, each run and workflow once.
fn gather(first: Option<Change>, changes: &mut Receiver<Change>) -> (HashSet<RunId>, HashSet<String>) {
    let (mut changed_runs, mut flows) = (HashSet::new(), HashSet::new());
    let mut next = first;
    loop {
        match next.take() {
            Some(Change::Run(run)) => drop(changed_runs.insert(run)),
            Some(Change::Flow(flow)) => drop(flows.insert(flow)),
            Some(Change::Event(_)) | None => {}
        }
        if changed_runs.len() >= MOST_A_ROUND {
            return (changed_runs, flows);
        }
        match changes.try_recv() {
            Ok(change) => next = Some(change),
            Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty | TryRecvError::Closed) => return (changed_runs, flows),
        }
    }
}
