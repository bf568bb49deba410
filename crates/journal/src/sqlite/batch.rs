//! One batch of commands is one transaction. A row that fails it is found by halving, and its command alone is refused.

use std::collections::HashSet;

use async_trait::async_trait;
use cauce_model::SessionId;
use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use super::fault::{Fault, is_full, judge};
use super::row::{Raw, id_from};
use super::writer::Command;
use crate::{Error, events, runs};

/// The sessions that are not dead: the fence of a transaction.
pub(crate) type Alive = HashSet<SessionId>;

/// A row that waits for its commit, and who waits for the answer.
pub(crate) struct Pending<R, A> {
    pub(crate) row: R,
    pub(crate) answer: Option<Result<A, Error>>,
    reply: oneshot::Sender<Result<A, Error>>,
}

impl<R, A> Pending<R, A> {
    pub(crate) fn new(row: R) -> (Self, oneshot::Receiver<Result<A, Error>>) {
        let (reply, answer) = oneshot::channel();
        (Self { row, answer: None, reply }, answer)
    }

    /// Answers; who no longer waits is no concern of the writer.
    fn settle(self, failure: Option<Error>) {
        let answer = failure.map(Err).or(self.answer).unwrap_or(Err(Error::Closed));
        drop(self.reply.send(answer));
    }
}

/// Why a write stopped.
pub(crate) enum Halt {
    /// The store failed: the whole transaction rolls back.
    Store(sqlx::Error),
    /// This write is refused before it wrote anything; the others go on.
    Refuse(Error),
}

impl From<sqlx::Error> for Halt {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Refuse(error)
    }
}

/// A write of its own, for what is not hot enough to be written many rows at a time.
#[async_trait]
pub(crate) trait Write: Send + Sync + 'static {
    /// What the caller learns.
    type Answer: Send + 'static;

    /// Writes; may run again when the batch it stood in is split.
    async fn write(&self, conn: &mut SqliteConnection) -> Result<Self::Answer, Halt>;
}

/// Any [`Write`] in the queue.
#[async_trait]
pub(crate) trait Job: Send {
    async fn run(&mut self, conn: &mut SqliteConnection) -> Result<(), sqlx::Error>;
    fn settle(self: Box<Self>, failure: Option<Error>);
}

#[async_trait]
impl<W: Write> Job for Pending<W, W::Answer> {
    async fn run(&mut self, conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        match self.row.write(conn).await {
            Ok(answer) => self.answer = Some(Ok(answer)),
            Err(Halt::Refuse(error)) => self.answer = Some(Err(error)),
            Err(Halt::Store(error)) => return Err(error),
        }
        Ok(())
    }

    fn settle(self: Box<Self>, failure: Option<Error>) {
        Self::settle(*self, failure);
    }
}

impl Command {
    fn settle(self, failure: Option<Error>) {
        match self {
            Self::Accept(pending) => pending.settle(failure),
            Self::Progress(pending) => pending.settle(failure),
            Self::Job(job) => job.settle(failure),
        }
    }
}

/// How much a batch looks at before it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// Dedupe keys. Ids are new almost always, so their rows are written without a look.
    Usual,
    /// Ids of events too: one of them is taken, perhaps by the same event accepted before.
    Ids,
}

/// A transaction that was rolled back.
struct Failed {
    fault: Fault,
    error: sqlx::Error,
}

/// Whether the disk had room for a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// For all of it, as far as anybody knows.
    Enough,
    /// Not for all of it.
    Short,
}

/// Commits commands, in as few transactions as the rows allow, and answers each. An error is [`Fault::Fatal`]: those
/// without an answer get none.
pub(crate) async fn commit(conn: &mut SqliteConnection, commands: Vec<Command>) -> Result<Room, Fault> {
    let mut room = Room::Enough;
    let mut todo = vec![(commands, Care::Usual)];
    while let Some((mut batch, care)) = todo.pop() {
        let Err(Failed { fault, error }) = attempt(conn, &mut batch, care).await else {
            // One sync of the log each.
            metrics::counter!("cauce_journal_commits_total").increment(1);
            batch.into_iter().for_each(|command| command.settle(None));
            continue;
        };
        match fault {
            Fault::Taken if care == Care::Usual => todo.push((batch, Care::Ids)),
            Fault::Row | Fault::Taken if batch.len() > 1 => {
                let right = batch.split_off(batch.len() / 2);
                todo.push((right, care));
                todo.push((batch, care));
            }
            Fault::Row | Fault::Taken => refuse(batch, fault, &error),
            Fault::Store => {
                tracing::warn!(error = %error, commands = batch.len(), "journal.batch_not_written");
                if is_full(&error) {
                    room = Room::Short;
                }
                postpone(batch, &error);
            }
            Fault::Fatal => {
                tracing::error!(error = %error, "journal.failed");
                return Err(fault);
            }
        }
    }
    Ok(room)
}

async fn attempt(conn: &mut SqliteConnection, batch: &mut [Command], care: Care) -> Result<(), Failed> {
    let written = match fill(conn, batch, care).await {
        Ok(()) => sqlx::query("COMMIT").execute(&mut *conn).await.map(drop).map_err(|error| (error, true)),
        Err(error) => Err((error, false)),
    };
    let Err((error, committing)) = written else { return Ok(()) };
    if let Err(error) = sqlx::query("ROLLBACK").execute(conn).await {
        tracing::debug!(error = %error, "the store rolled back by itself");
    }
    Err(Failed { fault: judge(&error, committing), error })
}

/// Begins and writes every command's rows. What moves runs stands behind the fence that is read first.
async fn fill(conn: &mut SqliteConnection, batch: &mut [Command], care: Care) -> Result<(), sqlx::Error> {
    let alive: Vec<Raw> = sqlx::query_scalar("BEGIN IMMEDIATE; SELECT id FROM session WHERE dead = 0")
        .fetch_all(&mut *conn)
        .await?;
    let alive = alive.iter().filter_map(|raw| id_from(raw, SessionId::from_uuid).ok()).collect();
    let (mut accepts, mut progresses, mut jobs) = (Vec::new(), Vec::new(), Vec::new());
    for command in batch {
        match command {
            Command::Accept(pending) => accepts.push(pending),
            Command::Progress(pending) => progresses.push(pending),
            Command::Job(job) => jobs.push(job),
        }
    }
    if !accepts.is_empty() {
        events::sqlite::write(conn, &alive, accepts, care).await?;
    }
    if !progresses.is_empty() {
        runs::sqlite::progress::write(conn, &alive, progresses).await?;
    }
    for job in jobs {
        job.run(conn).await?;
    }
    Ok(())
}

/// Refuses the one command whose row is to blame.
fn refuse(batch: Vec<Command>, fault: Fault, error: &sqlx::Error) {
    for command in batch {
        let failure = if fault == Fault::Taken {
            let what = command.name();
            Error::Exists { what }
        } else {
            tracing::warn!(error = %error, "journal.row_refused");
            Error::Unavailable { doing: "keep a row of this size", source: error.to_string().into() }
        };
        command.settle(Some(failure));
    }
}

fn postpone(batch: Vec<Command>, error: &sqlx::Error) {
    for command in batch {
        let source = error.to_string().into();
        command.settle(Some(Error::Unavailable { doing: "write", source }));
    }
}
