//! The whole file as one petgraph graph, from the trigger to the end. Blocks nest, so it has no cycle.

use petgraph::stable_graph::{NodeIndex, StableDiGraph};

use super::{OnFailure, Plan, PlanVerb, StepIx};

/// A place in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Where every run begins.
    Start,
    /// A step begins.
    Step(StepIx),
    /// The ways of a step come together.
    Join(StepIx),
    /// Where every run that is not stopped ends.
    End,
}

/// Why one place follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// It is next.
    Next,
    /// The condition was true.
    Then,
    /// The condition was false.
    Else,
    /// The step failed, and says what to do about it.
    Error,
    /// The block's `when` was false.
    Skip,
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

    fn sequence(&mut self, steps: &[StepIx], mut open: Open) -> Open {
        for ix in steps {
            open = self.step(*ix, open);
        }
        open
    }

    fn step(&mut self, ix: StepIx, open: Open) -> Open {
        let here = self.places.add_node(Node::Step(ix));
        self.join(open, here);
        let plan = self.plan;
        let step = plan.step(ix);
        let mut leaving = match &step.verb {
            PlanVerb::If { then, otherwise, .. } => {
                let mut ways = self.sequence(then, vec![(here, Link::Then)]);
                ways.extend(self.sequence(otherwise, vec![(here, Link::Else)]));
                ways
            }
            PlanVerb::Stop { .. } => Vec::new(),
            PlanVerb::Use(_) | PlanVerb::Set(_) | PlanVerb::Wait(_) => vec![(here, Link::Next)],
        };
        let blocks = matches!(step.verb, PlanVerb::If { .. } | PlanVerb::Stop { .. });
        if blocks && step.when.is_some() {
            leaving.push((here, Link::Skip));
        }
        if let OnFailure::Steps(steps) = &step.on_error {
            leaving.extend(self.sequence(steps, vec![(here, Link::Error)]));
        }
        let several =
            matches!(step.verb, PlanVerb::If { .. }) || matches!(step.on_error, OnFailure::Steps(_));
        if !several || leaving.is_empty() {
            return leaving;
        }
        let join = self.places.add_node(Node::Join(ix));
        self.join(leaving, join);
        vec![(join, Link::Next)]
    }
}
