//! Names of workflows, triggers and steps: their form, their uniqueness, and names for those who have none.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::node::{Node, quoted};
use super::reader::Reader;
use crate::problem::Problem;

/// Longest id, in characters.
const LONGEST: usize = 64;

/// Words that mean something else in expressions and paths.
const RESERVED: &[&str] = &[
    "then", "else", "on_error", "trigger", "steps", "vars", "inputs", "item", "index", "event", "error",
    "run", "env", "true", "false", "null", "and", "or", "not", "if", "in", "is",
];

/// The ids of one workflow.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Every id some step gives itself.
    given: HashSet<String>,
    /// Pointers of the ids met so far.
    steps: HashMap<String, String>,
    triggers: HashMap<String, String>,
    /// Steps met so far, by verb.
    verbs: HashMap<&'static str, usize>,
}

/// Which ids must differ from each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Step,
    Trigger,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Trigger => "trigger",
        }
    }
}

impl Ids {
    /// Takes note of all ids under a list of steps, so that no automatic one takes any of them.
    pub(super) fn note_given(&mut self, steps: &Value) {
        for step in steps.as_array().into_iter().flatten() {
            if let Some(id) = step.get("id").and_then(Value::as_str) {
                self.given.insert(id.to_owned());
            }
            for list in ["then", "else", "on_error"] {
                if let Some(inner) = step.get(list) {
                    self.note_given(inner);
                }
            }
        }
    }

    /// A name for a step that has none: its verb and which of them it is in the document.
    pub(super) fn automatic(&mut self, verb: &'static str, named: bool) -> String {
        let count = self.verbs.entry(verb).or_default();
        *count += 1;
        let name = format!("{verb}_{count}");
        if named || !self.given.contains(&name) {
            return name;
        }
        let mut more = 2;
        while self.given.contains(&format!("{name}_{more}")) {
            more += 1;
        }
        format!("{name}_{more}")
    }
}

impl Reader<'_> {
    /// The id of a step or trigger as its author gives it.
    pub(super) fn id(&mut self, node: &Node<'_>, kind: Kind) -> Option<String> {
        let text = self.name(node, "a name such as `send_welcome`", '_')?;
        if !is_name(text, '_') {
            let message = format!("{} is not an id for a {}", quoted(text), kind.word());
            let hint = suggestion(text, '_');
            self.report(Problem::error("W017", node.at.clone(), message).hint(hint));
            return None;
        }
        if RESERVED.contains(&text) {
            let message =
                format!("`{text}` cannot be an id: it has a meaning of its own in expressions and paths");
            self.report(
                Problem::error("W017", node.at.clone(), message)
                    .hint(format!("write `{text}_step` or another name")),
            );
            return None;
        }
        self.unique(text, &node.at, kind).then(|| text.to_owned())
    }

    fn name<'v>(&mut self, node: &Node<'v>, expected: &str, separator: char) -> Option<&'v str> {
        if matches!(node.value, Value::Number(_) | Value::Bool(_)) {
            self.wrong(node, expected, Some(rule(separator)));
            return None;
        }
        self.text(node, expected)
    }

    /// Whether an id is new among its kind; else that is reported.
    pub(super) fn unique(&mut self, id: &str, at: &str, kind: Kind) -> bool {
        let ids = if kind == Kind::Step { &mut self.ids.steps } else { &mut self.ids.triggers };
        let Some(first) = ids.get(id) else {
            ids.insert(id.to_owned(), at.to_owned());
            return true;
        };
        let (first, again) = (self.document.line_of(first), self.document.line_of(at));
        let message = format!("two {}s are called `{id}`: on line {first} and on line {again}", kind.word());
        let hint = format!("give one of them another id, such as `{id}_2`");
        self.report(Problem::error("W019", at, message).hint(hint));
        false
    }

    /// The id of the workflow.
    pub(super) fn workflow_id(&mut self, node: &Node<'_>, stem: Option<&str>) -> Option<String> {
        let text = self.name(node, "a name such as `welcome-mail`", '-')?;
        if !is_name(text, '-') {
            let message = format!("{} is not an id for a workflow", quoted(text));
            self.report(Problem::error("W017", node.at.clone(), message).hint(suggestion(text, '-')));
            return None;
        }
        if let Some(stem) = stem.filter(|stem| *stem != text) {
            let message = format!("the id is `{text}`, but the file is called {}", quoted(stem));
            let hint = format!("rename the file to `{text}.yaml`, or write `id: {stem}`");
            self.report(Problem::error("W018", node.at.clone(), message).hint(hint));
            return None;
        }
        Some(text.to_owned())
    }
}

/// A lower-case letter, then lower-case letters, digits and one separator.
fn is_name(text: &str, separator: char) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == separator)
}

fn rule(separator: char) -> String {
    format!(
        "an id begins with a lower-case letter, goes on with lower-case letters, digits and `{separator}`, and has at \
         most {LONGEST} characters"
    )
}

fn suggestion(text: &str, separator: char) -> String {
    let mut fixed = String::new();
    for c in text.trim().chars() {
        if c.is_ascii_uppercase() && fixed.ends_with(|last: char| last.is_ascii_alphanumeric()) {
            fixed.push(separator);
        }
        fixed.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { separator });
    }
    let rule = rule(separator);
    if is_name(&fixed, separator) { format!("{rule}: write `{fixed}`") } else { rule }
}
