//! Events on SQLite: a batch of accepts is one look for dedupe keys and one insert a table.

pub(crate) mod duplicates;

use async_trait::async_trait;
use cauce_model::{Event, EventId, RunId, RunStart, RunStatus, SessionId, Time};
use sqlx::SqliteConnection;

use super::{Accept, Accepted, Events, NewRun};
use crate::gates::board::Verdict;
use crate::gates::name::Names;
use crate::gates::sqlite::Asks;
use crate::runs::{Brief, Rev};
use crate::sqlite::{
    Alive, Bytes, MAIN, Packed, Pending, Sqlite, from_json, id_of, status_number, to_json, unreadable,
};
use crate::{Change, Error, gates, timers};

/// Stands between the parts of a dedupe column; no UTF-8 text has this byte.
const SEPARATOR: u8 = 0xFF;

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
    keys: Vec<String>,
    owned: bool,
}

impl NewEvent {
    fn new(accept: Accept) -> Self {
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

    fn size(&self) -> usize {
        let run = self.run.as_ref().map_or(0, |run| run.brief.len() + run.data.as_ref().map_or(0, Vec::len));
        256 + self.data.len() + run
    }
}

impl NewOpen {
    fn new(new: NewRun, event: EventId, event_data: &serde_json::Value) -> Self {
        let differs = new.start.event != event || new.start.data != *event_data;
        Self::with_data(new, differs)
    }

    /// A run that is opened apart from its event.
    pub(crate) fn apart(new: NewRun) -> Self {
        Self::with_data(new, true)
    }

    fn with_data(new: NewRun, own: bool) -> Self {
        let NewRun { start, keys, steps_total, owned, entries: _ } = new;
        let brief = Brief::of_new_run(steps_total);
        Self {
            data: own.then(|| to_json(&start.data)),
            start,
            status: status_number(brief.status),
            brief: to_json(&brief),
            keys,
            owned,
        }
    }
}

impl NewOpen {
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
) -> Result<(), sqlx::Error> {
    let mut fresh: Vec<Accepting<'_>> = Vec::with_capacity(accepts.len());
    for pending in accepts {
        if alive.contains(&pending.row.session) {
            fresh.push(pending);
        } else {
            pending.answer = Some(Err(Error::Fenced));
        }
    }
    let (mut fresh, repeats) = duplicates::without(conn, fresh).await?;
    let board = ask_gates(conn, &mut fresh).await?;
    fresh.sort_unstable_by_key(|pending| pending.row.id);
    insert_events(conn, &fresh).await?;
    duplicates::repeat(repeats, &fresh);
    let mut openings: Vec<Opening<'_>> = fresh.iter().filter_map(|pending| pending.row.opening()).collect();
    openings.sort_unstable_by_key(|opening| opening.run.start.id);
    insert_runs(conn, &openings).await?;
    insert_keys(conn, &openings).await?;
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

async fn insert_events(conn: &mut SqliteConnection, accepts: &[Accepting<'_>]) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for pending in accepts {
        let row = &pending.row;
        if let Some(slot) = row.slot {
            timers::sqlite::forward(conn, &row.workflow, &row.trigger, slot).await?;
        }
        let run = row.opening().map(|opening| opening.run.start.id.uuid());
        packed
            .row()
            .bytes(row.id.uuid().as_bytes())
            .bytes(row.workflow.as_bytes())
            .bytes(row.trigger.as_bytes())
            .int(row.received_at)
            .maybe_bytes(row.dedupe.as_deref())
            .maybe_bytes(run.as_ref().map(|run| run.as_bytes().as_slice()))
            .bytes(&row.data);
    }
    packed
        .execute(
            conn,
            "INSERT INTO event (workspace, id, workflow, trigger_id, received_at, dedupe, run, data)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), CAST(substr(?2, v ->> 2, v ->> 3) AS TEXT),
                 CAST(substr(?2, v ->> 4, v ->> 5) AS TEXT), v ->> 6, substr(?2, v ->> 7, v ->> 8),
                 substr(?2, v ->> 9, v ->> 10), substr(?2, v ->> 11, v ->> 12)
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .await
}

pub(crate) async fn insert_runs(
    conn: &mut SqliteConnection,
    openings: &[Opening<'_>],
) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for Opening { session, run, queued } in openings {
        let start = &run.start;
        let owner = (run.owned && !queued).then(|| session.uuid());
        packed
            .row()
            .bytes(start.id.uuid().as_bytes())
            .maybe_bytes(owner.as_ref().map(|owner| owner.as_bytes().as_slice()))
            .maybe_int((!run.owned && !queued).then(|| start.accepted_at.micros()))
            .int(if *queued { status_number(RunStatus::Queued) } else { run.status })
            .bytes(start.workflow.as_bytes())
            .int(i64::from(start.version))
            .bytes(start.trigger.as_bytes())
            .bytes(start.event.uuid().as_bytes())
            .int(start.accepted_at.micros())
            .maybe_bytes(start.replay_of.map(RunId::uuid).as_ref().map(|id| id.as_bytes().as_slice()))
            .bytes(&run.brief)
            .maybe_bytes(run.data.as_deref());
    }
    packed
        .execute(
            conn,
            "INSERT INTO run_open (workspace, id, rev, owner, wake_at, status, workflow, version, trigger_id, event,
                 accepted_at, replay_of, brief, data)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), 1, substr(?2, v ->> 2, v ->> 3), v ->> 4, v ->> 5,
                 CAST(substr(?2, v ->> 6, v ->> 7) AS TEXT), v ->> 8, CAST(substr(?2, v ->> 9, v ->> 10) AS TEXT),
                 substr(?2, v ->> 11, v ->> 12), v ->> 13, substr(?2, v ->> 14, v ->> 15),
                 substr(?2, v ->> 16, v ->> 17), substr(?2, v ->> 18, v ->> 19)
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .await
}

pub(crate) async fn insert_keys(
    conn: &mut SqliteConnection,
    openings: &[Opening<'_>],
) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    let mut keys: Vec<(&str, RunId)> = openings
        .iter()
        .flat_map(|opening| opening.run.keys.iter().map(|key| (key.as_str(), opening.run.start.id)))
        .collect();
    keys.sort_unstable();
    for (key, run) in keys {
        packed.row().bytes(key.as_bytes()).bytes(run.uuid().as_bytes());
    }
    packed
        .execute(
            conn,
            "INSERT OR IGNORE INTO run_key (workspace, key, run)
             SELECT 1, CAST(substr(?2, v ->> 0, v ->> 1) AS TEXT), substr(?2, v ->> 2, v ->> 3)
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .await
}

#[async_trait]
impl Events for Sqlite {
    async fn accept(&self, accept: Accept) -> Result<Accepted, Error> {
        let event = NewEvent::new(accept);
        let run = event.run.as_ref().map(|run| run.start.id);
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
            data: from_json(&data, "the data of an event")?,
        }))
    }
}

/// The last part of a dedupe column.
fn dedupe_key(column: &[u8]) -> Option<String> {
    let key = column.splitn(3, |byte| *byte == SEPARATOR).nth(2)?;
    String::from_utf8(key.to_vec()).ok()
}
