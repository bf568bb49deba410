//! The graph of a workflow.

use cauce_engine::Picture;
use serde::Serialize;
use utoipa::ToSchema;

/// A place on the canvas.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphNode {
    /// A step's path; `trigger:<id>`, `<path>/join`, `<path>/after`, `end` for the others.
    pub path: String,
    /// The path of the innermost loop around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The id.
    pub id: String,
    /// The name for people.
    pub name: Option<String>,
    /// `trigger use set if switch for_each repeat parallel wait wait_for approve call stop join end`.
    pub kind: String,
    /// The action or trigger it uses.
    #[serde(rename = "use")]
    pub uses: Option<String>,
    /// A few words on what it does.
    pub summary: Option<String>,
}

/// A link on the canvas.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphEdge {
    /// Path of the node it leaves.
    pub from: String,
    /// Path of the node it leads to.
    pub to: String,
    /// `then`, `else`, a case's number, a branch's id, `each`, `again`, `empty`, `timeout`, `error`, `skip`, `finally` or
    /// nothing.
    pub label: Option<String>,
}

/// A workflow's graph.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Graph {
    /// In the order of the document.
    pub nodes: Vec<GraphNode>,
    /// Between them.
    pub edges: Vec<GraphEdge>,
}

impl From<Picture> for Graph {
    fn from(picture: Picture) -> Self {
        let kind = |node: &cauce_engine::plan::PictureNode| {
            serde_json::to_value(node.kind)
                .ok()
                .and_then(|word| word.as_str().map(ToOwned::to_owned))
                .unwrap_or_default()
        };
        let nodes = picture.nodes.into_iter().map(|node| GraphNode {
            kind: kind(&node),
            path: node.path,
            parent: node.parent,
            id: node.id,
            name: node.name,
            uses: node.uses,
            summary: node.summary,
        });
        let edges = picture.edges.into_iter().map(|edge| GraphEdge {
            from: edge.from,
            to: edge.to,
            label: edge.label,
        });
        Self { nodes: nodes.collect(), edges: edges.collect() }
    }
}

/// `{"graph": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct GraphBody {
    /// The graph.
    pub graph: Graph,
}
