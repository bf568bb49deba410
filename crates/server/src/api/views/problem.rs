//! Problems of workflow files.

use cauce_model::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// A place in a text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpanView {
    /// First line; counts from 1.
    pub line: usize,
    /// First column; counts from 1.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
}

/// A problem in a workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemView {
    /// Stable code.
    pub code: String,
    /// `error` or `warning`.
    #[schema(value_type = String)]
    pub severity: cauce_model::Severity,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// JSON pointer into the file.
    pub pointer: String,
    /// Where in the text.
    pub span: Option<SpanView>,
}

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        let span = problem.span.map(|span| SpanView {
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
        });
        Self {
            code: problem.code.to_owned(),
            severity: problem.severity,
            message: problem.message,
            hint: problem.hint,
            pointer: problem.pointer,
            span,
        }
    }
}
