//! Gates on SQLite. All gates that a batch asks are one read; what they decided is one write a table. The transaction
//! that reads them is the only one that writes, so nothing moves in between.

mod fire;
mod read;

#[cfg(test)]
pub(crate) use fire::STARTED;

use cauce_model::{EventId, RunId, Time};
use sqlx::SqliteConnection;

use super::board::{Asking, Board, Gate, Verdict};
use super::name::{Name, Names};
use super::{Limits, ousted_by};
use crate::Error;
use crate::runs::Signal;
use crate::sqlite::{Bytes, MAIN, Packed, Raw, from_json, id_from, to_json};

/// What an accept asks, ready to be asked.
#[derive(Clone)]
pub(crate) struct Asks {
    pub(crate) names: Names,
    pub(crate) limits: Limits,
    pub(crate) event: EventId,
    pub(crate) run: RunId,
    pub(crate) now: Time,
}

impl Asks {
    /// Asks a board.
    pub(crate) fn on(&self, board: &mut Board) -> Verdict {
        let Self { names, limits, event, run, now } = self;
        board.ask(&Asking { names, limits, event: *event, run: *run, now: *now })
    }

    /// What its run's row says: the gate, and whether it holds a place there.
    pub(crate) fn mark(&self, verdict: Verdict) -> Option<Mark<'_>> {
        let holds = match verdict {
            Verdict::Start => true,
            Verdict::Queue => false,
            Verdict::Not(_) => return None,
        };
        Some(Mark { run: self.run, gate: self.names.concurrency.as_ref()?, holds })
    }
}

/// A run's place at its gate.
pub(crate) struct Mark<'a> {
    run: RunId,
    gate: &'a Name,
    holds: bool,
}

pub(crate) const LOOK: &str = "
    SELECT p.value ->> 0, g.memo,
        (SELECT count(*) FROM run_open AS r
         WHERE r.workspace = 1 AND r.gate = substr(?2, p.value ->> 1, p.value ->> 2) AND r.slot > 0),
        (SELECT count(*) FROM (SELECT 1 FROM run_open AS r
         WHERE r.workspace = 1 AND r.gate = substr(?2, p.value ->> 1, p.value ->> 2) AND r.slot = 0 AND r.inbox = 0
         LIMIT ?3))
    FROM json_each(?1) AS p
    LEFT JOIN gate AS g ON g.workspace = 1 AND g.name = substr(?2, p.value ->> 1, p.value ->> 2)";

/// At most so many in line are looked at in one commit; the rest moves up in the next ones.
const MOST_FREED: i64 = 1024;

/// Reads gates onto a board.
pub(crate) async fn board(conn: &mut SqliteConnection, mut names: Vec<&Name>) -> Result<Board, sqlx::Error> {
    names.sort_unstable();
    names.dedup();
    let mut packed = Packed::default();
    for (name, index) in names.iter().zip(0..) {
        packed.row().int(index).bytes(name.as_bytes());
    }
    let (rows, bytes) = packed.finish();
    let found: Vec<(i64, Option<Bytes>, u32, u32)> =
        sqlx::query_as(LOOK).bind(rows).bind(bytes).bind(MOST_FREED).fetch_all(conn).await?;
    let mut board = Board::default();
    for (index, memo, held, queued) in found {
        let memo = memo.map(|memo| from_json(&memo, "a gate")).transpose().map_err(undecodable)?;
        let name = usize::try_from(index).ok().and_then(|index| names.get(index));
        board.gates.extend(name.map(|name| ((*name).clone(), Gate { memo, held, queued, changed: false })));
    }
    Ok(board)
}

pub(crate) fn undecodable(error: Error) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// Writes what a board decided. The runs that passed are in their table.
pub(crate) async fn carry_out(
    conn: &mut SqliteConnection,
    board: Board,
    marks: Vec<Mark<'_>>,
    now: Time,
) -> Result<(), sqlx::Error> {
    mark(conn, marks).await?;
    oust(conn, &board, now).await?;
    free(conn, &board, now).await?;
    let mut kept = Packed::default();
    for (name, one) in &board.kept {
        let number = i64::try_from(one.number).unwrap_or(i64::MAX);
        let event = one.arrival.event.uuid();
        kept.row().bytes(name.as_bytes()).int(number).bytes(event.as_bytes()).int(one.arrival.at.micros());
    }
    kept.execute(
        conn,
        "INSERT INTO gate_event (workspace, gate, number, event, came_at)
         SELECT 1, substr(?2, v ->> 0, v ->> 1), v ->> 2, substr(?2, v ->> 3, v ->> 4), v ->> 5
         FROM (SELECT value AS v FROM json_each(?1))",
    )
    .await?;
    keep(conn, &board).await
}

async fn mark(conn: &mut SqliteConnection, marks: Vec<Mark<'_>>) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for Mark { run, gate, holds } in marks {
        packed.row().int(MAIN).bytes(run.uuid().as_bytes()).bytes(gate.as_bytes()).int(i64::from(holds));
    }
    packed.execute(conn, MARK).await
}

pub(crate) const MARK: &str = "
    UPDATE run_open AS r SET gate = substr(?2, p.v ->> 3, p.v ->> 4), slot = p.v ->> 5
    FROM (SELECT value AS v FROM json_each(?1)) AS p
    WHERE r.workspace = p.v ->> 0 AND r.id = substr(?2, p.v ->> 1, p.v ->> 2)";

