//! What gates decide: pure, over what the store knows of them. The store reads the gates of a batch onto a board, asks
//! for one event after the other, and writes back what changed.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use cauce_model::workflow::Overflow;
use cauce_model::{EventId, RunId, Time};
use serde::{Deserialize, Serialize};

use super::name::{Name, Names};
use super::{Concurrency, Dropped, Due, Hold, Limits, Reentry, Throttle};
use crate::events::Accepted;

/// What a gate remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "gate", rename_all = "snake_case")]
pub(crate) enum Memo {
    /// Its places by the newest version that asked. Who holds one is counted from the runs.
    Concurrency { limit: u32 },
    /// When the last run started, and how long that counts.
    Reentry { last: Time, after: Option<Duration> },
    /// When the last runs started, oldest first.
    Throttle { starts: VecDeque<Time>, per: Duration },
    /// The events that wait; the last one counts, by the time at which each was received.
    Debounce { first: Arrival, last: Arrival, quiet: Duration, max: Option<Duration> },
    /// The events that wait are numbered from `from` up to, not including, `next`.
    Batch { first: Arrival, last: EventId, from: u64, next: u64, size: u32, wait: Duration },
}

/// An event and when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Arrival {
    pub(crate) event: EventId,
    pub(crate) at: Time,
}

impl Memo {
    /// When it is to fire.
    pub(crate) fn due_at(&self) -> Option<Time> {
        match self {
            Self::Debounce { first, last, quiet, max } => {
                let latest = max.map_or(Time::from_micros(i64::MAX), |max| first.at.after(max));
                Some(last.at.after(*quiet).min(latest))
            }
            Self::Batch { first, from, next, size, wait, .. } => {
                let full = next - from >= u64::from(*size);
                Some(if full { first.at } else { first.at.after(*wait) })
            }
            Self::Concurrency { .. } | Self::Reentry { .. } | Self::Throttle { .. } => None,
        }
    }

    /// From when on it limits nothing and may be forgotten.
    pub(crate) fn stale_at(&self) -> Option<Time> {
        match self {
            Self::Reentry { last, after } => after.map(|after| last.after(after)),
            Self::Throttle { starts, per } => starts.back().map(|last| last.after(*per)),
            Self::Concurrency { .. } | Self::Debounce { .. } | Self::Batch { .. } => None,
        }
    }

    /// The oldest event that waits at it.
    pub(crate) fn waits_since(&self) -> Option<EventId> {
        match self {
            Self::Debounce { first, .. } | Self::Batch { first, .. } => Some(first.event),
            Self::Concurrency { .. } | Self::Reentry { .. } | Self::Throttle { .. } => None,
        }
    }

    /// How a reader sees it when it is due.
    pub(crate) fn due(&self, name: &Name) -> Option<Due> {
        let at = self.due_at()?;
        let (batch, first, last, count) = match self {
            Self::Debounce { first, last, .. } => (false, first.event, last.event, 1),
            Self::Batch { first, last, from, next, size, .. } => {
                (true, first.event, *last, (next - from).min(u64::from(*size).max(1)))
            }
            Self::Concurrency { .. } | Self::Reentry { .. } | Self::Throttle { .. } => return None,
        };
        let (workflow, trigger, key) = name.parts();
        Some(Due { workflow, trigger, key, batch, at, first, last, count })
    }

    /// The number of the first event that stays on a batch when `due` is taken off.
    pub(crate) fn stays_from(&self, due: &Due) -> Option<u64> {
        match self {
            Self::Batch { from, next, .. } => Some(from + due.count).filter(|number| number < next),
            Self::Concurrency { .. }
            | Self::Reentry { .. }
            | Self::Throttle { .. }
            | Self::Debounce { .. } => None,
        }
    }

