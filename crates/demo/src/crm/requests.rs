//! The requests the contacts API takes.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal};
use super::remembered::fingerprint;
use super::{Book, Crm};

type Body = Result<Bytes, BytesRejection>;

/// `GET /contacts` answers with so many.
const LIST: usize = 1000;

pub(crate) async fn list(State(crm): State<Arc<Crm>>, headers: HeaderMap) -> Response {
    crm.answer(&headers, |book| {
        let (contacts, count) = (book.contacts.newest(LIST), book.contacts.len());
        Ok(Json(json!({ "contacts": contacts, "count": count })).into_response())
    })
    .await
}

pub(crate) async fn one(
    State(crm): State<Arc<Crm>>,
    Path(email): Path<String>,
    headers: HeaderMap,
) -> Response {
    crm.answer(&headers, |book| Ok(Json(book.contacts.get(&email)?).into_response())).await
}

pub(crate) async fn put(
    State(crm): State<Arc<Crm>>,
    Path(email): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    crm.upsert("PUT", Some(email), &headers, body).await
}

/// What a template makes of an address that is empty.
pub(crate) async fn put_nobody(State(crm): State<Arc<Crm>>, headers: HeaderMap, body: Body) -> Response {
    crm.upsert("PUT", Some(String::new()), &headers, body).await
}

pub(crate) async fn post(State(crm): State<Arc<Crm>>, headers: HeaderMap, body: Body) -> Response {
    crm.upsert("POST", None, &headers, body).await
}

pub(crate) async fn nothing_here() -> Refusal {
    Refusal::NothingHere
}

pub(crate) async fn not_that_way() -> Refusal {
    Refusal::NotThatWay
}

impl Crm {
    /// Every request passes the fault switch, then the token.
    async fn answer(
        &self,
        headers: &HeaderMap,
        work: impl FnOnce(&mut Book) -> Result<Response, Refusal>,
    ) -> Response {
        if let Some(fault) = self.misbehave().await {
            return fault;
        }
        match bearer(headers) {
            None => Refusal::NoToken.into_response(),
            Some(token) if !self.knows(token) => Refusal::WrongToken.into_response(),
            Some(_) => self.book.with(work).into_response(),
        }
    }

    async fn upsert(
        &self,
        method: &'static str,
        email: Option<String>,
        headers: &HeaderMap,
        body: Body,
    ) -> Response {
        let now = (self.clock)();
        self.answer(headers, |book| {
            let body = json_bytes(headers, body)?;
            let key = idempotency_key(headers)?;
            let asked = fingerprint(method, email.as_deref().unwrap_or_default(), &body);
            if let Some(key) = &key
                && let Some(known) = book.remembered.recall(key, &asked)?
            {
                return Ok(([("idempotent-replayed", "true")], known).into_response());
            }
            let fields = object(&body)?;
            let email = email.unwrap_or_else(|| text(&fields, "email"));
            let answer = book.write(&email, fields, now)?;
            if let Some(key) = key {
                book.remembered.keep(key, asked, answer.clone());
            }
            Ok(answer.into_response())
        })
        .await
    }
}

impl Book {
    fn write(&mut self, email: &str, fields: Map<String, Value>, now: i64) -> Result<Answer, Refusal> {
        let (created, mut contact) = self.contacts.upsert(email, fields, now)?;
        if let Some(contact) = contact.as_object_mut() {
            contact.insert("created".into(), created.into());
        }
        let status = if created { StatusCode::CREATED } else { StatusCode::OK };
        Ok(Answer { status, body: contact })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().map_err(|_| Refusal::KeyInvalid)?;
    let well_formed = (1..=255).contains(&key.len()) && key.chars().all(|letter| letter.is_ascii_graphic());
    if well_formed { Ok(Some(key.to_owned())) } else { Err(Refusal::KeyInvalid) }
}

fn json_bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let essence = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if !essence.eq_ignore_ascii_case(b"application/json") {
        return Err(Refusal::NotJson);
    }
    body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Refusal::TooLarge
        } else {
            Refusal::Unreadable
        }
    })
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Refusal::Broken("the body is not an object".into())),
        Err(error) => Err(Refusal::Broken(error.to_string())),
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
