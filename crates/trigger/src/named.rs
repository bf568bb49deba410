//! `event@1`: a named event, told of by a flow's `event.emit@1` or over the API.

use cauce_model::{Problem, SourceKind, SourceSpec, event_name};
use serde_json::{Value, json};

use crate::inputs::Inputs;
use crate::source::{Occurrence, Raw, Rejection, Secrets, Source};

/// The source `event@1`. Its `match` is an expression over `event`; whoever evaluates the trigger's `when` evaluates it.
#[derive(Debug)]
pub struct Named(SourceSpec);

impl Default for Named {
    fn default() -> Self {
        Self(SourceSpec {
            name: "event@1".to_owned(),
            summary: "something happened that another flow or the API tells of".to_owned(),
            kind: SourceKind::Event,
            input: json!({
                "type": "object",
                "properties": {
                    "name": {"type": "string", "description": "the name of the event, such as `order.paid`"},
                    "match": {
                        "type": "string",
                        "description": "an expression over `event`; only events for which it is true start a run",
                    },
                },
                "required": ["name"],
                "additionalProperties": false,
            }),
            output: output_schema(),
            example: json!({"name": "order.paid", "match": "event.data.total > 100"}),
        })
    }
}

/// What flows see of a named event.
pub(crate) fn output_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "the id of the event"},
            "name": {"type": "string", "description": "its name"},
            "data": {"description": "what is known of it"},
            "key": {"type": ["string", "null"], "description": "what makes a second event of the name a duplicate"},
            "at": {"type": "string", "format": "date-time", "description": "when it was taken in"},
        },
        "required": ["id", "name", "data", "key", "at"],
    })
}

impl Source for Named {
    fn spec(&self) -> &SourceSpec {
        &self.0
    }

    fn check(&self, with: &Value, at: &str) -> Vec<Problem> {
        let mut inputs = Inputs::open("event@1", with, at, &["name", "match"], &[]);
        if let Some(name) = inputs.needed_text("name", "which event starts the flow, such as `order.paid`")
            && let Err(why) = event_name(name)
        {
            inputs.wrong("name", format!("`{name}` is not a name for an event: {why}"));
            if name.starts_with("run.")
                && let Some(problem) = inputs.problems.last_mut()
            {
                *problem = problem.clone().hint(format!("write `use: {name}@1` for what happens to runs"));
            }
        }
        inputs.text("match");
        inputs.problems
    }

    fn accept(&self, raw: &Raw, with: &Value, _: &dyn Secrets) -> Result<Vec<Occurrence>, Rejection> {
        let Raw::Named(event) = raw else { return Err(Rejection::not_for("event@1", raw)) };
        if with.get("name").and_then(Value::as_str) != Some(event.name.as_str()) {
            return Err(Rejection::not_for("event@1", raw));
        }
        Ok(vec![Occurrence { dedupe_key: None, data: event.seen() }])
    }
}
