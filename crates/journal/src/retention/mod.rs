//! Forgetting what is old. Each call does a bounded part, so that other writes get their turn in between; whoever asks
//! goes on from where the last part ended.
//!
//! The order is: first runs that are over, then events, which stay as long as their run is kept, then the rest.

mod memory;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::{EventId, Time};

use crate::Error;

/// How far a walk over what is kept has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Behind this row.
    pub(crate) row: i64,
    /// Whether the events are done with, and the keys that stand apart are next.
    pub(crate) apart: bool,
    /// The oldest event that waits at a gate.
    pub(crate) waiting: Option<EventId>,
}

/// A part of a walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What was forgotten in it.
    pub gone: u64,
    /// Where to go on; nothing when this was the last part.
    pub next: Option<Place>,
}

/// Forgetting what is old.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Forgets runs that ended before `before`. Looks at up to `limit`, the longest over first.
    async fn forget_runs(&self, before: Time, from: Place, limit: u32) -> Result<Part, Error>;
    /// Forgets events taken in before `before`, with their dedupe keys and the keys of their runs: those whose run is kept
    /// no more, and those that began none and wait at no gate. Looks at up to `limit`, the oldest first.
    async fn forget_events(&self, before: Time, from: Place, limit: u32) -> Result<Part, Error>;
    /// Forgets up to `limit` of each of the rest: gates that limit nothing at `now`, sign-ins that ended by `now`, dead
    /// sessions last seen before `before`. Returns how many.
    async fn forget_rest(&self, before: Time, now: Time, limit: u32) -> Result<u64, Error>;
    /// When the oldest began of the runs, events and named events that are kept. Nothing: there is none.
    async fn oldest(&self) -> Result<Option<Time>, Error>;
}
