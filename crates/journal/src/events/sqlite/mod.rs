//! Events on SQLite: a batch of accepts is one look for dedupe keys and one insert a table.

pub(crate) mod duplicates;
pub(crate) mod insert;

use std::sync::Arc;

use async_trait::async_trait;
use cauce_model::{Entry, Event, EventId, RunId, RunStart, SessionId, Time};
use sqlx::SqliteConnection;

use super::{Accept, Accepted, Events, NewRun};
use crate::blobs::Blobs;
use crate::gates::board::Verdict;
use crate::gates::name::Names;
use crate::gates::sqlite::Asks;
use crate::runs::{Brief, Rev};
use crate::sqlite::{Alive, Bytes, Care, MAIN, Pending, Sqlite, id_of, status_number, to_json, unreadable};
use crate::{Change, Error, gates, large};

/// Stands between the parts of a dedupe column, and between keys; no UTF-8 text has this byte.
pub(crate) const SEPARATOR: u8 = 0xFF;

/// An accept, ready to be written.
pub(crate) struct NewEvent {
    session: SessionId,
    id: EventId,
    workflow: String,
    trigger: String,
    received_at: i64,
    dedupe: Option<Bytes>,
    data: Bytes,
    slot: Option<i64>,
    run: Option<NewOpen>,
    /// Nothing where the workflow asks for no gate.
    asks: Option<Box<Asks>>,
    /// What the gates decided in the transaction at hand.
    verdict: Verdict,
}

/// A run to open, ready to be written.
pub(crate) struct NewOpen {
    start: RunStart,
    /// Nothing where it equals the event's.
    data: Option<Bytes>,
    brief: Bytes,
    status: i64,
    /// Nothing where it has none.
    inputs: Option<Bytes>,
    /// Nothing where nobody called it.
    parent: Option<Bytes>,
    /// What it begins with: a JSON array; nothing where it begins at the beginning.
    entries: Option<Bytes>,
    keys: Vec<String>,
    owned: bool,
    /// When it is due, where nobody owns it.
    free_at: i64,
}

impl NewEvent {
    pub(crate) fn new(accept: Accept) -> Self {
        let Accept { session, event, run, slot, gates } = accept;
        let asks = run.as_ref().zip(gates).map(|(new, limits)| {
            let names = Names::new(&event.workflow, &event.trigger, &limits);
            let (run, now) = (new.start.id, event.received_at);
            Box::new(Asks { names, limits, event: event.id, run, now })
        });
        let dedupe = event.dedupe_key.map(|key| {
            [event.workflow.as_bytes(), event.trigger.as_bytes(), key.as_bytes()].join(&SEPARATOR)
        });
        let run = run.map(|new| NewOpen::new(new, event.id, &event.data));
        Self {
            session,
            id: event.id,
            received_at: event.received_at.micros(),
            dedupe,
            data: to_json(&event.data),
            slot: slot.map(Time::micros),
            run,
            asks,
            verdict: Verdict::Start,
            workflow: event.workflow,
            trigger: event.trigger,
        }
    }

    /// Moves large payloads into blobs: they are on disk before the commit that names them.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        large::whole(blobs, &mut self.data).await?;
        match &mut self.run {
            Some(run) => run.lighten(blobs).await,
            None => Ok(()),
        }
    }

    /// What the unique names in it stand for.
    pub(crate) fn name(&self) -> String {
        match &self.run {
            Some(run) => format!("event {} or run {}", self.id, run.start.id),
            None => format!("event {}", self.id),
        }
    }

    /// The run that it opens in the transaction at hand.
    fn opening(&self) -> Option<Opening<'_>> {
        let queued = match self.verdict {
            Verdict::Start => false,
            Verdict::Queue => true,
            Verdict::Not(_) => return None,
        };
        Some(Opening { session: self.session, run: self.run.as_ref()?, queued })
    }

    pub(crate) const fn id(&self) -> EventId {
        self.id
    }

    /// The run that it would start.
    pub(crate) fn run_id(&self) -> Option<RunId> {
        self.run.as_ref().map(NewOpen::id)
    }

    /// About how many bytes it writes.
    pub(crate) fn size(&self) -> usize {
        256 + self.data.len() + self.run.as_ref().map_or(0, NewOpen::size)
    }
}

impl NewOpen {
    fn new(new: NewRun, event: EventId, event_data: &Arc<serde_json::Value>) -> Self {
        let differs = new.start.event != event || new.start.data != *event_data;
        Self::with_data(new, differs)
    }

    /// A run that is opened apart from its event.
    pub(crate) fn apart(new: NewRun) -> Self {
        Self::with_data(new, true)
    }

    fn with_data(new: NewRun, own: bool) -> Self {
        let NewRun { start, keys, steps_total, owned, entries, parked } = new;
        let free_at = parked.as_ref().map_or(start.accepted_at, |parked| parked.wake_at);
        let brief = parked.map_or_else(|| Brief::of_new_run(steps_total), |parked| parked.brief);
        Self {
            data: own.then(|| to_json(&start.data)),
            inputs: (!start.inputs.is_null()).then(|| to_json(&start.inputs)),
            parent: start.parent.as_ref().map(to_json),
            entries: (!entries.is_empty()).then(|| to_json(&entries)),
            start,
            status: status_number(brief.status),
            brief: to_json(&brief),
            keys,
            owned,
            free_at: free_at.micros(),
        }
    }

