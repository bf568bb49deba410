//! `http.request@1`: calls an HTTP address and gives back what it answered.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use cauce_model::{ActionSpec, Clock, Effect, Failure, RetryAdvice};
use cauce_net::{
    Bytes, HeaderMap, HeaderName, HeaderValue, HttpError, HttpErrorKind, HttpResponse, Method, Sent, Url,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

mod save;

use crate::input::read;
use crate::{Action, Call, Cx, codes};

/// The largest answer, in bytes.
const LARGEST: usize = 5 * 1024 * 1024;
/// How much of an answer's text goes into an error.
const QUOTED: usize = 300;

/// The inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    /// `GET` where none is given.
    method: Option<String>,
    /// An http or https address.
    url: String,
    /// Headers by name.
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    /// What to add to the address behind `?`.
    #[serde(default)]
    query: Map<String, Value>,
    /// A body as JSON.
    json: Option<Value>,
    /// A body as text.
    body: Option<String>,
    /// A body as a form.
    form: Option<Map<String, Value>>,
    /// What becomes of the answer's body.
    save: Option<Save>,
}

/// What becomes of the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Save {
    /// It is kept as a file.
    File,
}

/// The action.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    spec: ActionSpec,
}

impl Default for HttpRequest {
    fn default() -> Self {
        let text = |words: &str| json!({"type": "string", "description": words});
        let map = |words: &str| json!({"type": "object", "description": words, "ui": {"widget": "pairs"}});
        let spec = ActionSpec {
            name: "http.request@1".to_owned(),
            summary: "Calls an HTTP address and gives back what it answered.".to_owned(),
            input: json!({
                "type": "object",
                "properties": {
                    "method": {
                        "type": "string", "default": "GET", "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
                        "description": "What to do there.",
                    },
                    "url": text("The address, with `http://` or `https://`."),
                    "headers": map("Headers by name."),
                    "query": map("What to add to the address behind `?`."),
                    "json": {"description": "A body as JSON; one of `json`, `body` and `form`."},
                    "body": text("A body as text; one of `json`, `body` and `form`."),
                    "form": map("A body as a form; one of `json`, `body` and `form`."),
                    "save": {
                        "type": "string", "enum": ["file"],
                        "description": "`file` keeps the answer's body as a file, however large, and gives `file` instead of `body`.",
                    },
                },
                "required": ["url"],
                "additionalProperties": false,
            }),
            output: json!({
                "type": "object",
                "properties": {
                    "status": {"type": "integer", "description": "The status, 200 to 399."},
                    "headers": {
                        "type": "object", "additionalProperties": {"type": "string"},
                        "description": "The headers, names in lower case; one that came several times is joined by `, `.",
                    },
                    "body": {"description": "The value where the answer is JSON, else the text; other bytes as `{\"base64\": text}`."},
                    "file": {"type": "object", "description": "With `save: file`, in the place of `body`: `{file, type, size, name}`."},
                },
                "required": ["status", "headers"],
            }),
            effect: Effect::Keyed,
            example: json!({"method": "POST", "url": "https://api.example.com/contacts", "json": {"name": "Ada"}}),
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for HttpRequest {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, call: Call, cx: &Cx) -> Result<Value, Failure> {
        let within = call.within();
        let input: Input = read(&self.spec, call.input)?;
        let save = input.save;
        let request = build(input, &call.idempotency_key, within)?;
        let asked = named(&request.method, &request.url);
        if save == Some(Save::File) {
            return save::file(request, &asked, cx).await;
        }
        // A cancelled run gives what is under way some time; an answer is worth more than a doubt.
        let response = cx.http.send(request).await.map_err(|error| unanswered(&asked, &error))?;
        if response.status < 400 {
            return Ok(json!({
                "status": response.status, "headers": headers_of(&response), "body": body_of(&response),
            }));
        }
        Err(refused(&asked, &response, cx.clock.as_ref()))
    }

    fn destination(&self, input: &Value) -> Option<String> {
        let url = Url::parse(input.get("url")?.as_str()?).ok()?;
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure::permanent(codes::INPUT, message)
}

/// Method, host and path: enough to know it by, and no secret that a query or a login may hold.
fn named(method: &Method, url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{method} {}{port}{}", url.host_str().unwrap_or_default(), url.path())
}

fn build(input: Input, key: &str, timeout: Duration) -> Result<cauce_net::HttpRequest, Failure> {
    let method = input.method.as_deref().unwrap_or("GET").to_uppercase();
    let method: Method = method.parse().map_err(|_| wrong("`method` is no HTTP method"))?;
    let mut url: Url = input.url.trim().parse().map_err(|error| {
        wrong(format!("`url` is no address: {error}"))
            .hint("write it whole, as in `https://example.com/path`")
    })?;
    let query = pairs(&input.query);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut request = cauce_net::HttpRequest::new(method.clone(), url);
    request.timeout = timeout;
    request.max_body = LARGEST;
    let (body, kind) = body(input.json, input.body, input.form)?;
    request.headers = headers(&input.headers)?;
    if let Some(kind) = kind {
        request.headers.entry("content-type").or_insert(HeaderValue::from_static(kind));
    }
    let unsafe_method = !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS");
    if unsafe_method && !request.headers.contains_key("idempotency-key") {
        let value =
            HeaderValue::from_str(key).map_err(|_| wrong("`idempotency_key` cannot stand in a header"))?;
        request.headers.insert("idempotency-key", value);
    }
    Ok(request.body(body))
}

fn headers(given: &BTreeMap<String, Value>) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let known: HeaderName =
            name.parse().map_err(|_| wrong(format!("`{}` is no header name", name.escape_debug())))?;
        let value = HeaderValue::from_str(&plain(value))
            .map_err(|_| wrong(format!("the header `{known}` holds characters that a header cannot")))?;
        if headers.insert(known, value).is_some() {
            return Err(wrong(format!("the header `{name}` is given twice")));
        }
    }
    Ok(headers)
}

fn body(
    json: Option<Value>,
    text: Option<String>,
    form: Option<Map<String, Value>>,
) -> Result<(Bytes, Option<&'static str>), Failure> {
    match (json, text, form) {
        (None, None, None) => Ok((Bytes::new(), None)),
        (Some(json), None, None) => Ok((Bytes::from(json.to_string()), Some("application/json"))),
        (None, Some(text), None) => Ok((Bytes::from(text), Some("text/plain; charset=utf-8"))),
        (None, None, Some(form)) => {
            let encoded =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(&form)).finish();
            Ok((Bytes::from(encoded), Some("application/x-www-form-urlencoded")))
        }
        _ => Err(wrong("only one of `json`, `body` and `form` can be sent")),
    }
}

