//! `email.send@1`: sends a mail through the relay. Each attempt hands over the same bytes.

mod compose;
mod own;

use std::collections::BTreeMap;

use async_trait::async_trait;
use cauce_model::{ActionSpec, Effect, Failure, RetryAdvice};
use serde::Deserialize;
use serde_json::{Value, json};

use self::compose::compose;
pub use self::own::OwnMail;
use crate::input::{OneOrMany, read};
use crate::mail::MailError;
use crate::{Action, Call, Cx, codes};

/// The inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    /// One address or several.
    to: OneOrMany,
    /// The sender; the relay's where none is given.
    from: Option<String>,
    /// The subject.
    subject: String,
    /// The mail as text.
    text: Option<String>,
    /// The mail as HTML.
    html: Option<String>,
    /// Where answers go.
    reply_to: Option<String>,
    /// `Auto-Submitted`, `List-Unsubscribe`, `List-Unsubscribe-Post` and `X-...`.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// The action.
#[derive(Debug)]
pub(crate) struct EmailSend {
    spec: ActionSpec,
}

impl Default for EmailSend {
    fn default() -> Self {
        let text = |words: &str| json!({"type": "string", "description": words});
        let spec = ActionSpec {
            name: "email.send@1".to_owned(),
            summary: "Sends a mail through the server's mail relay.".to_owned(),
            input: json!({
                "type": "object",
                "properties": {
                    "to": {"type": ["string", "array"], "items": {"type": "string"}, "description": "Whom to send it to: `Ada <ada@example.org>`, or a list."},
                    "from": text("Whom it is from; the server's own sender where nothing is given."),
                    "subject": text("The subject."),
                    "text": {"type": "string", "description": "The mail as text.", "ui": {"widget": "textarea"}},
                    "html": {"type": "string", "description": "The mail as HTML; send a text beside it.", "ui": {"widget": "textarea"}},
                    "reply_to": text("Where answers go."),
                    "headers": {"type": "object", "description": "`Auto-Submitted`, `List-Unsubscribe`, `List-Unsubscribe-Post` and `X-...`.", "ui": {"widget": "pairs"}},
                },
                "required": ["to", "subject"],
                "additionalProperties": false,
            }),
            output: json!({
                "type": "object",
                "properties": {
                    "message_id": text("The Message-ID in angle brackets, the same on each attempt."),
                    "accepted": {
                        "type": "array", "items": {"type": "string"},
                        "description": "The addresses that the relay took the mail for: all of them.",
                    },
                    "response": text("What the relay said."),
                },
                "required": ["message_id", "accepted", "response"],
            }),
            effect: Effect::Unkeyed,
            example: json!({"to": "ada@example.org", "subject": "Welcome", "text": "Hello Ada"}),
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for EmailSend {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, call: Call, cx: &Cx) -> Result<Value, Failure> {
        let within = call.within();
        let input = read(&self.spec, call.input)?;
        let (message, message_id) =
            compose(input, &call.idempotency_key, call.accepted_at, cx.mail.default_from())?;
        let envelope = message.envelope().clone();
        let accepted: Vec<String> = envelope.to().iter().map(ToString::to_string).collect();
        let sent = cx.mail.send(envelope, message.formatted(), within).await;
        let response = sent.map_err(|error| not_sent(&error))?;
        Ok(json!({"message_id": message_id, "accepted": accepted, "response": response}))
    }

    fn destination(&self, _input: &Value) -> Option<String> {
        Some("smtp".to_owned())
    }
}

fn not_sent(error: &MailError) -> Failure {
    let message = match error {
        MailError::Unreachable { source, .. } | MailError::NoAnswer { source } => {
            let deeper = source.source().map(|deeper| format!(": {deeper}")).unwrap_or_default();
            format!("{error}: {source}{deeper}")
        }
        _ => error.to_string(),
    };
    let failure = match error {
        MailError::NoRelay => Failure::permanent(codes::NO_RELAY, message)
            .hint("start the server with `--email smtp://...`, then resume the run")
            .retry(RetryAdvice::NeedsLogin),
        MailError::Refused(refusal) => Failure::permanent(codes::GUARDED, message).hint(refusal.hint()),
        MailError::Login { .. } => Failure::permanent(codes::LOGIN, message)
            .hint("put the user and password of `--email` right, then resume the run")
            .retry(RetryAdvice::NeedsLogin),
        MailError::Unreachable { .. } => Failure::transient(codes::UNREACHED, message),
        MailError::Busy { .. } => Failure::transient(codes::MAIL_BUSY, message),
        MailError::NoAnswer { .. } => Failure::transient(codes::NO_ANSWER, message).in_doubt(),
        MailError::Rejected { .. } | MailError::Unable { .. } => {
            Failure::permanent(codes::MAIL_REFUSED, message)
        }
    };
    match error.status() {
        Some(status) => failure.status(status),
        None => failure,
    }
}
