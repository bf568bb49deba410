//! `email.send@1`: sends a mail through the relay. Each attempt hands over the same bytes.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cauce_model::{ActionSpec, Effect, Failure, RetryAdvice};
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, Message, MultiPart, SinglePart};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::input::{OneOrMany, read};
use crate::mail::MailError;
use crate::{Action, Call, Cx, codes};

/// Recipients of one mail.
const MOST_RECIPIENTS: usize = 50;
/// The longest subject and header, in characters.
const LONGEST_LINE: usize = 900;

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
    /// `List-Unsubscribe`, `List-Unsubscribe-Post` and `X-...`.
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
                    "headers": {"type": "object", "description": "`List-Unsubscribe`, `List-Unsubscribe-Post` and `X-...`.", "ui": {"widget": "pairs"}},
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
        let (message, message_id) = compose(&self.spec, &call, cx.mail.default_from())?;
        let envelope = message.envelope().clone();
        let accepted: Vec<String> = envelope.to().iter().map(ToString::to_string).collect();
        let sent = cx.mail.send(envelope, message.formatted(), call.within()).await;
        let response = sent.map_err(|error| not_sent(&error))?;
        Ok(json!({"message_id": message_id, "accepted": accepted, "response": response}))
    }
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure::permanent(codes::MAIL, message)
}

/// The mail, and its Message-ID. Everything in it comes from the input, the key and the time of the run, so a later
/// attempt makes the same bytes and a mailbox can see that it has them already.
fn compose(spec: &ActionSpec, call: &Call, default_from: Option<&str>) -> Result<(Message, String), Failure> {
    let input: Input = read(spec, call.input.clone())?;
    let from = match input.from.as_deref().or(default_from) {
        Some(from) => mailbox("from", from)?,
        None => {
            return Err(Failure::permanent(codes::NO_RELAY, "the mail has no sender")
                .hint("give the step a `from`, or start the server with `--from`")
                .retry(RetryAdvice::NeedsLogin));
        }
    };
    let to = recipients(&input.to.into_vec())?;
    one_line("subject", &input.subject)?;
    let message_id = format!("<{}@{}>", safe(&call.idempotency_key), from.email.domain());
    let mut builder = Message::builder()
        .message_id(Some(message_id.clone()))
        .date(sent_at(call))
        .from(from)
        .subject(input.subject.clone());
    for mailbox in to {
        builder = builder.to(mailbox);
    }
    if let Some(reply_to) = &input.reply_to {
        builder = builder.reply_to(mailbox("reply_to", reply_to)?);
    }
    for (name, value) in &input.headers {
        builder = builder.raw_header(header(name, value)?);
    }
    let message = match (input.text, input.html) {
        (None, None) => return Err(wrong("the mail is empty: give it a `text` or an `html`")),
        (Some(text), None) => builder.singlepart(part(ContentType::TEXT_PLAIN, text)),
        (None, Some(html)) => builder.singlepart(part(ContentType::TEXT_HTML, html)),
        (Some(text), Some(html)) => builder.multipart(
            MultiPart::alternative()
                .boundary(format!("=_{}", safe(&call.idempotency_key)))
                .singlepart(part(ContentType::TEXT_PLAIN, text))
                .singlepart(part(ContentType::TEXT_HTML, html)),
        ),
    };
    let message = message.map_err(|error| wrong(format!("the mail cannot be made: {error}")))?;
    Ok((message, message_id))
}

/// Base64 whatever the text: nothing about the bytes depends on a guess, and no line is too long.
fn part(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::Base64).body(text)
}

/// The time of the run in whole seconds, as `Date` knows no others.
fn sent_at(call: &Call) -> std::time::SystemTime {
    let seconds = u64::try_from(call.accepted_at.micros() / 1_000_000).unwrap_or(0);
    std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}

fn mailbox(field: &str, text: &str) -> Result<Mailbox, Failure> {
    one_line(field, text)?;
    read_mailbox(text).ok_or_else(|| {
        let shown: String = text.chars().take(100).collect();
        wrong(format!("`{field}` is no address: `{}`", shown.escape_debug())).hint(
            "write `ada@example.org` or `Ada <ada@example.org>`; check addresses with `email.verify` before",
        )
    })
}

/// One address, its domain in ASCII: few relays know SMTPUTF8, and every domain has that form.
fn read_mailbox(text: &str) -> Option<Mailbox> {
    let given: Mailbox = text.trim().parse().ok()?;
    let read = cauce_verify::syntax::Address::parse(given.email.as_ref()).ok()?;
    let email = Address::new(read.local.as_str(), read.domain_ascii.as_str()).ok()?;
    Some(Mailbox::new(given.name, email))
}

fn recipients(given: &[String]) -> Result<Mailboxes, Failure> {
    if given.is_empty() || given.len() > MOST_RECIPIENTS {
        return Err(wrong(format!("`to` takes 1 to {MOST_RECIPIENTS} addresses")));
    }
    given.iter().map(|text| mailbox("to", text)).collect::<Result<Vec<_>, _>>().map(Mailboxes::from_iter)
}

/// Line breaks in a header would let data write headers of its own.
fn one_line(field: &str, text: &str) -> Result<(), Failure> {
    if text.chars().any(char::is_control) {
        return Err(wrong(format!("`{field}` holds a line break or another control character")));
    }
    if text.chars().count() > LONGEST_LINE {
        return Err(wrong(format!("`{field}` is longer than {LONGEST_LINE} characters")));
    }
    Ok(())
}

