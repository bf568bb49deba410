//! What every run of a node shares.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use cauce_action::{Cx, Registry};
use cauce_journal::Journal;
use cauce_model::{Clock, RunId, SessionId, Time};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::destinations::Destinations;
use crate::items::Items;
use crate::lanes::Lanes;
use crate::pause::Pause;
use crate::plans::Plans;
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
    /// Items of files that loops go through.
    pub(crate) items: Items,
    /// Runs that may be what killed a process are driven one at a time.
    pub(crate) suspects: Arc<Semaphore>,
    pub(crate) tasks: TaskTracker,
    /// Rung when a run was parked or accepted: the next due moment may have moved.
    pub(crate) due: Notify,
    /// The node takes no new work and gives its runs back.
    pub(crate) stopping: CancellationToken,
    /// The session is lost: drop everything.
    pub(crate) fenced: CancellationToken,
    live: Mutex<HashMap<RunId, Arc<Notify>>>,
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
            items: Items,
            suspects: Arc::new(Semaphore::new(1)),
            parts,
            session,
            tasks: TaskTracker::new(),
            due: Notify::new(),
            stopping: CancellationToken::new(),
            fenced: CancellationToken::new(),
            live: Mutex::default(),
            found: Mutex::default(),
        }
    }

    /// What `/metrics` shows of the moment.
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(crate) fn show_figures(&self) {
        metrics::gauge!("cauce_runs_in_memory").set(self.count() as f64);
        metrics::gauge!("cauce_effects_waiting").set(self.lanes.waiting() as f64);
        metrics::gauge!("cauce_destinations_closed").set(self.destinations.closed(self.now()) as f64);
    }

    /// The present.
    pub(crate) fn now(&self) -> Time {
        self.parts.clock.now()
    }

    fn live(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Arc<Notify>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a run; nothing when it is in memory already.
    pub(crate) fn enter(&self, run: RunId) -> Option<Arc<Notify>> {
        let bell = Arc::new(Notify::new());
        let mut live = self.live();
        if live.contains_key(&run) {
            return None;
        }
        live.insert(run, Arc::clone(&bell));
        Some(bell)
    }

    pub(crate) fn leave(&self, run: RunId) {
        self.live().remove(&run);
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

    pub(crate) fn is_live(&self, run: RunId) -> bool {
        self.live().contains_key(&run)
    }

    pub(crate) fn count(&self) -> usize {
        self.live().len()
    }

    /// Tells a run in memory to look at its signals.
    pub(crate) fn ring(&self, run: RunId) {
        if let Some(bell) = self.live().get(&run) {
            bell.notify_one();
        }
    }
}
