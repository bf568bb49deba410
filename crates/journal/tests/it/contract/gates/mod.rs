//! Limits by key.

mod concurrency;
mod holding;
mod starting;

use cauce_journal::events::{Accept, Accepted};
use cauce_journal::gates::{Concurrency, Limits};
use cauce_journal::runs::{Found, OpenRun};
use cauce_model::SessionId;
use cauce_model::workflow::Overflow;

use crate::sample::{accept, run};
use crate::store::Store;

/// An event whose run may be one of `limit`.
fn one_of(session: SessionId, number: u128, key: &str, limit: u32, overflow: Overflow) -> Accept {
    let concurrency = Concurrency { key: key.to_owned(), limit, overflow };
    with(session, number, Limits { concurrency: Some(concurrency), ..Limits::default() })
}

fn with(session: SessionId, number: u128, limits: Limits) -> Accept {
    Accept { gates: Some(limits), ..accept(session, number) }
}

impl Store {
    /// Accepts now.
    async fn gated(&self, mut given: Accept) -> Accepted {
        given.event.received_at = self.now();
        self.journal.events.accept(given).await.unwrap()
    }

    async fn open_run(&self, number: u128) -> OpenRun {
        match self.journal.runs.get(run(number)).await.unwrap() {
            Some(Found::Open(open)) => *open,
            other => panic!("run {number} should be open: {other:?}"),
        }
    }

    /// Claims what is free; says which.
    async fn claimed(&self, session: SessionId) -> Vec<OpenRun> {
        self.journal.runs.claim(session, &self.free().await).await.unwrap()
    }
}
