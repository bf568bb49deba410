//! `data.log@1`: writes a line into the server's log.

use std::sync::Arc;

use async_trait::async_trait;
use cauce_model::{ActionSpec, Effect, Failure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::input::read;
use crate::{Action, Call, Cx};

/// A longer message is cut.
const LONGEST: usize = 4 * 1024;

/// The inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    /// What to log.
    message: Value,
}

/// The action.
#[derive(Debug)]
pub(crate) struct DataLog {
    spec: ActionSpec,
}

impl Default for DataLog {
    fn default() -> Self {
        let spec = ActionSpec {
            name: "data.log@1".to_owned(),
            summary: "Writes a line into the server's log.".to_owned(),
            input: json!({
                "type": "object",
                "properties": {
                    "message": {"description": "What to log: a text, or any value as JSON.", "ui": {"widget": "textarea"}},
                },
                "required": ["message"],
                "additionalProperties": false,
            }),
            output: json!({
                "type": "object",
                "properties": {"logged": {"type": "boolean", "description": "Always `true`."}},
                "required": ["logged"],
            }),
            effect: Effect::None,
            example: json!({"message": "Hello"}),
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for DataLog {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, call: Call, _cx: &Cx) -> Result<Value, Failure> {
        // The input is read for its form; what is logged are environment values by name.
        drop(read::<Input>(&self.spec, call.input)?);
        let Input { message } = read(&self.spec, Arc::unwrap_or_clone(call.shown))?;
        let text = message.as_str().map_or_else(|| message.to_string(), ToOwned::to_owned);
        tracing::info!(run.id = %call.run, step = %call.step, message = %one_line(&text), "a flow logs");
        Ok(json!({"logged": true}))
    }
}

/// One line, however the text was broken: a message must not look like an entry of its own.
fn one_line(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST).collect();
    cut.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_one_line_and_short() {
        assert_eq!(one_line("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(one_line(&"x".repeat(10_000)).len(), LONGEST);
    }
}
