//! Which earlier output is always there: a forward must-analysis over the graph.
//!
//! Where ways come together the sets intersect, and where all of a `parallel` are waited for they unite; a way that ends in
//! `stop` does not arrive and so does not count. A step with `when`, or with an `on_error` that goes on, gives nothing
//! behind it; nor does the body of a loop.

use std::collections::HashMap;

use cauce_model::workflow::{FailMode, Join};
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{EdgeRef, Topo};

use super::graph::is_plain;
use super::{Graph, Link, Node, OnFailure, Plan, PlanVerb, StepIx};

/// A set of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StepSet(Vec<u64>);

impl StepSet {
    pub(super) fn insert(&mut self, ix: StepIx) {
        let word = ix.0 / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (ix.0 % 64);
    }

    pub(super) fn contains(&self, ix: StepIx) -> bool {
        self.0.get(ix.0 / 64).is_some_and(|word| word & (1 << (ix.0 % 64)) != 0)
    }

    fn extend(&mut self, steps: impl IntoIterator<Item = StepIx>) {
        steps.into_iter().for_each(|ix| self.insert(ix));
    }

    fn intersect(&mut self, other: &Self) {
        for (index, word) in self.0.iter_mut().enumerate() {
            *word &= other.0.get(index).copied().unwrap_or(0);
        }
    }

    fn unite(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (index, word) in other.0.iter().enumerate() {
            self.0[index] |= word;
        }
    }
}

/// What is known at the beginning of each step, and at the end of the run.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Outputs that are there whichever way led here.
    always: HashMap<Node, StepSet>,
    /// Steps that lie on some way here.
    before: HashMap<Node, StepSet>,
}

impl Known {
    pub(super) fn of(plan: &Plan) -> Self {
        let graph = &plan.graph;
        let mut known = Self::default();
        let mut topo = Topo::new(&graph.places);
        while let Some(place) = topo.next(&graph.places) {
            let node = graph.places[place];
            if let Some((always, before)) = known.arriving(plan, graph, place) {
                known.always.insert(node, always);
                known.before.insert(node, before);
            }
        }
        known
    }

    /// What is known here; nothing for a place that no way leads to, such as a step behind a `stop`.
    fn arriving(&self, plan: &Plan, graph: &Graph, place: NodeIndex) -> Option<(StepSet, StepSet)> {
        let mut before = StepSet::default();
        let mut given = Vec::new();
        for edge in graph.places.edges_directed(place, Direction::Incoming) {
            let (from, link) = (graph.places[edge.source()], *edge.weight());
            let Some(always) = self.along(plan, from, link) else { continue };
            before.unite(&self.passed(plan, from, link));
            given.push(always);
        }
        if place == graph.start {
            given.push(StepSet::default());
        }
        self.together(plan, graph.places[place], given).map(|always| (always, before))
    }

    /// What is always there for whoever comes along this link.
    fn along(&self, plan: &Plan, from: Node, link: Link) -> Option<StepSet> {
        match (from, link) {
            // Nobody knows how far a run came that ends.
            (Node::End, _) => return Some(StepSet::default()),
            // What a pass gives is seen inside of it only.
            (Node::Turn(ix), Link::Again) if self.is_reached(from) => {
                return self.always.get(&Node::Step(ix)).cloned();
            }
            _ => {}
        }
        let mut given = self.always.get(&from).cloned()?;
        given.extend(gives(plan, from, link));
        Some(given)
    }

    /// The steps that may have run on the way along this link.
    fn passed(&self, plan: &Plan, from: Node, link: Link) -> StepSet {
        let mut passed = self.before.get(&from).cloned().unwrap_or_default();
        match (from, link) {
            (Node::Step(ix), Link::Error | Link::Collected) => {
                let below = format!("{}/", plan.step(ix).path);
                passed.insert(ix);
                passed.extend(plan.places().filter(|ix| plan.step(*ix).path.as_str().starts_with(&below)));
            }
            (Node::Step(ix), _) => passed.insert(ix),
            (Node::End, _) => {
                passed.extend(plan.places().filter(|ix| {
                    let path = plan.step(*ix).path.as_str();
                    let late =
                        path.starts_with("finally/") || link == Link::Error && path.starts_with("on_error/");
                    !late
                }));
            }
            _ => {}
        }
        passed
    }

    /// What is known where several ways meet.
    fn together(&self, plan: &Plan, node: Node, given: Vec<StepSet>) -> Option<StepSet> {
        let (block, number) = match node {
            Node::Join(ix) => (ix, None),
            Node::Branch(ix, number) => (ix, Some(number)),
            _ => return common(given),
        };
        let PlanVerb::Parallel(parallel) = &plan.step(block).verb else { return common(given) };
        let any = parallel.join == Join::Any;
        match number {
            Some(number) => {
                let needs = parallel.branches.get(number).map_or(0, |branch| branch.needs.len());
                // Where the first success is enough, nothing begins behind it.
                (given.len() == needs.max(1) && !(any && needs > 0)).then(|| all(given))
            }
            None if any => common(given),
            None if parallel.fail == FailMode::Collect => self.always.get(&Node::Step(block)).cloned(),
            None => (given.len() == parallel.branches.len()).then(|| all(given)),
        }
    }

    /// Whether any way leads here.
    pub(super) fn is_reached(&self, node: Node) -> bool {
        self.always.contains_key(&node)
    }

    pub(super) fn always(&self, node: Node, ix: StepIx) -> bool {
        self.always.get(&node).is_some_and(|set| set.contains(ix))
    }

    pub(super) fn before(&self, node: Node, ix: StepIx) -> bool {
        self.before.get(&node).is_some_and(|set| set.contains(ix))
    }
}

/// What every one of these gives.
fn common(given: Vec<StepSet>) -> Option<StepSet> {
    given.into_iter().reduce(|mut all, next| {
        all.intersect(&next);
        all
    })
}

/// What they give together.
fn all(given: Vec<StepSet>) -> StepSet {
    given.into_iter().fold(StepSet::default(), |mut all, next| {
        all.unite(&next);
        all
    })
}

/// The step whose output is there for whoever comes along this link, and was not before.
fn gives(plan: &Plan, from: Node, link: Link) -> Option<StepIx> {
    match (from, link) {
        (Node::Step(ix), Link::Then | Link::Else | Link::Case(_) | Link::Timeout) => Some(ix),
        (Node::Step(ix), Link::Next | Link::Needs) => {
            let step = plan.step(ix);
            let always = !is_plain(&step.verb) || step.when.is_none() && step.on_error != OnFailure::Continue;
            always.then_some(ix)
        }
        (Node::Join(ix), Link::Next | Link::Needs) => {
            let at_its_end = matches!(
                plan.step(ix).verb,
                PlanVerb::ForEach(_) | PlanVerb::Repeat(_) | PlanVerb::Parallel(_)
            );
            at_its_end.then_some(ix)
        }
        _ => None,
    }
}
