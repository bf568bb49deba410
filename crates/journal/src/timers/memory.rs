//! Schedules in memory.

use async_trait::async_trait;
use cauce_model::Time;

use super::Timers;
use crate::Error;
use crate::memory::{Memory, State};

#[async_trait]
impl Timers for Memory {
    async fn cursor(&self, workflow: &str, trigger: &str, now: Time) -> Result<Time, Error> {
        Ok(*self.state().cursors.entry((workflow.to_owned(), trigger.to_owned())).or_insert(now))
    }

    async fn skip_to(&self, workflow: &str, trigger: &str, slot: Time) -> Result<(), Error> {
        self.state().move_cursor(workflow, trigger, slot);
        Ok(())
    }
}

impl State {
    /// Moves a schedule forward, never back.
    pub(crate) fn move_cursor(&mut self, workflow: &str, trigger: &str, slot: Time) {
        let cursor = self.cursors.entry((workflow.to_owned(), trigger.to_owned())).or_insert(slot);
        *cursor = slot.max(*cursor);
    }
}
