//! Named events and waits on SQLite.

use async_trait::async_trait;
use cauce_model::{EventId, NamedEvent, RunId, SessionId, StepPath, Time};

use super::{Published, Wait, Waits};
use crate::Error;
use crate::sqlite::Sqlite;

#[async_trait]
impl Waits for Sqlite {
    async fn publish(&self, _session: SessionId, _event: NamedEvent) -> Result<Published, Error> {
        Err(Error::Closed)
    }

    async fn unlooked(&self, _limit: u32) -> Result<Vec<NamedEvent>, Error> {
        Err(Error::Closed)
    }

    async fn look(&self, _session: SessionId, _event: EventId, _now: Time) -> Result<Vec<RunId>, Error> {
        Err(Error::Closed)
    }

    async fn looked(&self, _event: EventId) -> Result<(), Error> {
        Err(Error::Closed)
    }

    async fn get(&self, _event: EventId) -> Result<Option<NamedEvent>, Error> {
        Err(Error::Closed)
    }

    async fn events_of(
        &self,
        _name: &str,
        _since: Time,
        _limit: u32,
        _after: Option<(Time, EventId)>,
    ) -> Result<Vec<NamedEvent>, Error> {
        Err(Error::Closed)
    }

    async fn catch_up(&self, _session: SessionId, _run: RunId, _path: &StepPath) -> Result<u64, Error> {
        Err(Error::Closed)
    }

    async fn waits_of(&self, _run: RunId) -> Result<Vec<Wait>, Error> {
        Err(Error::Closed)
    }

    async fn forget_before(&self, _time: Time, _limit: u32) -> Result<u64, Error> {
        Err(Error::Closed)
    }
}
