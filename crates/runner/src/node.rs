//! What every run of a node shares.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use cauce_action::{Cx, Registry};
use cauce_journal::Journal;
use cauce_model::{Clock, RunId, SessionId, Time};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::destinations::Destinations;
use crate::lanes::Lanes;
use crate::pause::Pause;
use crate::plans::Plans;
use crate::seats::Seats;
use crate::secrets::Variables;
use crate::setting::Setting;

/// The parts a runner is made of.
#[derive(Clone)]
pub struct Parts {
    /// Durable truth.
    pub journal: Journal,
    /// Compiled versions.
    pub plans: Plans,
    /// The actions there are.
    pub actions: Arc<Registry>,
    /// The door that actions get; its `cancelled` is replaced for each run.
    pub cx: Cx,
    /// Workspace variables.
    pub variables: Variables,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// How to wait.
    pub pause: Arc<dyn Pause>,
    /// Limits and rhythms.
    pub setting: Setting,
}

/// What every run of a node shares.
pub(crate) struct Node {
    pub(crate) parts: Parts,
    pub(crate) session: SessionId,
    /// Places for effects.
    pub(crate) lanes: Lanes,
    /// What is known of where effects go.
    pub(crate) destinations: Destinations,
    /// Runs that may be what killed a process are driven one at a time.
    pub(crate) suspects: Arc<Semaphore>,
    pub(crate) tasks: TaskTracker,
    /// Rung when a run was parked or accepted: the next due moment may have moved.
    pub(crate) due: Notify,
    /// The node takes no new work and gives its runs back.
    pub(crate) stopping: CancellationToken,
    /// The session is lost: drop everything.
    pub(crate) fenced: CancellationToken,
    /// The runs in memory.
    pub(crate) seats: Seats,
    /// The last runs that the look found and claimed before they were handed over. A hand-over that comes after it tells
    /// of a run as it was, and must not start it again.
    found: Mutex<VecDeque<RunId>>,
}

/// How many of those are remembered.
const MOST_FOUND: usize = 4096;

impl Node {
    pub(crate) fn new(parts: Parts, session: SessionId) -> Self {
        Self {
            lanes: Lanes::new(parts.setting.most_effects, parts.setting.most_to_one),
            destinations: Destinations::new(parts.setting.rates.clone()),
            suspects: Arc::new(Semaphore::new(1)),
            seats: Seats::new(parts.setting.most_runs),
            parts,
            session,
            tasks: TaskTracker::new(),
            due: Notify::new(),
            stopping: CancellationToken::new(),
            fenced: CancellationToken::new(),
            found: Mutex::default(),
        }
    }

    /// What `/metrics` shows of the moment.
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(crate) fn show_figures(&self) {
        metrics::gauge!("cauce_runs_in_memory").set(self.seats.count() as f64);
        metrics::gauge!("cauce_effects_waiting").set(self.lanes.waiting() as f64);
        metrics::gauge!("cauce_destinations_closed").set(self.destinations.closed(self.now()) as f64);
    }

    /// The present.
    pub(crate) fn now(&self) -> Time {
        self.parts.clock.now()
    }

    /// Remembers a run that was found before it was handed over.
    pub(crate) fn find(&self, run: RunId) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= MOST_FOUND {
            found.pop_front();
        }
        found.push_back(run);
    }

    /// Whether it was found before it was handed over.
    pub(crate) fn has_found(&self, run: RunId) -> bool {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).contains(&run)
    }
}
