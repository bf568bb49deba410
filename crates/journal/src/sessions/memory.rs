//! Sessions in memory.

use async_trait::async_trait;
use cauce_model::SessionId;

use super::{Seen, Sessions};
use crate::Error;
use crate::memory::Memory;

#[async_trait]
impl Sessions for Memory {
    async fn open(&self, session: SessionId) -> Result<(), Error> {
        let seen_at = self.clock.now();
        let mut state = self.state();
        if state.sessions.contains_key(&session) {
            return Err(Error::Exists { what: format!("session {session}") });
        }
        state.sessions.insert(session, Seen { session, seen_at, dead: false });
        Ok(())
    }

    async fn beat(&self, session: SessionId) -> Result<(), Error> {
        let seen_at = self.clock.now();
        match self.state().sessions.get_mut(&session) {
            Some(seen) if !seen.dead => {
                seen.seen_at = seen_at;
                Ok(())
            }
            Some(_) | None => Err(Error::Fenced),
        }
    }

    async fn all(&self) -> Result<Vec<Seen>, Error> {
        Ok(self.state().sessions.values().copied().collect())
    }

    async fn bury(&self, session: SessionId) -> Result<(), Error> {
        if let Some(seen) = self.state().sessions.get_mut(&session) {
            seen.dead = true;
        }
        Ok(())
    }
}
