//! Durable truth, and the only SQL. In reading order, a folder a noun:
//!
//! - [`sessions`]: a node's session and its heartbeat: the fence before every write that moves runs.
//! - [`events`]: what triggers took in; an event and the run it starts are one commit.
//! - [`runs`]: open runs, their entries, their signals, and the history of those that are over.
//! - [`waits`]: named events, and the runs that wait for them.
//! - [`gates`]: limits by key: how many runs at once, how soon again, how many events make one.
//! - [`timers`]: how far each schedule has come.
//! - [`flows`]: workflows, their versions, and whether they are on.
//! - [`access`]: people, their sign-ins, API tokens.
//! - [`blobs`]: what is too large for a row.
//!
//! Each noun is a trait; [`Journal`] holds one implementation of each: [`Journal::memory`] or [`Journal::sqlite`].
//! Both pass the suite in `tests/it/contract`. [`Hints`] tells of changes; nothing depends on a hint being delivered.

pub mod access;
pub mod blobs;
mod error;
pub mod events;
pub mod flows;
pub mod gates;
mod hints;
mod large;
mod memory;
pub mod runs;
pub mod sessions;
mod sqlite;
pub mod timers;
pub mod waits;

use std::sync::Arc;

pub use error::Error;
pub use hints::{Change, Hints, Watch};
pub use sqlite::{Closer, Opening};

/// The journal of one workspace.
#[derive(Clone)]
pub struct Journal {
    /// Sessions of nodes.
    pub sessions: Arc<dyn sessions::Sessions>,
    /// Events.
    pub events: Arc<dyn events::Events>,
    /// Runs.
    pub runs: Arc<dyn runs::Runs>,
    /// Named events and waits.
    pub waits: Arc<dyn waits::Waits>,
    /// Limits by key.
    pub gates: Arc<dyn gates::Gates>,
    /// Schedules.
    pub timers: Arc<dyn timers::Timers>,
    /// Workflows and their versions.
    pub flows: Arc<dyn flows::Flows>,
    /// People and tokens.
    pub access: Arc<dyn access::Access>,
    /// What is too large for a row.
    pub blobs: Arc<dyn blobs::Blobs>,
    /// Who watches, and what changed.
    pub hints: Hints,
}
