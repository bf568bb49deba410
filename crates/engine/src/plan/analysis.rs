//! Which earlier output is always there: a forward must-analysis over the graph.
//!
//! Where ways come together the sets intersect; a way that ends in `stop` does not arrive and so does not count. A step
//! with `when`, or with an `on_error` that goes on, gives nothing behind it.

use std::collections::HashMap;

use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{EdgeRef, Topo};

use super::{Graph, Link, Node, OnFailure, Plan, StepIx};

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
        let mut always = (place == graph.start).then(StepSet::default);
        let mut before = StepSet::default();
        for edge in graph.places.edges_directed(place, Direction::Incoming) {
            let from = graph.places[edge.source()];
            let Some(mut given) = self.always.get(&from).cloned() else { continue };
            if let Node::Step(ix) = from {
                before.insert(ix);
                if gives_output(plan, ix, *edge.weight()) {
                    given.insert(ix);
                }
            }
            before.unite(self.before.get(&from).unwrap_or(&StepSet::default()));
            match &mut always {
                None => always = Some(given),
                Some(set) => set.intersect(&given),
            }
        }
        always.map(|always| (always, before))
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

/// Whether the output of `ix` is there for whoever comes along this link.
fn gives_output(plan: &Plan, ix: StepIx, link: Link) -> bool {
    let step = plan.step(ix);
    match link {
        Link::Error | Link::Skip => false,
        Link::Then | Link::Else => true,
        Link::Next => step.when.is_none() && matches!(step.on_error, OnFailure::Fail | OnFailure::Hold),
    }
}
