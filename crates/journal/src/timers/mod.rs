//! Schedules: how far each one has come. A run's own waits stand with the run.

mod memory;
pub(crate) mod sqlite;

use async_trait::async_trait;
use cauce_model::Time;

use crate::Error;

/// Schedules.
#[async_trait]
pub trait Timers: Send + Sync {
    /// The last slot of this trigger that was accepted, or the moment it was first seen: the first call for a trigger
    /// writes `now`, so a new schedule has nothing to catch up. Accepting a slot moves it, see
    /// [`crate::events::Accept`].
    async fn cursor(&self, workflow: &str, trigger: &str, now: Time) -> Result<Time, Error>;
    /// Moves the cursor forward without a run: slots that were missed on purpose. Never moves it back.
    async fn skip_to(&self, workflow: &str, trigger: &str, slot: Time) -> Result<(), Error>;
}
