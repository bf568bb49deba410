//! Named events, and the runs that wait for them.
//!
//! Who waits and who tells do the same: commit your own row, then look for the other's in a new transaction. An event
//! says of itself whether its look is done; one that is not is free work for anybody. See `docs/architecture.md`,
//! *Ownership*.

pub(crate) mod memory;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath, Time};

use crate::Error;

/// What became of a named event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Kept. Its look is not done.
    Kept,
    /// One of this id, or of this name and key, was kept before. Nothing was written.
    Duplicate(EventId),
}

/// A wait that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The step that waits.
    pub path: StepPath,
    /// The name of the event.
    pub event: String,
    /// Where in the event its key stands.
    pub field: String,
    /// The canonical text of the value that has to stand there.
    pub key: String,
    /// Events taken in earlier do not count.
    pub since: Time,
}

/// Named events and waits.
#[async_trait]
pub trait Waits: Send + Sync {
    /// Keeps a named event: when this returns, it is on disk.
    async fn publish(&self, session: SessionId, event: NamedEvent) -> Result<Published, Error>;
    /// Up to `limit` events whose look is not done, oldest first.
    async fn unlooked(&self, limit: u32) -> Result<Vec<NamedEvent>, Error>;
    /// The event's look, after its commit: each open wait for this name whose key stands in the event gets a signal, once
    /// for all times it is asked. Not the runs accepted after the event, and never the run that it began. Returns the
    /// runs that got a signal now.
    async fn look(&self, session: SessionId, event: EventId, now: Time) -> Result<Vec<RunId>, Error>;
    /// Says that the look is done. A call of its own: first the flows that listen to the name are started, then comes
    /// the look, and a crash in between leaves the event to be found again.
    async fn looked(&self, event: EventId) -> Result<(), Error>;
    /// An event by its id.
    async fn get(&self, event: EventId) -> Result<Option<NamedEvent>, Error>;
    /// Up to `limit` events of a name since a moment, oldest first, behind the one given by moment and id.
    async fn events_of(
        &self,
        name: &str,
        since: Time,
        limit: u32,
        after: Option<(Time, EventId)>,
    ) -> Result<Vec<NamedEvent>, Error>;
    /// The waiter's look, after the commit that opened the wait and again at each load: events kept already that the wait
    /// has had no signal of give one now. Returns how many. A wait that is not open, or a run that is over, has none.
    async fn catch_up(&self, session: SessionId, run: RunId, path: &StepPath) -> Result<u64, Error>;
    /// The open waits of a run, by path.
    async fn waits_of(&self, run: RunId) -> Result<Vec<Wait>, Error>;
    /// Deletes up to `limit` events from before `time` whose look is done, oldest first. Returns how many.
    async fn forget_before(&self, time: Time, limit: u32) -> Result<u64, Error>;
}
