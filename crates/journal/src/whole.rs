//! The whole journal: one implementation of each noun.

use std::sync::Arc;

use crate::{Hints, access, blobs, events, flows, gates, notices, retention, runs, sessions, timers, waits};

/// The journal of one workspace.
#[derive(Clone)]
pub struct Journal {
    /// Sessions of nodes.
    pub sessions: Arc<dyn sessions::Sessions>,
    /// Events.
    pub events: Arc<dyn events::Events>,
    /// Runs.
    pub runs: Arc<dyn runs::Runs>,
    /// Named events and waits.
    pub waits: Arc<dyn waits::Waits>,
    /// Limits by key.
    pub gates: Arc<dyn gates::Gates>,
    /// Schedules.
    pub timers: Arc<dyn timers::Timers>,
    /// What owners are to be told.
    pub notices: Arc<dyn notices::Notices>,
    /// Workflows and their versions.
    pub flows: Arc<dyn flows::Flows>,
    /// People and tokens.
    pub access: Arc<dyn access::Access>,
    /// What is too large for a row.
    pub blobs: Arc<dyn blobs::Blobs>,
    /// Forgetting what is old.
    pub retention: Arc<dyn retention::Retention>,
    /// Who watches, and what changed.
    pub hints: Hints,
}
