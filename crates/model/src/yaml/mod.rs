//! Strict YAML 1.2 (core schema) with places: text -> [`Document`], and every problem that stands in the way.
//!
//! `limits` looks at the bytes, `tree` turns the parser's events into a value and its `place`s, `scalar` reads plain
//! scalars, `syntax` says in plain words what the parser means, `inside` finds parts of texts.

mod inside;
mod limits;
mod place;
mod scalar;
mod syntax;
mod tree;

use std::ops::Range;

use serde_json::Value;

use crate::lines::Lines;
use crate::problem::{Part, Problem};
use place::{Place, Style};

/// A YAML document: its text, its value, and the place of each value in the text.
#[derive(Clone, Debug)]
pub struct Document {
    name: String,
    text: String,
    value: Value,
    root: Place,
    lines: Lines,
    broken: Vec<String>,
}

/// Reads a document. The document is there whenever its structure could be read, though there may be problems in it;
/// their spans are set.
#[must_use]
pub fn read(name: &str, bytes: &[u8]) -> (Option<Document>, Vec<Problem>) {
    let text = match limits::text(bytes) {
        Ok(text) => text,
        Err(problem) => return (None, vec![*problem]),
    };
    let lines = Lines::new(text);
    let tree::Read { found, problems, broken } = tree::read(text, &lines);
    let document = found.map(|(value, root)| Document {
        name: name.to_owned(),
        text: text.to_owned(),
        value,
        root,
        lines,
        broken,
    });
    (document, problems)
}

impl Document {
    /// The name it was read under, such as `signup.yaml`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Sets the span of a problem from its pointer and part. A pointer to what is not there leads to what should
    /// hold it. A span that is already set stays.
    pub fn locate(&self, problem: &mut Problem) {
        if problem.span.is_none() {
            let bytes = self.bytes_of(&problem.pointer, &problem.part);
            problem.span = Some(self.lines.span(&self.text, &bytes));
        }
    }

    /// Whether the value at this pointer was already reported as unreadable, so that more words about it only confuse.
    pub(crate) fn is_broken(&self, pointer: &str) -> bool {
        self.broken.iter().any(|broken| {
            pointer.strip_prefix(broken.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The line (from 1) on which the key or list item at this pointer stands.
    pub(crate) fn line_of(&self, pointer: &str) -> usize {
        let bytes = self.bytes_of(pointer, &Part::Key);
        self.lines.line_of(bytes.start) + 1
    }

    fn bytes_of(&self, pointer: &str, part: &Part) -> Range<usize> {
        let (place, exact) = self.root.find(pointer);
        match part {
            Part::Key => place.key.clone().unwrap_or_else(|| self.head(place)),
            Part::Inside(range) if exact => {
                let value = self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                inside::bytes(&self.text, &self.lines, place, value, range)
            }
            Part::Value | Part::Inside(_) => match (&place.key, place.style) {
                (Some(key), Style::Block) => key.clone(),
                (Some(key), _) if place.value.is_empty() || !exact => key.clone(),
                _ => self.head(place),
            },
        }
    }

    /// The first line of a value.
    fn head(&self, place: &Place) -> Range<usize> {
        let start = place.value.start;
        let end = self.lines.line(&self.text, self.lines.line_of(start)).end;
        let end = if place.style == Style::Block { end } else { place.value.end.min(end) };
        let line = self.text.get(start..end.max(start)).unwrap_or_default();
        start..start + line.trim_end().len()
    }
}
