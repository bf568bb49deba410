//! What gates hold, kept in books of the oracle's own, and what must be true of what they let through.

use std::collections::BTreeMap;

use cauce_engine::State;
use cauce_journal::events::{Accept, Accepted, NewRun};
use cauce_journal::gates::{Dropped, Fire, Hold, Limits};
use cauce_model::{EventId, RunId, RunRecord, StepStatus, Time};
use serde_json::{Value, json};

use super::super::promise::Promise;
use super::Oracle;

/// An event that waits on a gate.
#[derive(Clone, Debug)]
struct Kept {
    event: EventId,
    at: Time,
    data: Value,
}

/// A gate that keeps events, in the order in which they came.
struct Waiting {
    hold: Hold,
    events: Vec<Kept>,
}

/// What is known of the gates.
#[derive(Default)]
pub(super) struct Books {
    waiting: BTreeMap<String, Waiting>,
    /// The run that stands for each event which a gate kept.
    stands: BTreeMap<EventId, RunId>,
    /// When runs of each throttle started.
    starts: BTreeMap<String, Vec<Time>>,
    /// When runs of each reentry key started.
    entered: BTreeMap<String, Vec<Time>>,
}

fn name(workflow: &str, key: &str) -> String {
    format!("{workflow} {key}")
}

type Complaint = (Promise, String);

impl Books {
    /// Events that no run stands for yet.
    fn kept(&self) -> usize {
        self.waiting.values().map(|waiting| waiting.events.len()).sum()
    }

    /// What became of an event that asked for these limits.
    fn accepted(&mut self, accept: &Accept, limits: &Limits, accepted: Accepted) -> Option<Complaint> {
        let (workflow, at) = (&accept.event.workflow, accept.event.received_at);
        match accepted {
            Accepted::Debounced { .. } | Accepted::Batched { .. } => {
                let Some(hold) = limits.hold.clone() else {
                    return Some((Promise::GatesKept, format!("{} was kept for nothing", accept.event.id)));
                };
                let (Hold::Debounce { key, .. } | Hold::Batch { key, .. }) = &hold;
                let kept = Kept { event: accept.event.id, at, data: Value::clone(&accept.event.data) };
                let place = self.waiting.entry(name(workflow, key));
                place.or_insert(Waiting { hold, events: Vec::new() }).events.push(kept);
                None
            }
            Accepted::Run { .. } | Accepted::Queued if limits.hold.is_some() => {
                Some((Promise::GatesKept, format!("{} was to be kept, and started a run", accept.event.id)))
            }
            Accepted::Run { .. } | Accepted::Queued => self.started(workflow, limits, at),
            Accepted::Throttled { .. } => {
                let asked = limits.throttle.as_ref()?;
                let near = self.starts.get(&name(workflow, &asked.key)).into_iter().flatten();
                let near = near.filter(|start| at < start.after(asked.per)).count();
                let too_few = near < usize::try_from(asked.limit).unwrap_or(usize::MAX);
                too_few.then(|| (Promise::GatesKept, format!("throttled at {at} though {near} started")))
            }
            Accepted::Dropped { why: Dropped::Again { .. } } => {
                let asked = limits.reentry.as_ref()?;
                let mut before = self.entered.get(&name(workflow, &asked.key)).into_iter().flatten();
                let barred = before.any(|start| asked.after.is_none_or(|after| at < start.after(after)));
                (!barred).then(|| (Promise::GatesKept, format!("dropped at {at}, and none was before")))
            }
            Accepted::Kept | Accepted::Dropped { .. } | Accepted::Duplicate { .. } => None,
        }
    }

    /// A run started, or waits only for a place.
    fn started(&mut self, workflow: &str, limits: &Limits, at: Time) -> Option<Complaint> {
        if let Some(asked) = &limits.throttle {
            let starts = self.starts.entry(name(workflow, &asked.key)).or_default();
            starts.push(at);
            starts.sort_unstable();
            let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
            let crowd = starts.windows(limit + 1).find(|crowd| crowd[limit] < crowd[0].after(asked.per));
            if let Some(crowd) = crowd {
                return Some((Promise::GatesKept, format!("{crowd:?} started within {:?}", asked.per)));
            }
        }
        if let Some(asked) = &limits.reentry {
            let entered = self.entered.entry(name(workflow, &asked.key)).or_default();
            entered.push(at);
            entered.sort_unstable();
            let pair = entered
                .windows(2)
                .find(|pair| asked.after.is_none_or(|after| pair[1] < pair[0].after(after)));
            if let Some(pair) = pair {
                return Some((Promise::GatesKept, format!("{pair:?} started too near to each other")));
            }
        }
        None
    }

