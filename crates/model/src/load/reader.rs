//! Reading single values: what was expected, what was found, and everything said in one voice.

use serde_json::Value;

use super::ids::Ids;
use super::node::{Fields, Node, found, listed, quoted};
use crate::near::nearest;
use crate::problem::Problem;
use crate::workflow::{Text, Tree};
use crate::yaml::Document;

/// Words that other formats take for booleans, and that are texts here.
const BOOLEAN_WORDS: &[&str] = &["on", "off", "yes", "no", "y", "n"];

/// Reads a document and gathers what is wrong with it.
pub(super) struct Reader<'d> {
    pub(super) document: &'d Document,
    pub(super) ids: Ids,
    /// Steps met so far.
    pub(super) steps: usize,
    /// What the loops around call their items.
    pub(super) item_names: Vec<String>,
    problems: Vec<Problem>,
    /// Errors reported, kept or not.
    errors: usize,
}

/// What a reader found wrong.
pub(super) struct Findings {
    /// The problems, the first of many.
    pub(super) problems: Vec<Problem>,
    /// Whether there was an error among all of them.
    pub(super) failed: bool,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            ids: Ids::default(),
            steps: 0,
            item_names: Vec::new(),
            problems: Vec::new(),
            errors: 0,
        }
    }

    pub(super) fn findings(self) -> Findings {
        Findings { problems: self.problems, failed: self.errors > 0 }
    }

    pub(super) fn report(&mut self, problem: Problem) {
        let kept = if problem.is_error() {
            self.errors += 1;
            self.errors <= super::MOST_PROBLEMS
        } else {
            self.problems.len() < super::MOST_PROBLEMS
        };
        if kept {
            self.problems.push(problem);
        }
    }

    /// Whether more errors are of no use to anybody.
    pub(super) fn has_enough(&self) -> bool {
        self.errors >= super::MOST_PROBLEMS
    }

    /// Reports that a value is of another kind than expected, such as "a list of steps".
    pub(super) fn wrong(&mut self, node: &Node<'_>, expected: &str, hint: Option<String>) {
        let message = match node.value {
            Value::Null => format!("{} has no value; it must be {expected}", node.name),
            value => format!("{} must be {expected}, not {}", node.name, found(value)),
        };
        let hint = hint.unwrap_or_else(|| match node.value {
            Value::Null => "give it a value, or remove the key".to_owned(),
            _ => format!("write {expected}"),
        });
        self.report(Problem::error("W014", node.at.clone(), message).hint(hint));
    }

    pub(super) fn object<'v>(&mut self, node: &Node<'v>, expected: &str) -> Option<Fields<'v>> {
        let Value::Object(map) = node.value else {
            self.wrong(node, expected, None);
            return None;
        };
        Some(Fields { map, at: node.at.clone() })
    }

    /// Reports an empty list, object or text.
    pub(super) fn empty(&mut self, node: &Node<'_>, hint: &str) {
        let problem = Problem::error("W030", node.at.clone(), format!("{} is empty", node.name));
        self.report(problem.hint(hint));
    }

    /// Reports a key that is not there.
    pub(super) fn missing(&mut self, at: &str, message: &str, hint: &str) {
        self.report(Problem::error("W015", at, message).hint(hint));
    }

    pub(super) fn text<'v>(&mut self, node: &Node<'v>, expected: &str) -> Option<&'v str> {
        match node.value {
            Value::String(text) if text.trim().is_empty() => {
                self.empty(node, "give it a value, or remove the key");
                None
            }
            Value::String(text) => Some(text),
            value => {
                let scalar = matches!(value, Value::Bool(_) | Value::Number(_));
                let hint = scalar.then(|| format!("put it in quotes: `\"{value}\"`"));
                self.wrong(node, expected, hint);
                None
            }
        }
    }

    /// A text for people.
    pub(super) fn words(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let node = fields.get(key)?;
        self.text(&node, "a text").map(str::to_owned)
    }

    /// A text that may hold `${{ }}`.
    pub(super) fn template(&mut self, node: &Node<'_>, expected: &str) -> Option<Text> {
        let text = self.text(node, expected)?;
        Some(Text { text: text.to_owned(), at: node.at.clone() })
    }

    /// A bare expression that is true or false.
    pub(super) fn expression(&mut self, node: &Node<'_>) -> Option<Text> {
        const HINT: &str = "compare it with something, or write `true` or `false`";
        self.expression_like(node, "trigger.body.total > 0", HINT)
    }

    /// A bare expression that gives anything, such as this one.
    pub(super) fn expression_for(&mut self, node: &Node<'_>, example: &str) -> Option<Text> {
        self.expression_like(node, example, &format!("write an expression such as `{example}`"))
    }

    fn expression_like(&mut self, node: &Node<'_>, example: &str, hint: &str) -> Option<Text> {
        if let Value::Bool(value) = node.value {
            return Some(Text { text: value.to_string(), at: node.at.clone() });
        }
        let expected = format!("an expression such as `{example}`");
        if node.value.is_number() {
            self.wrong(node, &expected, Some(hint.to_owned()));
            return None;
        }
        let text = self.text(node, &expected)?;
        if let Some(start) = text.find("${{") {
            let end = text.rfind("}}").map_or(text.len(), |end| end + 2).max(start);
            let message =
                format!("{} is an expression already, so `${{{{ }}}}` has no place in it", node.name);
            let bare = text.replace("${{ ", "").replace(" }}", "").replace("${{", "").replace("}}", "");
            let hint = format!("leave the braces away: {}", quoted(bare.trim()));
            self.report(Problem::error("W027", node.at.clone(), message).hint(hint).inside(start..end));
            return None;
        }
        Some(Text { text: text.to_owned(), at: node.at.clone() })
    }

    pub(super) fn optional_expression(&mut self, fields: &Fields<'_>, key: &str) -> Option<Text> {
        let node = fields.get(key)?;
        self.expression(&node)
    }

    /// A list of texts; `expected` says of what, such as "a list of texts".
    pub(super) fn texts(&mut self, node: &Node<'_>, expected: &str) -> Vec<Text> {
        let Value::Array(items) = node.value else {
            let key = node.at.rsplit('/').next().unwrap_or_default();
            let hint = match node.value {
                Value::String(text) => Some(format!("write {}", quoted(&format!("{key}: [{text}]")))),
                _ => None,
            };
            self.wrong(node, expected, hint);
            return Vec::new();
        };
        node.items(items).iter().filter_map(|item| self.template(item, "a text")).collect()
    }

    /// An object of values; an empty one where there is none.
    pub(super) fn values(&mut self, fields: &Fields<'_>, key: &str) -> Tree {
        let empty = Tree { value: Value::Object(serde_json::Map::new()), at: fields.place(key) };
        let Some(node) = fields.get(key) else { return empty };
        match node.value {
            Value::Object(_) => Tree { value: node.value.clone(), at: node.at },
            _ => {
                self.wrong(&node, "an object of values, each on its own line as `name: value`", None);
                empty
            }
        }
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&mut self, node: &Node<'_>, choices: &[(&str, T)], or: &str) -> Option<T> {
        let word = match node.value {
            Value::String(text) => text.as_str(),
            _ => "",
        };
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
            return Some(*value);
        }
        let names = || choices.iter().map(|(name, _)| *name);
        let expected =
            if or.is_empty() { listed(names(), "or") } else { format!("{}, or {or}", listed(names(), "or")) };
        let message = match node.value {
            Value::Null => format!("{} has no value; it must be {expected}", node.name),
            value => format!("{} must be {expected}, not {}", node.name, found(value)),
        };
        let hint = if BOOLEAN_WORDS.contains(&word.to_ascii_lowercase().as_str()) || node.value.is_boolean() {
            format!("there is no yes or no here: write {expected}")
        } else {
            nearest(word, names())
                .map_or_else(|| format!("write {expected}"), |near| format!("did you mean `{near}`?"))
        };
        self.report(Problem::error("W023", node.at.clone(), message).hint(hint));
        None
    }
}
