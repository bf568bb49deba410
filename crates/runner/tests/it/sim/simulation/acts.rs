//! What those outside do: senders, people, the schedule, and the end of the storm.

use std::time::Duration;

use cauce_journal::runs::{Filter, Found, Signal};
use cauce_model::{Resume, RunId, RunStatus, Time};
use futures_util::FutureExt;

use super::super::flows::flow;
use super::super::gates;
use super::super::promise::Promise;
use super::super::replays;
use super::super::senders::{self, Sender};
use super::super::tellers;
use super::super::world::{Act, BEGINNING, Inside, Place};
use super::{DRAINED_WITHIN, STORM, Simulation};

/// Between two slots of the schedule.
const SLOT: Duration = Duration::from_secs(30);
/// The flow that a schedule starts.
const TICK: &str = "tick";

impl Simulation {
    pub(super) fn act(&mut self, act: Act) {
        match act {
            Act::Send { sender, attempt } => self.send(sender, attempt),
            Act::Tell { teller, attempt } => self.tell(teller, attempt),
            Act::Kill(Place { node, life: 0 }) => {
                if let Some(place) = self.nodes[node].as_ref().map(|node| node.place) {
                    self.kill(place);
                }
            }
            Act::Kill(place) => self.kill(place),
            Act::Freeze { node, span, buried } => self.freeze(node, span, buried),
            Act::Thaw(place) => self.thaw(place),
            Act::Stop { node } => self.stop(node),
            Act::Boot { node } => self.boot(node),
            Act::Bury(session) => self.world.lock().bury(session),
            Act::Misjudge { node } => self.misjudge(node),
            Act::LookAtEvents { node } => self.look_at_events(node),
            Act::Fire { node } => self.fire(node),
            Act::Replay { node } => self.replay(node),
            Act::People => self.world.lock().people(),
            Act::Cancel { sender } => self.world.lock().cancel(sender),
            Act::Slot { node } => self.slot(node),
            Act::Quiet => self.become_quiet(),
            Act::Check => self.check(),
        }
    }

    fn send(&mut self, sender: usize, attempt: u32) {
        let world = self.world.clone();
        let mut inside = world.lock();
        if inside.senders[sender].thanked && attempt < 100 {
            return;
        }
        let node = inside.dice.index(self.setup.nodes);
        inside.wait_for_thanks(sender, attempt);
        self.knock(&mut inside, node, sender);
        drop(inside);
        if let Some(place) = self.nodes[node].as_ref().map(|node| node.place) {
            self.turn(place);
        }
    }

    fn tell(&mut self, teller: usize, attempt: u32) {
        let world = self.world.clone();
        let mut inside = world.lock();
        if inside.tellers[teller].thanked {
            return;
        }
        let node = inside.dice.index(self.setup.nodes);
        inside.wait_to_tell_again(teller, attempt);
        let Some(node) = self.nodes[node].as_ref().filter(|node| !node.stopping) else { return };
        let told = inside.told(teller, node.session);
        inside.note(|| format!("teller {teller} knocks at {}", node.place));
        drop(node.runtime.spawn(tellers::keep(self.world.clone(), node.journal.clone(), told)));
        let place = node.place;
        drop(inside);
        self.turn(place);
    }

    fn look_at_events(&mut self, node: usize) {
        let span = self.world.lock().dice.millis(1000, 9000);
        self.world.lock().act_after(span, Act::LookAtEvents { node });
        let Some(node) = self.nodes[node].as_ref().filter(|node| !node.stopping) else { return };
        drop(node.runtime.spawn(tellers::look_again(node.journal.clone(), node.session)));
        let place = node.place;
        self.turn(place);
    }

    fn fire(&mut self, node: usize) {
        let span = self.world.lock().dice.millis(500, 5000);
        self.world.lock().act_after(span, Act::Fire { node });
        let Some(node) = self.nodes[node].as_ref().filter(|node| !node.stopping) else { return };
        let fire = gates::fire_due(self.world.clone(), node.journal.clone(), node.session);
        drop(node.runtime.spawn(fire));
        let place = node.place;
        self.turn(place);
    }

    fn replay(&mut self, node: usize) {
        let Some(node) = self.nodes[node].as_ref().filter(|node| !node.stopping) else { return };
        let Some(accept) = self.world.lock().replay(node.session) else { return };
        drop(node.runtime.spawn(replays::begin(node.journal.clone(), accept)));
        let place = node.place;
        self.turn(place);
    }

    /// A request at a node's door. Nobody is there while it is down.
    fn knock(&self, inside: &mut Inside, node: usize, sender: usize) {
        let Some(node) = self.nodes[node].as_ref().filter(|node| !node.stopping) else { return };
        let letter = inside.letter(sender, node.session);
        inside.note(|| format!("sender {sender} knocks at {}", node.place));
        drop(node.runtime.spawn(senders::take_in(self.world.clone(), node.journal.clone(), letter)));
    }

    /// The schedule as a node looks at it: the latest slot behind the cursor fires.
    fn slot(&mut self, node: usize) {
        let world = self.world.clone();
        let mut inside = world.lock();
        let span = inside.dice.millis(500, 15_000);
        inside.act_after(span, Act::Slot { node });
        let slot = latest_slot(inside.now());
        if inside.fired_until().is_none_or(|cursor| cursor >= slot) {
            return;
        }
        let mut sender = Sender::slot(flow(TICK).id, slot);
        sender.thanked = true;
        inside.senders.push(sender);
        let sender = inside.senders.len() - 1;
        self.knock(&mut inside, node, sender);
        drop(inside);
        if let Some(place) = self.nodes[node].as_ref().map(|node| node.place) {
            self.turn(place);
        }
    }

