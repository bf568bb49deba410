//! The nouns that travel between the crates, in reading order:
//!
//! - [`Workflow`]: what a person wrote; [`load()`] reads it (through [`yaml`]) and reports every [`Problem`] with its place.
//!   [`render`] shows one to people and machines, [`near`] guesses what was meant, [`units`] reads durations and the like.
//! - [`Event`]: what a trigger took in. [`NamedEvent`]: what anybody may wait for; [`canonical()`] is how they meet.
//! - [`RunStart`], [`Entry`], [`RunRecord`]: a run's beginning, what happened to it, and how people see it.
//! - [`identity`]: who a person is across services.
//! - [`ActionSpec`], [`SourceSpec`], [`Catalog`]: what components say of themselves.
//! - [`RunId`] and its like, [`Time`]; [`Clock`] and [`Ids`] are the ports through which new ones come.
//!
//! This crate knows nothing of databases, networks or the engine's rules.

mod canonical;
mod entry;
mod event;
mod failure;
mod id;
pub mod identity;
mod lines;
pub mod load;
mod named;
pub mod near;
mod payload;
mod problem;
pub mod render;
mod rendered;
mod run;
mod spec;
mod time;
pub mod units;
pub mod workflow;
pub mod yaml;

pub use canonical::canonical;
pub use entry::{
    BranchStatus, Entry, HoldReason, Resume, RunError, RunStatus, StepError, StepPath, StepStatus, Verdict,
    What,
};
pub use event::{Event, is_event_name};
pub use failure::{Failure, Happened, RetryAdvice};
pub use id::{EventId, Ids, RunId, SessionId, SystemIds, derived, earliest_id, moment_of};
pub use load::{CODES, Loaded, load};
pub use named::{NamedEvent, RUN_EVENTS, event_name};
pub use payload::Payloads;
pub use problem::{Part, Problem, Severity, Span, pointer_to};
pub use rendered::{Hole, HolePart, Rendered};
pub use run::{
    Ask, BranchRecord, FailedAttempt, FailedPass, Listening, Parent, Passes, RunRecord, RunStart, StepRecord,
};
pub use spec::{ActionSpec, Catalog, Effect, SourceKind, SourceSpec};
pub use time::{Clock, SystemClock, Time};
pub use workflow::Workflow;
