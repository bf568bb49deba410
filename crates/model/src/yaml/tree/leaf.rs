//! Scalars, keys and aliases, and the marks (anchors, tags) that are refused on them.

use std::ops::Range;

use saphyr_parser::ScalarStyle;
use serde_json::Value;

use super::Tree;
use super::frame::{Body, Frame, Next};
use crate::problem::{Problem, pointer_to};
use crate::yaml::place::{Children, Style};
use crate::yaml::scalar;

impl Tree<'_> {
    /// Reports an anchor or a tag; whether there was one.
    pub(super) fn marks(&mut self, anchor: usize, tagged: bool, bytes: &Range<usize>) -> bool {
        if anchor > 0 {
            let place = self.sigil('&', bytes.start);
            let problem =
                Problem::error("W007", self.pointer(), "anchors (`&name`) are not used in workflow files")
                    .hint("write the value where it is needed, or keep it once under `vars`");
            self.report(problem, &place);
        }
        if tagged {
            let place = self.sigil('!', bytes.start);
            let written = self.text.get(place.clone()).unwrap_or_default();
            let shown: String = written.chars().take(40).collect();
            let problem = Problem::error(
                "W008",
                self.pointer(),
                format!("tags such as `{shown}` are not used in workflow files"),
            )
            .hint("write the value alone; quote it to make it a text");
            self.report(problem, &place);
        }
        anchor > 0 || tagged
    }

    /// The word that begins with a sigil at a place, or shortly before it.
    fn sigil(&self, sigil: char, at: usize) -> Range<usize> {
        let starts_here = self.text.get(at..).is_some_and(|rest| rest.starts_with(sigil));
        let before = || self.text.get(..at).and_then(|before| before.rfind(sigil));
        let from = if starts_here { at } else { before().unwrap_or(at) };
        let rest = self.text.get(from..).unwrap_or_default();
        let length =
            rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(rest.len());
        from..from + length
    }

    pub(super) fn alias(&mut self, bytes: Range<usize>) {
        let problem =
            Problem::error("W007", self.pointer(), "aliases (`*name`) are not used in workflow files")
                .hint("write the value where it is needed, keep it once under `vars`, or quote the text");
        self.report(problem, &bytes);
        if self.expects_key() {
            self.next_is(Next::Nothing);
        } else {
            self.broken_here();
            self.add(Value::Null, bytes, Style::Plain, Children::None);
        }
    }

    pub(super) fn scalar(&mut self, text: &str, style: ScalarStyle, bytes: Range<usize>, marked: bool) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        if self.expects_key() {
            self.key(text, style, bytes);
            return;
        }
        let value = if style == Style::Plain && !marked {
            self.plain(text, &bytes)
        } else {
            Value::String(text.to_owned())
        };
        if marked {
            self.broken_here();
        }
        // An empty value has no characters; the parser may point at the bracket behind it.
        let bytes = if text.is_empty() && style == Style::Plain { bytes.start..bytes.start } else { bytes };
        self.add(value, bytes, style, Children::None);
    }

    fn plain(&mut self, text: &str, bytes: &Range<usize>) -> Value {
        self.swallowed_by_comment(text, bytes);
        scalar::value(text).unwrap_or_else(|refused| {
            let problem = Problem::error("W009", self.pointer(), refused.message).hint(refused.hint);
            self.report(problem, bytes);
            self.broken_here();
            Value::Null
        })
    }

    /// A `${{` without its end, with a comment behind it: the ` #` was meant to be part of the expression.
    fn swallowed_by_comment(&mut self, text: &str, bytes: &Range<usize>) {
        let open =
            text.rfind("${{").is_some_and(|at| text.get(at..).is_some_and(|rest| !rest.contains("}}")));
        let behind = self.text.get(bytes.end..).unwrap_or_default();
        let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        if open && behind.get(blanks..).is_some_and(|rest| rest.starts_with('#')) {
            let at = bytes.end + blanks;
            let problem = Problem::error(
                "W032",
                self.pointer(),
                "a ` #` begins a comment, so the `${{` before it has no end",
            )
            .hint("quote the whole value");
            self.report(problem, &(at..at + 1));
            self.broken_here();
        }
    }

    fn key(&mut self, text: &str, style: Style, bytes: Range<usize>) {
        if style == Style::Plain && text == "<<" {
            let problem =
                Problem::error("W007", self.pointer(), "merge keys (`<<`) are not used in workflow files")
                    .hint("write the fields where they are needed; `defaults` gives steps what they share");
            self.report(problem, &bytes);
            self.broken_here();
            return self.next_is(Next::Nothing);
        }
        if text.is_empty() {
            let problem = Problem::error("W011", self.pointer(), "a key is missing before this `:`")
                .hint("write `key: value`");
            self.report(problem, &(bytes.start..bytes.start));
            self.broken_here();
            return self.next_is(Next::Nothing);
        }
        let Some(Frame { body: Body::Object { seen, .. }, .. }) = self.frames.last_mut() else { return };
        if let Some(first) = seen.get(text).copied() {
            let line = self.lines.line_of(first) + 1;
            let again = self.lines.line_of(bytes.start) + 1;
            let shown: String = text.chars().take(60).collect();
            let message = format!("the key `{shown}` stands twice: on line {line} and on line {again}");
            let problem = Problem::error("W006", pointer_to(&self.pointer(), text), message)
                .hint("keep one of them, or rename the other");
            self.report(problem, &bytes);
            return self.next_is(Next::Nothing);
        }
        seen.insert(text.to_owned(), bytes.start);
        self.next_is(Next::ValueOf(text.to_owned(), bytes));
    }
}
