//! From the parser's events to a value and the places of its parts.

mod frame;
mod leaf;
mod nest;

use std::ops::Range;

use saphyr_parser::{Event, Parser};
use serde_json::Value;

use super::place::{Place, Style};
use super::{limits, syntax};
use crate::lines::Lines;
use crate::problem::{Problem, pointer_to};
use frame::{Body, Frame, Next};

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

impl<'t> Tree<'t> {
    /// Whether the structure was read to its end.
    fn events(&mut self) -> bool {
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let problem = syntax::problem(self.text, self.lines, &error, self.open_bracket());
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

    /// Where the innermost bracket that is not closed yet stands.
    fn open_bracket(&self) -> Option<usize> {
        self.frames.last().filter(|frame| frame.style == Style::Flow).map(|frame| frame.start)
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
                self.count() && self.open(Body::list(), anchor, tag.is_some(), &bytes)
            }
            Event::MappingStart(anchor, tag) => {
                self.count() && self.open(Body::object(), anchor, tag.is_some(), &bytes)
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
