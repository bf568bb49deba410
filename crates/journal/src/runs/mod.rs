//! Runs: those that are open with their entries and signals, and the history of those that are over.
//!
//! A run that is open belongs to one session or to nobody. Its revision rises with each write, so an owner who lost it
//! writes nothing. See `docs/architecture.md`, *Ownership*.

pub(crate) mod memory;
mod progress;
mod signals;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::{Entry, HoldReason, RunError, RunId, RunRecord, RunStart, RunStatus, SessionId, Time};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::events::NewRun;

pub use progress::{Child, Progress, Progressed, Then, WaitChange};
pub use signals::{Sent, Signal};

/// A run's revision: raised by each claim and each progress write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rev(pub i64);

impl Rev {
    /// The revision of a run that was accepted just now.
    pub const FIRST: Self = Self(1);
}

/// What lists show of a run besides its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// Where it is in its life.
    pub status: RunStatus,
    /// Why it is held, where it is.
    pub hold_reason: Option<HoldReason>,
    /// Why it stopped early, where it did.
    pub reason: Option<String>,
    /// What went wrong, where something did.
    pub error: Option<RunError>,
    /// Steps that are over.
    pub steps_done: u32,
    /// Steps there are.
    pub steps_total: u32,
}

impl Brief {
    /// The id of the step at which the run is held or ended badly: the last part of its path.
    pub(crate) fn stopped_at(&self) -> Option<&str> {
        let path = self.error.as_ref().map(|error| error.step.as_str())?;
        path.rsplit('/').next()
    }

    /// What lists show of a run that was accepted just now.
    pub(crate) fn of_new_run(steps_total: u32) -> Self {
        Self {
            status: RunStatus::Running,
            hold_reason: None,
            reason: None,
            error: None,
            steps_done: 0,
            steps_total,
        }
    }
}

/// A run that somebody may claim, as a plain read found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which run.
    pub run: RunId,
    /// The revision at the read; the claim fails when it has risen since.
    pub rev: Rev,
}

/// An open run as its owner loads it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenRun {
    /// Its beginning.
    pub start: RunStart,
    /// Its revision after the claim.
    pub rev: Rev,
    /// How often its owner died since its last progress.
    pub crashes: u32,
    /// Whether an earlier session marked it ([`Runs::mark`]) and died before it wrote again.
    pub marked: bool,
    /// The number of signals it has had.
    pub inbox: i64,
    /// The number of the last signal an owner has read.
    pub inbox_read: i64,
    /// When it goes on by itself; none while somebody owns it.
    pub wake_at: Option<Time>,
    /// What lists show.
    pub brief: Brief,
    /// Everything that is durable of it, in order.
    pub entries: Vec<Entry>,
}

impl OpenRun {
    /// A run that was accepted just now, as its owner would load it.
    #[must_use]
    pub fn accepted(new: NewRun, rev: Rev) -> Self {
        Self {
            start: new.start,
            rev,
            crashes: 0,
            marked: false,
            inbox: 0,
            inbox_read: 0,
            wake_at: None,
            brief: Brief::of_new_run(new.steps_total),
            entries: new.entries,
        }
    }
}

/// A run by its id.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is open.
    Open(Box<OpenRun>),
    /// It is over.
    Over(Box<RunRecord>),
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Which run.
    pub id: RunId,
    /// Its workflow.
    pub workflow: String,
    /// The workflow's version.
    pub version: u32,
    /// The trigger that started it.
    pub trigger: String,
    /// When it was accepted.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// The rest.
    pub brief: Brief,
}

impl Summary {
    pub(crate) fn of(start: &RunStart, finished_at: Option<Time>, brief: &Brief) -> Self {
        Self {
            id: start.id,
            workflow: start.workflow.clone(),
            version: start.version,
            trigger: start.trigger.clone(),
            started_at: start.accepted_at,
            finished_at,
            brief: brief.clone(),
        }
    }
}

/// Which runs a list shows. Empty fields ask for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Of this workflow.
    pub workflow: Option<String>,
    /// With one of these statuses.
    pub statuses: Vec<RunStatus>,
    /// With this key, exactly: an address in lower case, a dedupe key.
    pub key: Option<String>,
    /// Accepted at this moment or later, by their ids: to the millisecond.
    pub since: Option<Time>,
    /// Accepted before this moment, by their ids: to the millisecond.
    pub until: Option<Time>,
    /// Held or failed at the step with this id. Quick where a workflow is named too.
    pub step: Option<String>,
    /// Older than this run: the last one of the page before.
    pub before: Option<RunId>,
}

/// Runs.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Writes what happened to a run and what becomes of it.
    async fn progress(&self, progress: Progress) -> Result<Progressed, Error>;
    /// Up to `limit` runs that are free and have work: no owner and due at `now`, or an owner that is dead or unknown.
    /// A plain read, ordered by id. Which ones: those of dead owners, then those that are due, where workflows take turns
    /// and each sends its longest due first, so that a million due runs of one workflow keep no other waiting. Held runs
    /// and runs parked without a time are not among them until a signal comes.
    async fn candidates(&self, now: Time, limit: u32) -> Result<Vec<Candidate>, Error>;
    /// Runs that `session` owns, by the store's word: what it does not hold in memory, it should claim again.
    async fn owned(&self, session: SessionId) -> Result<Vec<Candidate>, Error>;
    /// Makes those of `candidates` this session's whose revision is still the one read, and loads them.
    async fn claim(&self, session: SessionId, candidates: &[Candidate]) -> Result<Vec<OpenRun>, Error>;
    /// Marks a run before it is worked on: when the process dies at it, the next owner is told
    /// ([`OpenRun::marked`]). The next write of its progress, and [`Self::release`], take the mark away.
    async fn mark(&self, session: SessionId, run: RunId, rev: Rev) -> Result<Progressed, Error>;
    /// When the next free run is due, where one is.
    async fn next_due(&self) -> Result<Option<Time>, Error>;
    /// Sends a signal to an open run. `false`: there is no such open run, or it waits in line at a gate, where the one
    /// signal it can take is the end.
    async fn signal(&self, run: RunId, signal: Signal, at: Time) -> Result<bool, Error>;
    /// The owned runs of `session` that have had signals since their last write.
    async fn signalled(&self, session: SessionId) -> Result<Vec<RunId>, Error>;
    /// The signals of a run after `number`, in order.
    async fn inbox(&self, run: RunId, after: i64) -> Result<Vec<Sent>, Error>;
    /// Gives back every run of `session`: free and due at once. For a clean stop.
    async fn release(&self, session: SessionId) -> Result<(), Error>;
    /// A run by its id, whether open or over.
    async fn get(&self, run: RunId) -> Result<Option<Found>, Error>;
    /// Up to `limit` runs, newest first.
    async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<Summary>, Error>;
    /// How many open runs each workflow has.
    async fn open_counts(&self) -> Result<Vec<(String, u64)>, Error>;
}
