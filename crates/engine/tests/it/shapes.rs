//! Random flows of every kind of block, written as files, and every way through them.

use std::collections::BTreeSet;

use cauce_engine::{Decision, Plan, State, StepCall, decide, heard, outcome};
use cauce_model::{Entry, EventId, Failure, StepPath, StepStatus, Time, What};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::world::{at, start};

/// A step of a random flow. What it does is decided by bits of the trigger's data.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A `use`: as it is, with `when`, or one that may fail with this `on_error`.
    Act(Act),
    /// An `if`.
    Branch { then: Vec<Self>, otherwise: Option<Vec<Self>>, continues: bool },
    /// A `switch` with two cases.
    Switch { cases: [Vec<Self>; 2], otherwise: Option<Vec<Self>> },
    /// A `for_each` over no item or two.
    Each { steps: Vec<Self>, parallel: bool },
    /// A `parallel` of two branches.
    Parallel { branches: [Vec<Self>; 2], kind: Kind },
    /// A `wait_for` with steps for its time-out.
    WaitFor(Vec<Self>),
    /// A `stop`.
    Stop,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Plain,
    Guarded,
    Fails,
    Continues,
    Mends,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Fast,
    Collect,
    Any,
    Needs,
}

pub(crate) fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    let act = prop_oneof![
        4 => Just(Act::Plain),
        1 => Just(Act::Guarded),
        1 => Just(Act::Fails),
        1 => Just(Act::Continues),
        1 => Just(Act::Mends),
    ];
    let leaf = prop_oneof![8 => act.prop_map(Shape::Act), 1 => Just(Shape::Stop)];
    let nested = leaf.prop_recursive(3, 9, 2, |inner| {
        let steps = prop::collection::vec(inner, 1..3);
        let maybe = prop::option::of(steps.clone());
        let kind = prop_oneof![Just(Kind::Fast), Just(Kind::Collect), Just(Kind::Any), Just(Kind::Needs)];
        prop_oneof![
            2 => (steps.clone(), maybe.clone(), any::<bool>())
                .prop_map(|(then, otherwise, continues)| Shape::Branch { then, otherwise, continues }),
            1 => ([steps.clone(), steps.clone()], maybe)
                .prop_map(|(cases, otherwise)| Shape::Switch { cases, otherwise }),
            1 => (steps.clone(), any::<bool>()).prop_map(|(steps, parallel)| Shape::Each { steps, parallel }),
            3 => ([steps.clone(), steps.clone()], kind)
                .prop_map(|(branches, kind)| Shape::Parallel { branches, kind }),
            1 => steps.prop_map(Shape::WaitFor),
        ]
    });
    prop::collection::vec(nested, 1..4)
}

/// Shapes as the `steps` of a file. Step `s3` is the fourth, `c[n]` the nth bit that somebody asks for.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) steps: usize,
    pub(crate) bits: usize,
    /// The steps of which the first branch that succeeds wins.
    pub(crate) races: Vec<usize>,
    /// The bit that says whether step `n` succeeds, or whether its event comes.
    chances: Vec<(usize, usize)>,
}

impl Written {
    pub(crate) fn new(shapes: &[Shape]) -> Self {
        let mut written = Self { text: "steps:\n".to_owned(), ..Self::default() };
        written.list(shapes, 2);
        written
    }

    fn bit(&mut self) -> usize {
        self.bits += 1;
        self.bits - 1
    }