    /// A gate fired: its run stands for the events that it was due for, all of them and no others, and not too soon.
    fn fired(&mut self, fire: &Fire, new: &NewRun) -> Option<Complaint> {
        let broken =
            |how: String| Some((Promise::GatesKept, format!("{:?} at {}: {how}", fire.due, fire.now)));
        let name = name(&fire.due.workflow, &fire.due.key);
        let Some(Waiting { hold, events: mut taken }) = self.waiting.remove(&name) else {
            return broken("it keeps no events".to_owned());
        };
        let last = taken.iter().position(|kept| kept.event == fire.due.last);
        let rest = match (&hold, last) {
            // The last one by its time, and all that are older, whenever they were kept.
            (Hold::Debounce { .. }, Some(last)) => {
                let at = taken[last].at;
                let (older, newer) = taken
                    .into_iter()
                    .enumerate()
                    .partition(|(place, kept)| kept.at < at || (kept.at == at && *place <= last));
                let without_place =
                    |kept: Vec<(usize, Kept)>| kept.into_iter().map(|(_, kept)| kept).collect();
                taken = without_place(older);
                without_place(newer)
            }
            (Hold::Batch { .. }, Some(_)) => {
                let count = usize::try_from(fire.due.count).unwrap_or(usize::MAX).min(taken.len());
                taken.split_off(count)
            }
            (_, None) => return broken(format!("its events are not among {taken:?}")),
        };
        for kept in &taken {
            if let Some(run) = self.stands.insert(kept.event, new.start.id) {
                return broken(format!("{} has {run} already", kept.event));
            }
        }
        let (data, soonest) = stands_for(&hold, &taken);
        if !rest.is_empty() {
            self.waiting.insert(name, Waiting { hold, events: rest });
        }
        if *new.start.data != data {
            return broken(format!("its run stands for {} and not for {data}", new.start.data));
        }
        (fire.now < soonest).then(|| broken(format!("too soon, not before {soonest}"))).flatten()
    }
}

/// What the run of these events sees, and when it may start.
fn stands_for(hold: &Hold, taken: &[Kept]) -> (Value, Time) {
    let first = taken.first().map(|kept| kept.at).unwrap_or_default();
    match hold {
        Hold::Debounce { quiet, max, .. } => {
            // Of several at one time the one that was kept last.
            let Some(newest) = taken.iter().max_by_key(|kept| kept.at) else { return Default::default() };
            let quiet = newest.at.after(*quiet);
            let soonest = max.map_or(quiet, |max| quiet.min(first.after(max)));
            (newest.data.clone(), soonest)
        }
        Hold::Batch { size, wait, .. } => {
            let full = taken.len() >= usize::try_from(*size).unwrap_or(usize::MAX);
            let events: Vec<&Value> = taken.iter().map(|kept| &kept.data).collect();
            let soonest = if full { first } else { first.after(*wait) };
            (json!({ "events": events, "count": taken.len() }), soonest)
        }
    }
}

impl Oracle {
    /// What a sender may be told who sends an event again: the first answer, or the run that a gate started since.
    pub(super) fn is_told_right(
        &self,
        first: Option<(EventId, Option<RunId>)>,
        now: (EventId, Option<RunId>),
    ) -> bool {
        let stands = self.books.stands.get(&now.0).copied();
        first == Some(now) || (first == Some((now.0, None)) && now.1.is_some() && now.1 == stands)
    }

    /// Whether a gate started this run for this event.
    pub(super) fn stands_for(&self, run: RunId, event: EventId) -> bool {
        self.books.stands.get(&event) == Some(&run)
    }

    /// Events on gates, for which no run stands yet.
    pub(crate) fn kept(&self) -> usize {
        self.books.kept()
    }

    /// Runs that are over.
    pub(crate) fn over(&self) -> impl Iterator<Item = &RunRecord> {
        self.runs.values().filter_map(|life| life.over.as_ref())
    }

    /// What gates made of an event.
    pub(super) fn gated(&mut self, accept: &Accept, accepted: Accepted) {
        self.seen.debounced += u64::from(matches!(accepted, Accepted::Debounced { .. }));
        self.seen.batched += u64::from(matches!(accepted, Accepted::Batched { .. }));
        self.seen.throttled += u64::from(matches!(accepted, Accepted::Throttled { .. }));
        let again = matches!(accepted, Accepted::Dropped { why: Dropped::Again { .. } });
        self.seen.too_soon += u64::from(again);
        let Some(limits) = &accept.gates else { return };
        if let Some((promise, how)) = self.books.accepted(accept, limits, accepted) {
            self.complain(promise, || how);
        }
    }

    /// A gate fired with this run.
    pub(super) fn fired_with(&mut self, fire: &Fire, new: &NewRun) {
        self.seen.fired += 1;
        if let Some((promise, how)) = self
            .books
            .fired(fire, new)
            .or_else(|| self.books.started(&fire.due.workflow, &fire.limits, fire.now))
        {
            self.complain(promise, || how);
        }
    }

    /// A run that does another one again begins with results of that one, and with nothing else.
    pub(super) fn replayed(&mut self, new: &NewRun, old: RunId) {
        self.seen.replays += 1;
        let Some(record) = self.runs.get(&old).and_then(|life| life.over.as_ref()) else {
            return self.complain(Promise::NothingVanishes, || format!("{old} is not over and was replayed"));
        };
        let state = match State::recover(new.start.clone().into(), &new.entries) {
            Ok(state) => state,
            Err(illegal) => return self.complain(Promise::ReadsBack, || illegal.to_string()),
        };
        let other = state.steps.iter().filter(|(_, step)| step.status == StepStatus::Succeeded).find(
            |(path, step)| {
                let old = record.steps.iter().find(|old| old.path == **path);
                old.is_none_or(|old| old.output != step.output)
            },
        );
        let other = other.map(|(path, _)| path.clone());
        if let Some(path) = other {
            self.complain(Promise::ReadsBack, || format!("the replay of {old} has another result at {path}"));
        }
    }
}