    fn become_quiet(&mut self) {
        self.quiet = true;
        {
            let mut inside = self.world.lock();
            inside.note(|| "faults stop".to_owned());
            inside.weather.clear_up();
            inside.crashes.clear();
            inside.act_after(Duration::from_secs(5), Act::Check);
        }
        let frozen: Vec<Place> =
            self.nodes.iter().flatten().filter(|node| node.frozen).map(|node| node.place).collect();
        for place in frozen {
            self.thaw(place);
        }
    }

    /// Looks whether everything is over, and if so, whether it ended well.
    fn check(&mut self) {
        let mut inside = self.world.lock();
        let moving: Vec<RunId> = inside.oracle.open().filter(|run| inside.is_moving(*run)).collect();
        let senders = inside.senders.iter().filter(|sender| !sender.thanked).count();
        let tellers = inside.tellers.iter().filter(|teller| !teller.thanked).count();
        let waiting = senders + tellers + inside.oracle.kept();
        let owes_a_slot = self.setup.schedule && inside.owes_a_slot();
        if moving.is_empty() && waiting == 0 && !owes_a_slot {
            inside.judge_the_end();
            self.over = true;
        } else if inside.age() > STORM + DRAINED_WITHIN {
            inside.oracle.complain(Promise::Drains, || {
                format!(
                    "{moving:?} move, {waiting} senders or kept events wait, a slot is owed: {owes_a_slot}"
                )
            });
        } else {
            inside.act_after(Duration::from_secs(5), Act::Check);
        }
    }
}

/// The slot that was due last at a moment.
fn latest_slot(now: Time) -> Time {
    let micros = i64::try_from(SLOT.as_micros()).unwrap_or(i64::MAX);
    Time::from_micros(now.micros() / micros * micros)
}

impl Inside {
    /// How far the schedule has come.
    fn fired_until(&self) -> Option<Time> {
        self.store.timers.cursor(TICK, "hook", self.now()).now_or_never()?.ok()
    }

    /// Whether a slot that was due during the storm has not fired.
    fn owes_a_slot(&self) -> bool {
        let due = latest_slot(BEGINNING.after(STORM));
        self.fired_until().is_none_or(|cursor| cursor < due)
    }

    /// Whether something will still happen to a run that is not over: all but those that people leave alone.
    fn is_moving(&self, run: RunId) -> bool {
        let held = matches!(self.found(run), Some(Found::Open(open)) if open.brief.status == RunStatus::Held);
        !(held && self.is_left_alone(run) && self.has_read_all(run))
    }

    /// Whether an owner has read, durably, every signal sent to this run.
    fn has_read_all(&self, run: RunId) -> bool {
        matches!(self.found(run), Some(Found::Open(open)) if open.inbox_read >= open.inbox)
    }

    /// One held run in eight stays held for ever, unless others wait for it.
    fn is_left_alone(&self, run: RunId) -> bool {
        run.uuid().as_u128().is_multiple_of(8) && !self.oracle.is_gated(run)
    }

    /// People look through what is held and decide about most of it.
    fn people(&mut self) {
        self.act_after(Duration::from_secs(30), Act::People);
        self.decide();
        let filter = Filter { statuses: vec![RunStatus::Held], ..Filter::default() };
        let held = self.store.runs.list(&filter, u32::MAX).now_or_never().and_then(Result::ok);
        for run in held.unwrap_or_default().into_iter().map(|line| line.id) {
            if self.is_left_alone(run) || !self.has_read_all(run) || self.dice.chance(200) {
                continue;
            }
            let by = format!("person {}", self.dice.next());
            let choice = match self.dice.below(10) {
                0 => Resume::Happened,
                1 => Resume::Skip,
                2 => {
                    self.signal(run, Signal::Cancel { by: by.clone() }, by, true);
                    continue;
                }
                _ => Resume::Again,
            };
            if choice == Resume::Happened {
                self.oracle.said_to_happen.insert(run);
            }
            self.signal(run, Signal::Resume { choice, by: by.clone(), path: None }, by, false);
        }
    }

    /// People answer what they were asked, most of the time.
    fn decide(&mut self) {
        for (run, path) in self.oracle.asked() {
            if self.dice.chance(400) {
                continue;
            }
            let (by, approved) = (format!("person {}", self.dice.next()), self.dice.chance(500));
            let signal = Signal::Decide { path, approved, by: by.clone(), form: serde_json::json!({}) };
            let now = self.now();
            self.note(|| format!("{run} gets {signal:?}"));
            drop(self.store.runs.signal(run, signal, now).now_or_never());
        }
    }

    /// Somebody cancels a run, whatever it does.
    fn cancel(&mut self, sender: Option<usize>) {
        let of_sender = sender.and_then(|sender| self.oracle.run_of(&self.senders[sender]));
        let open: Vec<RunId> = match of_sender {
            Some(run) => vec![run],
            None => self.oracle.open().collect(),
        };
        if open.is_empty() {
            return;
        }
        let run = self.dice.pick(&open);
        let by = format!("person {}", self.dice.next());
        self.signal(run, Signal::Cancel { by: by.clone() }, by, true);
    }

    fn signal(&mut self, run: RunId, signal: Signal, by: String, cancels: bool) {
        let now = self.now();
        self.note(|| format!("{run} gets {signal:?}"));
        let taken = self.store.runs.signal(run, signal, now).now_or_never();
        if let Some(Ok(true)) = taken {
            self.oracle.signalled(run, by, cancels);
        }
    }
}
