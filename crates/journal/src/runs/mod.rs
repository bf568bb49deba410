//! Runs: those that are open with their entries and signals, and the history of those that are over.
//!
//! A run that is open belongs to one session or to nobody. Its revision rises with each write, so an owner who lost it
//! writes nothing. See `docs/architecture.md`, *Ownership*.

pub(crate) mod memory;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::{
    Entry, HoldReason, Resume, RunError, RunId, RunRecord, RunStart, RunStatus, SessionId, Time,
};
use serde::{Deserialize, Serialize};

use crate::Error;

/// A run's revision: raised by each claim and each progress write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rev(pub i64);

impl Rev {
    /// The revision of a run that was accepted just now.
    pub(crate) const FIRST: Self = Self(1);
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

/// A write that moves a run on. It counts only while `session` is alive, owns the run, and `rev` is the run's revision.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Whose.
    pub session: SessionId,
    /// Which run.
    pub run: RunId,
    /// The revision the owner knows.
    pub rev: Rev,
    /// What happened, in order. May be empty when only `then` matters.
    pub entries: Vec<Entry>,
    /// What lists show from now on.
    pub brief: Brief,
    /// The number of the last signal the owner has read: kept, so that no signal counts twice.
    pub inbox_read: i64,
    /// What becomes of the run.
    pub then: Then,
}

/// What becomes of a run after a write.
#[derive(Clone, Debug)]
pub enum Then {
    /// Its owner goes on with it.
    Keep,
    /// Nobody owns it until `wake_at`; without one, until a signal comes. Refused ([`Progressed::Stays`]) when more
    /// signals came than the owner has read ([`Progress::inbox_read`]).
    Park {
        /// When it is due again.
        wake_at: Option<Time>,
    },
    /// It is over: one history row, and the open row, its entries and its signals are gone, in one commit.
    Finish(Box<RunRecord>),
}

/// What became of a progress write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progressed {
    /// Written.
    Done {
        /// The new revision.
        rev: Rev,
        /// The number of signals the run has had.
        inbox: i64,
    },
    /// The entries are written, the run is not parked: signals are waiting.
    Stays {
        /// The new revision.
        rev: Rev,
        /// The number of signals the run has had.
        inbox: i64,
    },
    /// The run is no longer this session's, or at another revision. Nothing was written: drop it from memory.
    Stale,
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
#[derive(Clone, Debug)]
pub struct OpenRun {
    /// Its beginning.
    pub start: RunStart,
    /// Its revision after the claim.
    pub rev: Rev,
    /// How often its owner died since its last progress.
    pub crashes: u32,
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

/// What somebody sent to an open run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "signal", rename_all = "snake_case")]
pub enum Signal {
    /// Let it go on.
    Resume {
        /// How.
        choice: Resume,
        /// Who.
        by: String,
    },
    /// End it.
    Cancel {
        /// Who.
        by: String,
    },
}

/// A signal in its place: `number` counts from 1 in each run.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Its place.
    pub number: i64,
    /// When it was sent.
    pub at: Time,
    /// What was sent.
    pub signal: Signal,
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
    /// Older than this run: the last one of the page before.
    pub before: Option<RunId>,
}

/// Runs.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Writes what happened to a run and what becomes of it.
    async fn progress(&self, progress: Progress) -> Result<Progressed, Error>;
    /// Up to `limit` runs that are free and have work: no owner and due at `now`, or an owner that is dead or unknown.
    /// A plain read, ordered by id (which ones: those of dead owners, then the longest due); held runs and runs parked without a time are not among them until a signal comes.
    async fn candidates(&self, now: Time, limit: u32) -> Result<Vec<Candidate>, Error>;
    /// Runs that `session` owns, by the store's word: what it does not hold in memory, it should claim again.
    async fn owned(&self, session: SessionId) -> Result<Vec<Candidate>, Error>;
    /// Makes those of `candidates` this session's whose revision is still the one read, and loads them.
    async fn claim(&self, session: SessionId, candidates: &[Candidate]) -> Result<Vec<OpenRun>, Error>;
    /// When the next free run is due, where one is.
    async fn next_due(&self) -> Result<Option<Time>, Error>;
    /// Sends a signal to an open run. `false`: there is no such open run.
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
