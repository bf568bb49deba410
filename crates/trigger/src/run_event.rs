//! `run.failed@1`, `run.held@1`, `run.succeeded@1`: what became of other runs.

use cauce_model::{Problem, SourceKind, SourceSpec};
use serde_json::{Value, json};

use crate::inputs::Inputs;
use crate::source::{Occurrence, Raw, Rejection, Secrets, Source};

/// One of the three sources.
#[derive(Debug)]
pub struct RunEvent(SourceSpec);

impl RunEvent {
    /// `run.failed@1`.
    #[must_use]
    pub fn failed() -> Self {
        Self::new("run.failed@1", "a run of another workflow failed")
    }

    /// `run.held@1`.
    #[must_use]
    pub fn held() -> Self {
        Self::new("run.held@1", "a run of another workflow is held and waits for a person")
    }

    /// `run.succeeded@1`.
    #[must_use]
    pub fn succeeded() -> Self {
        Self::new("run.succeeded@1", "a run of another workflow succeeded")
    }

    fn new(name: &str, summary: &str) -> Self {
        Self(SourceSpec {
            name: name.to_owned(),
            summary: summary.to_owned(),
            kind: SourceKind::Event,
            input: json!({
                "type": "object",
                "properties": {
                    "workflow": {"type": "string", "description": "only runs of the workflow with this id; of all others where none is given"},
                },
                "additionalProperties": false,
            }),
            output: crate::named::output_schema(),
            example: json!({"workflow": "signup"}),
        })
    }
}

/// The name of the event that a trigger listens to; none for a trigger that listens to no event.
#[must_use]
pub fn listens_to<'a>(source: &'a str, with: &'a Value) -> Option<&'a str> {
    match source {
        "event@1" => with.get("name").and_then(Value::as_str),
        "run.failed@1" | "run.held@1" | "run.succeeded@1" => source.strip_suffix("@1"),
        _ => None,
    }
}

impl Source for RunEvent {
    fn spec(&self) -> &SourceSpec {
        &self.0
    }

    fn check(&self, with: &Value, at: &str) -> Vec<Problem> {
        let mut inputs = Inputs::open(&self.0.name, with, at, &["workflow"], &[]);
        inputs.text("workflow");
        inputs.problems
    }

    /// An event of another workflow than the one asked for is no occurrence.
    fn accept(&self, raw: &Raw, with: &Value, _: &dyn Secrets) -> Result<Vec<Occurrence>, Rejection> {
        let Raw::Named(event) = raw else { return Err(Rejection::not_for(&self.0.name, raw)) };
        if listens_to(&self.0.name, with) != Some(event.name.as_str()) {
            return Err(Rejection::not_for(&self.0.name, raw));
        }
        let wanted = with.get("workflow").and_then(Value::as_str);
        let of = event.data.get("workflow").and_then(Value::as_str);
        if wanted.is_some() && wanted != of {
            return Ok(Vec::new());
        }
        Ok(vec![Occurrence { dedupe_key: None, data: event.seen() }])
    }
}
