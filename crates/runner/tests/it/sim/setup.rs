//! What a simulation begins with, from its seed.

use std::collections::BTreeMap;
use std::time::Duration;

use cauce_runner::Setting;

use super::dice::Dice;
use super::node::LONGEST_LOOK;
use super::sabotage::Sabotage;
use super::senders::Sender;
use super::tellers::Teller;
use super::weather::{NetworkFate, Weather};
use super::world::{Act, MOMENTS, Moment, Point};

/// Within how many milliseconds senders begin and tellers tell.
pub(crate) const SPREAD: u64 = 100_000;

/// What a simulation begins with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) nodes: usize,
    pub(crate) weather: Weather,
    pub(crate) sabotage: Sabotage,
    pub(crate) setting: Setting,
    /// Nodes read the workflows through the store.
    pub(crate) own_plans: bool,
    /// A schedule fires too.
    pub(crate) schedule: bool,
    /// Nodes fire gates.
    pub(crate) gates: bool,
    /// How often somebody wants a run to be done again.
    pub(crate) replays: u64,
    pub(crate) senders: Vec<Sender>,
    pub(crate) tellers: Vec<Teller>,
    /// Within how many milliseconds senders begin.
    pub(crate) spread: u64,
    pub(crate) crashes: BTreeMap<Point, Moment>,
    pub(crate) script: Vec<NetworkFate>,
    /// What else is done, and when.
    pub(crate) acts: Vec<(Duration, Act)>,
}

/// Flows that have room for a few runs only.
const CROWDED: [&str; 3] = ["newest", "places", "turns"];

/// Flows whose events meet at gates, end early, or are cancelled by events.
const GATED: [&str; 7] = ["again", "calm", "few", "line", "sheaf", "stopped", "until"];

impl Setup {
    /// Everything by chance: of each four seeds one is about gates, and one has runs that begin by waiting.
    pub(crate) fn any(seed: u64) -> Self {
        match seed % 4 {
            3 => Self::gated(seed),
            1 => Self::of(seed).with_late_ones(),
            _ => Self::of(seed),
        }
    }

    fn with_late_ones(mut self) -> Self {
        let count = self.senders.len();
        self.senders.extend((count..count + 2).map(|number| Sender::of("later", number)));
        self
    }

    /// The same weather and nodes as without gates, but events that meet at gates, and runs that are done again.
    pub(crate) fn gated(seed: u64) -> Self {
        let usual = Self::of(seed);
        let mut dice = Dice::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let crowd = dice.pick(&GATED);
        let count = 2 + dice.index(11);
        let sender = |number| {
            let flow = if dice.chance(600) { crowd } else { dice.pick(&GATED) };
            Sender::at_gate(&mut dice, flow, number)
        };
        let senders: Vec<Sender> = (0..count).map(sender).collect();
        let tellers = (0..count).map(|number| Teller::new(&mut dice, number)).collect();
        let spread = dice.pick(&[20_000, SPREAD]);
        Self { gates: true, replays: dice.below(4), senders, tellers, spread, ..usual }
    }

    /// Everything by chance, without gates that keep events and without replays.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed.wrapping_mul(0xd134_2543_de82_ef95));
        let weather = Weather::of(&mut dice);
        let nodes = 1 + dice.index(3);
        let count = 1 + dice.index(9);
        let crowd = dice.chance(250).then(|| dice.pick(&CROWDED));
        let senders = (0..count).map(|number| Sender::new(&mut dice, number, crowd)).collect();
        let tellers = (0..count).map(|number| Teller::new(&mut dice, number)).collect();
        let crashes = (0..weather.crashes).map(|_| crash(&mut dice)).collect();
        let setting = Setting {
            most_effects: dice.pick(&[1, 2, 256]),
            most_runs: dice.pick(&[2, 10_000]),
            flush_after: dice.pick(&[Duration::ZERO, Duration::from_millis(200)]),
            look_every: dice.pick(&[Duration::from_secs(4), LONGEST_LOOK]),
            beat_every: dice.pick(&[Duration::from_secs(5), Duration::from_secs(25)]),
            ..Setting::default()
        };
        let (own_plans, schedule) = (dice.chance(60), dice.chance(250));
        let (sabotage, script, acts) = (Sabotage::None, Vec::new(), Vec::new());
        Self {
            seed,
            nodes,
            weather,
            sabotage,
            setting,
            own_plans,
            schedule,
            gates: false,
            replays: 0,
            senders,
            tellers,
            spread: SPREAD,
            crashes,
            script,
            acts,
        }
    }

    /// One event for one flow on one node, and nothing that goes wrong.
    pub(crate) fn one(flow: &'static str) -> Self {
        let setting = Setting { look_every: LONGEST_LOOK, beat_every: LONGEST_LOOK, ..Setting::default() };
        Self {
            seed: 1,
            nodes: 1,
            weather: Weather::CALM,
            sabotage: Sabotage::None,
            setting,
            own_plans: false,
            schedule: false,
            gates: super::flows::flow(flow).keeps_events(),
            replays: 0,
            senders: vec![Sender::of(flow, 0)],
            tellers: Vec::new(),
            spread: 0,
            crashes: BTreeMap::new(),
            script: Vec::new(),
            acts: Vec::new(),
        }
    }
}

fn crash(dice: &mut Dice) -> (Point, Moment) {
    let point =
        if dice.chance(600) { Point::Commit(1 + dice.below(60)) } else { Point::Effect(1 + dice.below(20)) };
    (point, dice.pick(&MOMENTS))
}