/// Names and values of a query or a form: a list stands for its name several times, `null` for nothing.
fn pairs(given: &Map<String, Value>) -> Vec<(&str, String)> {
    let several = |value: &'_ Value| match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => vec![plain(other)],
    };
    given
        .iter()
        .flat_map(|(name, value)| several(value).into_iter().map(move |one| (name.as_str(), one)))
        .collect()
}

/// A value as it stands in a query, a form or a header.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn headers_of(response: &HttpResponse) -> Value {
    let mut all: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in &response.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        all.entry(name.as_str())
            .and_modify(|before| *before = format!("{before}, {value}"))
            .or_insert_with(|| value.into_owned());
    }
    json!(all)
}

/// JSON as JSON, text as text, anything else as base64.
fn body_of(response: &HttpResponse) -> Value {
    let kind = response.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.ends_with("/json") || kind.ends_with("+json") {
        if response.body.is_empty() {
            return Value::Null;
        }
        if let Ok(value) = serde_json::from_slice(&response.body) {
            return value;
        }
    }
    match std::str::from_utf8(&response.body) {
        Ok(text) => Value::from(text),
        Err(_) => {
            use base64::Engine;
            json!({"base64": base64::engine::general_purpose::STANDARD.encode(&response.body)})
        }
    }
}

/// The failure for an answer of 400 and above. It was answered, so it did not happen.
fn refused(asked: &str, response: &HttpResponse, clock: &dyn Clock) -> Failure {
    let status = response.status;
    let message = format!("{asked} answered {status}{}", quoted(response));
    let failure = match status {
        408 | 425 | 429 | 500.. => {
            let advice = retry_after(response, clock).map_or(RetryAdvice::Backoff, RetryAdvice::After);
            Failure::transient(codes::BUSY, message).retry(advice)
        }
        401 => Failure::permanent(codes::LOGIN, message)
            .retry(RetryAdvice::NeedsLogin)
            .hint("put the credentials right where the server starts, then resume the run"),
        _ => Failure::permanent(codes::REFUSED, message),
    };
    failure.status(status)
}

/// What the answer says of itself, in short.
fn quoted(response: &HttpResponse) -> String {
    let body = body_of(response);
    let fields = ["message", "detail", "error", "title", "errors"];
    let told = fields.iter().find_map(|field| body.get(field)).filter(|told| !told.is_null());
    let text = match (told, &body) {
        (Some(told), _) => plain(told),
        (None, Value::String(text)) => text.clone(),
        (None, Value::Null) => String::new(),
        (None, other) => other.to_string(),
    };
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(QUOTED).collect();
    if text.is_empty() { text } else { format!(": {text}") }
}

/// Seconds or an HTTP date (RFC 9110 10.2.3).
fn retry_after(response: &HttpResponse, clock: &dyn Clock) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(cauce_model::Time::from(moment).since(clock.now()))
}

/// The failure for no answer at all.
fn unanswered(asked: &str, error: &HttpError) -> Failure {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    let message = format!("{asked}: {error}{cause}");
    let failure = match error.kind.as_ref() {
        HttpErrorKind::Url { .. } | HttpErrorKind::Header { .. } => Failure::permanent(codes::INPUT, message),
        HttpErrorKind::Refused { .. } => Failure::permanent(codes::GUARDED, message),
        HttpErrorKind::BodyTooLarge { .. } | HttpErrorKind::TooManyRedirects { .. } => {
            Failure::permanent(codes::ANSWER, message)
        }
        _ if error.sent == Sent::No => Failure::transient(codes::UNREACHED, message),
        _ => Failure::transient(codes::NO_ANSWER, message),
    };
    let failure = if error.sent == Sent::Maybe { failure.in_doubt() } else { failure };
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
