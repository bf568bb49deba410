//! How many requests may be under way at once, in all and to one destination.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Destinations are kept up to this many before the idle ones are forgotten.
const REMEMBERED: usize = 1024;

/// Slots for requests; clones share them.
#[derive(Debug, Clone)]
pub struct Limits {
    whole: Arc<Semaphore>,
    destinations: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    per_destination: usize,
}

impl Default for Limits {
    /// 256 at once, 64 of them to one host and port.
    fn default() -> Self {
        Self::new(256, 64)
    }
}

/// Two held slots; dropping it frees them.
#[derive(Debug)]
pub(crate) struct Slot {
    _destination: Option<OwnedSemaphorePermit>,
    _whole: Option<OwnedSemaphorePermit>,
}

impl Limits {
    /// So many requests at once, and so many to one `host:port`; at least one each.
    pub fn new(whole: usize, per_destination: usize) -> Self {
        Self {
            whole: Arc::new(Semaphore::new(whole.max(1))),
            destinations: Arc::default(),
            per_destination: per_destination.max(1),
        }
    }

    /// Waits for a slot to this destination. The destination's comes first: whoever waits for a busy
    /// host holds nothing that others need.
    pub(crate) async fn slot(&self, destination: &str) -> Slot {
        let own = self.destination(destination);
        // The semaphores are never closed, so a permit always comes.
        let destination = own.acquire_owned().await.ok();
        let whole = Arc::clone(&self.whole).acquire_owned().await.ok();
        Slot { _destination: destination, _whole: whole }
    }

    fn destination(&self, destination: &str) -> Arc<Semaphore> {
        let mut known = self.destinations.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        let fresh = || Arc::new(Semaphore::new(self.per_destination));
        Arc::clone(known.entry(destination.to_owned()).or_insert_with(fresh))
    }
}
