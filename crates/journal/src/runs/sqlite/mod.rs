//! Runs on SQLite.
//!
//! - [`progress`]: the hot write: a batch of steps of many runs.
//! - [`beside`]: what goes with it in the same commit: waits, children, named events.
//! - [`claim`]: who may take a run, and taking it; [`turns`]: whose turn it is among workflows.
//! - [`mark`]: the mark before dangerous work.
//! - [`signal`]: what is sent to a run.
//! - [`read`]: runs by their ids; [`list`]: lists of them.

pub(crate) mod beside;
pub(crate) mod claim;
pub(crate) mod list;
mod mark;
pub(crate) mod progress;
pub(crate) mod read;
pub(crate) mod signal;
pub(crate) mod turns;

use async_trait::async_trait;
use cauce_model::{EventId, RunId, RunStatus, SessionId, Time};

use super::progress::tells;
use super::{
    Brief, Candidate, Filter, Found, OpenRun, Progress, Progressed, Rev, Runs, Sent, Signal, Summary,
};
use crate::sqlite::{MAIN, Raw, Sqlite, from_json, id_from, id_of, unreadable};
use crate::{Change, Error};

/// What lists show of a run. A gate moves its status alone, so the column is the truth.
fn brief_from(brief: &[u8], status: i64) -> Result<Brief, Error> {
    let brief: Brief = from_json(brief, "the brief of a run")?;
    let known = usize::try_from(status).ok().and_then(|place| RunStatus::ALL.get(place));
    Ok(Brief { status: known.copied().unwrap_or(brief.status), ..brief })
}

#[async_trait]
impl Runs for Sqlite {
    async fn progress(&self, progress: Progress) -> Result<Progressed, Error> {
        let run = progress.run;
        let end = self.hints.awaited_end(&progress);
        let emitted: Vec<EventId> = progress.emits.iter().map(|event| event.id).collect();
        let tells = tells(&progress);
        let ends_row = self.hints.count_failures(&progress);
        let mut step = progress::Step::new(progress, self.clock.now(), ends_row.clone());
        let progressed = match step.lighten(&*self.blobs).await {
            Ok(()) => {
                let size = step.size();
                self.writer.progress(step, size).await
            }
            Err(error) => Err(error),
        };
        if !matches!(progressed, Ok(Progressed::Done { .. } | Progressed::Stays { .. })) {
            ends_row.into_iter().for_each(|workflow| self.hints.expect_failures(workflow));
        }
        let progressed = progressed?;
        if progressed != Progressed::Stale {
            end.iter().for_each(|record| self.hints.ended(record));
            self.hints.tell(Change::Run(run));
            emitted.into_iter().for_each(|event| self.hints.tell(Change::Event(event)));
            if tells {
                self.hints.ring();
            }
        }
        Ok(progressed)
    }

    async fn candidates(&self, now: Time, limit: u32) -> Result<Vec<Candidate>, Error> {
        claim::candidates(self, now, limit).await
    }

    async fn owned(&self, session: SessionId) -> Result<Vec<Candidate>, Error> {
        claim::owned(self, session).await
    }

    async fn claim(&self, session: SessionId, candidates: &[Candidate]) -> Result<Vec<OpenRun>, Error> {
        claim::claim(self, session, candidates).await
    }

    async fn mark(&self, session: SessionId, run: RunId, rev: Rev) -> Result<Progressed, Error> {
        self.writer.write(mark::Mark { session, run, rev }).await
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        Ok(turns::first_due(self).await?.into_iter().map(|(_, due)| due).min().map(Time::from_micros))
    }

    async fn signal(&self, run: RunId, signal: Signal, at: Time) -> Result<bool, Error> {
        let mut delivery = signal::Delivery::new(run, &signal, at);
        delivery.lighten(&*self.blobs).await?;
        let sent = self.writer.write(delivery).await?;
        if sent {
            self.hints.tell(Change::Run(run));
        }
        Ok(sent)
    }

    async fn signalled(&self, session: SessionId) -> Result<Vec<RunId>, Error> {
        let rows: Vec<Raw> = sqlx::query_scalar(
            "SELECT id FROM run_open WHERE workspace = ?1 AND owner = ?2 AND wake_at IS NOT NULL ORDER BY id",
        )
        .bind(MAIN)
        .bind(id_of(session.uuid()))
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the runs with signals"))?;
        rows.iter().map(|id| id_from(id, RunId::from_uuid)).collect()
    }

    async fn inbox(&self, run: RunId, after: i64) -> Result<Vec<Sent>, Error> {
        signal::inbox(self, run, after).await
    }

    async fn release(&self, session: SessionId) -> Result<(), Error> {
        self.writer.write(claim::Release { session, now: self.clock.now().micros() }).await
    }

    async fn get(&self, run: RunId) -> Result<Option<Found>, Error> {
        read::get(self, run).await
    }

    async fn list(&self, filter: &Filter, limit: u32) -> Result<Vec<Summary>, Error> {
        list::list(self, filter, limit).await
    }

    async fn open_counts(&self) -> Result<Vec<(String, u64)>, Error> {
        sqlx::query_as(
            "SELECT workflow, count(*) FROM run_open WHERE workspace = ?1 GROUP BY workflow ORDER BY workflow",
        )
        .bind(MAIN)
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("count the open runs"))
    }
}
