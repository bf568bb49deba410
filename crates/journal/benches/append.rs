//! What a durable accept costs, alone and beside others: `cargo bench -p cauce-journal`. Each waits for a sync of the disk on
//! which temporary files lie; where that is memory the figures mean little (`TMPDIR` says another place).

use std::sync::Arc;

use cauce_journal::events::{Accept, NewRun};
use cauce_journal::{Journal, Opening};
use cauce_model::{Clock, Event, EventId, Ids, RunId, RunStart, SessionId, SystemClock, SystemIds};
use criterion::{Criterion, Throughput};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let session = SessionId::from_uuid(SystemIds.next(SystemClock.now()));
    let opened = runtime.block_on(async {
        let opened = Journal::sqlite(folder.path(), Arc::new(SystemClock), Opening::Serve).await;
        let (journal, closer) = opened.expect("a journal");
        journal.sessions.open(session).await.expect("a session");
        (journal, closer)
    });
    let (journal, closer) = opened;
    let mut group = criterion.benchmark_group("accept, synced");
    for together in [1_u64, 16, 64, 256] {
        group.throughput(Throughput::Elements(together));
        group.bench_function(format!("{together} at once"), |bencher| {
            bencher.iter(|| runtime.block_on(accept_all(&journal, session, together)));
        });
    }
    group.finish();
    runtime.block_on(closer.close()).expect("a journal in order");
    criterion.final_summary();
}

async fn accept_all(journal: &Journal, session: SessionId, count: u64) {
    let mut accepts = JoinSet::new();
    for _ in 0..count {
        let journal = journal.clone();
        accepts.spawn(async move { journal.events.accept(accept(session)).await });
    }
    while let Some(accepted) = accepts.join_next().await {
        accepted.expect("no panic").expect("an accept");
    }
}

fn accept(session: SessionId) -> Accept {
    let now = SystemClock.now();
    let data = json!({
        "body": {"id": "o-1", "email": "Ada@Example.com", "name": "Ada Lovelace", "total": 142, "note": "a gift"},
        "headers": {"content-type": "application/json"}, "query": {}, "method": "POST",
    });
    let start = RunStart {
        id: RunId::from_uuid(SystemIds.next(now)),
        workflow: "w1".to_owned(),
        version: 1,
        trigger: "order".to_owned(),
        event: EventId::from_uuid(SystemIds.next(now)),
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
    Accept { session, event, run: Some(NewRun::new(start, 3)), slot: None, gates: None }
}
