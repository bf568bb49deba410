//! What happens next: a pure function of plan, state and the present.
//!
//! [`decide`] walks the plan in the order of the document. What needs nobody (`set`, `if`, `switch`, `stop`, the bookkeeping
//! of blocks, loops and waits) it records at once; what needs the world it asks for. The caller adds [`Decision::record`]
//! to the state, keeps it, and carries out the rest; [`outcome`] turns what an action answered into the entry that says so.
//!
//! A file a verb: `branch` has `if` and `switch`, `each` `for_each`, and so on; `walk` has what they share, `ending` how a
//! run comes to its end, `cut` how a part of it is cancelled.

mod admit;
mod approve;
mod branch;
mod call;
mod cut;
mod each;
mod effect;
mod ending;
mod failing;
mod listen;
mod outcome;
mod parallel;
mod pure;
mod repeat;
mod scope;
mod until;
mod wait;
mod walk;

use std::time::Duration;

use cauce_model::workflow::EffectMode;
use cauce_model::{Entry, Rendered, RunId, StepPath, Time};
use serde_json::Value;
use uuid::Uuid;

use crate::plan::Plan;
use crate::state::{Collect, State};

pub use admit::{Admission, admit, limit_key};
pub use call::child_id;
pub use listen::{OpenWait, heard, matches, open_waits};
pub use outcome::outcome;
pub use scope::{RunScope, TriggerScope};

/// What happens next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What happened by this decision alone, in order. A [`cauce_model::What::Finished`] is always the last.
    pub record: Vec<Entry>,
    /// Attempts to make now. Those under way are not among them.
    pub start: Vec<StepCall>,
    /// Items to take up. Asked for until they are there: the caller reads each once at a time.
    pub fetch: Vec<Fetch>,
    /// Results of loops to write into blobs. Asked for until they are there.
    pub collect: Vec<Collect>,
    /// Runs of other workflows to begin. Asked for until the state says `Called`: their ids make a second time harmless.
    pub call: Vec<ChildCall>,
    /// Attempts under way to cut off: told to stop at once, and taken as failed in doubt after ten seconds. A path whose
    /// step called a run and waits for it means that run: it is cancelled before `record` is written.
    pub cancel: Vec<StepPath>,
    /// When to decide again, unless something happens first.
    pub wake_at: Option<Time>,
    /// Whether the last entry of `record` ends the run.
    pub finish: bool,
}

/// An attempt to make.
#[derive(Clone, Debug, PartialEq)]
pub struct StepCall {
    /// Which step.
    pub path: StepPath,
    /// The action's full name.
    pub action: String,
    /// Which attempt; counts from 1.
    pub attempt: u32,
    /// What to send.
    pub request: Rendered,
    /// How long it may take.
    pub timeout: Duration,
    /// Whether it may be repeated when in doubt.
    pub effect: EffectMode,
}

/// Items of a file to take up. The answer is a [`cauce_model::What::Fetched`] at `path`; a file that cannot be read is a
/// [`cauce_model::What::Failed`] there, or another try.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetch {
    /// The loop.
    pub path: StepPath,
    /// The file.
    pub file: Value,
    /// The index of the first item.
    pub first: u64,
    /// The position at which it begins; 0 for the beginning of the file.
    pub after: u64,
    /// How many at most.
    pub most: u64,
}

/// A run of another workflow to begin. The answer is a [`cauce_model::What::Called`] at `path`, or a
/// [`cauce_model::What::Failed`] where there is no such workflow, it is switched off, or the inputs do not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildCall {
    /// The step.
    pub path: StepPath,
    /// The run's id.
    pub child: RunId,
    /// The workflow.
    pub flow: String,
    /// Its inputs, not checked yet.
    pub with: Value,
    /// How many calls lie above it, this one included.
    pub depth: u32,
    /// Whether the step waits for its end.
    pub waits: bool,
}

/// What happens next in a run. Total: whatever the plan and the state, there is an answer; and the same one each time.
#[must_use]
pub fn decide(plan: &Plan, state: &State, now: Time) -> Decision {
    if state.end.is_some() {
        return Decision::default();
    }
    walk::Walk::new(plan, state, now).decide()
}

/// The idempotency key of a step: the same on each attempt and after each crash, and another one in each pass of a loop.
#[must_use]
pub fn idempotency_key(run: RunId, path: &StepPath) -> String {
    Uuid::new_v5(&run.uuid(), path.as_str().as_bytes()).simple().to_string()
}
