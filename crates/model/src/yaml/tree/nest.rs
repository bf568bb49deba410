//! Lists and objects: opened, filled, closed.

use std::ops::Range;

use serde_json::Value;

use super::Tree;
use super::frame::{Body, Frame, Next};
use crate::problem::Problem;
use crate::yaml::place::{Children, Place, Style};
use crate::yaml::{limits, syntax};

impl Tree<'_> {
    pub(super) fn open(&mut self, body: Body, anchor: usize, tagged: bool, bytes: &Range<usize>) -> bool {
        if self.frames.len() >= limits::DEPTH {
            self.report(syntax::too_deep(), &(bytes.start..bytes.start));
            return false;
        }
        self.marks(anchor, tagged, bytes);
        // A bracket is the only thing the parser gives a length here.
        let style = if bytes.is_empty() { Style::Block } else { Style::Flow };
        self.frames.push(Frame { start: bytes.start, end: bytes.end, style, body });
        true
    }

    pub(super) fn close(&mut self, bytes: &Range<usize>) {
        let Some(Frame { start, end, style, body }) = self.frames.pop() else { return };
        let end = if style == Style::Flow { bytes.end } else { end };
        let whole = start..end.max(start);
        if self.expects_key() {
            let written = self.text.get(start..).unwrap_or_default();
            let hint = if style == Style::Flow && written.starts_with('{') {
                "an expression is written `${{ }}`; a text that begins with `{` must be quoted"
            } else {
                "quote the key if it begins with `[` or `- `"
            };
            let problem =
                Problem::error("W011", self.pointer(), "a key must be a text, not a list or an object")
                    .hint(hint);
            self.report(problem, &whole);
            self.broken_here();
            return self.next_is(Next::Nothing);
        }
        match body {
            Body::List(values, places) => {
                self.add(Value::Array(values), whole, style, Children::List(places))
            }
            Body::Object { fields, places, .. } => {
                self.add(Value::Object(fields), whole, style, Children::Object(places));
            }
        }
    }

    /// Puts a finished value where it belongs.
    pub(super) fn add(&mut self, value: Value, bytes: Range<usize>, style: Style, children: Children) {
        let end = bytes.end;
        let place = Place { key: None, value: bytes, style, children };
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some((value, place));
            return;
        };
        frame.end = frame.end.max(end);
        match &mut frame.body {
            Body::List(values, places) => {
                values.push(value);
                places.push(place);
            }
            Body::Object { fields, places, next, .. } => {
                if let Next::ValueOf(key, span) = std::mem::replace(next, Next::Key) {
                    places.push((key.clone(), Place { key: Some(span), ..place }));
                    fields.insert(key, value);
                }
            }
        }
    }

    pub(super) fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { body: Body::Object { next: Next::Key, .. }, .. }))
    }

    pub(super) fn next_is(&mut self, wanted: Next) {
        if let Some(Frame { body: Body::Object { next, .. }, .. }) = self.frames.last_mut() {
            *next = wanted;
        }
    }
}
