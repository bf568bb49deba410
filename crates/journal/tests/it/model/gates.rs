//! Gates among the random operations.

use std::time::Duration;

use cauce_journal::gates::{Concurrency, Due, Fire, Hold, Limits, Reentry, Throttle};
use cauce_model::workflow::Overflow;
use proptest::prelude::*;
use serde_json::json;

use super::{Call, session, told};
use crate::sample::{accept, run};
use crate::store::Store;

/// One of two keys, so that calls meet.
fn key() -> impl Strategy<Value = String> {
    any::<bool>().prop_map(|first| if first { "k" } else { "l" }.to_owned())
}

fn seconds(from: u64, to: u64) -> impl Strategy<Value = Duration> {
    (from..to).prop_map(Duration::from_secs)
}

fn concurrency() -> impl Strategy<Value = Concurrency> {
    let overflow = prop_oneof![Just(Overflow::Queue), Just(Overflow::Drop), Just(Overflow::CancelRunning)];
    (key(), 1..3_u32, overflow).prop_map(|(key, limit, overflow)| Concurrency { key, limit, overflow })
}

fn hold() -> impl Strategy<Value = Hold> {
    let max = proptest::option::of(seconds(5, 30));
    prop_oneof![
        (key(), seconds(1, 15), max).prop_map(|(key, quiet, max)| Hold::Debounce { key, quiet, max }),
        (key(), 1..4_u32, seconds(1, 25)).prop_map(|(key, size, wait)| Hold::Batch { key, size, wait }),
    ]
}

fn reentry() -> impl Strategy<Value = Reentry> {
    (key(), proptest::option::of(seconds(1, 30))).prop_map(|(key, after)| Reentry { key, after })
}

fn throttle() -> impl Strategy<Value = Throttle> {
    (key(), 1..3_u32, seconds(1, 30)).prop_map(|(key, limit, per)| Throttle { key, limit, per })
}

/// What an event asks: mostly one thing, sometimes several.
pub(super) fn limits() -> impl Strategy<Value = Limits> {
    prop_oneof![
        3 => concurrency().prop_map(|one| Limits { concurrency: Some(one), ..Limits::default() }),
        1 => reentry().prop_map(|one| Limits { reentry: Some(one), ..Limits::default() }),
        1 => throttle().prop_map(|one| Limits { throttle: Some(one), ..Limits::default() }),
        3 => hold().prop_map(|one| Limits { hold: Some(one), ..Limits::default() }),
        1 => (
            proptest::option::of(reentry()),
            proptest::option::of(throttle()),
            proptest::option::of(hold()),
            proptest::option::of(concurrency())
        )
            .prop_map(|(reentry, throttle, hold, concurrency)| Limits { reentry, throttle, hold, concurrency }),
    ]
}

/// What becomes of gates.
pub(super) async fn apply(store: &Store, call: &Call) -> String {
    match call {
        Call::Ask { session: by, number, owned, limits } => {
            let mut given = accept(session(*by), *number);
            given.event.received_at = store.now();
            given.gates = Some(limits.clone());
            if let Some(run) = &mut given.run {
                run.start.accepted_at = store.now();
                run.owned = *owned;
            }
            told(store.journal.events.accept(given).await)
        }
        Call::Fire { session: by, number, asks, stale } => {
            // What is due now, or what will be: that one is refused.
            let now = if *stale { store.now().after(Duration::from_secs(10)) } else { store.now() };
            let due = store.journal.gates.due(now, 1).await.unwrap();
            let Some(due) = due.into_iter().next() else { return String::new() };
            told(store.journal.gates.fire(firing(store, *by, *number, *asks, due)).await)
        }
        _ => unreachable!("the caller has all others"),
    }
}

fn firing(store: &Store, by: u128, number: u128, asks: bool, due: Due) -> Fire {
    let accept = accept(session(by), number);
    let mut new = accept.run;
    if let Some(new) = &mut new {
        new.start.accepted_at = store.now();
        new.start.workflow.clone_from(&due.workflow);
        new.start.data = json!({"fired": number.to_string()}).into();
    }
    let concurrency = Concurrency { key: due.key.clone(), limit: 1, overflow: Overflow::Queue };
    let limits = Limits { concurrency: asks.then_some(concurrency), ..Limits::default() };
    Fire { session: session(by), due, now: store.now(), run: new, limits }
}

/// Everything about gates that can be read.
pub(super) async fn look(store: &Store) -> String {
    let gates = &store.journal.gates;
    let later = store.now().after(Duration::from_secs(20));
    let due = gates.due(later, 9).await.unwrap();
    let mut seen = format!("{:?} {due:?}", gates.next_due().await.unwrap());
    for due in &due {
        seen += &format!(" {:?}", gates.events(due).await.unwrap());
    }
    for number in 1..9 {
        seen += &format!(" {}", gates.behind(run(number)).await.unwrap());
    }
    seen
}
