//! Places for effects: how many are under way, and whose turn it is when there are more than places.
//!
//! Workflows take turns by deficit round-robin (Shreedhar and Varghese, *Efficient Fair Queuing using Deficit Round
//! Robin*, 1995): each turn adds a quantum, and what waits longest of that workflow goes as far as the sum reaches. So
//! a workflow with a hundred times the load of another waits for itself, not the other for it. A destination has a cap
//! of its own; what waits for a full one does not stand in the way of what goes elsewhere.
//!
//! A turn is of no use while nobody gives a place back, and destinations that hang keep theirs for a minute. So a workflow
//! has at most [`SHARE`] times as many places as are free (Choudhury and Hahne, *Dynamic Queue Length Thresholds*, 1998):
//! a lone one has three quarters of all, and whoever comes finds one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::oneshot;

/// What one turn is worth. An effect costs 1 and something for its size, see [`cost`].
const QUANTUM: u32 = 4;
/// Bytes of input that cost as much as a whole small effect.
const BYTES_A_COST: usize = 16 * 1024;
/// What an effect costs at most: however large, its turn comes within so many rounds.
const DEAREST: u32 = 64;
/// A workflow may take one more place while it has at most this many times as many as are free.
const SHARE: usize = 3;

/// What an effect with this input costs.
#[must_use]
pub(crate) fn cost(input: &Value) -> u32 {
    cost_of(text_in(input))
}

/// About how many bytes of text stand in a value.
fn text_in(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_in).sum::<usize>() + items.len(),
        Value::Object(fields) => fields.iter().map(|(key, field)| key.len() + text_in(field)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

fn cost_of(bytes: usize) -> u32 {
    u32::try_from(bytes / BYTES_A_COST).unwrap_or(DEAREST).saturating_add(1).min(DEAREST)
}

/// Places for effects of one node.
pub(crate) struct Lanes {
    inner: Arc<Mutex<Inner>>,
}

/// A place; given back when dropped.
pub(crate) struct Place {
    /// Nothing where there is nothing to give back.
    inner: Option<Arc<Mutex<Inner>>>,
    workflow: Arc<str>,
    destination: Option<Arc<str>>,
}

/// Who asks for a place.
pub(crate) struct Ask<'a> {
    pub(crate) workflow: &'a Arc<str>,
    /// Where the effect goes, as far as it says.
    pub(crate) destination: Option<&'a str>,
    pub(crate) cost: u32,
}

struct Inner {
    free: usize,
    most_each: usize,
    /// Effects under way by destination; never holds a zero.
    under_way: HashMap<Arc<str>, usize>,
    /// The same by workflow.
    of: HashMap<Arc<str>, usize>,
    lanes: HashMap<Arc<str>, Lane>,
    /// Workflows with somebody waiting, in the order of their turns.
    turns: VecDeque<Arc<str>>,
}

/// Those who wait of one workflow, by destination: a full one holds up only its own.
#[derive(Default)]
struct Lane {
    deficit: u32,
    /// Its turn was cut off: it goes on with what is left and gets no new quantum.
    in_turn: bool,
    queues: VecDeque<Queue>,
}

struct Queue {
    destination: Option<Arc<str>>,
    tickets: VecDeque<Ticket>,
}

struct Ticket {
    cost: u32,
    call: oneshot::Sender<Place>,
}

