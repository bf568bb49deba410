//! `inputs`: what a caller may hand over.

use serde_json::Value;

use super::known;
use super::node::{Fields, Node, found, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{Input, InputKind};

/// Inputs of one workflow.
const MOST_INPUTS: usize = 100;

const KINDS: &[(&str, InputKind)] = &[
    ("any", InputKind::Any),
    ("text", InputKind::Text),
    ("number", InputKind::Number),
    ("boolean", InputKind::Boolean),
    ("list", InputKind::List),
    ("object", InputKind::Object),
];

impl Reader<'_> {
    pub(super) fn inputs(&mut self, fields: &Fields<'_>) -> Vec<Input> {
        let Some(node) = fields.get("inputs") else { return Vec::new() };
        let Value::Object(map) = node.value else {
            let hint = "write each on its own line: `email: { type: text }`";
            self.wrong(&node, "an object, with an input to each name", Some(hint.to_owned()));
            return Vec::new();
        };
        if map.is_empty() {
            self.empty(&node, "write at least one, such as `email: { type: text }`, or remove the key");
        }
        if map.len() > MOST_INPUTS {
            let message = format!("the workflow has {} inputs, and {MOST_INPUTS} are the most", map.len());
            let hint = "hand over one object instead of many values";
            self.report(Problem::error("W031", node.at.clone(), message).hint(hint).at_key());
            return Vec::new();
        }
        let fields = Fields { map, at: node.at };
        map.keys().filter_map(|name| self.input(name, &fields)).collect()
    }

    fn input(&mut self, name: &str, inputs: &Fields<'_>) -> Option<Input> {
        let node = inputs.get(name)?;
        let named = self.key_name(name, &node.at, "the name of an input");
        let Value::Object(map) = node.value else {
            let kind = node.value.as_str().filter(|text| KINDS.iter().any(|(kind, _)| kind == text));
            let hint =
                format!("write {}", quoted(&format!("{name}: {{ type: {} }}", kind.unwrap_or("text"))));
            self.wrong(
                &node,
                "an object with `type`, `default`, `required` and `enum`, all optional",
                Some(hint),
            );
            return None;
        };
        let fields = Fields { map, at: node.at.clone() };
        self.check_keys(&fields, &known::INPUT);
        let kind = fields.get("type").map_or(Some(InputKind::Any), |node| self.choice(&node, KINDS, ""));
        let required = fields.get("required").map_or(Some(false), |node| self.boolean(&node));
        let choices = self.choices(&fields, kind);
        let default = fields.get("default");
        if required == Some(true) && default.is_some() {
            let message =
                "`required` has no effect beside a `default`, which is there when nobody hands it over";
            let problem = Problem::error("W022", fields.place("required"), message);
            self.report(problem.hint("remove one of the two").at_key());
        }
        if let (Some(default), Some(kind), Some(choices)) = (&default, kind, &choices) {
            self.fits(default, kind, choices);
        }
        Some(Input {
            name: named?,
            kind: kind?,
            default: default.map(|node| node.value.clone()),
            required: required?,
            choices: choices?,
            at: fields.at,
        })
    }

    fn choices(&mut self, fields: &Fields<'_>, kind: Option<InputKind>) -> Option<Vec<Value>> {
        let Some(node) = fields.get("enum") else { return Some(Vec::new()) };
        let Value::Array(items) = node.value else {
            self.wrong(&node, "a list of values", Some("write `enum: [a, b]`".to_owned()));
            return None;
        };
        if items.is_empty() {
            self.empty(&node, "write at least one value, or remove the key");
            return None;
        }
        for item in node.items(items) {
            self.fits(&item, kind.unwrap_or_default(), &[]);
        }
        Some(items.clone())
    }

    /// Reports a value that the input itself would not take.
    fn fits(&mut self, node: &Node<'_>, kind: InputKind, choices: &[Value]) {
        let (fits, word) = match kind {
            InputKind::Any => (true, "anything"),
            InputKind::Text => (node.value.is_string(), "a text"),
            InputKind::Number => (node.value.is_number(), "a number"),
            InputKind::Boolean => (node.value.is_boolean(), "`true` or `false`"),
            InputKind::List => (node.value.is_array(), "a list"),
            InputKind::Object => (node.value.is_object(), "an object"),
        };
        if !fits {
            let message = format!("{} must be {word}, as `type` says, not {}", node.name, found(node.value));
            let hint = format!("write {word}, or change `type`");
            self.report(Problem::error("W014", node.at.clone(), message).hint(hint));
        } else if !choices.is_empty() && !choices.contains(node.value) {
            let message =
                format!("{} is not one of the values in `enum`, but {}", node.name, found(node.value));
            self.report(
                Problem::error("W023", node.at.clone(), message)
                    .hint("write one of them, or add it to `enum`"),
            );
        }
    }
}
