//! The verifier: raw bytes in, nothing or a rejection out. Whatever is missing, unreadable or unknown refuses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cauce_model::Time;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::scheme::{Algorithm, Encoding, Grammar, Piece, Place, Scheme, TimestampForm};
use super::secret;
use super::settings::Verify;
use crate::codes;
use crate::source::{Kind, Rejection, Secrets};

/// A header may carry several signatures while a secret is being changed; more than this many are not looked at.
const MOST_SIGNATURES: usize = 16;

/// A request as the verifier reads it.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
    pub(crate) received_at: Time,
}

impl Signed<'_> {
    /// The first header of that lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    /// The text at a place; `json` is the parsed body, where a place needs it.
    pub(crate) fn text(&self, place: &Place, json: Option<&Value>) -> Option<String> {
        let text = match place {
            Place::Header(name) => self.header(name)?.to_owned(),
            Place::Pair(name, key) => pairs(self.header(name)?, key).next()?.to_owned(),
            Place::Body(pointer) => match json?.pointer(pointer)? {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
            },
        };
        (!text.is_empty()).then_some(text)
    }
}

/// Lets the request pass, or says why not.
pub(crate) fn check(verify: &Verify, request: &Signed<'_>, secrets: &dyn Secrets) -> Result<(), Rejection> {
    let scheme = &verify.scheme;
    let keys = keys(verify, secrets)?;
    let json = scheme.reads_body().then(|| serde_json::from_slice::<Value>(request.body).ok()).flatten();
    let held = request.text(&scheme.signature, json.as_ref()).ok_or_else(|| missing(&scheme.signature))?;
    if scheme.algorithm == Algorithm::StaticToken {
        return judge(signatures(&held, &scheme.grammar).any(|token| bool::from(any_token(&keys, token))));
    }
    let stamp = match &scheme.timestamp {
        Some((place, form)) => {
            let stamp = request.text(place, json.as_ref()).ok_or_else(|| missing(place))?;
            in_time(&stamp, *form, verify, request.received_at)?;
            stamp
        }
        None => String::new(),
    };
    let signed = signed_text(scheme, request, &stamp, json.as_ref())?;
    let macs: Vec<Vec<u8>> = keys.iter().map(|key| mac(scheme.algorithm, key, &signed)).collect();
    let mut same = Choice::from(0);
    for text in signatures(&held, &scheme.grammar).take(MOST_SIGNATURES) {
        if let Some(bytes) = decode(text, scheme.encoding) {
            for mac in &macs {
                same |= mac.as_slice().ct_eq(&bytes);
            }
        }
    }
    judge(bool::from(same))
}

impl Scheme {
    fn reads_body(&self) -> bool {
        let stamp = self.timestamp.as_ref().map(|(place, _)| place);
        let places = [Some(&self.signature), stamp];
        places.into_iter().flatten().any(|place| matches!(place, Place::Body(_)))
            || self.signed.iter().any(|piece| matches!(piece, Piece::BodyText(_)))
    }
}

/// Every key that can be used. One that is unset or malformed is passed over while another is left: a secret is being
/// changed. With none left nothing can pass.
fn keys(verify: &Verify, secrets: &dyn Secrets) -> Result<Vec<Vec<u8>>, Rejection> {
    let keys: Vec<_> = verify
        .secrets
        .iter()
        .filter_map(|name| secret::key(secrets.env(name)?, verify.scheme.secret))
        .collect();
    if keys.is_empty() {
        let message =
            "the signature cannot be checked: the secret of this trigger is not set or not in its form";
        let rejection = Rejection::new(Kind::Unauthorized, codes::SECRET_UNUSABLE, message);
        return Err(rejection.hint("set the workspace variable that the trigger's `verify` names"));
    }
    Ok(keys)
}

fn signed_text(
    scheme: &Scheme,
    request: &Signed<'_>,
    stamp: &str,
    json: Option<&Value>,
) -> Result<Vec<u8>, Rejection> {
    let mut signed = Vec::with_capacity(request.body.len() + 64);
    for piece in scheme.signed.iter() {
        match piece {
            Piece::Literal(text) => signed.extend_from_slice(text.as_bytes()),
            Piece::Body => signed.extend_from_slice(request.body),
            Piece::Timestamp => signed.extend_from_slice(stamp.as_bytes()),
            Piece::Method => signed.extend_from_slice(request.method.as_bytes()),
            Piece::Header(name) => {
                let place = Place::Header(name.clone());
                let text = request.text(&place, None).ok_or_else(|| missing(&place))?;
                signed.extend_from_slice(text.as_bytes());
            }
            Piece::BodyText(pointer) => {
                let place = Place::Body(pointer);
                let text = request.text(&place, json).ok_or_else(|| missing(&place))?;
                signed.extend_from_slice(text.as_bytes());
            }
        }
    }
    Ok(signed)
}

