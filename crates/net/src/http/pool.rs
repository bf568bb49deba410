//! Connections that nobody uses at the moment, kept for the next request to the same origin.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::HttpErrorKind;
use super::link::Link;
use super::wire::{Connector, Origin};

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// How often those that the other side closed, and those that grew old, are let go.
const SWEEP: Duration = Duration::from_secs(5);
/// How many unused connections are kept for one origin: as many as [`Limits`](crate::Limits) lets be in use at once, or a
/// busy host would see connections come and go all the time.
const IDLE_PER_ORIGIN: usize = 64;

/// The connections of a client. Clones share them.
#[derive(Clone)]
pub(super) struct Pool {
    connector: Connector,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    idle: HashMap<Origin, Vec<Idle>>,
    is_swept: bool,
}

struct Idle {
    link: Box<Link>,
    since: Instant,
}

impl Pool {
    pub(super) fn new(connector: Connector) -> Self {
        Self { connector, shelf: Arc::default() }
    }

    /// The connection that was used last of those that are still open.
    pub(super) fn take(&self, origin: &Origin) -> Option<Box<Link>> {
        loop {
            let mut idle = look(&self.shelf).idle.get_mut(origin)?.pop()?;
            if idle.since.elapsed() < IDLE && idle.link.is_free() {
                return Some(idle.link);
            }
        }
    }

    /// A new connection.
    pub(super) async fn open(&self, origin: &Origin) -> Result<Box<Link>, HttpErrorKind> {
        Link::over(self.connector.connect(origin).await?).await.map(Box::new)
    }

    /// Keeps a connection after its exchange, if another can follow on it.
    pub(super) fn put(&self, origin: Origin, mut link: Box<Link>) {
        if !link.is_free() {
            return;
        }
        let mut shelf = look(&self.shelf);
        let idle = shelf.idle.entry(origin).or_default();
        if idle.len() < IDLE_PER_ORIGIN {
            idle.push(Idle { link, since: Instant::now() });
        }
        if !std::mem::replace(&mut shelf.is_swept, true) {
            tokio::spawn(sweep(Arc::downgrade(&self.shelf)));
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pool").field("connector", &self.connector).finish_non_exhaustive()
    }
}

fn look(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets go of what is old or closed until there is nothing left, or nobody who could use it.
#[expect(
    clippy::disallowed_methods,
    reason = "sockets live by the runtime's own time, as all time-outs here do"
)]
async fn sweep(shelf: Weak<Mutex<Shelf>>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(shelf) = shelf.upgrade() else { return };
        let mut shelf = look(&shelf);
        for idle in shelf.idle.values_mut() {
            idle.retain_mut(|idle| idle.since.elapsed() < IDLE && idle.link.is_free());
        }
        shelf.idle.retain(|_, idle| !idle.is_empty());
        if shelf.idle.is_empty() {
            shelf.is_swept = false;
            return;
        }
    }
}
