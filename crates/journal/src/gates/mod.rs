//! Gates: limits by key. How many runs at once, how soon again, how many in a while, and how many events make one.
//!
//! A gate is asked in the commit that accepts an event, and given its place back in the commit that ends a run, so no
//! crash leaves one closed for ever. [`board`] holds what a gate decides, the same for every store.

pub(crate) mod board;
pub(crate) mod memory;
pub(crate) mod name;
pub(crate) mod sqlite;

use std::time::Duration;

use async_trait::async_trait;
use cauce_model::workflow::Overflow;
use cauce_model::{Event, EventId, RunId, SessionId, Time};

use crate::Error;
use crate::events::{Accepted, NewRun};

/// The gates that an event or its run has to pass, with their keys evaluated. Asked in this order: reentry, throttle,
/// hold, concurrency; none is touched by what another one refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How soon a run of the same key may start again.
    pub reentry: Option<Reentry>,
    /// How many runs of a key may start in a while.
    pub throttle: Option<Throttle>,
    /// Keeps the event until it is quiet or there are enough. What else is asked for here is asked without being
    /// counted, and asked again when the gate fires.
    pub hold: Option<Hold>,
    /// How many runs of a key may be open at once.
    pub concurrency: Option<Concurrency>,
}

/// How many runs of a key may be open at once. Runs that wait or are held count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// One gate of the workflow for each.
    pub key: String,
    /// How many.
    pub limit: u32,
    /// What happens to one more.
    pub overflow: Overflow,
}

/// How soon a run of the same key may start again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reentry {
    /// One gate of the workflow for each.
    pub key: String,
    /// Counted from the start of the last run; never again where none is given.
    pub after: Option<Duration>,
}

/// At most `limit` runs of a key in any `per`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// One gate of the trigger for each.
    pub key: String,
    /// How many.
    pub limit: u32,
    /// In how long.
    pub per: Duration,
}

/// Keeps events on a gate of the trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The last event of a key starts a run once none has come for a while.
    Debounce {
        /// One gate of the trigger for each.
        key: String,
        /// How long it must be quiet.
        quiet: Duration,
        /// The longest wait since the first event.
        max: Option<Duration>,
    },
    /// Events of a key start one run together.
    Batch {
        /// One gate of the trigger for each.
        key: String,
        /// How many make a run at once.
        size: u32,
        /// How long the first waits for others at most.
        wait: Duration,
    },
}

/// Why an event starts no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// So many runs of its key are open, and one more is not to wait.
    Full {
        /// The limit.
        limit: u32,
    },
    /// A run of its key started before, and another may not start so soon.
    Again {
        /// From when on it may; never where none is given.
        from: Option<Time>,
    },
}

/// A gate whose events are to start a run now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The workflow.
    pub workflow: String,
    /// The trigger.
    pub trigger: String,
    /// The gate's key.
    pub key: String,
    /// Whether its events start one run together; else the last one alone does.
    pub batch: bool,
    /// When it was due.
    pub at: Time,
    /// The first event since it was empty: what it is known by until it fires.
    pub first: EventId,
    /// The last event as it was read.
    pub last: EventId,
    /// How many events it gives at once.
    pub count: u64,
}

/// A run to start from a gate that is due.
#[derive(Clone, Debug)]
pub struct Fire {
    /// Whose fence it stands behind.
    pub session: SessionId,
    /// The gate, as it was read.
    pub due: Due,
    /// The present.
    pub now: Time,
    /// The run; none where nothing can be made of the events, which empties the gate all the same.
    pub run: Option<NewRun>,
    /// What the run has to pass; `hold` is not asked again.
    pub limits: Limits,
}

/// Gates.
#[async_trait]
pub trait Gates: Send + Sync {
    /// Up to `limit` gates that are due, the longest due first. A plain read.
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Due>, Error>;
    /// When the next gate is due, where one is.
    async fn next_due(&self) -> Result<Option<Time>, Error>;
    /// The events that a due gate gives, in order of arrival: of a batch all, else the last.
    async fn events(&self, due: &Due) -> Result<Vec<Event>, Error>;
    /// Starts a run from a gate and takes the events that it stands for off the gate, in one commit. What came since the
    /// read stays on it. None: the gate moved on, it has fired or is not due any more; nothing was written.
    async fn fire(&self, fire: Fire) -> Result<Option<Accepted>, Error>;
    /// How many runs wait in line for the place that this run holds.
    async fn behind(&self, run: RunId) -> Result<u64, Error>;
}

/// Who asks a run to make room.
pub(crate) fn ousted_by(newcomer: RunId) -> String {
    format!("the newer run {newcomer}")
}
