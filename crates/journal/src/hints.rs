//! Who watches, and what changed: hints inside one process. Losing one costs time, never truth.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use cauce_model::{EventId, RunId, RunRecord, RunStatus};
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

use crate::notices::Kind;
use crate::runs::{OpenRun, Progress, Then};

/// Something that watchers may want to read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A run has new entries, a new status, or is over.
    Run(RunId),
    /// A named event was kept, and its look is not done.
    Event(EventId),
    /// A workflow was published, switched or retired.
    Flow(String),
}

/// How many changes a slow watcher may lag behind before it has to read anew.
const BACKLOG: usize = 1024;

/// The board on which changes are hung out.
#[derive(Clone, Debug)]
pub struct Hints {
    changes: broadcast::Sender<Change>,
    watched: Arc<Mutex<HashMap<RunId, usize>>>,
    accepted: Arc<Mutex<Option<mpsc::UnboundedSender<OpenRun>>>>,
    listened: Arc<Mutex<BTreeSet<String>>>,
    room: Arc<Mutex<Option<Room>>>,
    awaited: Arc<Mutex<Awaited>>,
    bell: Arc<Notify>,
    failing: Arc<Mutex<BTreeSet<String>>>,
}

/// Says whether the runner of this process has room for one more run of a workflow.
#[derive(Clone)]
struct Room(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Room")
    }
}

/// Who waits for the end of a run in this process; several where a sender tried again meanwhile.
type Awaited = HashMap<RunId, Vec<oneshot::Sender<Arc<RunRecord>>>>;

impl Default for Hints {
    fn default() -> Self {
        Self {
            changes: broadcast::Sender::new(BACKLOG),
            watched: Arc::default(),
            accepted: Arc::default(),
            listened: Arc::default(),
            room: Arc::default(),
            awaited: Arc::default(),
            bell: Arc::default(),
            failing: Arc::default(),
        }
    }
}

impl Hints {
    /// Hangs out a change; fine when nobody looks.
    pub fn tell(&self, change: Change) {
        drop(self.changes.send(change));
    }

    /// Every change from now on. A lagging receiver must read anew.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Says that somebody watches this run until the guard is dropped, so its entries are flushed at once.
    #[must_use]
    pub fn watch(&self, run: RunId) -> Watch {
        *self.watched().entry(run).or_default() += 1;
        Watch { hints: self.clone(), run }
    }

    /// Whether somebody watches this run.
    #[must_use]
    pub fn is_watched(&self, run: RunId) -> bool {
        self.watched().contains_key(&run)
    }

    /// The end of a run, where it comes from now on and in this process: without a change told to everybody, and without
    /// reading back what was just written. Who waits should look into the journal too, now and then.
    #[must_use]
    pub fn end_of(&self, run: RunId) -> End {
        let (sender, receiver) = oneshot::channel();
        self.awaited().entry(run).or_default().push(sender);
        End { hints: self.clone(), run, receiver }
    }

    /// What a write is about to end, where somebody waits for that.
    pub(crate) fn awaited_end(&self, progress: &Progress) -> Option<Arc<RunRecord>> {
        match &progress.then {
            Then::Finish(record) if self.awaited().contains_key(&progress.run) => {
                Some(Arc::new((**record).clone()))
            }
            Then::Finish(_) | Then::Keep | Then::Park { .. } => None,
        }
    }

    /// Tells those who wait that a run is over; once that is durable.
    pub(crate) fn ended(&self, record: &Arc<RunRecord>) {
        let waiting = self.awaited().remove(&record.start.id).unwrap_or_default();
        waiting.into_iter().for_each(|one| drop(one.send(Arc::clone(record))));
    }

    /// Tells this process's runner of a run that its session was just given, so that it need not be read back. When
    /// nobody listens the run is found by the next look at what the session owns.
    pub fn hand_over(&self, run: OpenRun) {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = accepted.as_ref() {
            drop(sender.send(run));
        }
    }

    /// The runs handed over from now on. A later call takes the place of an earlier one.
    #[must_use]
    pub fn handed_over(&self) -> mpsc::UnboundedReceiver<OpenRun> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.accepted.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// Puts down who says whether there is room for one more run of a workflow.
    pub fn set_room(&self, room: Arc<dyn Fn(&str) -> bool + Send + Sync>) {
        *self.room.lock().unwrap_or_else(PoisonError::into_inner) = Some(Room(room));
    }

    /// Whether this process's runner has room for one more run of a workflow. Where it has none, whoever accepts a run
    /// leaves it free, so that workflows take turns at it.
    #[must_use]
    pub fn has_room(&self, workflow: &str) -> bool {
        let room = self.room.lock().unwrap_or_else(PoisonError::into_inner).clone();
        room.is_none_or(|Room(ask)| ask(workflow))
    }

    /// Puts down the names of events that start some workflow here. What becomes of runs is told of only when somebody
    /// listens to it.
    pub fn set_listened(&self, names: BTreeSet<String>) {
        *self.listened.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }

    /// Whether some workflow starts by events of this name.
    #[must_use]
    pub fn is_listened(&self, name: &str) -> bool {
        self.listened.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    /// Says that there is something to tell people.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Returns when there may be something to tell people.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Remembers that a workflow has failed since it last ended well.
    pub(crate) fn expect_failures(&self, workflow: String) {
        self.failing().insert(workflow);
    }

    /// Follows failures in a row: the workflow that this write ends well after failures, where it does. So the ends of runs
    /// of all other workflows need not look for failures.
    pub(crate) fn count_failures(&self, progress: &Progress) -> Option<String> {
        if let Some(notice) = progress.notice.as_ref().filter(|notice| notice.kind == Kind::Failed) {
            self.expect_failures(notice.workflow.clone());
            return None;
        }
        match &progress.then {
            Then::Finish(record) if record.status == RunStatus::Succeeded => {
                self.failing().take(&record.start.workflow)
            }
            Then::Finish(_) | Then::Keep | Then::Park { .. } => None,
        }
    }

    fn failing(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn awaited(&self) -> std::sync::MutexGuard<'_, Awaited> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, usize>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a run watched while it lives.
#[derive(Debug)]
pub struct Watch {
    hints: Hints,
    run: RunId,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.hints.watched();
        if let Some(count) = watched.get_mut(&self.run) {
            *count -= 1;
            if *count == 0 {
                watched.remove(&self.run);
            }
        }
    }
}

/// The end of a run, to be awaited.
#[derive(Debug)]
pub struct End {
    hints: Hints,
    run: RunId,
    receiver: oneshot::Receiver<Arc<RunRecord>>,
}

impl End {
    /// The run as it ended. Never returns where it ended before, or elsewhere.
    pub async fn record(&mut self) -> Arc<RunRecord> {
        match (&mut self.receiver).await {
            Ok(record) => record,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.receiver.close();
        let mut awaited = self.hints.awaited();
        if let Some(waiting) = awaited.get_mut(&self.run) {
            waiting.retain(|one| !one.is_closed());
            if waiting.is_empty() {
                awaited.remove(&self.run);
            }
        }
    }
}
