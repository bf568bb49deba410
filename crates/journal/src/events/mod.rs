//! Events: what triggers took in. An event and the run it starts are one commit, made before anybody is answered.

pub(crate) mod memory;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::{Entry, Event, EventId, RunId, RunStart, SessionId, Time};

use crate::Error;
use crate::gates::{Dropped, Limits};
use crate::runs::{Brief, Rev};

/// An event to keep, with the run it starts.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Whose fence it stands behind.
    pub session: SessionId,
    /// The event. Its dedupe key is unique for (workflow, trigger).
    pub event: Event,
    /// The run; none when the trigger's `when` filtered the event.
    pub run: Option<NewRun>,
    /// For a schedule: the slot that this event stands for. The schedule's cursor moves there in the same commit.
    pub slot: Option<Time>,
    /// The gates the run has to pass, for a workflow that asks for any.
    pub gates: Option<Limits>,
}

/// The run an event starts.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Its beginning.
    pub start: RunStart,
    /// What it can be found by: addresses in lower case, the dedupe key.
    pub keys: Vec<String>,
    /// How many steps it has, for lists.
    pub steps_total: u32,
    /// Whether the session owns it at once. A node that only takes events in leaves it free.
    pub owned: bool,
    /// What has happened to it already: for a replay, the results it begins with.
    pub entries: Vec<Entry>,
    /// Where it begins by waiting, with `entries` that say so: nobody owns it.
    pub parked: Option<Parked>,
}

/// A run that begins by waiting.
#[derive(Clone, Debug)]
pub struct Parked {
    /// What lists show.
    pub brief: Brief,
    /// When it is due.
    pub wake_at: Time,
}

impl NewRun {
    /// A run that its session owns and that is found by nothing but its id.
    #[must_use]
    pub const fn new(start: RunStart, steps_total: u32) -> Self {
        Self { start, keys: Vec::new(), steps_total, owned: true, entries: Vec::new(), parked: None }
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Kept, and its run with it.
    Run {
        /// The revision of the new run.
        rev: Rev,
    },
    /// Kept; it starts no run.
    Kept,
    /// Kept, and its run with it, which waits for a place: nobody owns it before it gets one.
    Queued,
    /// Kept; a gate lets it start no run.
    Dropped {
        /// Which gate, and until when.
        why: Dropped,
    },
    /// Kept; as many runs as may have started in a while.
    Throttled {
        /// When the next one may.
        until: Time,
    },
    /// Kept on its gate until none has come for a while.
    Debounced {
        /// When a run starts, unless another one comes.
        due: Time,
    },
    /// Kept on its gate until there are enough.
    Batched {
        /// When a run starts at the latest.
        due: Time,
        /// How many wait there now.
        count: u64,
    },
    /// The same dedupe key, or an event of the same id, was accepted before: here is what it gave then. Nothing was written.
    Duplicate {
        /// The first event.
        event: EventId,
        /// Its run.
        run: Option<RunId>,
    },
}

/// Events.
#[async_trait]
pub trait Events: Send + Sync {
    /// Keeps an event and its run: when this returns, both are on disk. Ids that are made of what they stand for may so
    /// be accepted again, to no effect.
    async fn accept(&self, accept: Accept) -> Result<Accepted, Error>;
    /// An event by its id.
    async fn get(&self, id: EventId) -> Result<Option<Event>, Error>;
}
