//! Verbs that need somebody else: `wait_for` an event, `approve` by people, `call` of another workflow.

use serde_json::Value;

use super::amount::{LONGEST, SECOND};
use super::block::Block;
use super::known;
use super::node::{Fields, Node, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{EventMatch, FieldKind, FormField, OnTimeout, Text, Verb};

/// Fields of one form.
const MOST_FIELDS: usize = 100;

impl Reader<'_> {
    pub(super) fn wait_for(&mut self, block: &Block<'_>) -> Option<Verb> {
        let event = self.event_match(block);
        let timeout = block.get("timeout").map(|node| self.duration(&node, SECOND, LONGEST));
        let on_timeout = match block.get("on_timeout") {
            Some(node) => self.on_timeout(&node, block),
            None => Some(OnTimeout::default()),
        };
        if block.get("on_timeout").is_some() && block.lacks("timeout") {
            let message = "`on_timeout` says what happens after the `timeout`, and there is none here";
            let hint = "add `timeout: 1d`, or remove it";
            self.report(
                Problem::error("W022", block.fields.place("on_timeout"), message).hint(hint).at_key(),
            );
            return None;
        }
        if timeout == Some(None) {
            return None;
        }
        Some(Verb::WaitFor { event: event?, timeout: timeout.flatten(), on_timeout: on_timeout? })
    }

    fn on_timeout(&mut self, node: &Node<'_>, block: &Block<'_>) -> Option<OnTimeout> {
        if node.value.is_array() {
            return Some(OnTimeout::Steps(self.steps(node, block.depth + 1)));
        }
        let fails = self.choice(node, &[("continue", false), ("fail", true)], "a list of steps")?;
        Some(if fails { OnTimeout::Fail } else { OnTimeout::Continue })
    }

    /// `event` and `match`.
    pub(super) fn event_match(&mut self, block: &Block<'_>) -> Option<EventMatch> {
        const MATCH: &str = "event.data.order_id == trigger.body.order_id";
        let event = block.get("event").map(|node| self.event_name(&node));
        if event.is_none() {
            let hint = "write its name, such as `event: order.paid`";
            self.lacks(block, "event", "this does not say which event: `event` is missing", hint);
        }
        let matches = block.get("match").map(|node| self.expression_for(&node, MATCH));
        if matches.is_none() {
            let message = "this does not say which of these events belongs to the run: `match` is missing";
            self.lacks(block, "match", message, &format!("write an expression, such as `match: {MATCH}`"));
        }
        Some(EventMatch { event: event??, matches: matches??, at: block.fields.at.clone() })
    }

    fn event_name(&mut self, node: &Node<'_>) -> Option<Text> {
        let text = self.text(node, "the name of an event, such as `order.paid`")?;
        if crate::event::is_event_name(text) {
            return Some(Text { text: text.to_owned(), at: node.at.clone() });
        }
        let (message, hint) = if text.contains("${{") {
            let message = format!("{} must be a fixed name; it cannot be an expression", node.name);
            (message, "write the name as it is; which of the events is meant stands in `match`".to_owned())
        } else {
            let message = format!("{} is not the name of an event", quoted(text));
            (message, event_hint(text))
        };
        self.report(Problem::error("W035", node.at.clone(), message).hint(hint));
        None
    }

    pub(super) fn approve(&mut self, block: &Block<'_>) -> Option<Verb> {
        let to = match block.get("to") {
            Some(node) => self.people(&node),
            None => {
                let hint = "write the address that gets the question, such as `to: ana@example.com`";
                self.lacks(block, "to", "`approve` does not say whom to ask: `to` is missing", hint);
                None
            }
        };
        let form = block.get("form").map_or(Some(Vec::new()), |node| self.form(&node));
        let timeout = block.get("timeout").map(|node| self.duration(&node, SECOND, LONGEST));
        if timeout == Some(None) {
            return None;
        }
        Some(Verb::Approve { to: to?, form: form?, timeout: timeout.flatten() })
    }

    /// One address, or a list of them.
    fn people(&mut self, node: &Node<'_>) -> Option<Vec<Text>> {
        const EXPECTED: &str = "an address such as `ana@example.com`, or a list of them";
        let Value::Array(items) = node.value else {
            return self.template(node, EXPECTED).map(|text| vec![text]);
        };
        if items.is_empty() {
            self.empty(node, "write at least one address, such as `ana@example.com`");
            return None;
        }
        node.items(items).iter().map(|item| self.template(item, "an address")).collect()
    }

    fn form(&mut self, node: &Node<'_>) -> Option<Vec<FormField>> {
        const HINT: &str = "write a list, one field to an item: `- name: comment`";
        let Value::Array(items) = node.value else {
            self.wrong(node, "a list of fields", Some(HINT.to_owned()));
            return None;
        };
        if items.is_empty() {
            self.empty(node, "write at least one field, such as `- name: comment`, or remove the key");
            return None;
        }
        if items.len() > MOST_FIELDS {
            let message = format!("the form has {} fields, and {MOST_FIELDS} are the most", items.len());
            self.report(Problem::error("W031", node.at.clone(), message).hint("ask for less").at_key());
            return None;
        }
        let mut names = Vec::new();
        let fields: Vec<_> = node.items(items).iter().map(|item| self.field(item, &mut names)).collect();
        fields.into_iter().collect()
    }

    fn field(&mut self, node: &Node<'_>, names: &mut Vec<String>) -> Option<FormField> {
        let Value::Object(map) = node.value else {
            let hint = match node.value {
                Value::String(text) => format!("write {}", quoted(&format!("- name: {text}"))),
                _ => "write `- name: comment`".to_owned(),
            };
            self.wrong(node, "a field, which is an object", Some(hint));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        let meant = self.check_keys(&fields, &known::FIELD);
        let name = match fields.get("name") {
            Some(node) => self.field_name(&node, names),
            None => {
                if !meant.contains(&"name") {
                    self.missing(&fields.at, "this field has no `name`", "write `name: comment`");
                }
                None
            }
        };
        let label = self.words(&fields, "label");
        let kinds = [
            ("text", FieldKind::Text),
            ("number", FieldKind::Number),
            ("boolean", FieldKind::Boolean),
            ("choice", FieldKind::Choice),
        ];
        let kind =
            fields.get("type").map_or(Some(FieldKind::default()), |node| self.choice(&node, &kinds, ""));
        let required = fields.get("required").map_or(Some(false), |node| self.boolean(&node));
        let options = self.options(&fields, kind, &meant);
        Some(FormField { name: name?, label, kind: kind?, required: required?, options: options? })
    }

    fn field_name(&mut self, node: &Node<'_>, names: &mut Vec<String>) -> Option<String> {
        let name = self.plain_name(node, "the name of a field", "comment")?;
        if names.contains(&name) {
            let message = format!("two fields of this form are called `{name}`");
            let hint = format!("give one of them another name, such as `{name}_2`");
            self.report(Problem::error("W019", node.at.clone(), message).hint(hint));
            return None;
        }
        names.push(name.clone());
        Some(name)
    }

    /// What one may choose from; where there is a choice, and only there.
    fn options(
        &mut self,
        fields: &Fields<'_>,
        kind: Option<FieldKind>,
        meant: &[&str],
    ) -> Option<Vec<String>> {
        let Some(node) = fields.get("options") else {
            if kind == Some(FieldKind::Choice) && !meant.contains(&"options") {
                let hint = "write them as a list, such as `options: [small, large]`";
                self.missing(
                    &fields.at,
                    "this `choice` has nothing to choose from: `options` is missing",
                    hint,
                );
                return None;
            }
            return Some(Vec::new());
        };
        let options = self.texts(&node, "a list of texts");
        if kind.is_some_and(|kind| kind != FieldKind::Choice) {
            let message = "`options` is what one may choose from, and this field is not a `choice`";
            self.report(
                Problem::error("W022", node.at, message).hint("write `type: choice`, or remove it").at_key(),
            );
            return None;
        }
        if node.value.as_array().is_some_and(Vec::is_empty) {
            self.empty(&node, "write at least one, such as `options: [small, large]`");
        }
        Some(options.into_iter().map(|option| option.text).collect())
    }

    pub(super) fn call(&mut self, block: &Block<'_>) -> Option<Verb> {
        let flow = block.get("flow").map(|node| self.flow(&node));
        if flow.is_none() {
            let hint = "write the id of the other workflow, such as `flow: send-receipt`";
            self.lacks(block, "flow", "`call` does not say which workflow: `flow` is missing", hint);
        }
        let with = self.values(&block.fields, "with");
        let wait = block.get("wait").map_or(Some(true), |node| self.boolean(&node));
        Some(Verb::Call { flow: flow??, with, wait: wait? })
    }
}

/// What the name could be, or what names are.
fn event_hint(text: &str) -> String {
    let mut near = String::new();
    for c in text.trim().chars().take(60) {
        match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => {
                near.push(c.to_ascii_lowercase())
            }
            c if c.is_whitespace() || matches!(c, ':' | '/') => near.push('.'),
            _ => near.push('_'),
        }
    }
    let rule = "a name begins with a letter and goes on with letters, digits, `.`, `_` and `-`, 100 at most";
    if crate::event::is_event_name(&near) { format!("{rule}: write `{near}`") } else { rule.to_owned() }
}