    /// Moves large payloads into blobs.
    pub(crate) async fn lighten(&mut self, blobs: &dyn Blobs) -> Result<(), Error> {
        for column in [&mut self.data, &mut self.inputs].into_iter().flatten() {
            large::whole(blobs, column).await?;
        }
        match self.entries.as_mut().filter(|entries| entries.len() > large::LARGE) {
            Some(entries) => large::parts::<Vec<Entry>>(blobs, entries, large::LARGE).await,
            None => Ok(()),
        }
    }

    fn size(&self) -> usize {
        let parts = [&self.data, &self.inputs, &self.parent, &self.entries];
        self.brief.len() + parts.into_iter().flatten().map(Vec::len).sum::<usize>()
    }

    pub(crate) const fn id(&self) -> RunId {
        self.start.id
    }
}

/// A run on its way into the table of open runs.
pub(crate) struct Opening<'a> {
    pub(crate) session: SessionId,
    pub(crate) run: &'a NewOpen,
    /// Whether it waits in line at a gate: nobody owns it, and it is not due.
    pub(crate) queued: bool,
}

type Accepting<'a> = &'a mut Pending<NewEvent, Accepted>;

/// Writes a batch of accepts inside the transaction that has read the fence.
pub(crate) async fn write(
    conn: &mut SqliteConnection,
    alive: &Alive,
    accepts: Vec<&mut Box<Pending<NewEvent, Accepted>>>,
    care: Care,
) -> Result<(), sqlx::Error> {
    let mut fresh: Vec<Accepting<'_>> = Vec::with_capacity(accepts.len());
    for pending in accepts {
        if alive.contains(&pending.row.session) {
            fresh.push(pending);
        } else {
            pending.answer = Some(Err(Error::Fenced));
        }
    }
    let (mut fresh, repeats) = duplicates::without(conn, fresh, care).await?;
    let board = ask_gates(conn, &mut fresh).await?;
    fresh.sort_unstable_by_key(|pending| pending.row.id);
    insert::all(conn, &fresh.iter().map(|pending| &pending.row).collect::<Vec<_>>()).await?;
    duplicates::repeat(repeats, &fresh);
    if let Some(board) = board {
        let asked = || fresh.iter().filter_map(|one| Some((one.row.asks.as_ref()?, one.row.verdict)));
        let now = asked().map(|(asks, _)| asks.now).max().unwrap_or_default();
        let marks = asked().filter_map(|(asks, verdict)| asks.mark(verdict)).collect();
        gates::sqlite::carry_out(conn, board, marks, now).await?;
    }
    Ok(())
}

/// Asks the gates, one event after the other as they came, and answers. Nothing where nobody asks for one.
async fn ask_gates(
    conn: &mut SqliteConnection,
    accepts: &mut [Accepting<'_>],
) -> Result<Option<gates::board::Board>, sqlx::Error> {
    let asked = accepts.iter().filter_map(|pending| pending.row.asks.as_ref());
    let names: Vec<_> = asked.flat_map(|asks| asks.names.all().cloned()).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let mut board = gates::sqlite::board(conn, names.iter().collect()).await?;
    for pending in accepts {
        let Some(asks) = &pending.row.asks else { continue };
        let verdict = asks.on(&mut board);
        pending.row.verdict = verdict;
        pending.answer = Some(Ok(match verdict {
            Verdict::Start => Accepted::Run { rev: Rev::FIRST },
            Verdict::Queue => Accepted::Queued,
            Verdict::Not(accepted) => accepted,
        }));
    }
    Ok(Some(board))
}

#[async_trait]
impl Events for Sqlite {
    async fn accept(&self, accept: Accept) -> Result<Accepted, Error> {
        let mut event = NewEvent::new(accept);
        event.lighten(&*self.blobs).await?;
        let run = event.run_id();
        let size = event.size();
        let accepted = self.writer.accept(event, size).await?;
        if let (Some(run), Accepted::Run { .. } | Accepted::Queued) = (run, accepted) {
            self.hints.tell(Change::Run(run));
        }
        Ok(accepted)
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, Error> {
        let row: Option<(String, String, i64, Option<Bytes>, Bytes)> = sqlx::query_as(
            "SELECT workflow, trigger_id, received_at, dedupe, data FROM event WHERE workspace = ?1 AND id = ?2",
        )
        .bind(MAIN)
        .bind(id_of(id.uuid()))
        .fetch_optional(&self.readers)
        .await
        .map_err(unreadable("read an event"))?;
        let Some((workflow, trigger, received_at, dedupe, data)) = row else { return Ok(None) };
        Ok(Some(Event {
            id,
            workflow,
            trigger,
            received_at: Time::from_micros(received_at),
            dedupe_key: dedupe.as_deref().and_then(dedupe_key),
            data: large::read(&*self.blobs, &data, "the data of an event").await?,
        }))
    }
}

/// The last part of a dedupe column.
fn dedupe_key(column: &[u8]) -> Option<String> {
    let key = column.splitn(3, |byte| *byte == SEPARATOR).nth(2)?;
    String::from_utf8(key.to_vec()).ok()
}
