//! `email.verify@1`: what is known of an address before it enters a list.

use async_trait::async_trait;
use cauce_model::{ActionSpec, Effect, Failure, Time};
use cauce_verify::{Mode, Options, Resolve};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::input::read;
use crate::port::VerifySetting;
use crate::{Action, Call, Cx, codes};

/// The inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    /// The address.
    email: String,
    /// `syntax` asks nobody; `fast` asks DNS.
    #[serde(default = "fast")]
    mode: String,
}

fn fast() -> String {
    "fast".to_owned()
}

/// The action.
#[derive(Debug)]
pub(crate) struct EmailVerify {
    spec: ActionSpec,
}

impl Default for EmailVerify {
    fn default() -> Self {
        let spec = ActionSpec {
            name: "email.verify@1".to_owned(),
            summary: "Checks whether an address can take mail: its form, its domain, and known bad domains."
                .to_owned(),
            input: json!({
                "type": "object",
                "properties": {
                    "email": {"type": "string", "description": "The address to check."},
                    "mode": {
                        "type": "string", "enum": ["syntax", "fast"], "default": "fast",
                        "description": "`fast` also asks DNS whether the domain takes mail; `syntax` asks nobody.",
                    },
                },
                "required": ["email"],
                "additionalProperties": false,
            }),
            output: json!({
                "type": "object",
                "properties": {
                    "email": {"type": "string"},
                    "normalized": {"type": ["string", "null"]},
                    "verdict": {"type": "string", "enum": ["deliverable", "undeliverable", "risky", "unknown"]},
                    "reason": {"type": "string"},
                    "recommendation": {"type": "string", "enum": ["accept", "warn", "reject", "recheck"]},
                },
                "required": ["email", "verdict", "reason", "recommendation"],
            }),
            effect: Effect::None,
            example: json!({"email": "ada@example.org"}),
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for EmailVerify {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, call: Call, cx: &Cx) -> Result<Value, Failure> {
        let Input { email, mode } = read(&self.spec, call.input)?;
        verify_address(&email, &mode, &cx.verify, cx.dns.as_ref(), cx.clock.now()).await
    }
}

/// What is known of an address, as `email.verify` gives it. A DNS outage is no failure: the verdict is `unknown`.
///
/// # Errors
/// A mode that this version does not have.
pub async fn verify_address(
    email: &str,
    mode: &str,
    setting: &VerifySetting,
    dns: &dyn Resolve,
    now: Time,
) -> Result<Value, Failure> {
    let mode: Mode = mode.parse().map_err(|error: cauce_verify::Error| {
        Failure::permanent(codes::INPUT, error.to_string()).hint(error.hint())
    })?;
    let options = Options { mode, extra_disposable: setting.extra_disposable.clone(), ..Options::default() };
    let verification = cauce_verify::verify(email, &options, dns, now.timestamp()).await;
    serde_json::to_value(verification).map_err(|error| Failure::permanent(codes::INPUT, error.to_string()))
}
