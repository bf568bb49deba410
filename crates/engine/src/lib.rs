//! Pure: from a workflow and what happened so far to what happens next. No clock, no network, no randomness.
//!
//! In reading order:
//! - [`expr`]: the expression language.
//! - [`plan`]: a workflow compiled and checked; its graph and its picture.
//! - [`state`]: where a run stands: the fold of its entries; the table of legal moves.
//! - [`decide()`]: what happens next; [`outcome`] says what an answer means, [`open_waits`] what the run listens for.
//! - [`replay()`]: what a run begins with that repeats another.
//! - [`retry`]: when the next attempt is due.

mod decide;
pub mod expr;
mod near;
pub mod plan;
mod replay;
pub mod retry;
pub mod state;

pub use decide::{
    Admission, ChildCall, Decision, Fetch, OpenWait, RunScope, StepCall, TriggerScope, admit, child_id,
    decide, heard, idempotency_key, limit_key, matches, open_waits, outcome,
};
pub use expr::key_text;
pub use plan::{Compiled, Picture, Plan, compile, rests_on};
pub use replay::{ReplayError, replay};
pub use state::{Collect, IllegalMove, State, compact};
