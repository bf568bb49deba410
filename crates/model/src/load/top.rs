//! The top of a workflow file.

use serde_json::Value;

use super::keys;
use super::node::{Fields, Node, found};
use super::reader::Reader;
use crate::problem::Problem;
use crate::workflow::{Defaults, Tree, Workflow};

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
    let meant = reader.check_keys(&fields, &keys::TOP);
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
    if let Some(steps) = map.get("steps") {
        reader.ids.note_given(steps);
    }
    let steps = fields.get("steps").map(|node| reader.steps(&node, 1));
    if steps.is_none() {
        reader.required(
            &meant,
            "steps",
            "say what the workflow does: a list such as `- use: http.request@1`",
        );
    }
    let name = reader.words(&fields, "name");
    let description = reader.words(&fields, "description");
    let owner = reader.words(&fields, "owner");
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
        inputs: Vec::new(),
        vars,
        defaults,
        timeout: None,
        triggers: triggers?,
        index: Vec::new(),
        concurrency: None,
        reentry: None,
        exit_when: None,
        cancel_on: Vec::new(),
        steps: steps?,
        on_error: Vec::new(),
        finally: Vec::new(),
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

    fn labels(&mut self, fields: &Fields<'_>) -> Vec<String> {
        let Some(node) = fields.get("labels") else { return Vec::new() };
        let Value::Array(items) = node.value else {
            let hint = match node.value {
                Value::String(text) => Some(format!("write `labels: [{}]`", text.replace('`', " "))),
                _ => None,
            };
            self.wrong(&node, "a list of texts", hint);
            return Vec::new();
        };
        node.items(items).iter().filter_map(|item| self.text(item, "a text")).map(str::to_owned).collect()
    }

    fn defaults(&mut self, fields: &Fields<'_>) -> Defaults {
        let Some(node) = fields.get("defaults") else { return Defaults::default() };
        let Some(fields) = self.object(&node, "an object with `retry` and `timeout`") else {
            return Defaults::default();
        };
        self.check_keys(&fields, &keys::DEFAULTS);
        Defaults { retry: self.retry(&fields), timeout: self.timeout(&fields) }
    }
}
