//! A node's session: the fence before every write that moves runs, and the heartbeat that others watch.

mod memory;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::{SessionId, Time};

use crate::Error;

/// What others see of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which one.
    pub session: SessionId,
    /// Its last heartbeat, by the store's clock.
    pub seen_at: Time,
    /// Whether it was declared dead. Dead stays dead.
    pub dead: bool,
}

/// Sessions of nodes.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session. On SQLite the lock on the data folder proves that every earlier one is dead, and they are
    /// marked so in the same commit.
    async fn open(&self, session: SessionId) -> Result<(), Error>;
    /// A heartbeat; [`Error::Fenced`] when the session is dead.
    async fn beat(&self, session: SessionId) -> Result<(), Error>;
    /// Every session that is not forgotten yet.
    async fn all(&self) -> Result<Vec<Seen>, Error>;
    /// Declares a session dead: from then on its writes fail and its runs are free.
    async fn bury(&self, session: SessionId) -> Result<(), Error>;
}
