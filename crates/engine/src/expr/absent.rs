//! What is missing, and how to say it.

use std::ops::Range;

use cauce_model::near::nearest;
use serde_json::Value;

use super::ast::{Node, Segment, path_text, segment_text};
use super::error::{EvalError, EvalKind};
use super::scope::{Lookup, Scope};
use super::value::kind;

/// How many keys a hint looks at: data may have a million.
const MOST_KEYS: usize = 200;
/// The longest expression that a message repeats, in characters.
const SHOWN: usize = 80;

/// A value that is not there. The words for it are made only when nothing provides for it.
pub(super) enum Absent<'a> {
    /// A path leads nowhere from its segment `at` on.
    Path { path: &'a [Segment], at: usize, span: &'a Range<usize> },
    /// A field or place of something that is no path.
    Behind { inner: &'a Node, segment: Segment, span: &'a Range<usize> },
    /// The first, last, largest or smallest of nothing.
    Empty { function: &'static str, span: &'a Range<usize> },
}

impl Absent<'_> {
    pub(super) fn error(self, scope: &dyn Scope) -> EvalError {
        match self {
            Self::Path { path, at, span } => path_error(scope, path, at, span),
            Self::Behind { inner, segment, span } => {
                let text: String = inner.to_string().chars().take(SHOWN).collect();
                missing(format!("`{text}{}` is missing", segment_text(&segment)), None, span)
            }
            Self::Empty { function, span } => {
                missing(format!("`{function}` of nothing is missing"), None, span)
            }
        }
    }
}

fn missing(message: String, hint: Option<String>, span: &Range<usize>) -> EvalError {
    EvalError::new(EvalKind::Missing, message, span.clone())
        .hint(hint.unwrap_or_else(|| "say what to use instead: `... | default(...)`".to_owned()))
}

fn path_error(scope: &dyn Scope, path: &[Segment], at: usize, span: &Range<usize>) -> EvalError {
    let mut message = format!("`{}` is missing", path_text(path));
    let reached = path.get(..=at).unwrap_or(path);
    if reached.len() < path.len() {
        message = format!("{message}: there is no `{}`", path_text(reached));
    }
    let before = path.get(..at).unwrap_or_default();
    let hint = match scope.lookup(before) {
        Lookup::Found(value) if !before.is_empty() => {
            path.get(at).and_then(|wanted| near(before, &value, wanted))
        }
        Lookup::Found(_) | Lookup::Missing { .. } => None,
    };
    missing(message, hint, span)
}

/// What there is instead, in the value that the path reached.
fn near(before: &[Segment], value: &Value, wanted: &Segment) -> Option<String> {
    match (value, wanted) {
        (Value::Object(fields), Segment::Key(wanted)) => {
            let key = nearest(wanted, fields.keys().take(MOST_KEYS).map(String::as_str))?;
            let mut path = before.to_vec();
            path.push(Segment::Key(key.to_owned()));
            Some(format!("did you mean `{}`?", path_text(&path)))
        }
        (Value::Array(items), Segment::Index(_)) => {
            let count = items.len();
            Some(format!("the list has {count} item{}", if count == 1 { "" } else { "s" }))
        }
        (Value::Array(_), Segment::Key(_)) => {
            Some(format!("`{}` is a list: write `[0]` for its first item", path_text(before)))
        }
        (Value::String(_) | Value::Number(_) | Value::Bool(_), _) => {
            Some(format!("`{}` is {}, nothing is inside", path_text(before), kind(value)))
        }
        _ => None,
    }
}
