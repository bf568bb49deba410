//! A run that begins by waiting is decided upon before it is accepted: so its beginning and its wait are one commit, and
//! nobody has to hold it in memory in between.

use std::sync::Arc;
use std::time::Duration;

use cauce_engine::plan::{Plan, PlanVerb};
use cauce_engine::{Decision, State, decide};
use cauce_journal::events::{NewRun, Parked};
use cauce_model::{RunStatus, Time};

use crate::live;

/// What is due sooner is driven as any other run, and the node knows of its moment at once. A later one it finds in time by
/// its look for what is due.
const SOON: Duration = Duration::from_secs(5);

/// The run as it is to be accepted: parked at its first step, where that is a wait and nothing else is to be done.
#[must_use]
pub fn begin(plan: &Plan, new: NewRun, now: Time) -> NewRun {
    if !new.entries.is_empty() || !begins_with_wait(plan) {
        return new;
    }
    let NewRun { start, keys, steps_total, owned, .. } = new;
    let start = Arc::new(start);
    let mut state = State::new(Arc::clone(&start));
    let decision = decide(plan, &state, now);
    let applied = decision.record.iter().try_for_each(|entry| state.apply(entry));
    let parked = due(&decision)
        .filter(|due| applied.is_ok() && state.run_status() == RunStatus::Waiting && due.since(now) >= SOON)
        .map(|wake_at| Parked { brief: live::brief(plan, &state), wake_at });
    drop(state);
    let start = Arc::unwrap_or_clone(start);
    match parked {
        Some(parked) => {
            NewRun { start, keys, steps_total, owned: false, entries: decision.record, parked: Some(parked) }
        }
        None => NewRun { start, keys, steps_total, owned, entries: Vec::new(), parked: None },
    }
}

/// What listens for events has to look for them when its wait is written down, which takes an owner.
fn begins_with_wait(plan: &Plan) -> bool {
    let first = plan.sequence.first().map(|ix| plan.step(*ix));
    first.is_some_and(|step| matches!(step.verb, PlanVerb::Wait(_))) && !plan.listens()
}

/// When to decide again, where a decision asks for nothing else.
fn due(decision: &Decision) -> Option<Time> {
    let Decision { record: _, start, fetch, collect, call, cancel, wake_at, finish } = decision;
    let takes_up = !fetch.is_empty() || !collect.is_empty();
    let is_idle = start.is_empty() && !takes_up && call.is_empty() && cancel.is_empty() && !finish;
    wake_at.filter(|_| is_idle)
}

#[cfg(test)]
mod tests;