fn header(name: &str, value: &str) -> Result<HeaderValue, Failure> {
    one_line(name, value)?;
    let lower = name.to_ascii_lowercase();
    let known =
        matches!(lower.as_str(), "list-unsubscribe" | "list-unsubscribe-post") || lower.starts_with("x-");
    let clean = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !known || !clean {
        let shown: String = name.chars().take(60).collect();
        return Err(wrong(format!("the header `{}` cannot be set", shown.escape_debug()))
            .hint("`List-Unsubscribe`, `List-Unsubscribe-Post` and names that begin with `X-` can"));
    }
    let name = HeaderName::new_from_ascii(name.to_owned())
        .map_err(|_| wrong(format!("`{name}` is no header name")))?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

/// The key as it may stand in a Message-ID and a boundary (RFC 5322 atext, RFC 2046 bchars). A key with other characters
/// is hashed whole, so that two keys never become one mail.
fn safe(key: &str) -> String {
    let fits = !key.is_empty() && key.len() <= 60;
    if fits && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return key.to_owned();
    }
    Uuid::new_v5(&Uuid::NAMESPACE_URL, key.as_bytes()).simple().to_string()
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cauce_model::{RunId, StepPath, Time};
    use uuid::Uuid;

    use super::*;

    fn call(input: Value) -> Call {
        Call {
            run: RunId::from_uuid(Uuid::nil()),
            step: StepPath::from("mail"),
            input,
            idempotency_key: "k/1 é".to_owned(),
            attempt: 1,
            accepted_at: Time::from_micros(1_800_000_000_123_456),
            timeout: Duration::from_secs(5),
        }
    }

    fn formatted(input: Value) -> Result<String, Failure> {
        let (message, _) =
            compose(EmailSend::default().spec(), &call(input), Some("Shop <shop@example.com>"))?;
        Ok(String::from_utf8_lossy(&message.formatted()).into_owned())
    }

    #[test]
    fn two_attempts_make_the_same_bytes() {
        let input = json!({"to": ["Ada <ada@example.org>", "bob@example.org"], "subject": "Grüße ✉", "text": "Hallo", "html": "<p>Hallo</p>"});
        let first = formatted(input.clone()).unwrap();
        assert_eq!(first, formatted(input).unwrap());
        let id = safe("k/1 é");
        assert!(first.contains(&format!("Message-ID: <{id}@example.com>")), "{first}");
        assert!(first.contains("Date: Fri, 15 Jan 2027 08:00:00 +0000"), "{first}");
        assert!(first.contains(&format!("boundary=\"=_{id}\"")), "{first}");
    }

    #[test]
    fn different_keys_never_make_one_message_id() {
        let long = "a".repeat(61);
        let keys = ["k-1", "k/1", "k 1", "k_1", "", &long, &format!("{long}b")];
        let ids: std::collections::BTreeSet<String> = keys.iter().map(|key| safe(key)).collect();
        assert_eq!((ids.len(), safe("k-1").as_str()), (keys.len(), "k-1"));
    }

    #[test]
    fn one_text_is_one_address_and_its_domain_is_ascii() {
        assert_eq!(
            mailbox("to", " Ana <ana@cañón.example> ").unwrap().to_string(),
            "Ana <ana@xn--can-8mak.example>"
        );
        assert_eq!(mailbox("to", "ana@Shop.example").unwrap().email.to_string(), "ana@shop.example");
        for text in ["a@x.example, b@y.example", "a@x.example b@y.example", "a@[127.0.0.1]", "ana", "", "<>"]
        {
            assert!(
                mailbox("to", text).unwrap_err().error.message.starts_with("`to` is no address"),
                "{text}"
            );
        }
    }

    #[test]
    fn data_cannot_write_headers() {
        let mail = |field: &str, value: &str| {
            let mut input = json!({"to": "ada@example.org", "subject": "Hi", "text": "x"});
            input[field] = json!(value);
            formatted(input)
        };
        for (field, value) in [
            ("subject", "Hi\r\nBcc: eve@example.org"),
            ("subject", "Hi\nBcc: eve@example.org"),
            ("to", "ada@example.org\r\nBcc: eve@example.org"),
            ("from", "shop@example.com\r\nX: y"),
            ("reply_to", "a@b.org\0"),
        ] {
            let failure = mail(field, value).unwrap_err();
            assert_eq!(failure.error.code, codes::MAIL, "{field}: {failure}");
        }
        for (name, value) in [
            ("X-Tag", "a\r\nBcc: eve@example.org"),
            ("Bcc", "eve@example.org"),
            ("X-Tag: y\r\nBcc", "e"),
            ("Content-Type", "x"),
        ] {
            let input =
                json!({"to": "ada@example.org", "subject": "Hi", "text": "x", "headers": {name: value}});
            assert_eq!(formatted(input).unwrap_err().error.code, codes::MAIL, "{name}");
        }
        let fine = formatted(
            json!({"to": "ada@example.org", "subject": "Hi", "text": "x", "headers": {"List-Unsubscribe": "<https://example.com/u>"}}),
        );
        assert!(fine.unwrap().contains("List-Unsubscribe: <https://example.com/u>"));
    }

    #[test]
    fn a_mail_without_sender_waits_for_one_and_an_empty_one_is_refused() {
        let input = json!({"to": "ada@example.org", "subject": "Hi", "text": "x"});
        let failure = compose(EmailSend::default().spec(), &call(input), None).unwrap_err();
        assert_eq!((failure.error.code.as_str(), failure.retry), (codes::NO_RELAY, RetryAdvice::NeedsLogin));
        assert!(formatted(json!({"to": "ada@example.org", "subject": "Hi"})).is_err());
        assert!(formatted(json!({"to": [], "subject": "Hi", "text": "x"})).is_err());
        assert!(formatted(json!({"to": "not an address", "subject": "Hi", "text": "x"})).is_err());
    }
}
