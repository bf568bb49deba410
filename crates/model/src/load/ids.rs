//! Names of workflows, triggers and steps: their form, their uniqueness, and names for those who have none.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::node::{Node, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::Text;

/// Longest id, in characters.
const LONGEST: usize = 64;

/// Words that mean something else in expressions and paths.
const RESERVED: &[&str] = &[
    "then",
    "else",
    "on_error",
    "finally",
    "cancel_on",
    "trigger",
    "steps",
    "vars",
    "inputs",
    "item",
    "index",
    "event",
    "error",
    "run",
    "env",
    "true",
    "false",
    "null",
    "and",
    "or",
    "not",
    "if",
    "in",
    "is",
];

/// Where lists of steps stand inside a step; a `*` is any item of a list.
const INNER: &[&[&str]] = &[
    &["then"],
    &["else"],
    &["switch", "cases", "*", "do"],
    &["switch", "else"],
    &["for_each", "do"],
    &["repeat", "do"],
    &["parallel", "branches", "*", "steps"],
    &["wait_for", "on_timeout"],
    &["on_error"],
];

/// The ids of one workflow.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Every id some step gives itself.
    given: HashSet<String>,
    /// Pointers of the ids met so far.
    steps: HashMap<String, String>,
    triggers: HashMap<String, String>,
    /// Of the innermost `parallel`.
    branches: HashMap<String, String>,
    /// Steps met so far, by verb.
    verbs: HashMap<&'static str, usize>,
}

/// Which ids must differ from each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Step,
    Trigger,
    Branch,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Trigger => "trigger",
            Self::Branch => "branch",
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Self::Step => "send_welcome",
            Self::Trigger => "signup",
            Self::Branch => "mail",
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
            for list in INNER {
                list.iter().fold(vec![step], |inside, key| inner(&inside, key)).into_iter().for_each(
                    |steps| {
                        self.note_given(steps);
                    },
                );
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

/// What stands under a key in these values.
fn inner<'v>(values: &[&'v Value], key: &str) -> Vec<&'v Value> {
    let items = |value: &&'v Value| match (key, *value) {
        ("*", Value::Array(items)) => items.iter().collect(),
        (_, value) => value.get(key).into_iter().collect::<Vec<_>>(),
    };
    values.iter().flat_map(items).collect()
}