impl Lanes {
    /// `most` effects at once, `most_each` of them to one destination.
    pub(crate) fn new(most: usize, most_each: usize) -> Self {
        let inner = Inner {
            free: most,
            most_each,
            under_way: HashMap::new(),
            of: HashMap::new(),
            lanes: HashMap::new(),
            turns: VecDeque::new(),
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Waits for a place. Dropping the future gives up the turn.
    pub(crate) async fn place(&self, ask: Ask<'_>) -> Place {
        let waiting = {
            let mut inner = lock(&self.inner);
            let destination = ask.destination.map(Arc::<str>::from);
            if inner.turns.is_empty() && inner.has_room(ask.workflow, destination.as_ref()) {
                inner.occupy(ask.workflow, destination.as_ref());
                let workflow = Arc::clone(ask.workflow);
                return Place { inner: Some(Arc::clone(&self.inner)), workflow, destination };
            }
            let (call, waiting) = oneshot::channel();
            inner.queue(ask.workflow, destination, Ticket { cost: ask.cost.max(1), call });
            inner.hand_out(&self.inner);
            waiting
        };
        waiting.await.expect("a ticket is answered or dropped with its lanes, which the node keeps")
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        let inner = lock(&self.inner);
        inner.lanes.values().flat_map(|lane| &lane.queues).map(|queue| queue.tickets.len()).sum()
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    fn has_room(&self, workflow: &Arc<str>, destination: Option<&Arc<str>>) -> bool {
        let full = |to| self.under_way.get(to).is_some_and(|count| *count >= self.most_each);
        let own = self.of.get(workflow).copied().unwrap_or(0);
        self.free > 0 && own <= self.free.saturating_mul(SHARE) && !destination.is_some_and(full)
    }

    fn occupy(&mut self, workflow: &Arc<str>, destination: Option<&Arc<str>>) {
        self.free -= 1;
        *self.of.entry(Arc::clone(workflow)).or_default() += 1;
        if let Some(to) = destination {
            *self.under_way.entry(Arc::clone(to)).or_default() += 1;
        }
    }

    fn vacate(&mut self, workflow: &Arc<str>, destination: Option<&Arc<str>>) {
        self.free += 1;
        take_one(&mut self.of, workflow);
        if let Some(to) = destination {
            take_one(&mut self.under_way, to);
        }
    }

    fn queue(&mut self, workflow: &Arc<str>, destination: Option<Arc<str>>, ticket: Ticket) {
        let lane = self.lanes.entry(Arc::clone(workflow)).or_default();
        if lane.queues.is_empty() {
            self.turns.push_back(Arc::clone(workflow));
        }
        match lane.queues.iter_mut().find(|queue| queue.destination == destination) {
            Some(queue) => queue.tickets.push_back(ticket),
            None => lane.queues.push_back(Queue { destination, tickets: VecDeque::from([ticket]) }),
        }
    }

    /// Gives free places to those whose turn it is, until there are none or nobody can use one.
    fn hand_out(&mut self, shared: &Arc<Mutex<Self>>) {
        // Workflows in a row that could not use their turn.
        let mut idle = 0;
        while self.free > 0 && idle < self.turns.len() {
            let Some(workflow) = self.turns.pop_front() else { return };
            match self.turn(&workflow, shared) {
                Turn::Gone => {
                    self.lanes.remove(&workflow);
                }
                Turn::Blocked => {
                    idle += 1;
                    self.turns.push_back(workflow);
                }
                Turn::Used => {
                    idle = 0;
                    self.turns.push_back(workflow);
                }
                // The places ran out in the middle of its turn: it goes on with it.
                Turn::Cut => {
                    self.turns.push_front(workflow);
                    return;
                }
            }
        }
    }

    fn turn(&mut self, workflow: &Arc<str>, shared: &Arc<Mutex<Self>>) -> Turn {
        let Some(mut lane) = self.lanes.remove(workflow) else { return Turn::Gone };
        if !lane.queues.iter().any(|queue| self.has_room(workflow, queue.destination.as_ref())) {
            lane.deficit = 0;
            self.lanes.insert(Arc::clone(workflow), lane);
            return Turn::Blocked;
        }
        if !std::mem::take(&mut lane.in_turn) {
            lane.deficit = lane.deficit.saturating_add(QUANTUM).min(DEAREST + QUANTUM);
        }
        let turn = self.serve(workflow, &mut lane, shared);
        if lane.queues.is_empty() {
            return Turn::Gone;
        }
        lane.in_turn = matches!(turn, Turn::Cut);
        self.lanes.insert(Arc::clone(workflow), lane);
        turn
    }

    fn serve(&mut self, workflow: &Arc<str>, lane: &mut Lane, shared: &Arc<Mutex<Self>>) -> Turn {
        loop {
            let has_room = |queue: &Queue| self.has_room(workflow, queue.destination.as_ref());
            let Some(index) = lane.queues.iter().position(has_room) else {
                return if self.free == 0 { Turn::Cut } else { Turn::Used };
            };
            let Some(queue) = lane.queues.get_mut(index) else { return Turn::Used };
            let Some(cost) = queue.tickets.front().map(|ticket| ticket.cost) else {
                lane.queues.remove(index);
                continue;
            };
            if cost > lane.deficit {
                return Turn::Used;
            }
            if let Some(ticket) = queue.tickets.pop_front() {
                let destination = queue.destination.clone();
                // Destinations of one workflow take turns as well.
                if let Some(queue) = lane.queues.remove(index)
                    && !queue.tickets.is_empty()
                {
                    lane.queues.push_back(queue);
                }
                if !ticket.call.is_closed() {
                    lane.deficit -= cost;
                    self.occupy(workflow, destination.as_ref());
                    let workflow = Arc::clone(workflow);
                    let place = Place { inner: Some(Arc::clone(shared)), workflow, destination };
                    // Who went away just now gives it back here: dropping it would take the lock that is held.
                    if let Err(mut place) = ticket.call.send(place) {
                        place.inner = None;
                        self.vacate(&place.workflow, place.destination.as_ref());
                    }
                }
            }
        }
    }
}

/// Counts one less; never keeps a zero.
fn take_one(counts: &mut HashMap<Arc<str>, usize>, name: &Arc<str>) {
    if let Some(count) = counts.get_mut(name) {
        *count -= 1;
        if *count == 0 {
            counts.remove(name);
        }
    }
}

/// How a workflow used its turn.
enum Turn {
    /// Nobody of it waits any more.
    Gone,
    /// Every destination it waits for is full, or it has its share.
    Blocked,
    /// As far as its sum reached.
    Used,
    /// There were no more places.
    Cut,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(shared) = self.inner.take() else { return };
        let mut inner = lock(&shared);
        inner.vacate(&self.workflow, self.destination.as_ref());
        inner.hand_out(&shared);
    }
}

#[cfg(test)]
mod tests;
