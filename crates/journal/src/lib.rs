//! Durable truth, and the only SQL. In reading order, a folder a noun:
//!
//! - [`sessions`]: a node's session and its heartbeat: the fence before every write that moves runs.
//! - [`events`]: what triggers took in; an event and the run it starts are one commit.
//! - [`runs`]: open runs, their entries, their signals, and the history of those that are over.
//! - [`waits`]: named events, and the runs that wait for them.
//! - [`gates`]: limits by key: how many runs at once, how soon again, how many events make one.
//! - [`timers`]: how far each schedule has come.
//! - [`flows`]: workflows, their versions, and whether they are on.
//! - [`notices`]: what owners are to be told, and the letters that tell it.
//! - [`access`]: people, their sign-ins, API tokens.
//! - [`blobs`]: what is too large for a row.
//! - [`retention`]: forgetting what is old, a few rows at a time.
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
pub mod notices;
pub mod retention;
pub mod runs;
pub mod sessions;
mod sqlite;
pub mod timers;
pub mod waits;
mod whole;

pub use error::Error;
pub use hints::{Change, Hints, Watch};
pub use sqlite::{Closer, Opening};
pub use whole::Journal;
