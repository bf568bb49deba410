//! The other way to send: `POST /api/mails`, as services with an API for mails take it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Mailbox;
use super::api::refused;
use super::store::{Content, Mail};

/// Whom mails are from that came over the API.
const FROM: &str = "service@cauce-good.dev";
const LONGEST_LINE: usize = 998;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    to: String,
    subject: String,
    text: String,
}

/// Keeps a mail, and says where it stands: 201. The same `Idempotency-Key` again is the same mail: 200.
pub(crate) async fn send(State(mailbox): State<Arc<Mailbox>>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(code) = mailbox.service_faults.take() {
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        return refused(status, "the service is out of order");
    }
    let wish: Wish = match serde_json::from_slice(&body) {
        Ok(wish) => wish,
        Err(error) if error.is_data() => {
            return refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string());
        }
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if let Some(message) = wrong(&wish) {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, message);
    }
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).filter(|key| is_key(key));
    let message_id = key.map(|key| format!("<{key}@service.cauce-good.dev>"));
    let now = (mailbox.clock)();
    let (status, number) = mailbox.store.with(|store| {
        let known = message_id.as_deref().and_then(|id| store.find(id));
        known.map_or_else(
            || (StatusCode::CREATED, store.add(mail(wish, message_id.clone(), now))),
            |number| (StatusCode::OK, number),
        )
    });
    (status, Json(json!({ "n": number, "message_id": message_id }))).into_response()
}

fn wrong(wish: &Wish) -> Option<&'static str> {
    let is_line = |text: &str| text.len() <= LONGEST_LINE && !text.chars().any(char::is_control);
    let parts =
        wish.to.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    if !is_line(&wish.to) || !parts || wish.to.contains(char::is_whitespace) {
        return Some("`to` is not an address");
    }
    (!is_line(&wish.subject)).then_some("`subject` is not one line")
}

fn is_key(key: &str) -> bool {
    (1..=200).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

fn mail(wish: Wish, message_id: Option<String>, now: i64) -> Mail {
    let named = message_id.as_ref().map_or_else(String::new, |id| format!("Message-ID: {id}\r\n"));
    let Wish { to, subject, text } = wish;
    let raw = format!(
        "From: {FROM}\r\nTo: {to}\r\nSubject: {subject}\r\n{named}MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
        text.replace("\r\n", "\n").replace('\n', "\r\n")
    );
    Mail {
        number: 0,
        from: FROM.to_owned(),
        to: vec![to],
        content: Content { subject: Some(subject), message_id, text: Some(text), html: None },
        raw: raw.into_bytes(),
        received_at: now,
    }
}