    fn chance(&mut self, step: usize) {
        let bit = self.bit();
        self.chances.push((step, bit));
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&format!("{}{text}\n", " ".repeat(indent)));
    }

    fn list(&mut self, shapes: &[Shape], indent: usize) {
        for shape in shapes {
            let n = self.steps;
            self.steps += 1;
            self.line(indent, &format!("- id: s{n}"));
            self.shape(shape, n, indent + 2);
        }
    }

    fn shape(&mut self, shape: &Shape, n: usize, indent: usize) {
        match shape {
            Shape::Act(act) => self.act(*act, n, indent),
            Shape::Stop => self.line(indent, "stop: {}"),
            Shape::Branch { then, otherwise, continues } => {
                let bit = self.bit();
                self.line(indent, &format!("if: trigger.c[{bit}]"));
                if *continues {
                    self.line(indent, "on_error: continue");
                }
                self.line(indent, "then:");
                self.risky(then, *continues, indent + 2);
                if let Some(steps) = otherwise {
                    self.line(indent, "else:");
                    self.risky(steps, *continues, indent + 2);
                }
            }
            Shape::Switch { cases, otherwise } => {
                self.line(indent, "switch:");
                self.line(indent + 2, "cases:");
                for case in cases {
                    let bit = self.bit();
                    self.line(indent + 4, &format!("- when: trigger.c[{bit}]"));
                    self.line(indent + 6, "do:");
                    self.list(case, indent + 8);
                }
                self.otherwise(otherwise.as_deref(), indent + 2);
            }
            Shape::Each { steps, parallel } => {
                let bit = self.bit();
                self.line(indent, "for_each:");
                self.line(indent + 2, &format!("in: \"[1, 2] if trigger.c[{bit}] else []\""));
                self.line(indent + 2, &format!("parallel: {}", if *parallel { 2 } else { 1 }));
                self.line(indent + 2, "do:");
                self.list(steps, indent + 4);
            }
            Shape::Parallel { branches, kind } => self.parallel(branches, *kind, n, indent),
            Shape::WaitFor(steps) => {
                self.chance(n);
                self.line(indent, "wait_for:");
                self.line(indent + 2, "event: it.came");
                self.line(indent + 2, "match: event.key == trigger.key");
                self.line(indent + 2, "timeout: 1h");
                self.line(indent + 2, "on_timeout:");
                self.list(steps, indent + 4);
            }
        }
    }

    /// Steps that may fail before anything else happens: any action may, and here that matters.
    fn risky(&mut self, steps: &[Shape], risky: bool, indent: usize) {
        if risky {
            self.list(&[Shape::Act(Act::Fails)], indent);
        }
        self.list(steps, indent);
    }

    fn otherwise(&mut self, steps: Option<&[Shape]>, indent: usize) {
        if let Some(steps) = steps {
            self.line(indent, "else:");
            self.list(steps, indent + 2);
        }
    }

    fn act(&mut self, act: Act, n: usize, indent: usize) {
        self.line(indent, "use: act@1");
        match act {
            Act::Plain => {}
            Act::Guarded => {
                let bit = self.bit();
                self.line(indent, &format!("when: trigger.c[{bit}]"));
            }
            Act::Fails => self.chance(n),
            Act::Continues => {
                self.chance(n);
                self.line(indent, "on_error: continue");
            }
            Act::Mends => {
                self.chance(n);
                self.line(indent, "on_error:");
                self.list(&[Shape::Act(Act::Plain)], indent + 2);
            }
        }
    }

    fn parallel(&mut self, branches: &[Vec<Shape>; 2], kind: Kind, n: usize, indent: usize) {
        self.line(indent, "parallel:");
        match kind {
            Kind::Fast | Kind::Needs => {}
            Kind::Collect => self.line(indent + 2, "fail: collect"),
            Kind::Any => {
                self.races.push(n);
                self.line(indent + 2, "join: any");
            }
        }
        self.line(indent + 2, "branches:");
        for (number, steps) in branches.iter().enumerate() {
            self.line(indent + 4, &format!("- id: b{n}_{number}"));
            if matches!(kind, Kind::Needs) && number == 1 {
                self.line(indent + 6, &format!("needs: [b{n}_0]"));
            }
            self.line(indent + 6, "steps:");
            // A race is one only between branches that take time.
            if matches!(kind, Kind::Any) {
                self.list(&[Shape::Act(Act::Plain)], indent + 8);
            }
            self.risky(steps, matches!(kind, Kind::Collect), indent + 8);
        }
    }
}

/// Whoever answers what a run asks for, by its bits.
pub(crate) struct Driver<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) written: &'a Written,
    pub(crate) bits: u32,
    /// Which branch comes back first, a bit for each race.
    pub(crate) order: u32,
    pub(crate) state: State,
    pub(crate) entries: Vec<Entry>,
    now: Time,
    flights: Vec<StepCall>,
    /// Attempts that were told to stop.
    cut: BTreeSet<StepPath>,
}

