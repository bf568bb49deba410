//! The top of a workflow file.

use std::time::Duration;

use serde_json::Value;

use super::amount::{LONGEST, SECOND};
use super::known;
use super::node::{Fields, Node, found, quoted};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{Defaults, EventMatch, Step, Text, Tree, Workflow};

/// The format this program reads.
const VERSION: u64 = 1;

/// Reads a workflow; none where something it cannot be without is missing. Problems stand in the reader.
pub(super) fn workflow(reader: &mut Reader<'_>, stem: Option<&str>) -> Option<Workflow> {
    let root = Node::root(reader.document.value());
    let Value::Object(map) = root.value else {
        let message = format!(
            "a workflow must be an object with keys such as `version` and `steps`, not {}",
            found(root.value)
        );
        reader.report(Problem::error("W014", "", message).hint("begin with `version: 1`"));
        return None;
    };
    let fields = Fields { map, at: String::new() };
    let meant = reader.check_keys(&fields, &known::TOP);
    reader.version(&fields, &meant);
    let id = match fields.get("id") {
        Some(node) => reader.workflow_id(&node, stem),
        None => {
            let written = stem.unwrap_or("welcome-mail");
            reader.required(&meant, "id", &format!("write `id: {written}`"));
            None
        }
    };
    let triggers = fields.get("triggers").map(|node| reader.triggers(&node));
    if triggers.is_none() {
        reader.required(
            &meant,
            "triggers",
            "say what starts the workflow: a list such as `- use: webhook@1`",
        );
    }
    for list in ["steps", "on_error", "finally"] {
        map.get(list).into_iter().for_each(|steps| reader.ids.note_given(steps));
    }
    let steps = fields.get("steps").map(|node| reader.steps(&node, 1));
    if steps.is_none() {
        reader.required(
            &meant,
            "steps",
            "say what the workflow does: a list such as `- use: http.request@1`",
        );
    }
    let on_error = fields.get("on_error").map(|node| reader.steps_on_error(&node));
    let finally = fields.get("finally").map(|node| reader.steps(&node, 1));
    let name = reader.words(&fields, "name");
    let description = reader.words(&fields, "description");
    let owner = reader.owner(&fields);
    let labels = reader.labels(&fields);
    let timezone = fields.get("timezone").and_then(|node| reader.zone(&node));
    let vars = match reader.values(&fields, "vars").value {
        Value::Object(vars) => vars,
        _ => serde_json::Map::new(),
    };
    let defaults = reader.defaults(&fields);
    let outputs = fields.has("outputs").then(|| reader.values(&fields, "outputs"));
    Some(Workflow {
        id: id?,
        name,
        description,
        labels,
        owner,
        timezone,
        inputs: reader.inputs(&fields),
        vars,
        defaults,
        timeout: reader.run_timeout(&fields),
        triggers: triggers?,
        index: reader.index(&fields),
        concurrency: reader.concurrency(&fields),
        reentry: reader.reentry(&fields),
        exit_when: reader.optional_expression(&fields, "exit_when"),
        cancel_on: reader.cancel_on(&fields),
        steps: steps?,
        on_error: on_error.unwrap_or_default(),
        finally: finally.unwrap_or_default(),
        outputs: outputs.filter(|Tree { value, .. }| value.is_object()),
    })
}

impl Reader<'_> {
    fn version(&mut self, fields: &Fields<'_>, meant: &[&str]) {
        let Some(node) = fields.get("version") else {
            if !meant.contains(&"version") {
                let problem = Problem::error(
                    "W016",
                    "",
                    "the workflow does not say its format: `version: 1` is missing",
                );
                self.report(problem.hint("write `version: 1` on the first line"));
            }
            return;
        };
        if node.value.as_u64() == Some(VERSION) {
            return;
        }
        let (message, hint) = match node.value {
            Value::Number(number) => (
                format!("this program reads `version: 1`, not `version: {number}`"),
                "write `version: 1`, or use a newer program",
            ),
            Value::String(text) if text == "1" => {
                ("`version` must be the number 1, without quotes".to_owned(), "write `version: 1`")
            }
            value => (format!("`version` must be the number 1, not {}", found(value)), "write `version: 1`"),
        };
        self.report(Problem::error("W016", node.at, message).hint(hint));
    }

    fn required(&mut self, meant: &[&str], key: &str, hint: &str) {
        if !meant.contains(&key) {
            self.missing("", &format!("the workflow has no `{key}`"), hint);
        }
    }

    /// How long a run may take.
    fn run_timeout(&mut self, fields: &Fields<'_>) -> Option<Duration> {
        let node = fields.get("timeout")?;
        self.duration(&node, SECOND, LONGEST)
    }

    /// `on_error` of the workflow is a list; one word stands at a step.
    fn steps_on_error(&mut self, node: &Node<'_>) -> Vec<Step> {
        if node.value.is_string() {
            let hint =
                "write a list of steps; `continue`, `hold` and `fail` stand in the `on_error` of a step";
            self.wrong(node, "a list of steps", Some(hint.to_owned()));
            return Vec::new();
        }
        self.steps(node, 1)
    }

    fn index(&mut self, fields: &Fields<'_>) -> Vec<Text> {
        const EXAMPLE: &str = "trigger.body.email";
        let Some(node) = fields.get("index") else { return Vec::new() };
        let Value::Array(items) = node.value else {
            let text = node.value.as_str().filter(|text| !text.trim().is_empty()).unwrap_or(EXAMPLE);
            let hint = format!("write {}", quoted(&format!("index: [{text}]")));
            self.wrong(&node, "a list of expressions", Some(hint));
            return Vec::new();
        };
        if items.is_empty() {
            self.empty(
                &node,
                "write at least one expression, such as `[trigger.body.email]`, or remove the key",
            );
        }
        node.items(items).iter().filter_map(|item| self.expression_for(item, EXAMPLE)).collect()
    }

    /// One object, or a list of them.
    fn cancel_on(&mut self, fields: &Fields<'_>) -> Vec<EventMatch> {
        const HINT: &str = "`event: order.cancelled`, and `match: <expression>` below it";
        let Some(node) = fields.get("cancel_on") else { return Vec::new() };
        let (nodes, expected, hint) = match node.value {
            Value::Array(items) => (
                node.items(items),
                "an object with `event` and `match`",
                format!("write {}", HINT.replacen('`', "`- ", 1)),
            ),
            _ => (
                vec![node.clone()],
                "an object with `event` and `match`, or a list of them",
                format!("write on lines of their own under it: {HINT}"),
            ),
        };
        if nodes.is_empty() {
            self.empty(&node, "write at least one event, or remove the key");
        }
        let mut events = Vec::new();
        for node in nodes {
            if !node.value.is_object() {
                self.wrong(&node, expected, Some(hint.clone()));
                continue;
            }
            let block = self.block(&node, &known::CANCEL_ON, &[], 1);
            events.extend(block.and_then(|block| self.event_match(&block)));
        }
        events
    }

    fn labels(&mut self, fields: &Fields<'_>) -> Vec<String> {
        let Some(node) = fields.get("labels") else { return Vec::new() };
        self.texts(&node, "a list of texts").into_iter().map(|label| label.text).collect()
    }

    fn defaults(&mut self, fields: &Fields<'_>) -> Defaults {
        let Some(node) = fields.get("defaults") else { return Defaults::default() };
        let Some(fields) = self.object(&node, "an object with `retry` and `timeout`") else {
            return Defaults::default();
        };
        self.check_keys(&fields, &known::DEFAULTS);
        Defaults { retry: self.retry(&fields), timeout: self.timeout(&fields) }
    }
}
