//! The graph as the canvas draws it: plain nodes and edges, in the order of the document.

use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use serde::Serialize;

use super::{Link, Node, Plan, PlanVerb, PlanWait, StepIx};
use crate::expr::Expr;

/// What the canvas draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Triggers first, then steps and joins as a run meets them, the end last.
    pub nodes: Vec<PictureNode>,
    /// Links between them.
    pub edges: Vec<PictureEdge>,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// A trigger.
    Trigger,
    /// A step that calls an action.
    Use,
    /// A step that computes.
    Set,
    /// A step that takes one of two ways.
    If,
    /// A step that takes the first way that fits.
    Switch,
    /// A step that does the same for each item.
    ForEach,
    /// A step that does the same until it is enough.
    Repeat,
    /// A step that does several things at once.
    Parallel,
    /// A step that waits.
    Wait,
    /// A step that waits for a named event.
    WaitFor,
    /// A step that asks people.
    Approve,
    /// A step that runs another workflow.
    Call,
    /// A step that ends the run.
    Stop,
    /// Where ways come together.
    Join,
    /// The end.
    End,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PictureNode {
    /// A step's path; `trigger:<id>`, `<path>/join`, `<path>/after`, `end` for the others.
    pub path: String,
    /// The path of the innermost loop around it, where there is one: a canvas draws it inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The id.
    pub id: String,
    /// The name for people, where there is one.
    pub name: Option<String>,
    /// What it stands for.
    pub kind: PictureKind,
    /// The action or trigger it uses.
    #[serde(rename = "use")]
    pub uses: Option<String>,
    /// A few words on what it does.
    pub summary: Option<String>,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PictureEdge {
    /// Path of the node it leaves.
    pub from: String,
    /// Path of the node it leads to.
    pub to: String,
    /// `then`, `else`, a case's number, a branch's id, `each`, `again`, `empty`, `timeout`, `error`, `skip`, `finally`; none for
    /// plain order. `again` leads from the end of a loop's body to the place behind the loop, where the next pass begins or
    /// the run goes on: so there is no cycle.
    pub label: Option<String>,
}

impl Plan {
    /// The picture of this plan.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let places = &self.graph.places;
        let mut nodes: Vec<_> = self
            .triggers
            .iter()
            .map(|trigger| PictureNode {
                uses: Some(trigger.source.clone()),
                ..plain(format!("trigger:{}", trigger.id), &trigger.id, PictureKind::Trigger)
            })
            .collect();
        nodes.extend(places.node_weights().filter_map(|node| self.picture_node(*node)));
        let mut edges = Vec::new();
        for edge in places.edge_references() {
            let (source, target) = (places[edge.source()], places[edge.target()]);
            // The places where branches begin and passes end are not drawn: the links to them lead further.
            if is_drawn(source) && *edge.weight() != Link::Collected {
                self.draw(edge.source(), *edge.weight(), (edge.target(), target), &mut edges);
            }
        }
        Picture { nodes, edges }
    }

    fn draw(&self, from: NodeIndex, link: Link, (at, to): (NodeIndex, Node), edges: &mut Vec<PictureEdge>) {
        let places = &self.graph.places;
        if !is_drawn(to) {
            for next in places.edges(at) {
                let link = if *next.weight() == Link::Next { link } else { *next.weight() };
                self.draw(from, link, (next.target(), places[next.target()]), edges);
            }
            return;
        }
        let source = places[from];
        let label = self.label(source, link);
        for from in self.names(source) {
            edges.push(PictureEdge { from, to: self.names(to).concat(), label: label.clone() });
        }
    }

    /// A node's path; the start stands for every trigger.
    fn names(&self, node: Node) -> Vec<String> {
        match node {
            Node::Start => self.triggers.iter().map(|trigger| format!("trigger:{}", trigger.id)).collect(),
            Node::Step(ix) | Node::Branch(ix, _) | Node::Turn(ix) => vec![self.step(ix).path.to_string()],
            Node::Join(ix) => vec![format!("{}/join", self.step(ix).path)],
            Node::After(ix) => vec![format!("{}/after", self.step(ix).path)],
            Node::End => vec!["end".to_owned()],
        }
    }

    fn picture_node(&self, node: Node) -> Option<PictureNode> {
        let path = self.names(node).concat();
        match node {
            Node::Start | Node::Branch(..) | Node::Turn(_) => None,
            Node::Step(ix) => Some(self.picture_step(ix)),
            Node::Join(ix) | Node::After(ix) => {
                Some(PictureNode { parent: self.loop_around(ix), ..plain(path, "join", PictureKind::Join) })
            }
            Node::End => Some(plain(path, "end", PictureKind::End)),
        }
    }

    fn loop_around(&self, ix: StepIx) -> Option<String> {
        let path = self.step(ix).path.as_str();
        path.rfind("[]/").and_then(|at| path.get(..at)).map(ToOwned::to_owned)
    }

    fn picture_step(&self, ix: StepIx) -> PictureNode {
        let step = self.step(ix);
        let (kind, uses, summary) = look(&step.verb);
        PictureNode {
            parent: self.loop_around(ix),
            name: step.name.clone(),
            uses,
            summary,
            ..plain(step.path.to_string(), &step.id, kind)
        }
    }

    fn label(&self, from: Node, link: Link) -> Option<String> {
        let word = match link {
            Link::Next | Link::Needs | Link::Collected => return None,
            Link::Case(number) => return Some(number.to_string()),
            Link::Branch(number) => return self.branch_id(from, number),
            Link::Then => "then",
            Link::Else => "else",
            Link::Each => "each",
            Link::Again => "again",
            Link::Empty => "empty",
            Link::Timeout => "timeout",
            Link::Error => "error",
            Link::Skip => "skip",
            Link::Finally => "finally",
        };
        Some(word.to_owned())
    }

    fn branch_id(&self, block: Node, number: usize) -> Option<String> {
        let Node::Step(ix) = block else { return None };
        match &self.step(ix).verb {
            PlanVerb::Parallel(parallel) => parallel.branches.get(number).map(|branch| branch.id.clone()),
            _ => None,
        }
    }
}

