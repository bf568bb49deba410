//! The whole file as one petgraph graph, from the trigger to the end. It has no cycle: blocks nest, and a pass of a loop
//! leads to the place behind the loop.

use cauce_model::workflow::{FailMode, Join};
use petgraph::stable_graph::{NodeIndex, StableDiGraph};

use super::{OnFailure, Plan, PlanParallel, PlanTimeout, PlanVerb, StepIx};

/// A place in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Where every run begins.
    Start,
    /// A step begins.
    Step(StepIx),
    /// A branch of a `parallel` begins; counts from 0.
    Branch(StepIx, usize),
    /// A pass of a loop is over.
    Turn(StepIx),
    /// The ways of a step come together.
    Join(StepIx),
    /// The ways around a step that has a [`Node::Join`] come together: it was skipped, or its failure was seen to.
    After(StepIx),
    /// Where every run that is not stopped ends; behind it stand `on_error` and `finally`.
    End,
}

/// Why one place follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// It is next.
    Next,
    /// The condition was true.
    Then,
    /// The condition was false, or no case fitted.
    Else,
    /// This case fitted; counts from 1.
    Case(usize),
    /// A branch of a `parallel`; counts from 0.
    Branch(usize),
    /// A branch needs what leads here.
    Needs,
    /// A block is over however its branches ended; not drawn.
    Collected,
    /// A pass of a loop begins.
    Each,
    /// A pass of a loop is over: the next one, or on.
    Again,
    /// A loop without passes.
    Empty,
    /// The awaited event did not come.
    Timeout,
    /// The step failed, and says what to do about it; or the run did.
    Error,
    /// The block's `when` was false.
    Skip,
    /// The run ends, however it ends.
    Finally,
}

/// The graph with its two ends.
#[derive(Debug, Default)]
pub struct Graph {
    /// Places and links.
    pub places: StableDiGraph<Node, Link>,
    /// [`Node::Start`].
    pub start: NodeIndex,
    /// [`Node::End`].
    pub end: NodeIndex,
}

impl Graph {
    /// The graph of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut places = StableDiGraph::new();
        let start = places.add_node(Node::Start);
        let mut builder = Builder { plan, places };
        let last = builder.sequence(&plan.sequence, vec![(start, Link::Next)]);
        let end = builder.places.add_node(Node::End);
        builder.join(last, end);
        builder.sequence(&plan.on_error, vec![(end, Link::Error)]);
        builder.sequence(&plan.finally, vec![(end, Link::Finally)]);
        Self { places: builder.places, start, end }
    }
}

/// Links that wait for the place they lead to.
type Open = Vec<(NodeIndex, Link)>;

struct Builder<'a> {
    plan: &'a Plan,
    places: StableDiGraph<Node, Link>,
}

