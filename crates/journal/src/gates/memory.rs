//! Gates in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cauce_model::{Event, RunId, Time};

use super::board::{Asking, Board, Gate, Verdict};
use super::name::{Kind, Name, Names};
use super::{Due, Fire, Gates, Limits, ousted_by};
use crate::events::Accepted;
use crate::memory::{Memory, State};
use crate::runs::{Rev, Signal};
use crate::{Change, Error};

/// Where a run stands at its gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It waits for a place.
    InLine,
    /// It holds one.
    Held,
    /// It holds one and was told to make room.
    Ousted,
}

/// What the gates decided about an event whose run is not open yet.
pub(crate) struct Passed {
    board: Board,
    verdict: Verdict,
    concurrency: Option<Name>,
    run: RunId,
    now: Time,
}

impl Passed {
    pub(crate) fn starts_nothing(&self) -> bool {
        matches!(self.verdict, Verdict::Not(_))
    }
}

impl State {
    /// Asks the gates; nothing changes before [`Self::pass`].
    pub(crate) fn ask_gates(&self, event: &Event, run: RunId, limits: &Limits) -> Passed {
        let names = Names::new(&event.workflow, &event.trigger, limits);
        let mut board = self.board(names.all());
        let now = event.received_at;
        let verdict = board.ask(&Asking { names: &names, limits, event: event.id, run, now });
        Passed { board, verdict, concurrency: names.concurrency, run, now }
    }

    fn board<'a>(&self, names: impl Iterator<Item = &'a Name>) -> Board {
        let mut board = Board::default();
        for name in names {
            let at_gate = |wanted: fn(&crate::runs::memory::Open, Place) -> bool| {
                let count = self.at_gate(name).filter(|(_, open, place)| wanted(open, *place)).count();
                u32::try_from(count).unwrap_or(u32::MAX)
            };
            let gate = Gate {
                memo: self.gates.get(name).cloned(),
                held: at_gate(|_, place| place != Place::InLine),
                queued: at_gate(|open, place| place == Place::InLine && !open.has_mail()),
                changed: false,
            };
            board.gates.insert(name.clone(), gate);
        }
        board
    }

    fn at_gate<'a>(
        &'a self,
        name: &'a Name,
    ) -> impl Iterator<Item = (&'a RunId, &'a crate::runs::memory::Open, Place)> {
        self.open.iter().filter_map(move |(id, open)| {
            let (gate, place) = open.gate.as_ref()?;
            (gate == name).then_some((id, open, *place))
        })
    }

    /// Carries out what the gates decided; the run, if there is one, is open.
    pub(crate) fn pass(&mut self, passed: Passed) -> Accepted {
        let Passed { board, verdict, concurrency, run, now } = passed;
        let place = if verdict == Verdict::Queue { Place::InLine } else { Place::Held };
        if let (Some(open), Some(name)) = (self.open.get_mut(&run), concurrency) {
            open.gate = Some((name, place));
            if place == Place::InLine {
                open.wait_in_line();
            }
        }
        self.carry_out(board, now);
        match verdict {
            Verdict::Start => Accepted::Run { rev: Rev::FIRST },
            Verdict::Queue => Accepted::Queued,
            Verdict::Not(accepted) => accepted,
        }
    }

    fn carry_out(&mut self, board: Board, now: Time) {
        for (name, newcomer) in &board.ousted {
            let ids: Vec<RunId> = self
                .at_gate(name)
                .filter(|(id, open, place)| {
                    **id != *newcomer
                        && (*place == Place::Held || *place == Place::InLine && !open.has_mail())
                })
                .map(|(id, _, _)| *id)
                .collect();
            for id in ids {
                self.oust(id, *newcomer, now);
            }
        }
        for (name, count) in &board.freed {
            let ids: Vec<RunId> = self
                .at_gate(name)
                .filter(|(_, open, place)| *place == Place::InLine && !open.has_mail())
                .map(|(id, _, _)| *id)
                .take(usize::try_from(*count).unwrap_or(usize::MAX))
                .collect();
            for id in ids {
                self.move_up(id, now);
            }
        }
        for (name, kept) in board.kept {
            self.gate_events.insert((name, kept.number), kept.arrival);
        }
        let changed = board.gates.into_iter().filter(|(_, gate)| gate.changed);
        let memos: BTreeMap<Name, _> =
            changed.filter_map(|(name, gate)| gate.memo.map(|memo| (name, memo))).collect();
        self.gates.extend(memos);
    }

    fn oust(&mut self, id: RunId, newcomer: RunId, now: Time) {
        let Some(open) = self.open.get_mut(&id) else { return };
        open.send(Signal::Cancel { by: ousted_by(newcomer) }, now);
        if let Some((_, place @ Place::Held)) = &mut open.gate {
            *place = Place::Ousted;
        }
    }

    fn move_up(&mut self, id: RunId, now: Time) {
        let Some(open) = self.open.get_mut(&id) else { return };
        open.wake_at = Some(now);
        open.brief.status = cauce_model::RunStatus::Running;
        if let Some((_, place)) = &mut open.gate {
            *place = Place::Held;
        }
    }

    /// A run that stood at this gate is over and gone.
    pub(crate) fn leave_gate(&mut self, name: &Name, now: Time) {
        let mut board = self.board(std::iter::once(name));
        board.move_up();
        self.carry_out(board, now);
        if self.at_gate(name).next().is_none() {
            self.gates.remove(name);
        }
    }

    fn fire(&mut self, fire: Fire) -> Result<Option<Accepted>, Error> {
        let Fire { session, due, now, run, limits } = fire;
        self.fence(session)?;
        let kind = if due.batch { Kind::Batch } else { Kind::Debounce };
        let name = Name::new(&due.workflow, kind, &due.trigger, &due.key);
        let Some(memo) = self.gates.get(&name).filter(|memo| memo.is_still(&due, now)) else {
            return Ok(None);
        };
        let stays = memo.stays_from(&due);
        let arrival = stays.and_then(|number| self.gate_events.get(&(name.clone(), number)).copied());
        let left = memo.without(&due, arrival);
        if let Some(id) = run.as_ref().map(|new| new.start.id).filter(|id| self.open.contains_key(id)) {
            return Err(Error::Exists { what: format!("run {id}") });
        }
        let events = self.take_off(&name, &due, stays);
        match left {
            Some(memo) => drop(self.gates.insert(name, memo)),
            None => drop(self.gates.remove(&name)),
        }
        let Some(new) = run else { return Ok(Some(Accepted::Kept)) };
        let limits = Limits { hold: None, ..limits };
        let names = Names::new(&due.workflow, &due.trigger, &limits);
        let mut board = self.board(names.all());
        let id = new.start.id;
        let verdict = board.ask(&Asking { names: &names, limits: &limits, event: due.last, run: id, now });
        if !matches!(verdict, Verdict::Not(_)) {
            self.start(session, new);
            for event in events {
                if let Some(kept) = self.events.get_mut(&event) {
                    kept.run = Some(id);
                }
            }
        }
        Ok(Some(self.pass(Passed { board, verdict, concurrency: names.concurrency, run: id, now })))
    }

    /// Takes the events of a due gate off it.
    fn take_off(&mut self, name: &Name, due: &Due, stays: Option<u64>) -> Vec<cauce_model::EventId> {
        if !due.batch {
            return vec![due.last];
        }
        let end = (name.clone(), stays.unwrap_or(u64::MAX));
        let taken: Vec<(Name, u64)> =
            self.gate_events.range((name.clone(), 0)..end).map(|(key, _)| key.clone()).collect();
        taken.iter().filter_map(|key| self.gate_events.remove(key)).map(|arrival| arrival.event).collect()
    }
}

