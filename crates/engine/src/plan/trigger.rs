//! Compiled triggers and limits by key.

use std::time::Duration;

use cauce_model::workflow::Overflow;
use serde_json::Value;

use crate::expr::Expr;

/// A compiled trigger.
#[derive(Debug)]
pub struct PlanTrigger {
    /// Its id.
    pub id: String,
    /// `webhook@1` and the like.
    pub source: String,
    /// Its inputs, as written.
    pub with: Value,
    /// The `match` of an `event@1`: only such events start a run.
    pub matches: Option<Expr>,
    /// Only events for which it is true start a run.
    pub when: Option<Expr>,
    /// What makes a second event a duplicate.
    pub dedupe_key: Option<Expr>,
    /// A run only when events have been quiet for a while.
    pub debounce: Option<PlanDebounce>,
    /// So many runs in a while.
    pub throttle: Option<PlanThrottle>,
    /// One run for many events.
    pub batch: Option<PlanBatch>,
}

/// The last event of a key starts a run once none has come for a while.
#[derive(Debug)]
pub struct PlanDebounce {
    /// One key for all where none is given.
    pub key: Option<Expr>,
    /// How long it must be quiet.
    pub quiet: Duration,
    /// The longest wait since the first event.
    pub max: Option<Duration>,
}

/// At most `limit` runs of a key in any `per`.
#[derive(Debug)]
pub struct PlanThrottle {
    /// One key for all where none is given.
    pub key: Option<Expr>,
    /// How many.
    pub limit: u32,
    /// In how long.
    pub per: Duration,
}

/// Events of a key start one run together.
#[derive(Debug)]
pub struct PlanBatch {
    /// One key for all where none is given.
    pub key: Option<Expr>,
    /// How many events make a batch.
    pub size: u32,
    /// How long the first event waits for others at most.
    pub wait: Duration,
}

/// How many runs of one key may be open at once.
#[derive(Debug)]
pub struct PlanConcurrency {
    /// One key for all where none is given.
    pub key: Option<Expr>,
    /// How many.
    pub limit: u32,
    /// What happens to one more.
    pub overflow: Overflow,
}

/// How soon a run of the same key may start again.
#[derive(Debug)]
pub struct PlanReentry {
    /// The key.
    pub key: Expr,
    /// Counted from the start of the last run; never again where none is given.
    pub after: Option<Duration>,
}
