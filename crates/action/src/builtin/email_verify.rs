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
            output: output_schema(),
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

fn output_schema() -> Value {
    let maybe = |description: &str| json!({"type": ["string", "null"], "description": description});
    json!({
        "type": "object",
        "properties": {
            "email": {"type": "string", "description": "The address as it was given."},
            "normalized": maybe("The address in one spelling; `null` when it is none."),
            "ascii": maybe("The address in ASCII; `null` when it needs SMTPUTF8."),
            "local": maybe("The part before the `@`."),
            "domain": maybe("The domain in lower-case Unicode."),
            "domain_ascii": maybe("The domain in lower-case ASCII."),
            "unicode": {"type": ["boolean", "null"], "description": "Whether the address needs SMTPUTF8."},
            "verdict": {
                "type": "string",
                "enum": ["deliverable", "undeliverable", "risky", "unknown"],
                "description": "What the address is good for.",
            },
            "reason": {"type": "string", "description": "Why, as one word of a closed list."},
            "confidence": {
                "type": "string",
                "enum": ["certain", "strong", "weak"],
                "description": "How much the evidence carries.",
            },
            "score": {"type": "integer", "minimum": 0, "maximum": 100, "description": "0 to 100, from the published table."},
            "recommendation": {
                "type": "string",
                "enum": ["accept", "warn", "reject", "recheck"],
                "description": "What to do with the address.",
            },
            "suggestion": {
                "type": ["object", "null"],
                "description": "The address that may have been meant.",
                "properties": {
                    "email": {"type": "string", "description": "The whole address."},
                    "kind": {"type": "string", "description": "What seems to be wrong: `domain_typo` or `tld_typo`."},
                    "distance": {"type": "integer", "description": "How many single slips apart they are."},
                },
            },
            "checks": {"type": "object", "description": "What each check found; `null` is not checked."},
            "evidence": {"type": "array", "items": {"type": "object"}, "description": "What was seen, in order."},
            "next_check_at": maybe("When asking again may tell more."),
            "checked_at": {"type": "string", "format": "date-time", "description": "When it was checked."},
            "cache_age_s": {"type": ["integer", "null"], "description": "How old a cached answer is, in seconds."},
            "ms": {"type": ["integer", "null"], "description": "How long it took, where that was measured."},
            "engine": {"type": "string", "description": "What verified it."},
            "lists_version": {"type": "string", "description": "Which lists it was compared with."},
        },
        "required": [
            "email", "normalized", "verdict", "reason", "confidence", "score", "recommendation", "suggestion", "checks",
            "evidence", "checked_at", "engine", "lists_version",
        ],
    })
}
