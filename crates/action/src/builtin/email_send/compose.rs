//! Puts a mail together, so that every attempt makes the same bytes and no data writes headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cauce_model::{Failure, RetryAdvice, Time};
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, Message, MultiPart, SinglePart};
use uuid::Uuid;

use super::Input;
use crate::codes;

/// Recipients of one mail.
const MOST_RECIPIENTS: usize = 50;
/// The longest subject and header, in characters.
const LONGEST_LINE: usize = 900;

fn wrong(message: impl Into<String>) -> Failure {
    Failure::permanent(codes::MAIL, message)
}

/// The mail, and its Message-ID. Everything in it comes from the input, the key and the time of the run, so a later
/// attempt makes the same bytes and a mailbox can see that it has them already.
pub(super) fn compose(
    input: Input,
    key: &str,
    accepted_at: Time,
    default_from: Option<&str>,
) -> Result<(Message, String), Failure> {
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
    let message_id = format!("<{}@{}>", safe(key), from.email.domain());
    let mut builder = Message::builder()
        .message_id(Some(message_id.clone()))
        .date(sent_at(accepted_at))
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
                .boundary(format!("=_{}", safe(key)))
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
fn sent_at(accepted_at: Time) -> SystemTime {
    let seconds = u64::try_from(accepted_at.micros() / 1_000_000).unwrap_or(0);
    UNIX_EPOCH + Duration::from_secs(seconds)
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
    let known = matches!(lower.as_str(), "auto-submitted" | "list-unsubscribe" | "list-unsubscribe-post")
        || lower.starts_with("x-");
    let clean = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !known || !clean {
        let shown: String = name.chars().take(60).collect();
        return Err(wrong(format!("the header `{}` cannot be set", shown.escape_debug()))
            .hint("`Auto-Submitted`, `List-Unsubscribe`, `List-Unsubscribe-Post` and names that begin with `X-` can"));
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::EmailSend;
    use super::*;
    use crate::Action;
    use crate::input::read;

    const KEY: &str = "k/1 é";

    fn composed(input: Value, from: Option<&str>) -> Result<(Message, String), Failure> {
        let at = Time::from_micros(1_800_000_000_123_456);
        read(EmailSend::default().spec(), input).and_then(|input| compose(input, KEY, at, from))
    }

    fn formatted(input: Value) -> Result<String, Failure> {
        let (message, _) = composed(input, Some("Shop <shop@example.com>"))?;
        Ok(String::from_utf8_lossy(&message.formatted()).into_owned())
    }

    #[test]
    fn two_attempts_make_the_same_bytes() {
        let input = json!({"to": ["Ada <ada@example.org>", "bob@example.org"], "subject": "Grüße ✉", "text": "Hallo", "html": "<p>Hallo</p>"});
        let first = formatted(input.clone()).unwrap();
        assert_eq!(first, formatted(input).unwrap());
        let id = safe(KEY);
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
        let failure = composed(input, None).unwrap_err();
        assert_eq!((failure.error.code.as_str(), failure.retry), (codes::NO_RELAY, RetryAdvice::NeedsLogin));
        assert!(formatted(json!({"to": "ada@example.org", "subject": "Hi"})).is_err());
        assert!(formatted(json!({"to": [], "subject": "Hi", "text": "x"})).is_err());
        assert!(formatted(json!({"to": "not an address", "subject": "Hi", "text": "x"})).is_err());
    }
}
