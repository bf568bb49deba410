//! Which runs are in memory, and whether there is room for one more of a workflow.
//!
//! Each workflow that has runs in memory has an equal share of the room. What others leave free may be used beyond it, so a
//! lone workflow has all of it; and one that comes later gets its share at once, since the room is counted by workflow
//! and not by who came first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cauce_model::RunId;
use tokio::sync::Notify;

/// The runs in memory of one node.
pub(crate) struct Seats {
    most: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    taken: HashMap<RunId, Seat>,
    /// How many of each workflow; never holds a zero.
    of: HashMap<Arc<str>, usize>,
}

struct Seat {
    bell: Arc<Notify>,
    workflow: Arc<str>,
}

impl Seats {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, inner: Mutex::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one more run of this workflow may come in. Beyond its share a workflow gets no more than what is free.
    pub(crate) fn has_room(&self, workflow: &str) -> bool {
        let inner = self.inner();
        let own = inner.of.get(workflow).copied().unwrap_or(0);
        let workflows = inner.of.len() + usize::from(own == 0);
        inner.taken.len() < self.most || own < self.most / workflows
    }

    /// How many more may come in, whoever they are.
    pub(crate) fn free(&self) -> usize {
        self.most.saturating_sub(self.count())
    }

    /// Takes a seat; nothing where the run has one already.
    pub(crate) fn enter(&self, run: RunId, workflow: &str) -> Option<Arc<Notify>> {
        let mut inner = self.inner();
        if inner.taken.contains_key(&run) {
            return None;
        }
        let bell = Arc::new(Notify::new());
        let known = inner.of.get_key_value(workflow).map(|(known, _)| Arc::clone(known));
        let workflow = known.unwrap_or_else(|| Arc::from(workflow));
        *inner.of.entry(Arc::clone(&workflow)).or_default() += 1;
        inner.taken.insert(run, Seat { bell: Arc::clone(&bell), workflow });
        Some(bell)
    }

    pub(crate) fn leave(&self, run: RunId) {
        let mut inner = self.inner();
        let Some(seat) = inner.taken.remove(&run) else { return };
        if let Some(count) = inner.of.get_mut(&seat.workflow) {
            *count -= 1;
            if *count == 0 {
                inner.of.remove(&seat.workflow);
            }
        }
    }

    pub(crate) fn has(&self, run: RunId) -> bool {
        self.inner().taken.contains_key(&run)
    }

    pub(crate) fn count(&self) -> usize {
        self.inner().taken.len()
    }

    /// Tells a run in memory to look at its signals.
    pub(crate) fn ring(&self, run: RunId) {
        if let Some(seat) = self.inner().taken.get(&run) {
            seat.bell.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn run(number: u128) -> RunId {
        RunId::from_uuid(Uuid::from_u128(number))
    }

    /// Seats for ten, of which this many are taken by `busy`.
    fn seats(busy: u128) -> Seats {
        let seats = Seats::new(10);
        for number in 0..busy {
            assert!(seats.has_room("busy"), "{number}");
            assert!(seats.enter(run(number), "busy").is_some());
        }
        seats
    }

    #[test]
    fn a_lone_workflow_may_use_all_there_is_and_no_more() {
        let seats = seats(10);
        assert!(!seats.has_room("busy"));
        assert_eq!(seats.free(), 0);
        seats.leave(run(3));
        assert!(seats.has_room("busy"));
    }

    #[test]
    fn one_that_comes_to_a_full_house_gets_its_share_all_the_same() {
        let seats = seats(10);
        for number in 100..105 {
            assert!(seats.has_room("quiet"), "{number}");
            assert!(seats.enter(run(number), "quiet").is_some());
        }
        assert!(!seats.has_room("quiet"), "it has its half");
        assert!(!seats.has_room("busy"));
    }

    #[test]
    fn nobody_sits_twice_and_who_leaves_is_forgotten() {
        let seats = seats(1);
        assert!(seats.enter(run(0), "busy").is_none());
        seats.leave(run(0));
        seats.leave(run(0));
        assert_eq!(seats.count(), 0);
        assert!(!seats.has(run(0)));
        assert!(seats.enter(run(0), "busy").is_some());
    }
}