#[async_trait]
impl Gates for Memory {
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Due>, Error> {
        let state = self.state();
        let mut due: Vec<(Time, &Name, Due)> = state
            .gates
            .iter()
            .filter_map(|(name, memo)| Some((memo.due_at()?, name, memo.due(name)?)))
            .filter(|(at, _, _)| *at <= now)
            .collect();
        due.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        Ok(due
            .into_iter()
            .map(|(_, _, due)| due)
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .collect())
    }

    async fn next_due(&self) -> Result<Option<Time>, Error> {
        Ok(self.state().gates.values().filter_map(super::board::Memo::due_at).min())
    }

    async fn events(&self, due: &Due) -> Result<Vec<Event>, Error> {
        let state = self.state();
        let event = |id| state.events.get(&id).map(|kept| kept.event.clone());
        if !due.batch {
            return Ok(event(due.last).into_iter().collect());
        }
        let name = Name::new(&due.workflow, Kind::Batch, &due.trigger, &due.key);
        let waiting = state.gate_events.range((name.clone(), 0)..=(name, u64::MAX));
        let count = usize::try_from(due.count).unwrap_or(usize::MAX);
        Ok(waiting.take(count).filter_map(|(_, arrival)| event(arrival.event)).collect())
    }

    async fn fire(&self, fire: Fire) -> Result<Option<Accepted>, Error> {
        let run = fire.run.as_ref().map(|new| new.start.id);
        let fired = self.state().fire(fire)?;
        if let (Some(run), Some(Accepted::Run { .. } | Accepted::Queued)) = (run, fired) {
            self.hints.tell(Change::Run(run));
        }
        Ok(fired)
    }

    async fn behind(&self, run: RunId) -> Result<u64, Error> {
        let state = self.state();
        let Some((name, place)) = state.open.get(&run).and_then(|open| open.gate.as_ref()) else {
            return Ok(0);
        };
        if *place == Place::InLine {
            return Ok(0);
        }
        let behind =
            state.at_gate(name).filter(|(_, open, place)| *place == Place::InLine && !open.has_mail());
        Ok(u64::try_from(behind.count()).unwrap_or(u64::MAX))
    }
}
