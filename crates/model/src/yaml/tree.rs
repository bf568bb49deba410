//! From the parser's events to a value and the places of its parts.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

use super::place::{Children, Place, Style};
use super::{limits, scalar, syntax};
use crate::lines::Lines;
use crate::problem::{Problem, pointer_to};

/// More problems than anybody reads; what lies behind them is not worth the memory.
const MOST_PROBLEMS: usize = 100;

/// What a text holds.
pub(super) struct Read {
    /// The value with its places, when the structure could be read.
    pub(super) found: Option<(Value, Place)>,
    /// What is wrong in it.
    pub(super) problems: Vec<Problem>,
    /// Pointers to values that could not be read.
    pub(super) broken: Vec<String>,
}

/// Reads the one document of a text.
pub(super) fn read(text: &str, lines: &Lines) -> Read {
    let mut tree = Tree {
        text,
        lines,
        frames: Vec::new(),
        root: None,
        nodes: 0,
        problems: Vec::new(),
        broken: Vec::new(),
    };
    let complete = tree.events();
    let found = tree.root.take().filter(|_| complete);
    Read { found, problems: tree.problems, broken: tree.broken }
}

struct Tree<'t> {
    text: &'t str,
    lines: &'t Lines,
    frames: Vec<Frame>,
    root: Option<(Value, Place)>,
    nodes: usize,
    problems: Vec<Problem>,
    broken: Vec<String>,
}

/// A list or object that is being read.
struct Frame {
    start: usize,
    /// Where the last thing in it ends.
    end: usize,
    style: Style,
    body: Body,
}

enum Body {
    List(Vec<Value>, Vec<Place>),
    Object {
        fields: Map<String, Value>,
        places: Vec<(String, Place)>,
        seen: HashMap<String, usize>,
        next: Next,
    },
}

/// What an object reads next.
enum Next {
    Key,
    ValueOf(String, Range<usize>),
    /// The value of a key that was refused.
    Nothing,
}

impl<'t> Tree<'t> {
    /// Whether the structure was read to its end.
    fn events(&mut self) -> bool {
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let problem = syntax::problem(self.text, self.lines, &error);
                    self.problems.push(problem);
                    return false;
                }
            };
            let from = self.lines.byte_of_char(self.text, span.start.index());
            let bytes = from..self.lines.byte_of_char(self.text, span.end.index()).max(from);
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    self.second_document(bytes);
                    return true;
                }
            }
            if !self.event(event, bytes) {
                return false;
            }
        }
        if documents == 0 {
            self.report(
                Problem::error("W015", "", "the file is empty").hint("begin with `version: 1`"),
                &(0..0),
            );
        }
        true
    }

    /// Takes one event in; false when a limit is passed.
    fn event(&mut self, event: Event<'t>, bytes: Range<usize>) -> bool {
        match event {
            Event::Alias(_) => {
                self.count() && {
                    self.alias(bytes);
                    true
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count() && self.short_enough(&text, &bytes) && {
                    let marked = self.marks(anchor, tag.is_some(), &bytes);
                    self.scalar(&text, style, bytes, marked);
                    true
                }
            }
            Event::SequenceStart(anchor, tag) => {
                let body = Body::List(Vec::new(), Vec::new());
                self.count() && self.open(body, anchor, tag.is_some(), &bytes)
            }
            Event::MappingStart(anchor, tag) => {
                let body = Body::Object {
                    fields: Map::new(),
                    places: Vec::new(),
                    seen: HashMap::new(),
                    next: Next::Key,
                };
                self.count() && self.open(body, anchor, tag.is_some(), &bytes)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(&bytes);
                true
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => true,
        }
    }

    fn count(&mut self) -> bool {
        self.nodes += 1;
        if self.nodes > limits::NODES {
            let message = format!("the file holds more than {} values", limits::NODES);
            self.problems.push(
                Problem::error("W002", "", message).hint("split the workflow, or keep data outside it"),
            );
            return false;
        }
        true
    }

    fn short_enough(&mut self, text: &str, bytes: &Range<usize>) -> bool {
        if text.len() > limits::SCALAR {
            let problem = Problem::error("W002", self.pointer(), "this text is longer than 256 KiB")
                .hint("keep large texts outside the workflow, and let a step fetch them");
            self.report(problem, &(bytes.start..bytes.start));
            return false;
        }
        true
    }

    /// Reports an anchor or a tag; whether there was one.
    fn marks(&mut self, anchor: usize, tagged: bool, bytes: &Range<usize>) -> bool {
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

    fn alias(&mut self, bytes: Range<usize>) {
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

    fn scalar(&mut self, text: &str, style: ScalarStyle, bytes: Range<usize>, marked: bool) {
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

    fn open(&mut self, body: Body, anchor: usize, tagged: bool, bytes: &Range<usize>) -> bool {
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

    fn close(&mut self, bytes: &Range<usize>) {
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
    fn add(&mut self, value: Value, bytes: Range<usize>, style: Style, children: Children) {
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

    fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { body: Body::Object { next: Next::Key, .. }, .. }))
    }

    fn next_is(&mut self, wanted: Next) {
        if let Some(Frame { body: Body::Object { next, .. }, .. }) = self.frames.last_mut() {
            *next = wanted;
        }
    }

    /// The pointer of the value that is being read.
    fn pointer(&self) -> String {
        if self.problems.len() >= MOST_PROBLEMS {
            return String::new();
        }
        self.frames.iter().fold(String::new(), |pointer, frame| match &frame.body {
            Body::List(values, _) => pointer_to(&pointer, &values.len().to_string()),
            Body::Object { next: Next::ValueOf(key, _), .. } => pointer_to(&pointer, key),
            Body::Object { .. } => pointer,
        })
    }

    fn broken_here(&mut self) {
        if self.problems.len() < MOST_PROBLEMS {
            let pointer = self.pointer();
            // The root would hide every other problem.
            if !pointer.is_empty() {
                self.broken.push(pointer);
            }
        }
    }

    fn report(&mut self, mut problem: Problem, bytes: &Range<usize>) {
        if self.problems.len() < MOST_PROBLEMS {
            problem.span = Some(self.lines.span(self.text, bytes));
            self.problems.push(problem);
        }
    }

    fn second_document(&mut self, bytes: Range<usize>) {
        let problem = Problem::error("W010", "", "a second document begins here; a file holds one workflow")
            .hint("remove the `---`, or move what follows to a file of its own");
        self.report(problem, &bytes);
    }
}
