//! One simulation: the loop that takes what happens next and lets the node that it reaches act on it.

mod acts;
mod blows;

use std::time::Duration;

use super::log;
use super::node::Node;
use super::promise::{Broken, Promise};
use super::seen::Seen;
use super::setup::Setup;
use super::trace::Trace;
use super::world::{Act, Command, Happening, Place, World};

/// How long faults last.
const STORM: Duration = Duration::from_secs(150);
/// How long it may take, once faults have stopped, until everything is over.
const DRAINED_WITHIN: Duration = Duration::from_secs(4 * 60 * 60);

/// What the log says of a run that is held because processes died at it. That is no mistake of the runner.
const POISON: &str = "the process died each time it worked on this run";

/// A simulation under way.
pub(crate) struct Simulation {
    world: World,
    setup: Setup,
    nodes: Vec<Option<Node>>,
    lives: Vec<u32>,
    quiet: bool,
    over: bool,
}

/// How a simulation ended.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) broken: Option<Broken>,
    pub(crate) seen: Seen,
    pub(crate) trace: Trace,
    pub(crate) commits: u64,
    pub(crate) effects: u64,
}

/// Simulates, without keeping the lines of the trace.
pub(crate) fn simulate(setup: Setup) -> Outcome {
    Simulation::new(setup, Trace::default()).run()
}

/// Simulates and keeps the lines.
pub(crate) fn simulate_traced(setup: Setup) -> Outcome {
    Simulation::new(setup, Trace::full()).run()
}

impl Simulation {
    fn new(setup: Setup, trace: Trace) -> Self {
        let world = World::new(setup.seed, setup.nodes, setup.weather.clone(), setup.sabotage, trace);
        let (nodes, lives) = ((0..setup.nodes).map(|_| None).collect(), vec![0; setup.nodes]);
        Self { world, setup, nodes, lives, quiet: false, over: false }
    }

    fn run(mut self) -> Outcome {
        drop(log::errors());
        tracing::subscriber::with_default(log::Errors, || {
            self.begin();
            while !self.over {
                self.step();
            }
            // Nodes end before the world does.
            self.nodes.clear();
        });
        let mut inside = self.world.lock();
        if let Some(error) = log::errors().into_iter().find(|error| !error.contains(POISON)) {
            inside.oracle.complain(Promise::QuietLog, || error);
        }
        Outcome {
            broken: inside.oracle.broken.clone(),
            seen: inside.oracle.seen,
            trace: std::mem::take(&mut inside.trace),
            commits: inside.commits,
            effects: inside.effects,
        }
    }

    fn begin(&mut self) {
        for node in 0..self.setup.nodes {
            self.boot(node);
        }
        let world = self.world.clone();
        let mut inside = world.lock();
        inside.oracle.punctual = self.setup.weather.is_calm() && self.setup.crashes.is_empty();
        inside.senders = self.setup.senders.clone();
        inside.crashes = self.setup.crashes.clone();
        inside.script = self.setup.script.clone().into();
        if self.setup.own_plans {
            super::flows::publish(&inside.store);
        }
        for sender in 0..inside.senders.len() {
            let span = inside.dice.millis(0, self.setup.spread);
            inside.act_after(span, Act::Send { sender, attempt: 1 });
        }
        inside.tellers = self.setup.tellers.clone();
        for teller in 0..inside.tellers.len() {
            let span = inside.tellers[teller].at;
            inside.act_after(span, Act::Tell { teller, attempt: 1 });
        }
        for _ in 0..self.setup.weather.blows {
            let (span, blow) = (inside.dice.millis(0, 140_000), self.blow(&mut inside));
            inside.act_after(span, blow);
        }
        for _ in 0..self.setup.weather.cancels {
            let span = inside.dice.millis(0, 170_000);
            inside.act_after(span, Act::Cancel { sender: None });
        }
        if self.setup.gates {
            for node in 0..self.setup.nodes {
                inside.act_after(Duration::from_secs(1), Act::Fire { node });
            }
        }
        for _ in 0..self.setup.replays {
            let (span, node) = (inside.dice.millis(10_000, 170_000), inside.dice.index(self.setup.nodes));
            inside.act_after(span, Act::Replay { node });
        }
        if self.setup.schedule {
            for node in 0..self.setup.nodes {
                inside.act_after(Duration::from_secs(1), Act::Slot { node });
            }
        }
        for node in 0..self.setup.nodes {
            inside.act_after(Duration::from_secs(2), Act::LookAtEvents { node });
        }
        for (span, act) in self.setup.acts.clone() {
            inside.act_after(span, act);
        }
        inside.act_after(Duration::from_secs(20), Act::People);
        inside.act_after(STORM, Act::Quiet);
    }

    fn step(&mut self) {
        let next = self.world.lock().next();
        match next {
            Some(Happening::Timer { at, bell }) => {
                // Nobody waits any more: that is fine.
                if bell.send(()).is_ok() {
                    self.turn(at);
                }
            }
            Some(Happening::Work { from, work }) => {
                let mut inside = self.world.lock();
                let lost = from.is_some_and(|from| !inside.is_alive(from)) && inside.dice.chance(500);
                if !lost {
                    work(&mut inside);
                }
            }
            Some(Happening::Tell { to, tell, then_dies }) => {
                tell();
                self.turn(to);
                if then_dies {
                    self.world.lock().die(to, "what it heard");
                }
            }
            Some(Happening::Act(act)) => self.act(act),
            None => self.over = true,
        }
        let commands = std::mem::take(&mut self.world.lock().commands);
        for Command::Kill(place) in commands {
            self.kill(place);
        }
        self.over |= self.world.lock().oracle.broken.is_some();
    }

    /// Lets a node act, if it is alive and not frozen.
    fn turn(&mut self, place: Place) {
        let Some(node) = self.nodes[place.node].as_ref().filter(|node| node.place == place) else { return };
        if node.frozen {
            return;
        }
        node.turn();
        if !node.runner.is_working() && !node.stopping {
            self.fenced(place);
        }
    }
}
