//! The shapes of answers: what `/openapi.json` and the web app's types are made from.

mod graph;
mod problem;
mod run;
mod summary;
mod workflow;

pub use graph::{Graph, GraphBody, GraphEdge, GraphNode};
pub use problem::{ProblemView, SpanView};
pub use run::{FailureView, RunBody, RunView, StepView};
pub use summary::{ErrorView, RunSummary, RunsBody};
pub use workflow::{LastRun, TriggerView, WorkflowBody, WorkflowView, WorkflowsBody};
