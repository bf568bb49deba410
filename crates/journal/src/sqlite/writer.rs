//! The task through which every write goes. It takes what waits, up to a bound, and commits it at once; while it does,
//! the next batch gathers. So there is no timer, and a lonely write waits for nothing but the disk.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;

use cauce_model::RunId;
use sqlx::{Connection, SqliteConnection, SqlitePool};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use super::batch::{self, Job, Pending, Room, Write};
use super::checkpoint::{Checkpoints, truncate};
use crate::Error;
use crate::events::Accepted;
use crate::events::sqlite::NewEvent;
use crate::runs::Progressed;
use crate::runs::sqlite::progress::Step;

/// Commands of one transaction.
const BATCH: usize = 512;
/// Payload bytes of one transaction; one larger command stands alone.
const BATCH_BYTES: usize = 1 << 20;
/// Commands that may wait.
const QUEUE: usize = 4096;
/// Payload bytes that may wait.
const QUEUE_BYTES: u32 = 64 << 20;

/// A write on its way.
pub(crate) enum Command {
    Accept(Box<Pending<NewEvent, Accepted>>),
    Progress(Box<Pending<Step, Progressed>>),
    Job(Box<dyn Job>),
}

impl Command {
    /// What the unique names in it stand for.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Accept(pending) => pending.row.name(),
            Self::Progress(pending) => format!("run {}", pending.row.run),
            Self::Job(_) => "what this write names".to_owned(),
        }
    }
}

/// A command in the queue. Its room is free when it is answered.
struct Queued {
    command: Command,
    bytes: usize,
    room: OwnedSemaphorePermit,
}

/// Where writes are handed in.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Queued>,
    room: Arc<Semaphore>,
}

/// Whether the writer is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Open,
    Closed,
    Failed,
}

/// What the writer needs besides its queue.
pub(crate) struct Tools {
    pub(crate) conn: SqliteConnection,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) readers: SqlitePool,
    pub(crate) stop: Arc<Notify>,
    pub(crate) life: watch::Sender<Life>,
    /// Held as long as somebody may write.
    pub(crate) lock: Option<File>,
}

impl Writer {
    /// The place to hand in writes, and the task that has to be spawned.
    pub(crate) fn new(tools: Tools) -> (Self, Task) {
        let (sender, queue) = mpsc::channel(QUEUE);
        let permits = usize::try_from(QUEUE_BYTES).unwrap_or(usize::MAX);
        let writer = Self { queue: sender, room: Arc::new(Semaphore::new(permits)) };
        (writer, Task { queue, next: None, tools })
    }

    /// Hands in what comes from outside: refused when the queue is full.
    pub(crate) async fn accept(&self, event: NewEvent, bytes: usize) -> Result<Accepted, Error> {
        let (pending, answer) = Pending::new(event);
        let room = Arc::clone(&self.room).try_acquire_many_owned(weight(bytes)).map_err(|_| Error::Full)?;
        let queued = Queued { command: Command::Accept(Box::new(pending)), bytes, room };
        self.queue.try_send(queued).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Full,
            mpsc::error::TrySendError::Closed(_) => Error::Closed,
        })?;
        wait(answer).await
    }

    /// Hands in a step of a run under way: waits for its place.
    pub(crate) async fn progress(&self, step: Step, bytes: usize) -> Result<Progressed, Error> {
        let (pending, answer) = Pending::new(step);
        self.hand_in(Command::Progress(Box::new(pending)), bytes).await?;
        wait(answer).await
    }

    /// Hands in a write of its own: waits for its place.
    pub(crate) async fn write<W: Write>(&self, write: W) -> Result<W::Answer, Error> {
        let (pending, answer) = Pending::new(write);
        self.hand_in(Command::Job(Box::new(pending)), size_of::<W>()).await?;
        wait(answer).await
    }

    async fn hand_in(&self, command: Command, bytes: usize) -> Result<(), Error> {
        let room = Arc::clone(&self.room).acquire_many_owned(weight(bytes));
        let room = room.await.map_err(|_| Error::Closed)?;
        self.queue.send(Queued { command, bytes, room }).await.map_err(|_| Error::Closed)
    }
}

/// The room a command takes; one that is larger than all of it takes all of it.
fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX).min(QUEUE_BYTES)
}

async fn wait<A>(answer: oneshot::Receiver<Result<A, Error>>) -> Result<A, Error> {
    answer.await.unwrap_or(Err(Error::Closed))
}

/// The writer at work.
pub(crate) struct Task {
    queue: mpsc::Receiver<Queued>,
    /// What did not fit into the last batch.
    next: Option<Queued>,
    tools: Tools,
}

impl Task {
    /// Writes until it is told to stop and the queue is empty, until nobody can hand in any more, or until a sync fails.
    pub(crate) async fn run(mut self) {
        while let Some(batch) = self.gather().await {
            let (commands, rooms): (Vec<_>, Vec<_>) =
                batch.into_iter().map(|queued| (queued.command, queued.room)).unzip();
            let committed = batch::commit(&mut self.tools.conn, commands).await;
            drop(rooms);
            let idle = self.queue.is_empty() && self.next.is_none();
            let Tools { conn, checkpoints, life, .. } = &mut self.tools;
            let moved = match committed {
                Ok(Room::Enough) => checkpoints.after_commit(conn, idle).await,
                Ok(Room::Short) => checkpoints.make_room(conn).await,
                Err(fault) => Err(fault),
            };
            if moved.is_err() {
                life.send_replace(Life::Failed);
                return self.abandon();
            }
        }
        self.close().await;
    }

    /// What waits, up to the bounds; at most one write a run.
    async fn gather(&mut self) -> Option<Vec<Queued>> {
        let first = match self.next.take() {
            Some(first) => first,
            None => self.receive().await?,
        };
        let mut bytes = first.bytes;
        let mut runs: HashSet<RunId> = first.command.run().into_iter().collect();
        let mut batch = vec![first];
        while batch.len() < BATCH
            && bytes < BATCH_BYTES
            && let Ok(queued) = self.queue.try_recv()
        {
            bytes += queued.bytes;
            let again = queued.command.run().is_some_and(|run| !runs.insert(run));
            if again || bytes > BATCH_BYTES {
                self.next = Some(queued);
                break;
            }
            batch.push(queued);
        }
        Some(batch)
    }

    async fn receive(&mut self) -> Option<Queued> {
        tokio::select! {
            biased;
            queued = self.queue.recv() => queued,
            () = self.tools.stop.notified() => {
                self.queue.close();
                self.queue.recv().await
            }
        }
    }

    /// Leaves the file as it is. Closing the connection would sync once more and take the answer for the truth, and
    /// another process must not have the folder before this one is gone.
    fn abandon(self) {
        let Tools { conn, lock, .. } = self.tools;
        std::mem::forget((conn, lock));
    }

    async fn close(self) {
        let Tools { mut conn, readers, life, lock, .. } = self.tools;
        readers.close().await;
        // Beside a server, the log is the server's.
        if lock.is_some()
            && let Err(error) = truncate(&mut conn).await
        {
            tracing::warn!(error = %error, "journal.checkpoint_failed");
        }
        if let Err(error) = conn.close().await {
            tracing::warn!(error = %error, "journal.close_failed");
        }
        drop(lock);
        life.send_replace(Life::Closed);
    }
}

impl Command {
    /// The run whose write this is.
    fn run(&self) -> Option<RunId> {
        match self {
            Self::Progress(pending) => Some(pending.row.run),
            Self::Accept(_) | Self::Job(_) => None,
        }
    }
}
