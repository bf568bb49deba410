//! The graph as the canvas draws it: plain nodes and edges, in the order of the document.

use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use serde::Serialize;

use super::{Link, Node, Plan, PlanVerb, PlanWait, StepIx};

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
#[serde(rename_all = "lowercase")]
pub enum PictureKind {
    /// A trigger.
    Trigger,
    /// A step that calls an action.
    Use,
    /// A step that computes.
    Set,
    /// A step that takes one of two ways.
    If,
    /// A step that waits.
    Wait,
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
    /// A step's path; `trigger:<id>`, `<path>/join`, `end` for the others.
    pub path: String,
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
    /// `then`, `else`, `error` or `skip`; none for plain order.
    pub label: Option<&'static str>,
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
                path: format!("trigger:{}", trigger.id),
                id: trigger.id.clone(),
                name: None,
                kind: PictureKind::Trigger,
                uses: Some(trigger.source.clone()),
                summary: None,
            })
            .collect();
        nodes.extend(places.node_weights().filter_map(|node| self.picture_node(*node)));
        let mut edges = Vec::new();
        for edge in places.edge_references() {
            let (from, to) = (places[edge.source()], places[edge.target()]);
            let label = label(*edge.weight());
            for from in self.names(from) {
                edges.push(PictureEdge { from, to: self.names(to).concat(), label });
            }
        }
        Picture { nodes, edges }
    }

    /// A node's path; the start stands for every trigger.
    fn names(&self, node: Node) -> Vec<String> {
        match node {
            Node::Start => self.triggers.iter().map(|trigger| format!("trigger:{}", trigger.id)).collect(),
            Node::Step(ix) => vec![self.step(ix).path.to_string()],
            Node::Join(ix) => vec![format!("{}/join", self.step(ix).path)],
            Node::End => vec!["end".to_owned()],
        }
    }

    fn picture_node(&self, node: Node) -> Option<PictureNode> {
        let path = self.names(node).concat();
        let plain = |id: &str, kind| PictureNode {
            path: path.clone(),
            id: id.to_owned(),
            name: None,
            kind,
            uses: None,
            summary: None,
        };
        match node {
            Node::Start => None,
            Node::Step(ix) => Some(self.picture_step(ix)),
            Node::Join(_) => Some(plain("join", PictureKind::Join)),
            Node::End => Some(plain("end", PictureKind::End)),
        }
    }

    fn picture_step(&self, ix: StepIx) -> PictureNode {
        let step = self.step(ix);
        let (kind, uses, summary) = match &step.verb {
            PlanVerb::Use(call) => (PictureKind::Use, Some(call.action.clone()), None),
            PlanVerb::Set(_) => (PictureKind::Set, None, None),
            PlanVerb::If { condition, .. } => {
                (PictureKind::If, None, Some(condition.source().trim().to_owned()))
            }
            PlanVerb::Wait(wait) => (PictureKind::Wait, None, wait_summary(wait)),
            PlanVerb::Stop { .. } => (PictureKind::Stop, None, None),
        };
        PictureNode {
            path: step.path.to_string(),
            id: step.id.clone(),
            name: step.name.clone(),
            kind,
            uses,
            summary,
        }
    }
}

fn wait_summary(wait: &PlanWait) -> Option<String> {
    match wait {
        PlanWait::For(span) => Some(cauce_model::units::duration_text(*span)),
        PlanWait::Computed(_) => None,
        PlanWait::Until { until, .. } => until.as_ref().map(|expr| expr.source().trim().to_owned()),
    }
}

const fn label(link: Link) -> Option<&'static str> {
    match link {
        Link::Next => None,
        Link::Then => Some("then"),
        Link::Else => Some("else"),
        Link::Error => Some("error"),
        Link::Skip => Some("skip"),
    }
}
