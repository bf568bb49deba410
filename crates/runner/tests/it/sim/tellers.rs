//! Tellers of named events, and the door of a node that keeps them and looks for who waits.

use std::time::Duration;

use cauce_journal::Journal;
use cauce_journal::waits::Published;
use cauce_model::{EventId, NamedEvent, SessionId, Time};
use serde_json::{Value, json};

use super::dice::Dice;
use super::setup::SPREAD;
use super::world::{Act, Happening, Inside, World};

/// How long a teller waits for its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Somebody who tells of something until it is acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Teller {
    /// When it begins.
    pub(crate) at: Duration,
    data: Value,
    key: String,
    pub(crate) thanked: bool,
}

impl Teller {
    /// Tells of the order of the sender of this number.
    pub(crate) fn new(dice: &mut Dice, number: usize) -> Self {
        Self::at(dice.millis(0, SPREAD), number)
    }

    pub(crate) fn at(at: Duration, number: usize) -> Self {
        let data = json!({ "who": format!("p{number}"), "paid": true });
        Self { at, data, key: format!("paid {number}"), thanked: false }
    }
}

/// A named event at a node's door.
pub(crate) struct Told {
    session: SessionId,
    event: NamedEvent,
    teller: usize,
    /// Whether the door looks for who waits, or leaves that to whoever finds the event.
    looks: bool,
}

impl Inside {
    pub(crate) fn told(&mut self, teller: usize, session: SessionId) -> Told {
        let now = self.now();
        let Teller { data, key, .. } = self.tellers[teller].clone();
        let id = EventId::from_uuid(self.dice.id(now));
        let (name, key) = ("order.paid".to_owned(), Some(key));
        let event = NamedEvent { id, name, key, data, at: now, from: None };
        Told { session, event, teller, looks: self.dice.chance(700) }
    }

    /// A teller gets its answer, or does not.
    fn thank_teller(&mut self, teller: usize, event: EventId) {
        if !self.dice.chance(self.weather.unthanked) {
            self.note(|| format!("teller {teller} hears of {event}"));
            self.tellers[teller].thanked = true;
            self.oracle.heard_of(event);
        }
    }

    pub(crate) fn wait_to_tell_again(&mut self, teller: usize, attempt: u32) {
        self.act_after(PATIENCE, Act::Tell { teller, attempt: attempt + 1 });
    }
}

/// The loop of a node, as the server has it: looks for who waits for the events whose look is not done.
pub(crate) async fn look_again(journal: Journal, session: SessionId) {
    for event in journal.waits.unlooked(16).await.unwrap_or_default() {
        if journal.waits.look(session, event.id, event.at).await.is_ok() {
            drop(journal.waits.looked(event.id).await);
        }
    }
}

/// The door of a node, as the server has it: nothing is acknowledged that is not kept; then the look.
pub(crate) async fn keep(world: World, journal: Journal, told: Told) {
    let Told { session, event, teller, looks } = told;
    let (kept, at): (EventId, Time) = (event.id, event.at);
    let (id, new) = match journal.waits.publish(session, event).await {
        Ok(Published::Kept) => (kept, true),
        Ok(Published::Duplicate(first)) => (first, false),
        Err(_) => return,
    };
    {
        let mut inside = world.lock();
        let way = inside.dice.millis(0, 100);
        let work = Box::new(move |inside: &mut Inside| inside.thank_teller(teller, id));
        inside.after(way, Happening::Work { from: None, work });
    }
    if looks && new && journal.waits.look(session, id, at).await.is_ok() {
        // Where this is lost, the event is looked for again.
        drop(journal.waits.looked(id).await);
    }
}
