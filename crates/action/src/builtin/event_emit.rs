//! `event.emit@1`: tells of something that happened, so that flows begin and waiting runs go on.
//!
//! It is no I/O: the event is kept in the same commit as the step's result, so both stand or neither.

use async_trait::async_trait;
use cauce_model::{ActionSpec, Effect, EventId, Failure, NamedEvent, RunId, StepPath, Time, derived};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::input::read;
use crate::{Action, Call, Cx, Told, codes};

/// The inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    /// The name of the event.
    name: String,
    /// What is known of it.
    #[serde(default)]
    data: Value,
    /// What makes a second event of the name a duplicate.
    key: Option<String>,
}

/// The action.
#[derive(Debug)]
pub(crate) struct EventEmit {
    spec: ActionSpec,
}

impl Default for EventEmit {
    fn default() -> Self {
        let spec = ActionSpec {
            name: "event.emit@1".to_owned(),
            summary: "Tells of something that happened: flows that listen begin, and runs that wait go on."
                .to_owned(),
            input: json!({
                "type": "object",
                "properties": {
                    "name": {"type": "string", "description": "What happened, such as `order.paid`."},
                    "data": {"description": "What is known of it; flows see it as `event.data`."},
                    "key": {
                        "type": "string",
                        "description": "What makes a second event of the name a duplicate, such as the number of the order.",
                    },
                },
                "required": ["name"],
                "additionalProperties": false,
            }),
            output: json!({
                "type": "object",
                "properties": {"event_id": {"type": "string", "description": "The id of the event."}},
                "required": ["event_id"],
            }),
            effect: Effect::Natural,
            example: json!({"name": "order.paid", "data": {"order_id": 1042}}),
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for EventEmit {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, call: Call, _cx: &Cx) -> Result<Value, Failure> {
        let id = event_id(call.run, &call.step, call.accepted_at);
        let input: Input = read(&self.spec, call.input)?;
        cauce_model::event_name(&input.name).map_err(|why| {
            Failure::permanent(codes::INPUT, format!("`name` is not a name for an event: {why}"))
                .hint("write a name such as `order.paid`")
        })?;
        Ok(json!({"event_id": id}))
    }

    fn events(&self, told: &Told<'_>, _output: &Value) -> Vec<NamedEvent> {
        // What is kept are environment values by name.
        let Ok(Input { name, data, key }) = read::<Input>(&self.spec, told.shown.clone()) else {
            return Vec::new();
        };
        let id = event_id(told.run, told.step, told.accepted_at);
        vec![NamedEvent { id, name, key, data, at: told.now, from: Some(told.run) }]
    }
}

/// The same on each attempt: an event that is already kept is not kept twice.
fn event_id(run: RunId, step: &StepPath, accepted_at: Time) -> EventId {
    EventId::from_uuid(derived(accepted_at, run.uuid(), &format!("{step}/event")))
}