/// Writes the memos that changed.
async fn keep(conn: &mut SqliteConnection, board: &Board) -> Result<(), sqlx::Error> {
    let mut packed = Packed::default();
    for (name, gate) in board.gates.iter().filter(|(_, gate)| gate.changed) {
        let Some(memo) = &gate.memo else { continue };
        packed
            .row()
            .bytes(name.as_bytes())
            .maybe_int(memo.due_at().map(Time::micros))
            .maybe_int(memo.stale_at().map(Time::micros))
            .bytes(&to_json(memo));
    }
    packed
        .execute(
            conn,
            "INSERT OR REPLACE INTO gate (workspace, name, due_at, stale_at, memo)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), v ->> 2, v ->> 3, substr(?2, v ->> 4, v ->> 5)
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .await
}

pub(crate) const OUST: &str = "
    UPDATE run_open SET inbox = inbox + 1, wake_at = ?3, slot = CASE slot WHEN 1 THEN 2 ELSE slot END
    WHERE rowid IN (
        SELECT r.rowid FROM json_each(?1) AS p CROSS JOIN run_open AS r
        WHERE r.workspace = 1 AND r.gate = substr(?2, p.value ->> 0, p.value ->> 1)
            AND (r.slot = 1 OR r.slot = 0 AND r.inbox = 0) AND r.id <> substr(?2, p.value ->> 2, p.value ->> 3))
    RETURNING id, inbox, gate";

/// Tells runs to make room for a newcomer: those that hold a place, and those in line.
async fn oust(conn: &mut SqliteConnection, board: &Board, now: Time) -> Result<(), sqlx::Error> {
    if board.ousted.is_empty() {
        return Ok(());
    }
    let mut packed = Packed::default();
    for (name, newcomer) in &board.ousted {
        packed.row().bytes(name.as_bytes()).bytes(newcomer.uuid().as_bytes());
    }
    let (rows, bytes) = packed.finish();
    let ousted: Vec<(Raw, i64, Raw)> =
        sqlx::query_as(OUST).bind(rows).bind(bytes).bind(now.micros()).fetch_all(&mut *conn).await?;
    let mut signals = Packed::default();
    for (run, number, gate) in ousted {
        let run = id_from(&run, RunId::from_uuid).map_err(undecodable)?;
        let Some(newcomer) = board.ousted.get(&Name::from_bytes(gate)) else { continue };
        let signal = to_json(&Signal::Cancel { by: ousted_by(*newcomer) });
        signals.row().bytes(run.uuid().as_bytes()).int(number).int(now.micros()).bytes(&signal);
    }
    signals
        .execute(
            conn,
            "INSERT INTO inbox (workspace, run, number, sent_at, signal)
             SELECT 1, substr(?2, v ->> 0, v ->> 1), v ->> 2, v ->> 3, substr(?2, v ->> 4, v ->> 5)
             FROM (SELECT value AS v FROM json_each(?1))",
        )
        .await
}

/// Each round of the recursion finds the next one in line, so a long line costs nothing.
pub(crate) const FREE: &str = "
    UPDATE run_open SET slot = 1, status = 1, wake_at = ?3 WHERE rowid IN (
        WITH RECURSIVE line (gate, places, id) AS (
            SELECT substr(?2, value ->> 0, value ->> 1), value ->> 2,
                (SELECT r.id FROM run_open AS r
                 WHERE r.workspace = 1 AND r.gate = substr(?2, value ->> 0, value ->> 1) AND r.slot = 0 AND r.inbox = 0
                 ORDER BY r.id LIMIT 1)
            FROM json_each(?1)
            UNION ALL
            SELECT line.gate, line.places - 1,
                (SELECT r.id FROM run_open AS r
                 WHERE r.workspace = 1 AND r.gate = line.gate AND r.slot = 0 AND r.inbox = 0 AND r.id > line.id
                 ORDER BY r.id LIMIT 1)
            FROM line WHERE line.places > 1 AND line.id IS NOT NULL
        )
        SELECT r.rowid FROM line CROSS JOIN run_open AS r WHERE r.workspace = 1 AND r.id = line.id)";

/// Lets the longest in line move up.
async fn free(conn: &mut SqliteConnection, board: &Board, now: Time) -> Result<(), sqlx::Error> {
    if board.freed.is_empty() {
        return Ok(());
    }
    let mut packed = Packed::default();
    for (name, places) in &board.freed {
        packed.row().bytes(name.as_bytes()).int(i64::from(*places));
    }
    let (rows, bytes) = packed.finish();
    sqlx::query(FREE).bind(rows).bind(bytes).bind(now.micros()).execute(conn).await?;
    Ok(())
}

/// A gate at which no run stands any more remembers nothing.
pub(crate) const FORGET: &str = "
    DELETE FROM gate WHERE workspace = 1
        AND name IN (SELECT substr(?2, value ->> 0, value ->> 1) FROM json_each(?1))
        AND NOT EXISTS (SELECT 1 FROM run_open AS r WHERE r.workspace = 1 AND r.gate = gate.name)";

/// Runs that stood at these gates are over and gone.
pub(crate) async fn leave(
    conn: &mut SqliteConnection,
    gates: Vec<Raw>,
    now: Time,
) -> Result<(), sqlx::Error> {
    if gates.is_empty() {
        return Ok(());
    }
    let mut names: Vec<Name> = gates.into_iter().map(Name::from_bytes).collect();
    names.sort_unstable();
    names.dedup();
    let mut board = board(conn, names.iter().collect()).await?;
    board.move_up();
    free(conn, &board, now).await?;
    let mut packed = Packed::default();
    for name in &names {
        packed.row().bytes(name.as_bytes());
    }
    packed.execute(conn, FORGET).await
}
