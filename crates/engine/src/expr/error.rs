//! What can be wrong with an expression: when it is read, and when it meets data.

use std::ops::Range;

/// An expression that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    /// `X001` syntax, `X002` unknown name, `X003` unknown function, `X004` wrong arguments, `X005` misuse of `env`,
    /// `X006` too long or too deep, `X007` braces in a bare expression, `X008` `${{` without an end.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// Bytes of the source.
    pub span: Range<usize>,
}

impl ExprError {
    pub(super) fn new(code: &'static str, message: impl Into<String>, span: Range<usize>) -> Self {
        Self { code, message: message.into(), hint: None, span }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn moved(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self
    }
}

/// Why an expression gave no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvalKind {
    /// A part of a path is absent.
    Missing,
    /// A value has the wrong type.
    Type,
    /// Division by zero, overflow, a result that is no number.
    Arithmetic,
    /// Too much work, or too much text.
    Limit,
    /// A condition that is neither true nor false.
    NoBoolean,
    /// Something the caller found.
    Other(&'static str),
}

/// An expression that met data it cannot work with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvalError {
    /// Why.
    pub kind: EvalKind,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// Bytes of the source.
    pub span: Range<usize>,
}

impl EvalError {
    pub(super) fn new(kind: EvalKind, message: impl Into<String>, span: Range<usize>) -> Self {
        Self { kind, message: message.into(), hint: None, span }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn moved(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self
    }

    /// An error that the caller found in a value.
    #[must_use]
    pub fn other(code: &'static str, message: String, hint: Option<String>) -> Self {
        Self { kind: EvalKind::Other(code), message, hint, span: 0..0 }
    }

    /// The code with a page in `docs/errors/`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.kind {
            EvalKind::Missing => "X101",
            EvalKind::Type => "X102",
            EvalKind::Arithmetic => "X103",
            EvalKind::Limit => "X104",
            EvalKind::NoBoolean => "X105",
            EvalKind::Other(code) => code,
        }
    }
}