impl Reader<'_> {
    /// The id of a step, trigger or branch as its author gives it.
    pub(super) fn id(&mut self, node: &Node<'_>, kind: Kind) -> Option<String> {
        let text = self.name(node, &format!("a name such as `{}`", kind.example()), '_', "id")?;
        if !is_name(text, '_') {
            let message = format!("{} is not an id for a {}", quoted(text), kind.word());
            let hint = suggestion(text, '_', "id");
            self.report(Problem::error("W017", node.at.clone(), message).hint(hint));
            return None;
        }
        if RESERVED.contains(&text) {
            self.reserved(text, &node.at, "an id", kind.word());
            return None;
        }
        self.unique(text, &node.at, kind).then(|| text.to_owned())
    }

    fn reserved(&mut self, text: &str, at: &str, what: &str, word: &str) {
        let message =
            format!("`{text}` cannot be {what}: it has a meaning of its own in expressions and paths");
        let hint = format!("write `{text}_{word}` or another name");
        self.report(Problem::error("W017", at, message).hint(hint));
    }

    /// The name of something that has no id, such as "the name of a field".
    pub(super) fn plain_name(&mut self, node: &Node<'_>, what: &str, example: &str) -> Option<String> {
        let text = self.name(node, &format!("a name such as `{example}`"), '_', "name")?;
        if !is_name(text, '_') {
            let message = format!("{} is not {what}", quoted(text));
            let hint = suggestion(text, '_', "name");
            self.report(Problem::error("W017", node.at.clone(), message).hint(hint));
            return None;
        }
        if RESERVED.contains(&text) {
            self.reserved(text, &node.at, what, "value");
            return None;
        }
        Some(text.to_owned())
    }

    /// The same for a name that is a key.
    pub(super) fn key_name(&mut self, key: &str, at: &str, what: &str) -> Option<String> {
        if is_name(key, '_') {
            return Some(key.to_owned());
        }
        let message = format!("{} is not {what}", quoted(key));
        self.report(Problem::error("W017", at, message).hint(suggestion(key, '_', "name")).at_key());
        None
    }

    /// The id of another workflow.
    pub(super) fn flow(&mut self, node: &Node<'_>) -> Option<Text> {
        let text = self.name(node, "the id of a workflow, such as `send-receipt`", '-', "id")?;
        if is_name(text, '-') {
            return Some(Text { text: text.to_owned(), at: node.at.clone() });
        }
        let (message, hint) = if text.contains("${{") {
            let message = format!("{} must be a fixed id; it cannot be an expression", node.name);
            (message, "use a `switch` step to choose between workflows".to_owned())
        } else {
            let stem = text.strip_suffix(".yaml").or_else(|| text.strip_suffix(".yml")).unwrap_or(text);
            (format!("{} is not the id of a workflow", quoted(text)), suggestion(stem, '-', "id"))
        };
        self.report(Problem::error("W017", node.at.clone(), message).hint(hint));
        None
    }

    /// Begins a block of branches, inside which ids are free again; gives what [`Self::end_branches`] takes.
    pub(super) fn begin_branches(&mut self) -> HashMap<String, String> {
        std::mem::take(&mut self.ids.branches)
    }

    pub(super) fn end_branches(&mut self, around: HashMap<String, String>) {
        self.ids.branches = around;
    }

    fn name<'v>(&mut self, node: &Node<'v>, expected: &str, separator: char, word: &str) -> Option<&'v str> {
        if matches!(node.value, Value::Number(_) | Value::Bool(_)) {
            self.wrong(node, expected, Some(rule(separator, word)));
            return None;
        }
        self.text(node, expected)
    }

    /// Whether an id is new among its kind; else that is reported.
    pub(super) fn unique(&mut self, id: &str, at: &str, kind: Kind) -> bool {
        let ids = match kind {
            Kind::Step => &mut self.ids.steps,
            Kind::Trigger => &mut self.ids.triggers,
            Kind::Branch => &mut self.ids.branches,
        };
        let Some(first) = ids.get(id) else {
            ids.insert(id.to_owned(), at.to_owned());
            return true;
        };
        let mut lines = [self.document.line_of(first), self.document.line_of(at)];
        lines.sort_unstable();
        let [first, again] = lines;
        let plural = if kind == Kind::Branch {
            "branches of this block".to_owned()
        } else {
            format!("{}s", kind.word())
        };
        let message = format!("two {plural} are called `{id}`: on line {first} and on line {again}");
        let hint = format!("give one of them another id, such as `{id}_2`");
        self.report(Problem::error("W019", at, message).hint(hint));
        false
    }

    /// The id of the workflow.
    pub(super) fn workflow_id(&mut self, node: &Node<'_>, stem: Option<&str>) -> Option<String> {
        let text = self.name(node, "a name such as `welcome-mail`", '-', "id")?;
        if !is_name(text, '-') {
            let message = format!("{} is not an id for a workflow", quoted(text));
            self.report(Problem::error("W017", node.at.clone(), message).hint(suggestion(text, '-', "id")));
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

fn rule(separator: char, word: &str) -> String {
    let article = if word == "id" { "an" } else { "a" };
    format!(
        "{article} {word} begins with a lower-case letter, goes on with lower-case letters, digits and `{separator}`, and has at \
         most {LONGEST} characters"
    )
}

fn suggestion(text: &str, separator: char, word: &str) -> String {
    let mut fixed = String::new();
    for c in text.trim().chars() {
        if c.is_ascii_uppercase() && fixed.ends_with(|last: char| last.is_ascii_alphanumeric()) {
            fixed.push(separator);
        }
        fixed.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { separator });
    }
    let rule = rule(separator, word);
    if is_name(&fixed, separator) { format!("{rule}: write `{fixed}`") } else { rule }
}
