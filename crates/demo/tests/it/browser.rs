//! A small HTTP client for the tests.

use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::{TOKEN, soon};

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) async fn send(
    method: Method,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = soon(client.request(request.body(Full::new(body.into())).unwrap())).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = soon(body.collect()).await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn get(uri: &str) -> Answer {
    send(Method::GET, uri, &[], "").await
}

pub(crate) async fn post_json(uri: &str, body: &Value) -> Answer {
    send(Method::POST, uri, &[("content-type", "application/json")], body.to_string()).await
}

pub(crate) async fn post_form(uri: &str, body: &str) -> Answer {
    send(Method::POST, uri, &[("content-type", "application/x-www-form-urlencoded")], body.to_owned()).await
}

/// With the CRM's token.
pub(crate) async fn signed_in(method: Method, uri: &str, more: &[(&str, &str)], body: &str) -> Answer {
    let token = format!("Bearer {TOKEN}");
    let mut headers = vec![("authorization", token.as_str()), ("content-type", "application/json")];
    headers.extend_from_slice(more);
    send(method, uri, &headers, body.to_owned()).await
}
