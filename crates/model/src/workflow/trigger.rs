//! What starts a workflow.

use super::{Batch, Debounce, Text, Throttle, Tree};

/// What starts a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Unique in the workflow; part of the hook's address.
    pub id: String,
    /// `webhook@1`, `schedule@1` or `manual@1`.
    pub source: Text,
    /// Its inputs; an object.
    pub with: Tree,
    /// Bare expression: only events for which it is true start a run.
    pub when: Option<Text>,
    /// Bare expression: a second event with the same key is a duplicate.
    pub dedupe_key: Option<Text>,
    /// Starts a run only when events have been quiet for a while.
    pub debounce: Option<Debounce>,
    /// Starts at most so many runs in a while.
    pub throttle: Option<Throttle>,
    /// Starts one run for many events.
    pub batch: Option<Batch>,
    /// JSON pointer of the trigger.
    pub at: String,
}
