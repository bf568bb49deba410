//! What a runner is told: limits and rhythms.

use std::time::Duration;

/// Limits and rhythms of one node.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Effects under way at once.
    pub most_effects: usize,
    /// Runs in memory at once; more stay in the journal until there is room.
    pub most_runs: usize,
    /// How long entries may wait to be written while nobody watches.
    pub flush_after: Duration,
    /// How often to look for work that nobody told of.
    pub look_every: Duration,
    /// How long effects may go on after a run was cancelled.
    pub cancel_grace: Duration,
    /// How often to say that this node is alive.
    pub beat_every: Duration,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            most_effects: 256,
            most_runs: 10_000,
            flush_after: Duration::from_millis(200),
            look_every: Duration::from_secs(1),
            cancel_grace: Duration::from_secs(10),
            beat_every: Duration::from_secs(5),
        }
    }
}