impl Builder<'_> {
    fn join(&mut self, open: Open, to: NodeIndex) {
        for (from, link) in open {
            self.places.add_edge(from, to, link);
        }
    }

    fn joined(&mut self, open: Open, node: Node) -> NodeIndex {
        let place = self.places.add_node(node);
        self.join(open, place);
        place
    }

    fn sequence(&mut self, steps: &[StepIx], mut open: Open) -> Open {
        for ix in steps {
            open = self.step(*ix, open);
        }
        open
    }

    fn step(&mut self, ix: StepIx, open: Open) -> Open {
        let here = self.joined(open, Node::Step(ix));
        let plan = self.plan;
        let step = plan.step(ix);
        let mut leaving = self.verb(ix, here);
        let inside = leaving.len();
        if !is_plain(&step.verb) {
            if step.when.is_some() {
                leaving.push((here, Link::Skip));
            }
            if step.on_error == OnFailure::Continue {
                leaving.push((here, Link::Error));
            }
        }
        if let OnFailure::Steps(steps) = &step.on_error {
            leaving.extend(self.sequence(steps, vec![(here, Link::Error)]));
        }
        let has_join =
            matches!(step.verb, PlanVerb::ForEach(_) | PlanVerb::Repeat(_) | PlanVerb::Parallel(_));
        let meets = match &step.verb {
            PlanVerb::If { .. } | PlanVerb::Switch { .. } => true,
            _ => leaving.len() > 1 || matches!(step.on_error, OnFailure::Steps(_)) && inside == 0,
        };
        if !meets || leaving.is_empty() {
            return leaving;
        }
        let node = if has_join { Node::After(ix) } else { Node::Join(ix) };
        vec![(self.joined(leaving, node), Link::Next)]
    }

    /// The links that leave a step that did what it says.
    fn verb(&mut self, ix: StepIx, here: NodeIndex) -> Open {
        let plan = self.plan;
        match &plan.step(ix).verb {
            PlanVerb::If { then, otherwise, .. } => {
                let mut ways = self.sequence(then, vec![(here, Link::Then)]);
                ways.extend(self.sequence(otherwise, vec![(here, Link::Else)]));
                ways
            }
            PlanVerb::Switch { cases, otherwise, .. } => {
                let mut ways = Vec::new();
                for (place, case) in cases.iter().enumerate() {
                    ways.extend(self.sequence(&case.steps, vec![(here, Link::Case(place + 1))]));
                }
                let otherwise = otherwise.as_deref().unwrap_or_default();
                ways.extend(self.sequence(otherwise, vec![(here, Link::Else)]));
                ways
            }
            PlanVerb::ForEach(each) => self.body(ix, here, &each.steps, true),
            PlanVerb::Repeat(repeat) => self.body(ix, here, &repeat.steps, false),
            PlanVerb::Parallel(parallel) => self.parallel(ix, here, parallel),
            PlanVerb::WaitFor(wait) => {
                let mut ways = vec![(here, Link::Next)];
                if let PlanTimeout::Steps(steps) = &wait.on_timeout {
                    ways.extend(self.sequence(steps, vec![(here, Link::Timeout)]));
                }
                ways
            }
            PlanVerb::Stop { .. } => Vec::new(),
            PlanVerb::Use(_)
            | PlanVerb::Set(_)
            | PlanVerb::Wait(_)
            | PlanVerb::Approve(_)
            | PlanVerb::Call(_) => vec![(here, Link::Next)],
        }
    }

    fn body(&mut self, ix: StepIx, here: NodeIndex, steps: &[StepIx], may_be_empty: bool) -> Open {
        let ends = self.sequence(steps, vec![(here, Link::Each)]);
        let turn = self.joined(ends, Node::Turn(ix));
        let mut ways = vec![(turn, Link::Again)];
        if may_be_empty {
            ways.push((here, Link::Empty));
        }
        vec![(self.joined(ways, Node::Join(ix)), Link::Next)]
    }

    fn parallel(&mut self, ix: StepIx, here: NodeIndex, parallel: &PlanParallel) -> Open {
        let mut forks = Vec::new();
        let mut ends = Vec::new();
        for (number, branch) in parallel.branches.iter().enumerate() {
            let fork = self.places.add_node(Node::Branch(ix, number));
            forks.push(fork);
            ends.push(self.sequence(&branch.steps, vec![(fork, Link::Next)]));
        }
        for (number, (branch, fork)) in parallel.branches.iter().zip(&forks).enumerate() {
            if branch.needs.is_empty() {
                self.places.add_edge(here, *fork, Link::Branch(number));
            }
            for (from, _) in branch.needs.iter().filter_map(|need| ends.get(*need)).flatten() {
                self.places.add_edge(*from, *fork, Link::Needs);
            }
        }
        let join = self.joined(ends.concat(), Node::Join(ix));
        if (parallel.join, parallel.fail) == (Join::All, FailMode::Collect) {
            self.places.add_edge(here, join, Link::Collected);
        }
        vec![(join, Link::Next)]
    }
}

/// Whether a step holds no other steps and always goes on: what passes it by needs no link of its own.
pub(super) const fn is_plain(verb: &PlanVerb) -> bool {
    matches!(
        verb,
        PlanVerb::Use(_) | PlanVerb::Set(_) | PlanVerb::Wait(_) | PlanVerb::Approve(_) | PlanVerb::Call(_)
    )
}
