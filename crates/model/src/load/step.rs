//! Steps: one verb each, and what may stand beside it.

use std::time::Duration;

use serde_json::Value;

use super::ids::Kind;
use super::known;
use super::node::{Fields, Node, listed, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{EffectMode, OnError, Retry, Step, Text};

/// Steps of one workflow.
const MOST_STEPS: usize = 500;
/// Lists of steps inside each other.
const DEEPEST: usize = 16;
/// What only makes sense where an action is called.
const OF_USE: &[&str] = &["with", "retry", "timeout", "idempotency_key", "effect"];

/// What stands beside the verb.
struct Modifiers {
    name: Option<String>,
    when: Option<Text>,
    retry: Option<Retry>,
    timeout: Option<Duration>,
    idempotency_key: Option<Text>,
    on_error: Option<OnError>,
    effect: Option<EffectMode>,
    note: Option<String>,
}

impl Reader<'_> {
    /// A list of steps; `depth` counts the lists around it, from 1.
    pub(super) fn steps(&mut self, node: &Node<'_>, depth: usize) -> Vec<Step> {
        let Value::Array(items) = node.value else {
            let hint = "write a list, one step to an item: `- use: http.request@1`";
            self.wrong(node, "a list of steps", Some(hint.to_owned()));
            return Vec::new();
        };
        if items.is_empty() {
            self.empty(node, "write at least one step, such as `- use: http.request@1`");
        }
        if depth > DEEPEST {
            let message = format!("steps are nested more than {DEEPEST} deep");
            self.report(
                Problem::error("W031", node.at.clone(), message)
                    .hint("turn conditions around, or split the workflow"),
            );
            return Vec::new();
        }
        let steps: Vec<Option<Step>> = node.items(items).iter().map(|item| self.step(item, depth)).collect();
        self.warn_unreachable(&steps);
        steps.into_iter().flatten().collect()
    }

    fn step(&mut self, node: &Node<'_>, depth: usize) -> Option<Step> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            if self.steps == MOST_STEPS + 1 {
                let message = format!("a workflow has at most {MOST_STEPS} steps; this is one more");
                self.report(Problem::error("W031", node.at.clone(), message).hint("split the workflow"));
            }
            return None;
        }
        let Value::Object(map) = node.value else {
            let hint = match node.value {
                Value::String(text) if !text.is_empty() => {
                    format!("write {}", quoted(&format!("- use: {text}")))
                }
                _ => "write `- use: http.request@1`".to_owned(),
            };
            self.wrong(node, "a step, which is an object", Some(hint));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        let beside = self.misplaced(&fields, depth);
        let meant = self.check_keys_but(&fields, &known::STEP, &beside);
        let verb = self.verb_key(&fields, &meant, &beside);
        let id = fields.get("id").map(|node| self.id(&node, Kind::Step));
        let automatic = verb.map(|verb| self.ids.automatic(verb, id.is_some()));
        if let Some(verb) = verb {
            self.only_beside_their_verb(&fields, verb, &beside);
        }
        if verb.is_none() {
            self.branches_of_no_verb(&fields, depth);
        }
        let verb = verb.and_then(|verb| self.verb(&fields, verb, &beside, depth));
        let modifiers = self.modifiers(&fields, &beside, depth);
        let named = id.is_some();
        Some(Step {
            id: id.unwrap_or(automatic)?,
            named,
            name: modifiers.name,
            verb: verb?,
            when: modifiers.when,
            retry: modifiers.retry,
            timeout: modifiers.timeout,
            idempotency_key: modifiers.idempotency_key,
            on_error: modifiers.on_error,
            effect: modifiers.effect,
            note: modifiers.note,
            at: fields.at,
        })
    }

    /// All of them are read, whatever else is wrong with the step, so that everything is said at once.
    fn modifiers(&mut self, fields: &Fields<'_>, beside: &[&str], depth: usize) -> Modifiers {
        Modifiers {
            name: self.words(fields, "name"),
            when: self.optional_expression(fields, "when"),
            retry: self.retry(fields),
            timeout: if beside.contains(&"timeout") { None } else { self.timeout(fields) },
            idempotency_key: self.idempotency_key(fields),
            on_error: self.on_error(fields, depth),
            effect: self.effect(fields),
            note: self.words(fields, "note"),
        }
    }

    /// The one verb of a step, among those of this version.
    fn verb_key(&mut self, fields: &Fields<'_>, meant: &[&str], beside: &[&str]) -> Option<&'static str> {
        let written = |verb: &&'static str| fields.has(verb) && !beside.contains(verb);
        let verbs: Vec<&'static str> = known::VERBS.iter().copied().filter(written).collect();
        match verbs.as_slice() {
            [verb] => Some(verb),
            [] => {
                let guessed = |verb: &&str| known::VERBS.contains(verb) || known::LATER_VERBS.contains(verb);
                if !meant.iter().any(guessed) {
                    self.no_verb(fields);
                }
                None
            }
            [_, .., _] => {
                let mut lines: Vec<(usize, &str)> =
                    verbs.iter().map(|verb| (self.document.line_of(&fields.place(verb)), *verb)).collect();
                lines.sort_unstable_by_key(|(line, _)| *line);
                let (line, first) = lines.first().copied()?;
                let (again, last) = lines.last().copied()?;
                let message = format!(
                    "a step does one thing, and this one has `{first}` on line {line} and `{last}` on line {again}"
                );
                let hint = "make a step of each; they run one after the other";
                self.report(Problem::error("W020", fields.place(last), message).hint(hint).at_key());
                None
            }
        }
    }

    fn no_verb(&mut self, fields: &Fields<'_>) {
        let problem = if fields.has("then") || fields.has("else") {
            let key = if fields.has("then") { "then" } else { "else" };
            let message = format!("`{key}` stands without its `if`");
            Problem::error("W022", fields.place(key), message)
                .hint("add `if: <expression>` to the step")
                .at_key()
        } else {
            let hint = format!("add one of {}", listed(known::VERBS.iter().copied(), "or"));
            Problem::error("W020", fields.at.clone(), "this step does nothing: it has no verb").hint(hint)
        };
        self.report(problem);
    }

    /// Reads what stands in the branches of a misspelt `if`, for the problems in there.
    fn branches_of_no_verb(&mut self, fields: &Fields<'_>, depth: usize) {
        for node in ["then", "else"].iter().filter_map(|key| fields.get(key)) {
            self.steps(&node, depth + 1);
        }
    }

    fn only_beside_their_verb(&mut self, fields: &Fields<'_>, verb: &str, beside: &[&str]) {
        let is_there = |key: &&&str| fields.has(key) && !beside.contains(*key);
        let branches: &[&str] = if verb == "if" { &[] } else { &["then", "else"] };
        for key in branches.iter().filter(is_there) {
            let problem = Problem::error(
                "W022",
                fields.place(key),
                format!("`{key}` belongs to an `if` step, not to `{verb}`"),
            )
            .hint("make a step with `if` of it; to skip this step write `when: <expression>`");
            self.report(problem.at_key());
        }
        let calls: &[&str] = if verb == "use" { &[] } else { OF_USE };
        for key in calls.iter().filter(is_there) {
            let message =
                format!("`{key}` belongs to a step that calls an action with `use`, not to `{verb}`");
            let hint = if *key == "with" && verb == "set" {
                "write the values directly under `set`"
            } else {
                "remove it, or move it to the step it is meant for"
            };
            self.report(Problem::error("W022", fields.place(key), message).hint(hint).at_key());
        }
    }

    fn idempotency_key(&mut self, fields: &Fields<'_>) -> Option<Text> {
        let node = fields.get("idempotency_key")?;
        let key = self.template(&node, "a text with `${{ }}` in it")?;
        if key.text.contains("${{") {
            return Some(key);
        }
        let message = "`idempotency_key` has no `${{ }}` in it, so all runs would share one key";
        let hint = format!(
            "write what differs from run to run, such as {}",
            quoted(&format!("{}-${{{{ trigger.body.id }}}}", key.text))
        );
        self.report(Problem::error("W028", node.at, message).hint(hint));
        None
    }

    fn on_error(&mut self, fields: &Fields<'_>, depth: usize) -> Option<OnError> {
        let node = fields.get("on_error")?;
        if node.value.is_array() {
            return Some(OnError::Steps(self.steps(&node, depth + 1)));
        }
        let choices = [("fail", 0), ("continue", 1), ("hold", 2)];
        self.choice(&node, &choices, "a list of steps").map(|choice| match choice {
            0 => OnError::Fail,
            1 => OnError::Continue,
            _ => OnError::Hold,
        })
    }

    fn effect(&mut self, fields: &Fields<'_>) -> Option<EffectMode> {
        let node = fields.get("effect")?;
        self.choice(&node, &[("repeat", EffectMode::Repeat), ("once", EffectMode::Once)], "")
    }
}