fn plain(path: String, id: &str, kind: PictureKind) -> PictureNode {
    PictureNode { path, parent: None, id: id.to_owned(), name: None, kind, uses: None, summary: None }
}

const fn is_drawn(node: Node) -> bool {
    !matches!(node, Node::Branch(..) | Node::Turn(_))
}

/// What a step looks like: its kind, what it uses, and a few words on what it does.
fn look(verb: &PlanVerb) -> (PictureKind, Option<String>, Option<String>) {
    let words = |expr: &Expr| Some(expr.source().trim().to_owned());
    match verb {
        PlanVerb::Use(call) => (PictureKind::Use, Some(call.action.clone()), None),
        PlanVerb::Set(_) => (PictureKind::Set, None, None),
        PlanVerb::If { condition, .. } => (PictureKind::If, None, words(condition)),
        PlanVerb::Switch { value, .. } => (PictureKind::Switch, None, value.as_ref().and_then(words)),
        PlanVerb::ForEach(each) => (PictureKind::ForEach, None, words(&each.items)),
        PlanVerb::Repeat(repeat) => (PictureKind::Repeat, None, words(&repeat.until)),
        PlanVerb::Parallel(_) => (PictureKind::Parallel, None, None),
        PlanVerb::Wait(wait) => (PictureKind::Wait, None, wait_summary(wait)),
        PlanVerb::WaitFor(wait) => (PictureKind::WaitFor, None, Some(wait.event.name.clone())),
        PlanVerb::Approve(_) => (PictureKind::Approve, None, None),
        PlanVerb::Call(call) => (PictureKind::Call, Some(call.flow.clone()), None),
        PlanVerb::Stop { .. } => (PictureKind::Stop, None, None),
    }
}

fn wait_summary(wait: &PlanWait) -> Option<String> {
    match wait {
        PlanWait::For(span) => Some(cauce_model::units::duration_text(*span)),
        PlanWait::Computed(_) => None,
        PlanWait::Until { until, .. } => until.as_ref().map(|expr| expr.source().trim().to_owned()),
    }
}
