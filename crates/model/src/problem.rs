//! A problem in a file or a request: one type for the command line, the API and the editor.

use serde::Serialize;

/// How grave a problem is: an error stops, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used; somebody should look.
    Warning,
}

/// A place in a text: lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
}

/// Which part of the value at a pointer is meant.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Part {
    /// The value.
    #[default]
    Value,
    /// The key that leads to the value.
    Key,
    /// Bytes of the text value, as an expression counts them.
    Inside(std::ops::Range<usize>),
}

/// One thing wrong, with what a person needs to put it right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable code with a page in `docs/errors/`, such as `W012`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong and where: lower case, no full stop.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// JSON pointer (RFC 6901) to the place in the document.
    pub pointer: String,
    /// The place in the text, where there is a text.
    pub span: Option<Span>,
    /// Which part of the value; resolved into `span` by the loader.
    #[serde(skip)]
    pub part: Part,
}

impl Problem {
    /// An error at `pointer`.
    #[must_use]
    pub fn error(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            pointer: pointer.into(),
            span: None,
            part: Part::Value,
        }
    }

    /// A warning at `pointer`.
    #[must_use]
    pub fn warning(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, pointer, message) }
    }

    /// The same problem with a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem, at the key instead of the value.
    #[must_use]
    pub fn at_key(mut self) -> Self {
        self.part = Part::Key;
        self
    }

    /// The same problem, at some bytes of the text value.
    #[must_use]
    pub fn inside(mut self, bytes: std::ops::Range<usize>) -> Self {
        self.part = Part::Inside(bytes);
        self
    }

    /// Whether this stops.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A JSON pointer made longer by one token, escaped as RFC 6901 says.
#[must_use]
pub fn pointer_to(parent: &str, token: &str) -> String {
    format!("{parent}/{}", token.replace('~', "~0").replace('/', "~1"))
}