    /// What is left when `due` is taken off; `stays` is the event that [`Self::stays_from`] names.
    pub(crate) fn without(&self, due: &Due, stays: Option<Arrival>) -> Option<Self> {
        let mut left = self.clone();
        match &mut left {
            Self::Debounce { first, last, .. } if last.event != due.last => *first = *last,
            Self::Batch { first, from, .. } => {
                *first = stays?;
                *from += due.count;
            }
            Self::Debounce { .. }
            | Self::Concurrency { .. }
            | Self::Reentry { .. }
            | Self::Throttle { .. } => return None,
        }
        Some(left)
    }

    /// Whether it can still fire as `due` was read.
    pub(crate) fn is_still(&self, due: &Due, now: Time) -> bool {
        let first = match self {
            Self::Debounce { first, .. } | Self::Batch { first, .. } => Some(first.event),
            Self::Concurrency { .. } | Self::Reentry { .. } | Self::Throttle { .. } => None,
        };
        first == Some(due.first) && self.due_at().is_some_and(|at| at <= now)
    }
}

/// A gate as the store knows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    pub(crate) memo: Option<Memo>,
    /// Runs that hold a place.
    pub(crate) held: u32,
    /// Runs that wait for one and are not told to end.
    pub(crate) queued: u32,
    pub(crate) changed: bool,
}

/// An event that is kept for a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    pub(crate) arrival: Arrival,
}

/// The gates of a batch of writes, and what follows from what they decided.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) gates: BTreeMap<Name, Gate>,
    /// How many of those in line get a place.
    pub(crate) freed: BTreeMap<Name, u32>,
    /// Runs that are to make room for this one: all that hold a place, and all others in line.
    pub(crate) ousted: BTreeMap<Name, RunId>,
    /// Events that wait on a batch.
    pub(crate) kept: Vec<(Name, Kept)>,
}

/// What an event asks.
pub(crate) struct Asking<'a> {
    pub(crate) names: &'a Names,
    pub(crate) limits: &'a Limits,
    pub(crate) event: EventId,
    pub(crate) run: RunId,
    pub(crate) now: Time,
}

/// What gates decide about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Its run starts.
    Start,
    /// Its run waits in line.
    Queue,
    /// It starts no run now.
    Not(Accepted),
}

impl Board {
    /// Asks the gates for one event.
    pub(crate) fn ask(&mut self, asking: &Asking<'_>) -> Verdict {
        let Asking { names, limits, now, .. } = *asking;
        if let (Some(name), Some(reentry)) = (&names.reentry, &limits.reentry)
            && let Some(why) = self.barred(name, reentry, now)
        {
            return Verdict::Not(Accepted::Dropped { why });
        }
        if let (Some(name), Some(throttle)) = (&names.throttle, &limits.throttle)
            && let Some(until) = self.throttled(name, throttle, now)
        {
            return Verdict::Not(Accepted::Throttled { until });
        }
        if let (Some(name), Some(hold)) = (&names.hold, &limits.hold) {
            return Verdict::Not(self.keep(name, hold, Arrival { event: asking.event, at: now }));
        }
        let verdict = match (&names.concurrency, &limits.concurrency) {
            (Some(name), Some(concurrency)) => self.place(name, concurrency, asking.run),
            _ => Verdict::Start,
        };
        if !matches!(verdict, Verdict::Not(_)) {
            self.count_start(asking);
        }
        verdict
    }

    fn gate(&mut self, name: &Name) -> &mut Gate {
        self.gates.entry(name.clone()).or_default()
    }

    fn set(&mut self, name: &Name, memo: Memo) {
        let gate = self.gate(name);
        gate.changed |= gate.memo.as_ref() != Some(&memo);
        gate.memo = Some(memo);
    }

    fn barred(&mut self, name: &Name, reentry: &Reentry, now: Time) -> Option<Dropped> {
        let Some(Memo::Reentry { last, .. }) = self.gate(name).memo else { return None };
        let from = reentry.after.map(|after| last.after(after));
        from.is_none_or(|from| now < from).then_some(Dropped::Again { from })
    }

    /// From when on another run may start, when none may now.
    fn throttled(&mut self, name: &Name, throttle: &Throttle, now: Time) -> Option<Time> {
        let Some(Memo::Throttle { starts, .. }) = &self.gate(name).memo else { return None };
        let limit = usize::try_from(throttle.limit).unwrap_or(usize::MAX);
        let oldest = starts.len().checked_sub(limit).and_then(|place| starts.get(place))?;
        let until = oldest.after(throttle.per);
        (now < until).then_some(until)
    }

