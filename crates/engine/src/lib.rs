//! Pure: from a workflow and what happened so far to what happens next. No clock, no network, no randomness.
//!
//! In reading order:
//! - [`expr`]: the expression language.
//! - [`plan`]: a workflow compiled and checked; its graph and its picture.
//! - [`state`]: where a run stands: the fold of its entries; the table of legal moves.
//! - [`decide()`]: what happens next; [`outcome`] says what an answer means.
//! - [`retry`]: when the next attempt is due.

mod decide;
pub mod expr;
mod near;
pub mod plan;
pub mod retry;
pub mod state;

pub use decide::{
    Admission, Decision, RunScope, StepCall, TriggerScope, admit, decide, idempotency_key, outcome,
};
pub use plan::{Compiled, Picture, Plan, compile};
pub use state::{IllegalMove, State};
