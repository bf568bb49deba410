//! The write that moves a run on: what happened, what goes with it in the same commit, what becomes of the run.

use cauce_model::{Entry, Event, NamedEvent, RunId, RunRecord, SessionId, StepPath, Time};

use super::{Brief, Rev};
use crate::events::NewRun;
use crate::notices::{Notice, Question};

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
    /// Whether `entries` stand for all that happened before: earlier ones are deleted in the same commit.
    pub compact: bool,
    /// Waits that open or close.
    pub waits: Vec<WaitChange>,
    /// Runs that it calls. One whose id exists already is left as it is; where it is over, its end is told once more.
    pub children: Vec<Child>,
    /// Named events that it tells of. One whose id, or name and key, exists already is left as it is.
    pub emits: Vec<NamedEvent>,
    /// What the workflow's owner is to be told of it.
    pub notice: Option<Notice>,
    /// Who is asked something: each gets a letter.
    pub questions: Vec<Question>,
    /// What lists show from now on.
    pub brief: Brief,
    /// The number of the last signal the owner has read: kept, so that no signal counts twice.
    pub inbox_read: i64,
    /// What becomes of the run.
    pub then: Then,
}

impl Progress {
    /// A write of which only the end matters; the rest is empty.
    #[must_use]
    pub const fn new(session: SessionId, run: RunId, rev: Rev, brief: Brief, then: Then) -> Self {
        Self {
            session,
            run,
            rev,
            entries: Vec::new(),
            compact: false,
            waits: Vec::new(),
            children: Vec::new(),
            emits: Vec::new(),
            notice: None,
            questions: Vec::new(),
            brief,
            inbox_read: 0,
            then,
        }
    }
}

/// Whether somebody is to be told something.
pub(super) const fn tells(progress: &Progress) -> bool {
    progress.notice.is_some() || !progress.questions.is_empty()
}

/// A wait of a run for a named event, opened or closed. A run that is over has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitChange {
    /// A wait begins; where one stands at this path already, it stays as it is.
    Open {
        /// The step that waits, or `cancel_on/<n>` for the run itself.
        path: StepPath,
        /// The name of the event.
        event: String,
        /// Where in the event its key stands, such as `data.order_id`.
        field: String,
        /// The canonical text of the value that has to stand there.
        key: String,
        /// Events taken in earlier do not count.
        since: Time,
    },
    /// A wait is over.
    Close {
        /// The step that waited.
        path: StepPath,
    },
}

/// A run that a step calls. Its event has no dedupe key: the id says which call it is.
#[derive(Clone, Debug)]
pub struct Child {
    /// What the run begins with, as an event of its own.
    pub event: Event,
    /// The run. Where the step waits for it ([`cauce_model::Parent::waits`]), its end is a signal to the caller.
    pub run: NewRun,
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
    /// It is over: one history row, and the open row, its entries, waits and signals are gone, in one commit.
    Finish(Box<RunRecord>),
}

/// What became of a progress write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progressed {
    /// Written.
    Done {
        /// The new revision.
        rev: Rev,
        /// The number of signals the run has had.
        inbox: i64,
        /// Those of [`Progress::children`] that are new, each at [`Rev::FIRST`]. The session owns those that it asked to
        /// own, and may take them into memory at once.
        children: Vec<RunId>,
    },
    /// The entries and what goes with them are written, the run is not parked: signals are waiting.
    Stays {
        /// The new revision.
        rev: Rev,
        /// The number of signals the run has had.
        inbox: i64,
        /// As above.
        children: Vec<RunId>,
    },
    /// The run is no longer this session's, or at another revision. Nothing was written: drop it from memory.
    Stale,
}
