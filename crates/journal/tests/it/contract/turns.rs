//! Turns: workflows with due runs take them one after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use cauce_journal::runs::Then;
use cauce_model::{RunId, SessionId, Time};

use crate::sample::{FIRST, accept_for, run, step};
use crate::store::Store;

/// Accepts and parks a run of a workflow.
async fn due(store: &Store, session: SessionId, number: u128, workflow: &str, wake_at: Time) {
    store.accepted(accept_for(session, number, workflow)).await;
    store.done(step(session, number, FIRST, Then::Park { wake_at: Some(wake_at) })).await;
}

async fn taken(store: &Store, limit: u32) -> Vec<RunId> {
    let found = store.journal.runs.candidates(store.now(), limit).await.unwrap();
    found.into_iter().map(|candidate| candidate.run).collect()
}

async fn a_flood_of_one_workflow_keeps_no_other_waiting(store: Store) {
    let session = store.session(1).await;
    let at = store.now();
    for number in 1..=300 {
        due(&store, session, number, "busy", at).await;
    }
    due(&store, session, 1000, "quiet", at.after(Duration::from_secs(1))).await;
    due(&store, session, 1001, "quiet", at.after(Duration::from_secs(2))).await;
    due(&store, session, 1002, "later", at.after(Duration::from_secs(60))).await;
    store.clock.forward(Duration::from_secs(5));
    let expected: Vec<RunId> = (1..=8).chain([1000, 1001]).map(run).collect();
    assert_eq!(taken(&store, 10).await, expected, "what the quiet one leaves is the busy one's");
    assert_eq!(taken(&store, 2).await, [run(1), run(1000)]);
    assert_eq!(taken(&store, 1).await, [run(1)], "the longest due comes first");
    assert_eq!(taken(&store, 1000).await.len(), 302);
}

async fn the_next_due_moment_is_the_earliest_of_all_workflows(store: Store) {
    let session = store.session(1).await;
    let at = |seconds| store.now().after(Duration::from_secs(seconds));
    for (number, (workflow, seconds)) in (1..).zip([("b", 30), ("a", 40), ("c", 20), ("b", 90)]) {
        due(&store, session, number, workflow, at(seconds)).await;
    }
    assert_eq!(store.journal.runs.next_due().await.unwrap(), Some(at(20)));
}

/// What turns mean, spelled out.
fn in_turns(due: &BTreeMap<u128, (String, Time)>, now: Time, limit: usize) -> Vec<RunId> {
    let mut of_flow: BTreeMap<&str, Vec<(Time, u128)>> = BTreeMap::new();
    for (number, (workflow, wake_at)) in due.iter().filter(|(_, (_, wake_at))| *wake_at <= now) {
        of_flow.entry(workflow).or_default().push((*wake_at, *number));
    }
    of_flow.values_mut().for_each(|runs| runs.sort_unstable());
    let longest = of_flow.values().map(Vec::len).max().unwrap_or(0);
    let mut taken = Vec::new();
    for round in 0..longest {
        let mut next: Vec<(Time, u128)> =
            of_flow.values().filter_map(|runs| runs.get(round)).copied().collect();
        next.sort_unstable();
        taken.extend(next);
    }
    taken.truncate(limit);
    let mut taken: Vec<RunId> = taken.into_iter().map(|(_, number)| run(number)).collect();
    taken.sort_unstable();
    taken
}

async fn any_mixture_is_taken_in_turns(store: Store) {
    let session = store.session(1).await;
    let (start, mut all) = (store.now(), BTreeMap::new());
    // Workflow 1 has one run, workflow 2 two, and so on; times and ids run across each other.
    for number in 0..91_u128 {
        let workflow = (1..).find(|flow| number < flow * (flow + 1) / 2).unwrap_or(0).to_string();
        let wake_at = start.after(Duration::from_secs(u64::try_from(number * 37 % 100).unwrap()));
        due(&store, session, number + 1, &workflow, wake_at).await;
        all.insert(number + 1, (workflow, wake_at));
    }
    for _ in 0..5 {
        for limit in [0, 1, 2, 7, 13, 14, 40, 64, 90, 91, 200] {
            let expected = in_turns(&all, store.now(), usize::try_from(limit).unwrap());
            assert_eq!(taken(&store, limit).await, expected, "{limit} at {}", store.now());
        }
        store.clock.forward(Duration::from_secs(25));
    }
}

crate::for_both! {
    a_flood_of_one_workflow_keeps_no_other_waiting,
    the_next_due_moment_is_the_earliest_of_all_workflows,
    any_mixture_is_taken_in_turns,
}
