//! Limits by key: how many runs at once, how soon again, how many events make one.

use std::time::Duration;

use super::Text;

/// `concurrency`: how many runs of one key may be open at once. Runs that wait or are held count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// Bare expression over `trigger`; all runs of the workflow share one key where none is given.
    pub key: Option<Text>,
    /// How many; at least 1.
    pub limit: u32,
    /// What happens to one more.
    pub overflow: Overflow,
    /// JSON pointer of the object.
    pub at: String,
}

/// What happens to a run for which there is no place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// It waits for its turn.
    #[default]
    Queue,
    /// It is not started.
    Drop,
    /// Those that are open are cancelled, and it starts when they are over.
    CancelRunning,
}

/// `reentry`: how soon a run of the same key may start again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reentry {
    /// Bare expression over `trigger`.
    pub key: Text,
    /// Counted from the start of the last run; never again where none is given (`after: never`).
    pub after: Option<Duration>,
    /// JSON pointer of the object.
    pub at: String,
}

/// `debounce`: the last event of a key starts a run once none has come for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debounce {
    /// Bare expression over `trigger`; one key for all where none is given.
    pub key: Option<Text>,
    /// `for`: how long it must be quiet.
    pub quiet: Duration,
    /// The longest wait since the first event.
    pub max: Option<Duration>,
    /// JSON pointer of the object.
    pub at: String,
}

/// `throttle`: at most `limit` runs of a key in any `per`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Bare expression over `trigger`; one key for all where none is given.
    pub key: Option<Text>,
    /// How many; at least 1.
    pub limit: u32,
    /// In how long.
    pub per: Duration,
    /// JSON pointer of the object.
    pub at: String,
}

/// `batch`: events of a key start one run together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Bare expression over `trigger`; one key for all where none is given.
    pub key: Option<Text>,
    /// How many events make a batch; 1 to 1,000.
    pub size: u32,
    /// `for`: how long the first event waits for others at most.
    pub wait: Duration,
    /// JSON pointer of the object.
    pub at: String,
}
