//! `webhook@1`: somebody posts to us.
//!
//! - [`settings`]: the inputs. - [`body`]: bytes to JSON. - [`surrogate`]: mending texts cut in the middle of a character.
//! - [`delivery`]: the sender's own id of a delivery.

mod body;
mod delivery;
mod settings;
mod surrogate;

use cauce_model::{Problem, SourceKind, SourceSpec};
use serde_json::{Map, Value, json};

pub use settings::{Respond, respond};

use crate::codes;
use crate::manual::by_hand;
use crate::signature::check::{Signed, check};
use crate::signature::scheme::{Algorithm, Place};
use crate::signature::{Verify, presets};
use crate::source::{Kind, Occurrence, Raw, Rejection, Secrets, Source};
use settings::Settings;

/// The source `webhook@1`.
#[derive(Debug)]
pub struct Webhook(SourceSpec);

/// Headers that hold credentials; a flow never sees them.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

impl Default for Webhook {
    fn default() -> Self {
        Self(SourceSpec {
            name: "webhook@1".to_owned(),
            summary: "somebody posts to an address of this workflow".to_owned(),
            kind: SourceKind::Webhook,
            input: input_schema(),
            output: output_schema(),
            example: json!({
                "methods": ["POST"],
                "verify": {"preset": "standard_webhooks", "secret": "${{ env.HOOK_SECRET }}"},
                "respond": "accepted",
            }),
        })
    }
}

impl Source for Webhook {
    fn spec(&self) -> &SourceSpec {
        &self.0
    }

    fn check(&self, with: &Value, at: &str) -> Vec<Problem> {
        match Settings::read(with, at) {
            Ok(_) => Vec::new(),
            Err(problems) => problems,
        }
    }

    fn accept(&self, raw: &Raw, with: &Value, secrets: &dyn Secrets) -> Result<Vec<Occurrence>, Rejection> {
        match raw {
            Raw::Http { method, query, headers, body, received_at } => {
                let request = Signed { method, headers, body, received_at: *received_at };
                let occurrence = receive(&request, query, with, secrets)?;
                Ok(vec![occurrence])
            }
            Raw::Manual { data, at } => Ok(vec![by_hand(data, *at)]),
            Raw::Slot { .. } | Raw::Named(_) => Err(Rejection::not_for("webhook@1", raw)),
        }
    }
}

fn receive(
    request: &Signed<'_>,
    query: &[(String, String)],
    with: &Value,
    secrets: &dyn Secrets,
) -> Result<Occurrence, Rejection> {
    let settings = Settings::read(with, "").map_err(first)?;
    if !settings.methods.iter().any(|method| method == request.method) {
        let message = format!("this trigger does not take `{}`", request.method.escape_default());
        let rejection = Rejection::new(Kind::MethodNotAllowed, codes::METHOD, message);
        return Err(rejection.hint(format!("send {}", settings.methods.join(" or "))));
    }
    if let Some(verify) = &settings.verify {
        check(verify, request, secrets)?;
    }
    let body = body::read(request.header("content-type"), request.body)?;
    let dedupe_key = delivery::key(request, settings.verify.as_ref(), &body);
    let data = json!({
        "body": body,
        "headers": headers(request.headers, settings.verify.as_ref()),
        "query": fields(query.iter().map(|(name, value)| (name.clone(), value.clone()))),
        "method": request.method,
        "received_at": request.received_at,
    });
    Ok(Occurrence { dedupe_key, data })
}

/// The settings were checked when the workflow was published, so this happens to hand-made `with` values only.
fn first(problems: Vec<Problem>) -> Rejection {
    let fallback = || Problem::error(codes::WRONG_INPUT, "", "the inputs of `webhook@1` cannot be used");
    Rejection::of(problems.into_iter().next().unwrap_or_else(fallback))
}

/// The headers a flow sees: names in lower case, a repeated one joined by commas as RFC 9110 5.3 says, no credentials.
fn headers(headers: &[(String, String)], verify: Option<&Verify>) -> Map<String, Value> {
    let token = verify.filter(|verify| verify.scheme.algorithm == Algorithm::StaticToken);
    let mut seen: Map<String, Value> = Map::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let is_token =
            token.is_some_and(|verify| verify.scheme.signature == Place::Header(name.clone().into()));
        if is_token || CREDENTIALS.contains(&name.as_str()) {
            continue;
        }
        if let Some(Value::String(held)) = seen.get_mut(&name) {
            held.push_str(", ");
            held.push_str(value);
        } else {
            seen.insert(name, Value::String(value.clone()));
        }
    }
    seen
}

/// Fields of a query or a form: a text each, or a list of texts where a name comes more than once.
fn fields(pairs: impl Iterator<Item = (String, String)>) -> Value {
    let mut fields: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let value = Value::String(value);
        match fields.get_mut(&name) {
            None => {
                fields.insert(name, value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(single) => *single = Value::Array(vec![single.take(), value]),
        }
    }
    Value::Object(fields)
}

fn input_schema() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "methods": {
                "type": "array", "minItems": 1, "uniqueItems": true, "default": ["POST"],
                "items": {"enum": settings::METHODS},
            },
            "verify": {
                "type": "object",
                "required": ["secret"],
                "additionalProperties": false,
                "properties": {
                    "preset": {"enum": presets::NAMES},
                    "secret": {
                        "oneOf": [text, {"type": "array", "items": text, "minItems": 1, "maxItems": 8}],
                        "ui": {"widget": "secret"},
                    },
                    "tolerance": {"type": "string", "default": "5m", "ui": {"widget": "duration"}},
                    "algorithm": {"enum": ["hmac-sha256", "hmac-sha1", "static-token"]},
                    "header": text,
                    "prefix": text,
                    "encoding": {"enum": ["hex", "base64"], "default": "hex"},
                    "signed": {"type": "string", "default": "{body}"},
                    "timestamp_header": text,
                    "timestamp_format": {"enum": ["unix_s", "unix_ms", "rfc3339"], "default": "unix_s"},
                    "secret_encoding": {"enum": ["utf8", "hex", "base64", "whsec"], "default": "utf8"},
                    "delivery_header": text,
                },
            },
            "respond": {"enum": ["accepted", "result"], "default": "accepted"},
        },
    })
}

/// The shape that a request and a start by hand share.
pub(crate) fn output_schema() -> Value {
    json!({
        "type": "object",
        "required": ["body", "headers", "query", "method", "received_at"],
        "properties": {
            "body": {},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "query": {"type": "object"},
            "method": {"type": "string"},
            "received_at": {"type": "string", "format": "date-time"},
        },
    })
}

/// The moment a request came, for tests of this folder.
#[cfg(test)]
pub(crate) const NOON: cauce_model::Time = cauce_model::Time::from_micros(1_700_000_000_000_000);
