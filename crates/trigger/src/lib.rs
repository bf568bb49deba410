//! The world to events, in reading order:
//!
//! - [`Source`]: the pure half of a trigger; [`Raw`] goes in, an [`Occurrence`] or a [`Rejection`] comes out.
//! - [`Sources`]: the registry of every kind of trigger.
//! - [`Webhook`]: `webhook@1`; its signature check is one verifier over axes, and a vendor is a row of data.
//! - [`ScheduleSource`] and [`Schedule`]: `schedule@1`, and when it fires.
//! - [`Manual`]: `manual@1`, a start by hand.
//! - [`Named`]: `event@1`, a named event. [`RunEvent`]: `run.failed@1` and the like, what became of other runs.
//! - [`bounded`]: how many values a body may hold.
//!
//! This crate knows nothing of HTTP status codes, of the journal's tables or of who runs what was started.

mod codes;
mod count;
mod inputs;
mod manual;
mod named;
mod run_event;
mod schedule;
mod signature;
mod source;
mod sources;
mod webhook;

pub use codes::CODES;
pub use count::bounded;
pub use manual::Manual;
pub use named::Named;
pub use run_event::{RunEvent, listens_to};
pub use schedule::{Misfire, Schedule, ScheduleError, ScheduleSource};
pub use source::{Kind, Occurrence, Raw, Rejection, Secrets, Source};
pub use sources::{Error, Sources};
pub use webhook::{Respond, Webhook, respond};