/// The signatures in a header's value.
fn signatures<'a>(held: &'a str, grammar: &'a Grammar) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match grammar {
        Grammar::Prefixed(prefix) => Box::new(held.strip_prefix(prefix.as_ref()).into_iter()),
        Grammar::Pairs(key) => Box::new(pairs(held, key)),
        Grammar::Versions(version) => {
            Box::new(held.split(' ').filter_map(move |part| part.strip_prefix(version)?.strip_prefix(',')))
        }
    }
}

/// The values of a key in `t=1,v1=abc,v1=def`.
fn pairs<'a>(held: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> + 'a {
    held.split(',').filter_map(move |pair| pair.trim().strip_prefix(key)?.strip_prefix('='))
}

fn decode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Hex => secret::hex(text),
        Encoding::Base64 => STANDARD.decode(text).ok(),
    }
}

fn mac(algorithm: Algorithm, key: &[u8], signed: &[u8]) -> Vec<u8> {
    fn run<M: Mac + KeyInit>(key: &[u8], signed: &[u8]) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(key).expect("an HMAC takes keys of every length");
        mac.update(signed);
        mac.finalize().into_bytes().to_vec()
    }
    match algorithm {
        Algorithm::HmacSha1 => run::<Hmac<Sha1>>(key, signed),
        Algorithm::HmacSha256 | Algorithm::StaticToken => run::<Hmac<Sha256>>(key, signed),
    }
}

/// Whether the token is one of the secrets. Hashes are compared, so that not even the length shows in the time.
fn any_token(keys: &[Vec<u8>], token: &str) -> Choice {
    let held = Sha256::digest(token.as_bytes());
    keys.iter()
        .fold(Choice::from(0), |same, key| same | Sha256::digest(key).as_slice().ct_eq(held.as_slice()))
}

fn in_time(stamp: &str, form: TimestampForm, verify: &Verify, now: Time) -> Result<(), Rejection> {
    let signed_at = match form {
        TimestampForm::UnixSeconds => {
            stamp.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000_000))
        }
        TimestampForm::UnixMillis => stamp.parse::<i64>().ok().and_then(|millis| millis.checked_mul(1_000)),
        TimestampForm::Rfc3339 => stamp.parse::<Time>().ok().map(Time::micros),
    };
    let Some(signed_at) = signed_at else {
        let message = "the timestamp of the signature cannot be read";
        return Err(Rejection::new(Kind::Unauthorized, codes::SIGNATURE_OLD, message));
    };
    let apart = now.micros().abs_diff(signed_at);
    if u128::from(apart) > verify.tolerance.as_micros() {
        let allowed = verify.tolerance.as_secs();
        let message = format!(
            "the request was signed {} s away from now, more than the {allowed} s allowed",
            apart / 1_000_000
        );
        let rejection = Rejection::new(Kind::Unauthorized, codes::SIGNATURE_OLD, message);
        return Err(rejection.hint("compare the clocks of both sides"));
    }
    Ok(())
}

fn missing(place: &Place) -> Rejection {
    let place = match place {
        Place::Header(name) => format!("the header `{name}`"),
        Place::Pair(name, key) => format!("`{key}=` in the header `{name}`"),
        Place::Body(pointer) => format!("the text at `{pointer}` in the body"),
    };
    let message = format!("the request is not signed: {place} is missing or empty");
    Rejection::new(Kind::Unauthorized, codes::SIGNATURE_MISSING, message)
}

fn judge(same: bool) -> Result<(), Rejection> {
    if same {
        return Ok(());
    }
    let message = "the signature does not match";
    let rejection = Rejection::new(Kind::Unauthorized, codes::SIGNATURE_WRONG, message);
    Err(rejection.hint("both sides must use the same secret, and nothing between them may change the body"))
}