    /// A start counts for reentry and throttle when nothing stands in its way any more.
    fn count_start(&mut self, asking: &Asking<'_>) {
        let Asking { names, limits, now, .. } = *asking;
        if let (Some(name), Some(reentry)) = (&names.reentry, &limits.reentry) {
            self.set(name, Memo::Reentry { last: now, after: reentry.after });
        }
        if let (Some(name), Some(throttle)) = (&names.throttle, &limits.throttle) {
            let mut starts = match self.gate(name).memo.take() {
                Some(Memo::Throttle { starts, .. }) => starts,
                _ => VecDeque::new(),
            };
            starts.push_back(now);
            while starts.len() > usize::try_from(throttle.limit).unwrap_or(usize::MAX) {
                starts.pop_front();
            }
            self.set(name, Memo::Throttle { starts, per: throttle.per });
        }
    }

    fn keep(&mut self, name: &Name, hold: &Hold, came: Arrival) -> Accepted {
        let before = self.gate(name).memo.take();
        let (memo, accepted) = match (hold, before) {
            (Hold::Debounce { quiet, max, .. }, before) => {
                // One that was long on its way may be older than the last: then it is not the one that counts.
                let (first, last) = match before {
                    Some(Memo::Debounce { first, last, .. }) if came.at < last.at => (first, last),
                    Some(Memo::Debounce { first, .. }) => (first, came),
                    _ => (came, came),
                };
                let memo = Memo::Debounce { first, last, quiet: *quiet, max: *max };
                let due = memo.due_at().unwrap_or(came.at);
                (memo, Accepted::Debounced { due })
            }
            (Hold::Batch { size, wait, .. }, before) => {
                let (first, from, number) = match before {
                    Some(Memo::Batch { first, from, next, .. }) => (first, from, next),
                    _ => (came, 0, 0),
                };
                self.kept.push((name.clone(), Kept { number, arrival: came }));
                let memo =
                    Memo::Batch { first, last: came.event, from, next: number + 1, size: *size, wait: *wait };
                let due = memo.due_at().unwrap_or(came.at);
                (memo, Accepted::Batched { due, count: number + 1 - from })
            }
        };
        self.set(name, memo);
        accepted
    }

    /// Those in line go first: a newcomer gets a place only when there are more places than they need.
    fn place(&mut self, name: &Name, asked: &Concurrency, run: RunId) -> Verdict {
        let limit = asked.limit.max(1);
        self.set(name, Memo::Concurrency { limit });
        let freed = self.free(name, limit);
        if freed > 0 {
            *self.freed.entry(name.clone()).or_default() += freed;
        }
        let gate = self.gate(name);
        if gate.queued == 0 && gate.held < limit {
            gate.held += 1;
            return Verdict::Start;
        }
        match asked.overflow {
            Overflow::Drop => return Verdict::Not(Accepted::Dropped { why: Dropped::Full { limit } }),
            Overflow::Queue => gate.queued += 1,
            Overflow::CancelRunning => {
                gate.queued = 1;
                self.ousted.insert(name.clone(), run);
            }
        }
        Verdict::Queue
    }

    /// Gives what is free to those in line; says how many.
    fn free(&mut self, name: &Name, limit: u32) -> u32 {
        let gate = self.gate(name);
        let freed = limit.saturating_sub(gate.held).min(gate.queued);
        gate.held += freed;
        gate.queued -= freed;
        freed
    }

    /// Runs that held a place are over: those in line move up.
    pub(crate) fn move_up(&mut self) {
        let names: Vec<Name> = self.gates.keys().cloned().collect();
        for name in names {
            let Some(Memo::Concurrency { limit }) = self.gate(&name).memo else { continue };
            let freed = self.free(&name, limit);
            if freed > 0 {
                self.freed.insert(name, freed);
            }
        }
    }
}
