//! Triggers, and the form of a `use`.

use serde_json::Value;

use super::ids::Kind;
use super::known;
use super::limits::names_any;
use super::node::{Fields, Node, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{Text, Trigger};

impl Reader<'_> {
    pub(super) fn triggers(&mut self, node: &Node<'_>) -> Vec<Trigger> {
        const HINT: &str = "write a list, one trigger to an item: `- use: webhook@1`";
        let Value::Array(items) = node.value else {
            self.wrong(node, "a list of triggers", Some(HINT.to_owned()));
            return Vec::new();
        };
        if items.is_empty() {
            self.empty(
                node,
                "a workflow needs something that starts it, such as `- use: webhook@1` or `- use: manual@1`",
            );
        }
        node.items(items).iter().filter_map(|item| self.trigger(item)).collect()
    }

    fn trigger(&mut self, node: &Node<'_>) -> Option<Trigger> {
        let Value::Object(map) = node.value else {
            let hint = match node.value {
                Value::String(text) if !text.is_empty() => {
                    format!("write {}", quoted(&format!("- use: {text}")))
                }
                _ => "write `- use: webhook@1`".to_owned(),
            };
            self.wrong(node, "a trigger, which is an object", Some(hint));
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        let meant = self.check_keys(&fields, &known::TRIGGER);
        let with = self.values(&fields, "with");
        let when = self.optional_expression(&fields, "when");
        let dedupe_key = self.dedupe_key(&fields);
        let debounce = self.debounce(&fields);
        let throttle = self.throttle(&fields);
        let batch = self.batch(&fields);
        self.not_both(&fields);
        let Some(used) = fields.get("use") else {
            if !meant.contains(&"use") {
                self.missing(
                    &fields.at,
                    "this trigger does not say what it is: `use` is missing",
                    "write `use: webhook@1`, `use: schedule@1` or `use: manual@1`",
                );
            }
            return None;
        };
        let source = self.used(&used, "webhook@1");
        let id = match fields.get("id") {
            Some(node) => self.id(&node, Kind::Trigger),
            None => source.as_ref().and_then(|source| {
                let id = source_name(&source.text);
                self.unique(&id, &used.at, Kind::Trigger).then_some(id)
            }),
        };
        Some(Trigger {
            id: id?,
            source: source?,
            with,
            when,
            dedupe_key,
            debounce,
            throttle,
            batch,
            at: fields.at,
        })
    }

    fn dedupe_key(&mut self, fields: &Fields<'_>) -> Option<Text> {
        let node = fields.get("dedupe_key")?;
        let key = self.expression_for(&node, "trigger.body.id")?;
        if names_any(&key.text, &["trigger", "event"]) {
            return Some(key);
        }
        let message =
            "`dedupe_key` names neither `trigger` nor `event`, so all events would have the same key";
        let hint = "write an expression over the event, such as `trigger.body.id`";
        self.report(Problem::error("W029", node.at, message).hint(hint));
        None
    }

    /// `name@1` or `connector.operation@1`.
    pub(super) fn used(&mut self, node: &Node<'_>, example: &str) -> Option<Text> {
        let text = self.text(node, &format!("a name such as `{example}`"))?;
        let (name, version) = text.split_once('@').unwrap_or((text, ""));
        let numbered = version.len() <= 5
            && version.bytes().all(|byte| byte.is_ascii_digit())
            && version.starts_with(|c: char| c != '0');
        if is_component(name) && numbered {
            return Some(Text { text: text.to_owned(), at: node.at.clone() });
        }
        let plain_version = version.trim_start_matches('v').split('.').next().unwrap_or_default();
        let number = plain_version.parse::<u16>().ok().filter(|number| *number > 0).unwrap_or(1);
        let fixed = name.trim().to_ascii_lowercase();
        let (message, hint) = if text.contains("${{") {
            let message = format!("{} must be a fixed name; it cannot be an expression", node.name);
            (message, "use an `if` step to choose between actions".to_owned())
        } else if !is_component(&fixed) {
            let message = format!("{} is not a name to `use`", quoted(text));
            (message, format!("write a name and its version, such as `{example}`"))
        } else if !text.contains('@') {
            (format!("{} lacks its version", quoted(text)), format!("write `use: {fixed}@1`"))
        } else {
            let message = format!("{} does not end in a version number", quoted(text));
            (message, format!("write `use: {fixed}@{number}`"))
        };
        self.report(Problem::error("W021", node.at.clone(), message).hint(hint));
        None
    }
}

/// One or two names with a dot between them.
fn is_component(name: &str) -> bool {
    let part = |part: &str| {
        part.len() <= 64
            && part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
    };
    name.split('.').count() <= 2 && name.split('.').all(part)
}

/// What a trigger is called that has no id: its source without operation and version.
fn source_name(source: &str) -> String {
    source.split(['.', '@']).next().unwrap_or_default().replace('-', "_")
}
