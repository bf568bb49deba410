//! Senders of events, and the intake of a node that answers them: nothing is acknowledged that is not stored.

use std::time::Duration;

use cauce_journal::Journal;
use cauce_journal::events::{Accept, Accepted};
use cauce_journal::runs::OpenRun;
use cauce_model::{Event, EventId, RunId, SessionId, Time};
use cauce_runner::begin;
use serde_json::{Value, json};

use super::dice::Dice;
use super::flows::{FLOWS, Flow, flow};
use super::gates::{limits, new_run};
use super::world::{Act, Happening, Inside, World};

/// How long a sender waits for its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Somebody who has one thing to tell, until it is acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) flow: &'static str,
    data: Value,
    pub(crate) key: Option<String>,
    /// For a schedule: the slot.
    slot: Option<Time>,
    pub(crate) thanked: bool,
}

impl Sender {
    /// Anybody, or one of a crowd that all want the same.
    pub(crate) fn new(dice: &mut Dice, number: usize, crowd: Option<&'static str>) -> Self {
        let flow = crowd.filter(|_| dice.chance(850)).map_or_else(|| pick(dice), flow);
        let nap = dice.pick(&["3s", "70s", "10m"]);
        let data = json!({ "body": { "who": format!("p{number}"), "n": dice.below(100), "nap": nap } });
        let key = dice.chance(900).then(|| format!("k{number}"));
        Self { flow: flow.id, data, key, slot: None, thanked: false }
    }

    /// Somebody who starts this flow once.
    pub(crate) fn of(flow: &'static str, number: usize) -> Self {
        let data = json!({ "body": { "who": format!("p{number}"), "n": 61, "nap": "70s" } });
        Self { flow, data, key: Some(format!("k{number}")), slot: None, thanked: false }
    }

    /// Somebody who starts this flow, and may meet others at its gates.
    pub(crate) fn at_gate(dice: &mut Dice, flow: &'static str, number: usize) -> Self {
        let nap = dice.pick(&["3s", "70s"]);
        let data = json!({ "body": { "who": format!("p{number}"), "n": dice.below(100), "nap": nap } });
        let key = dice.chance(900).then(|| format!("k{number}"));
        Self { flow, data, key, slot: None, thanked: false }
    }

    /// A schedule whose slot is due.
    pub(crate) fn slot(flow: &'static str, slot: Time) -> Self {
        let data = json!({ "body": { "n": slot.to_string() } });
        Self { flow, data, key: Some(format!("slot {slot}")), slot: Some(slot), thanked: false }
    }
}

fn pick(dice: &mut Dice) -> &'static Flow {
    let mut throw = dice.below(FLOWS.iter().map(|flow| flow.weight).sum());
    for flow in FLOWS.iter() {
        if throw < flow.weight {
            return flow;
        }
        throw -= flow.weight;
    }
    &FLOWS[0]
}

/// An event at a node's door.
pub(crate) struct Letter {
    accept: Accept,
    sender: usize,
    hinted: bool,
    watched: bool,
}

impl Inside {
    /// What a node's intake makes of a sender's request.
    pub(crate) fn letter(&mut self, sender: usize, session: SessionId) -> Letter {
        let now = self.now();
        let Sender { flow, data, key, slot, .. } = self.senders[sender].clone();
        let event = Event {
            id: EventId::from_uuid(self.dice.id(now)),
            workflow: flow.to_owned(),
            trigger: "hook".to_owned(),
            received_at: now,
            dedupe_key: key,
            data: data.into(),
        };
        let id = RunId::from_uuid(self.dice.id(now));
        let run = new_run(id, &event, self.dice.chance(850));
        let gates = limits(&event);
        let run = Some(if gates.is_none() { begin(&self::flow(flow).plan, run, now) } else { run });
        let hinted = !self.dice.chance(self.weather.hint_lost);
        let watched = self.dice.chance(150);
        Letter { accept: Accept { session, event, run, slot, gates }, sender, hinted, watched }
    }

    /// A 2xx leaves for a sender.
    fn answer(&mut self, sender: usize, event: EventId, run: Option<RunId>) {
        let way = self.dice.millis(0, 100);
        let work = Box::new(move |inside: &mut Self| inside.thank(sender, event, run));
        self.after(way, Happening::Work { from: None, work });
    }

    /// A sender got its answer, or did not.
    fn thank(&mut self, sender: usize, event: EventId, run: Option<RunId>) {
        if self.dice.chance(self.weather.unthanked) {
            return;
        }
        self.note(|| format!("sender {sender} hears of {event} {run:?}"));
        self.senders[sender].thanked = true;
        self.oracle.acknowledged(event, run);
        // Some send it again all the same.
        if self.dice.chance(self.weather.unthanked) {
            let span = self.dice.millis(0, 60_000);
            self.act_after(span, Act::Send { sender, attempt: 100 });
        }
    }

    /// The sender waits; without an answer it sends again.
    pub(crate) fn wait_for_thanks(&mut self, sender: usize, attempt: u32) {
        if attempt < 100 {
            self.act_after(PATIENCE, Act::Send { sender, attempt: attempt + 1 });
        }
    }
}

/// The intake of a node, as the server does it.
pub(crate) async fn take_in(world: World, journal: Journal, letter: Letter) {
    let Letter { accept, sender, hinted, watched } = letter;
    let event = accept.event.id;
    let new = accept.run.clone();
    let Ok(accepted) = journal.events.accept(accept).await else { return };
    let (event, run) = match accepted {
        Accepted::Duplicate { event, run } => (event, run),
        Accepted::Run { .. } | Accepted::Queued => (event, new.as_ref().map(|new| new.start.id)),
        Accepted::Kept
        | Accepted::Dropped { .. }
        | Accepted::Throttled { .. }
        | Accepted::Debounced { .. }
        | Accepted::Batched { .. } => (event, None),
    };
    let _watch = run.filter(|_| watched).map(|run| journal.hints.watch(run));
    if let (Accepted::Run { rev }, Some(new)) = (accepted, new)
        && hinted
        && new.owned
    {
        journal.hints.hand_over(OpenRun::accepted(new, rev));
    }
    world.lock().answer(sender, event, run);
    if watched {
        std::future::pending().await
    }
}
