//! The shapes of answers: what `/openapi.json` and the web app's types are made from.

mod detail;
mod event;
mod graph;
mod problem;
mod run;
mod step;
mod summary;
mod workflow;

pub use detail::{AskView, BranchView, FailedPassView, FieldView, ListeningView, PassesView};
pub use event::{NamedEventBody, NamedEventView, NamedEventsBody};
pub use graph::{Graph, GraphBody, GraphEdge, GraphNode};
pub use problem::{ProblemView, SpanView};
pub use run::{ParentView, RunBody, RunView};
pub use step::{FailureView, StepView};
pub use summary::{ErrorView, RunSummary, RunsBody};
pub use workflow::{LastRun, TriggerView, WorkflowBody, WorkflowView, WorkflowsBody};
