//! The world: one queue of what will happen, in the order of time, and everything that is not inside a node.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering as Memory};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cauce_journal::Journal;
use cauce_model::{Clock, SessionId, Time};
use tokio::sync::oneshot;

use super::dice::Dice;
use super::oracle::Oracle;
use super::sabotage::Sabotage;
use super::senders::Sender;
use super::tellers::Teller;
use super::trace::Trace;
use super::weather::{NetworkFate, Weather};

/// When every simulation begins: 2026-11-24T00:00:00Z.
pub(crate) const BEGINNING: Time = Time::from_micros(1_795_478_400_000_000);

/// One life of one node: a process from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) node: usize,
    pub(crate) life: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "n{}.{}", self.node, self.life)
    }
}

/// Something that reaches the store or the network and changes the world.
pub(crate) type Work = Box<dyn FnOnce(&mut Inside) + Send>;
/// Something that reaches a node.
pub(crate) type Tell = Box<dyn FnOnce() + Send>;

/// What waits in the queue.
pub(crate) enum Happening {
    /// A node's pause is over.
    Timer { at: Place, bell: oneshot::Sender<()> },
    /// A request arrives. That of a node which died meanwhile may be lost on the way.
    Work { from: Option<Place>, work: Work },
    /// An answer arrives at a node, which may die right after it acted on it.
    Tell { to: Place, tell: Tell, then_dies: bool },
    /// Somebody outside acts.
    Act(Act),
}

/// What somebody outside the nodes does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// A sender sends its event, for the `attempt`th time.
    Send {
        sender: usize,
        attempt: u32,
    },
    /// A teller tells of its named event.
    Tell {
        teller: usize,
        attempt: u32,
    },
    /// The process ends without a word.
    Kill(Place),
    /// The process gets no more time for this long.
    Freeze {
        node: usize,
        span: Duration,
        buried: bool,
    },
    Thaw(Place),
    /// The process is asked to end.
    Stop {
        node: usize,
    },
    /// A new process starts.
    Boot {
        node: usize,
    },
    /// Somebody has watched this session long enough.
    Bury(SessionId),
    /// A living node is declared dead.
    Misjudge {
        node: usize,
    },
    /// A node looks for who waits for events whose door did not.
    LookAtEvents {
        node: usize,
    },
    /// A node fires the gates that are due.
    Fire {
        node: usize,
    },
    /// Somebody wants a run that is over to be done again.
    Replay {
        node: usize,
    },
    /// People look at what is held.
    People,
    /// Somebody cancels a run: the one of this sender, or any.
    Cancel {
        sender: Option<usize>,
    },
    /// The schedule's slots that are due are fired by a node.
    Slot {
        node: usize,
    },
    /// Faults stop.
    Quiet,
    /// Is everything over?
    Check,
}

/// What the loop has to do with nodes after an event, outside of the lock.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Command {
    Kill(Place),
}

/// Around which act of a node it dies, as counted over the whole simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// A write that reaches the store.
    Commit(u64),
    /// An effect that leaves a node.
    Effect(u64),
}

/// When it dies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Nothing was done.
    Before,
    /// It was done, and the node never heard of it.
    After,
    /// It was done, and the node acted on the answer.
    Heard,
}

pub(crate) const MOMENTS: [Moment; 3] = [Moment::Before, Moment::After, Moment::Heard];

struct Due {
    at: Time,
    number: u64,
    what: Happening,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The heap gives the greatest first: that is the earliest.
impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

/// A handle on the world.
#[derive(Clone)]
pub(crate) struct World {
    inside: Arc<Mutex<Inside>>,
    time: Arc<AtomicI64>,
}

/// Everything that is not inside a node.
pub(crate) struct Inside {
    pub(crate) dice: Dice,
    pub(crate) weather: Weather,
    pub(crate) sabotage: Sabotage,
    pub(crate) store: Journal,
    pub(crate) oracle: Oracle,
    pub(crate) trace: Trace,
    pub(crate) senders: Vec<Sender>,
    pub(crate) tellers: Vec<Teller>,
    /// The life of each node that is up, and its session.
    pub(crate) up: Vec<Option<(u32, SessionId)>>,
    /// Lives whose journal has died under them.
    pub(crate) closed: Vec<Place>,
    pub(crate) crashes: BTreeMap<Point, Moment>,
    /// What becomes of the first effects, where that is said.
    pub(crate) script: VecDeque<NetworkFate>,
    pub(crate) commands: Vec<Command>,
    pub(crate) commits: u64,
    pub(crate) effects: u64,
    /// What the other side counts: no two answers are the same.
    pub(crate) answers: u64,
    queue: BinaryHeap<Due>,
    number: u64,
    time: Arc<AtomicI64>,
}

/// A clock over the shared number, for the store.
struct Dial(Arc<AtomicI64>);

impl Clock for Dial {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Memory::Relaxed))
    }
}

impl World {
    pub(crate) fn new(seed: u64, nodes: usize, weather: Weather, sabotage: Sabotage, trace: Trace) -> Self {
        let time = Arc::new(AtomicI64::new(BEGINNING.micros()));
        let inside = Inside {
            dice: Dice::new(seed),
            weather,
            sabotage,
            store: Journal::memory(Arc::new(Dial(Arc::clone(&time)))),
            oracle: Oracle::default(),
            trace,
            senders: Vec::new(),
            tellers: Vec::new(),
            up: vec![None; nodes],
            closed: Vec::new(),
            crashes: BTreeMap::new(),
            script: VecDeque::new(),
            commands: Vec::new(),
            commits: 0,
            effects: 0,
            answers: 0,
            queue: BinaryHeap::new(),
            number: 0,
            time: Arc::clone(&time),
        };
        Self { inside: Arc::new(Mutex::new(inside)), time }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn time(&self) -> Time {
        Time::from_micros(self.time.load(Memory::Relaxed))
    }
}

impl Inside {
    pub(crate) fn now(&self) -> Time {
        Time::from_micros(self.time.load(Memory::Relaxed))
    }

    /// How long this simulation lasts already.
    pub(crate) fn age(&self) -> Duration {
        self.now().since(BEGINNING)
    }

    /// Lets something happen later.
    pub(crate) fn after(&mut self, span: Duration, what: Happening) {
        self.number += 1;
        self.queue.push(Due { at: self.now().after(span), number: self.number, what });
    }

    pub(crate) fn act_after(&mut self, span: Duration, act: Act) {
        self.after(span, Happening::Act(act));
    }

    /// The next thing to happen; time moves there. Pauses that nobody waits for any more are no events.
    pub(crate) fn next(&mut self) -> Option<Happening> {
        loop {
            let Due { at, number, what } = self.queue.pop()?;
            if let Happening::Timer { bell, .. } = &what
                && bell.is_closed()
            {
                continue;
            }
            self.time.store(at.micros(), Memory::Relaxed);
            self.trace.fold(at, number);
            return Some(what);
        }
    }

    /// Whether this life goes on.
    pub(crate) fn is_alive(&self, place: Place) -> bool {
        self.session(place).is_some()
    }

    /// The session of a life that goes on.
    pub(crate) fn session(&self, place: Place) -> Option<SessionId> {
        self.up[place.node].filter(|(life, _)| *life == place.life).map(|(_, session)| session)
    }

    /// Writes a line into the trace, with the time before it.
    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        let age = self.age();
        self.trace.note(age, line);
    }
}
