//! The store as one node sees it: the real journal in memory behind a line that is slow, fails, and loses what was not
//! yet committed when the node dies. A commit has one moment: before it nothing stands, after it everything does.

mod events;
mod flows;
mod gates;
mod runs;
mod sessions;
mod waits;

use std::sync::Arc;
use std::time::Duration;

use cauce_journal::{Error, Hints, Journal};
use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::weather::StoreFate;
use super::world::{Act, Command, Happening, Inside, Moment, Place, Point, Tell, World};

/// One node's line to the store.
pub(crate) struct Line {
    world: World,
    place: Place,
}

/// Whether a call is an append: nodes crash around those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

/// The journal of one life of a node.
pub(crate) fn journal(world: &World, place: Place) -> Journal {
    let line = Arc::new(Line { world: world.clone(), place });
    let (access, blobs, notices, retention) = {
        let state = world.lock();
        let store = &state.store;
        let (access, blobs) = (Arc::clone(&store.access), Arc::clone(&store.blobs));
        (access, blobs, Arc::clone(&store.notices), Arc::clone(&store.retention))
    };
    Journal {
        sessions: line.clone(),
        events: line.clone(),
        runs: line.clone(),
        waits: line.clone(),
        gates: line.clone(),
        timers: line.clone(),
        notices,
        flows: line,
        access,
        blobs,
        retention,
        hints: Hints::default(),
    }
}

/// What the journal in memory answers: always at once.
fn at_once<T>(answer: impl Future<Output = T>) -> T {
    answer.now_or_never().expect("the journal in memory never waits")
}

fn unavailable(doing: &'static str) -> Error {
    Error::Unavailable { doing, source: "the simulator says so".into() }
}

impl Line {
    /// Sends a call to the store and waits for the answer. `op` is the moment of the commit.
    async fn call<T, F>(&self, name: &'static str, kind: Kind, op: F) -> Result<T, Error>
    where
        T: Send + std::fmt::Debug + 'static,
        F: FnOnce(&mut Inside, Place) -> Result<T, Error> + Send + 'static,
    {
        let (answer, heard) = oneshot::channel::<Result<T, Error>>();
        let place = self.place;
        {
            let mut inside = self.world.lock();
            if inside.closed.contains(&place) {
                return Err(Error::Closed);
            }
            let Inside { weather, dice, .. } = &mut *inside;
            let (fate, way) = (weather.at_store(dice), weather.store_way(dice));
            let work = move |inside: &mut Inside| {
                let moment = if kind == Kind::Write { inside.next_commit() } else { None };
                if moment == Some(Moment::Before) {
                    return inside.die(place, name);
                }
                let result = if fate.applies() { Some(op(inside, place)) } else { None };
                // What reads find when all is well fills pages.
                if kind == Kind::Write || fate != StoreFate::Fine {
                    inside.note(|| format!("{place} {name} {fate:?} {result:?}"));
                }
                if moment == Some(Moment::After) {
                    return inside.die(place, name);
                }
                let said = inside.answered(place, fate, result);
                let tell: Tell = Box::new(move || drop(answer.send(said)));
                let Inside { weather, dice, .. } = inside;
                let late = if name == "accept" { weather.accept_late } else { 0 };
                let way = weather.store_way(dice) + Duration::from_millis(late);
                inside.after(way, Happening::Tell { to: place, tell, then_dies: moment.is_some() });
            };
            inside.after(way, Happening::Work { from: Some(place), work: Box::new(work) });
        }
        heard.await.unwrap_or(Err(Error::Closed))
    }
}

impl Inside {
    /// Counts a write that reached the store. A moment: its node dies around it.
    fn next_commit(&mut self) -> Option<Moment> {
        self.commits += 1;
        self.crashes.get(&Point::Commit(self.commits)).copied()
    }

    pub(crate) fn die(&mut self, place: Place, at: &str) {
        self.note(|| format!("{place} dies at {at}"));
        self.oracle.seen.crashes += 1;
        self.commands.push(Command::Kill(place));
    }

    fn answered<T>(
        &mut self,
        place: Place,
        fate: StoreFate,
        result: Option<Result<T, Error>>,
    ) -> Result<T, Error> {
        match (fate, result) {
            (StoreFate::Fine, Some(result)) => result,
            (StoreFate::Dies { .. }, _) => {
                self.oracle.seen.store_deaths += 1;
                self.closed.push(place);
                let span = self.dice.millis(1, 2000);
                self.act_after(span, Act::Kill(place));
                Err(Error::Closed)
            }
            (StoreFate::Unheard, _) => {
                self.oracle.seen.unheard += 1;
                Err(unavailable("hear the answer"))
            }
            (StoreFate::Refused | StoreFate::Fine, _) => {
                self.oracle.seen.refused += 1;
                Err(unavailable("write"))
            }
        }
    }
}