impl<'a> Driver<'a> {
    pub(crate) fn new(plan: &'a Plan, written: &'a Written, bits: u32, order: u32) -> Self {
        let conditions: Vec<bool> = (0..written.bits).map(|n| bits & (1 << n) != 0).collect();
        let state = State::new(start(json!({ "c": conditions, "key": "k" })));
        Self {
            plan,
            written,
            bits,
            order,
            state,
            entries: Vec::new(),
            now: at(0),
            flights: Vec::new(),
            cut: BTreeSet::new(),
        }
    }

    fn add(&mut self, entry: Entry) {
        self.state.apply(&entry).unwrap_or_else(|illegal| panic!("{illegal}"));
        self.entries.push(entry);
    }

    /// Whether the step at a path is lucky: `s3` in any pass of any loop.
    fn is_lucky(&self, path: &str) -> bool {
        let number = path.rsplit('s').next().and_then(|number| number.parse::<usize>().ok());
        let chance = self.written.chances.iter().find(|(step, _)| Some(*step) == number);
        chance.is_none_or(|(_, bit)| self.bits & (1 << bit) != 0)
    }

    /// One decision, and everything it asks for begun. False: the run is over.
    pub(crate) fn step(&mut self) -> bool {
        let decision = decide(self.plan, &self.state, self.now);
        let Decision { finish, wake_at, .. } = decision;
        self.cut.extend(decision.cancel);
        for entry in decision.record {
            self.add(entry);
        }
        for call in decision.start {
            let (attempt, input) = (call.attempt, call.request.value.clone());
            self.add(Entry { at: self.now, path: call.path.clone(), what: What::Started { attempt, input } });
            self.flights.push(call);
        }
        assert!(
            finish || wake_at.is_some() || self.state.is_flying(),
            "a run that goes on waits for something"
        );
        !finish
    }

    /// Something that the run waits for happens. False: it waits for nothing.
    pub(crate) fn happen(&mut self) -> bool {
        let waiting = self.state.steps.iter().filter(|(_, step)| step.status == StepStatus::Waiting);
        let flying = self.flights.iter().map(|call| &call.path);
        let first = waiting.map(|(path, _)| path).chain(flying).min_by_key(|path| self.rank(path)).cloned();
        let Some(path) = first else { return false };
        let lucky = self.is_lucky(path.as_str()) && !self.cut.contains(&path);
        if let Some(place) = self.flights.iter().position(|call| call.path == path) {
            let call = self.flights.remove(place);
            let answer = if lucky { Ok(json!({})) } else { Err(Failure::permanent("A002", "no")) };
            let entry = outcome(self.plan, &self.state, &call, answer, self.now);
            self.add(entry);
        } else if lucky {
            let id = EventId::from_uuid(Uuid::from_u128(5));
            let (path, what) = heard(&path, id, "it.came", json!({ "key": "k" }));
            self.add(Entry { at: self.now, path, what });
        } else {
            let wake_at = self.state.step(&path).and_then(|step| step.wake_at);
            self.now = self.now.max(wake_at.unwrap_or(self.now));
        }
        true
    }

    /// Attempts come back branch by branch; of each block where the first success wins, either branch may be the first.
    fn rank(&self, path: &StepPath) -> String {
        let place = |segment: &str| {
            let (block, number) = segment.strip_prefix('b')?.split_once('_')?;
            let block = block.parse::<usize>().ok()?;
            let turned = self.written.races.iter().position(|race| *race == block)?;
            Some(u32::from(number == "1") ^ (self.order >> turned & 1))
        };
        let ranks = path.as_str().split('/').map(|segment| match place(segment) {
            Some(place) => place.to_string(),
            None => segment.to_owned(),
        });
        ranks.collect::<Vec<_>>().join("/")
    }

    /// Runs to the end.
    pub(crate) fn run(&mut self) {
        while self.step() {
            assert!(self.happen(), "the run waits for nothing: {:?}", self.state.steps);
        }
    }
}
