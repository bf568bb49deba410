//! The object of a verb that has one, and what stands beside the verb though it belongs inside.

use serde_json::Value;

use super::known::{self, Keys};
use super::node::{Fields, Node, quoted};
use super::reader::Reader;
use crate::problem::Problem;

/// The object of a verb, whose keys were looked at.
pub(super) struct Block<'v> {
    pub(super) fields: Fields<'v>,
    /// Keys that were meant and stand elsewhere or are misspelt; that was said.
    meant: Vec<&'static str>,
    /// Lists of steps around the verb.
    pub(super) depth: usize,
}

impl<'v> Block<'v> {
    pub(super) fn get(&self, key: &str) -> Option<Node<'v>> {
        self.fields.get(key)
    }

    /// Whether a key is neither there nor meant.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.fields.has(key) && !self.meant.contains(&key)
    }
}

impl Reader<'_> {
    /// The object of a verb. `beside` are its keys that stand beside the verb.
    pub(super) fn block<'v>(
        &mut self,
        node: &Node<'v>,
        keys: &Keys,
        beside: &[&'static str],
        depth: usize,
    ) -> Option<Block<'v>> {
        let Value::Object(map) = node.value else {
            self.wrong(node, &format!("an object with {}", essence(keys)), Some(instead(node, keys)));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        let mut meant = self.check_keys(&fields, keys);
        meant.extend(beside);
        Some(Block { fields, meant, depth })
    }

    /// Reports a key that a block cannot be without, unless something was said of it.
    pub(super) fn lacks(&mut self, block: &Block<'_>, key: &str, message: &str, hint: &str) {
        if block.lacks(key) {
            self.missing(&block.fields.at, message, hint);
        }
    }

    /// The keys of a step that belong inside the object of its verb; says so where that is an object, and reads the
    /// steps in them.
    pub(super) fn misplaced(&mut self, fields: &Fields<'_>, depth: usize) -> Vec<&'static str> {
        let mut found = Vec::new();
        if fields.has("needs") {
            let message = "`needs` belongs to a branch of `parallel`, not to a step";
            let hint = "remove it: steps run in the order of the file, each after the one before it";
            self.report(Problem::error("W022", fields.place("needs"), message).hint(hint).at_key());
            found.push("needs");
        }
        for verb in known::VERBS {
            let Some((node, keys)) = fields.get(verb).zip(known::of_verb(verb)) else { continue };
            for key in keys.known.iter().copied() {
                let Some(inner) = fields.get(key).filter(|inner| belongs_inside(verb, key, inner.value))
                else {
                    continue;
                };
                found.push(key);
                if node.value.is_object() {
                    let message = format!("`{key}` belongs inside `{verb}`, and stands beside it here");
                    let hint = format!("indent it, so that it stands under `{verb}`");
                    self.report(Problem::error("W022", inner.at.clone(), message).hint(hint).at_key());
                }
                if matches!(key, "do" | "else" | "on_timeout") && inner.value.is_array() {
                    self.steps(&inner, depth + 1);
                }
            }
        }
        found
    }
}

/// Whether a key of a step is one of its verb's.
fn belongs_inside(verb: &str, key: &str, value: &Value) -> bool {
    match (verb, key) {
        // Verbs of their own, unless their value says otherwise.
        ("for_each", "parallel") => value.is_number(),
        ("call", "wait") => value.is_boolean(),
        ("switch", "else") | ("call", "with") | ("wait_for" | "approve", "timeout") => true,
        _ => !known::STEP.known.contains(&key),
    }
}

/// What such an object is about.
fn essence(keys: &Keys) -> &'static str {
    match keys.what {
        "`switch`" => "`cases` and what they are about",
        "`for_each`" => "`in` and `do`",
        "`repeat`" => "`until` and `do`",
        "`parallel`" => "`branches`",
        "`wait_for`" => "`event` and `match`",
        "`approve`" => "`to`",
        _ => "`flow`",
    }
}

/// What to write for what stands there.
fn instead(node: &Node<'_>, keys: &Keys) -> String {
    let (key, example, then) = match keys.what {
        "`switch`" => ("value", "trigger.body.status", ", and `cases:` with a list below it"),
        "`for_each`" => ("in", "trigger.body.items", ", and `do:` with a list of steps below it"),
        "`repeat`" => ("until", "steps.ask.output.body.done", ", and `do:` with a list of steps below it"),
        "`parallel`" => ("branches", "", " with a list of branches"),
        "`wait_for`" => ("event", "order.paid", ", and `match: <expression>` below it"),
        "`approve`" => ("to", "ana@example.com", ""),
        _ => ("flow", "send-receipt", ""),
    };
    let value = match node.value {
        Value::String(text) if !text.trim().is_empty() && !example.is_empty() => text,
        _ => example,
    };
    let line = format!("{key}: {value}");
    format!("write {} on a line of its own under it{then}", quoted(line.trim_end()))
}
