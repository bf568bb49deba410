//! What every run of a node shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cauce_action::{Cx, Registry};
use cauce_journal::Journal;
use cauce_model::{Clock, RunId, SessionId};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::handover::HandOvers;
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
    pub(crate) effects: Semaphore,
    pub(crate) tasks: TaskTracker,
    pub(crate) hand_overs: HandOvers,
    /// Rung when a run was parked or accepted: the next due moment may have moved.
    pub(crate) due: Notify,
    /// The node takes no new work and gives its runs back.
    pub(crate) stopping: CancellationToken,
    /// The session is lost: drop everything.
    pub(crate) fenced: CancellationToken,
    live: Mutex<HashMap<RunId, Arc<Notify>>>,
}

impl Node {
    pub(crate) fn new(parts: Parts, session: SessionId) -> Self {
        Self {
            effects: Semaphore::new(parts.setting.most_effects),
            parts,
            session,
            tasks: TaskTracker::new(),
            hand_overs: HandOvers::default(),
            due: Notify::new(),
            stopping: CancellationToken::new(),
            fenced: CancellationToken::new(),
            live: Mutex::default(),
        }
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
