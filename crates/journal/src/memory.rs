//! The journal in memory: plain maps under one lock, the same meaning as on disk. Each noun's part stands in its folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cauce_model::{Clock, EventId, RunId, SessionId, StepPath, Time};
use uuid::Uuid;

use crate::access::{Hash, SignIn, Token, User};
use crate::blobs::BlobId;
use crate::blobs::memory::MemoryBlobs;
use crate::events::memory::{Dedupe, Kept};
use crate::flows::memory::Stored;
use crate::gates::board::{Arrival, Memo};
use crate::gates::name::Name;
use crate::notices::Desk;
use crate::runs::memory::{Open, Over};
use crate::sessions::Seen;
use crate::waits::memory::{Named, OpenWait};
use crate::{Error, Hints, Journal};

/// What all nouns share.
pub(crate) struct Memory {
    state: Mutex<State>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hints: Hints,
}

/// Everything that is kept.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) sessions: BTreeMap<SessionId, Seen>,
    pub(crate) events: HashMap<EventId, Kept>,
    pub(crate) deduped: HashMap<Dedupe, EventId>,
    pub(crate) open: BTreeMap<RunId, Open>,
    pub(crate) over: BTreeMap<RunId, Over>,
    pub(crate) keys: BTreeSet<(String, RunId)>,
    pub(crate) named: Named,
    pub(crate) waits: BTreeMap<(RunId, StepPath), OpenWait>,
    pub(crate) gates: BTreeMap<Name, Memo>,
    pub(crate) gate_events: BTreeMap<(Name, u64), Arrival>,
    pub(crate) cursors: HashMap<(String, String), Time>,
    pub(crate) desk: Desk,
    pub(crate) flows: BTreeMap<String, Stored>,
    pub(crate) generation: i64,
    pub(crate) users: BTreeMap<Uuid, User>,
    pub(crate) sign_ins: HashMap<Hash, SignIn>,
    pub(crate) tokens: HashMap<Hash, Token>,
    pub(crate) setup: Option<Hash>,
    pub(crate) blobs: HashMap<BlobId, (Arc<[u8]>, Time)>,
}

impl Memory {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a session is known and not dead.
    pub(crate) fn is_alive(&self, session: SessionId) -> bool {
        self.sessions.get(&session).is_some_and(|seen| !seen.dead)
    }

    /// The fence before every write that moves runs.
    pub(crate) fn fence(&self, session: SessionId) -> Result<(), Error> {
        if self.is_alive(session) { Ok(()) } else { Err(Error::Fenced) }
    }
}

impl Journal {
    /// A journal that lives as long as the process: for tests, `cauce run` and `cauce test`.
    #[must_use]
    pub fn memory(clock: Arc<dyn Clock>) -> Self {
        let hints = Hints::default();
        let memory = Arc::new(Memory { state: Mutex::default(), clock, hints: hints.clone() });
        Self {
            sessions: memory.clone(),
            events: memory.clone(),
            runs: memory.clone(),
            waits: memory.clone(),
            gates: memory.clone(),
            timers: memory.clone(),
            notices: memory.clone(),
            flows: memory.clone(),
            access: memory.clone(),
            retention: memory.clone(),
            blobs: Arc::new(MemoryBlobs(memory)),
            hints,
        }
    }
}
