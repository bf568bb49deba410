//! Pure: compiles a workflow to a graph, evaluates expressions, decides the next step.
pub mod expr;
