//! `verify` as written in a file: a preset, or the axes spelled out.

use std::borrow::Cow;
use std::time::Duration;

use cauce_model::near::nearest;
use cauce_model::{Problem, pointer_to};
use serde_json::Value;

use super::presets;
use super::scheme::{Algorithm, Encoding, Grammar, Piece, Place, Scheme, SecretForm, TimestampForm, pieces};
use super::secret::env_name;
use crate::codes;
use crate::inputs::{Inputs, noun};

/// How far a signed time may be from ours when nothing else is said, both ways. Standard Webhooks says the same.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);
/// A day: who needs more would rather not look at the time at all.
const LONGEST_TOLERANCE: Duration = Duration::from_secs(24 * 60 * 60);
/// Rotation needs two.
const MOST_SECRETS: usize = 8;

/// What a webhook asks of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verify {
    pub(crate) scheme: Scheme,
    /// Names of workspace variables, at least one; any of them will do.
    pub(crate) secrets: Vec<String>,
    pub(crate) tolerance: Duration,
}

const COMMON: [&str; 3] = ["preset", "secret", "tolerance"];
const AXES: [&str; 9] = [
    "algorithm",
    "header",
    "prefix",
    "encoding",
    "signed",
    "timestamp_header",
    "timestamp_format",
    "secret_encoding",
    "delivery_header",
];

impl Verify {
    /// Reads it; nothing where anything is wrong, and what is wrong goes to `problems`.
    pub(crate) fn read(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Option<Self> {
        let known: Vec<&str> = COMMON.into_iter().chain(AXES).collect();
        let mut inputs = Inputs::open("verify", value, at, &known, &[]);
        let scheme =
            if inputs.value("preset").is_some() { by_preset(&mut inputs) } else { by_axes(&mut inputs) };
        let secrets = secrets(&mut inputs);
        let tolerance = tolerance(&mut inputs, scheme.as_ref());
        let sound = inputs.problems.is_empty();
        problems.append(&mut inputs.problems);
        sound.then_some(())?;
        Some(Self { scheme: scheme?, secrets, tolerance: tolerance? })
    }
}

fn by_preset(inputs: &mut Inputs<'_>) -> Option<Scheme> {
    for axis in AXES {
        if inputs.value(axis).is_some() {
            inputs.unsound(axis, &format!("`{axis}` cannot stand beside `preset`, which says it already"));
        }
    }
    let name = inputs.text("preset")?;
    let scheme = presets::preset(name);
    if scheme.is_none() {
        let place = inputs.place("preset");
        let problem = if presets::LATER.contains(&name) {
            let message = format!("the preset `{name}` is not available in this version");
            Problem::error(codes::NOT_AVAILABLE, place, message)
        } else {
            let message = format!("no preset is called `{name}`");
            Problem::error(codes::UNSOUND_VERIFY, place, message)
        };
        let hint = nearest(name, presets::NAMES.iter().copied()).map_or_else(
            || format!("the presets are {}", presets::NAMES.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        inputs.problems.push(problem.hint(hint));
    }
    scheme
}

fn by_axes(inputs: &mut Inputs<'_>) -> Option<Scheme> {
    let algorithm = algorithm(inputs)?;
    let header = header(inputs, "header", true);
    let prefix = inputs.text("prefix").unwrap_or_default().to_owned();
    let encoding = inputs.choice("encoding", &[("hex", Encoding::Hex), ("base64", Encoding::Base64)]);
    let secret = inputs.choice(
        "secret_encoding",
        &[
            ("utf8", SecretForm::Utf8),
            ("hex", SecretForm::Hex),
            ("base64", SecretForm::Base64),
            ("whsec", SecretForm::Whsec),
        ],
    );
    let timestamp = timestamp(inputs);
    let signed = signed(inputs, algorithm, timestamp.is_some());
    let delivery = header_name(inputs, "delivery_header");
    Some(Scheme {
        algorithm,
        signature: Place::Header(header?.into()),
        grammar: Grammar::Prefixed(prefix.into()),
        encoding: encoding?,
        signed: signed?,
        timestamp,
        secret: secret?,
        delivery: delivery.map(|name| Place::Header(name.into())),
    })
}

fn algorithm(inputs: &mut Inputs<'_>) -> Option<Algorithm> {
    let name = inputs.needed_text("algorithm", "say which, or name a `preset`")?;
    match name {
        "hmac-sha256" => Some(Algorithm::HmacSha256),
        "hmac-sha1" => Some(Algorithm::HmacSha1),
        "static-token" => Some(Algorithm::StaticToken),
        _ => {
            let later = matches!(name, "ecdsa-p256-sha256" | "ed25519" | "none");
            let (code, message) = if later {
                (codes::NOT_AVAILABLE, format!("the algorithm `{name}` is not available in this version"))
            } else {
                (codes::UNSOUND_VERIFY, format!("no algorithm is called `{name}`"))
            };
            let problem = Problem::error(code, inputs.place("algorithm"), message);
            inputs.problems.push(problem.hint("the algorithms are hmac-sha256, hmac-sha1, static-token"));
            None
        }
    }
}

fn header(inputs: &mut Inputs<'_>, key: &str, needed: bool) -> Option<String> {
    if needed && inputs.value(key).is_none() {
        inputs.missing(key, "say in which header the signature comes");
    }
    header_name(inputs, key)
}

fn header_name(inputs: &mut Inputs<'_>, key: &str) -> Option<String> {
    let name = inputs.text(key)?;
    let fits = !name.is_empty()
        && name.len() <= 128
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    if !fits {
        inputs.wrong(key, format!("`{key}` must be the name of a header, not `{name}`"));
    }
    fits.then(|| name.to_ascii_lowercase())
}

fn timestamp(inputs: &mut Inputs<'_>) -> Option<(Place, TimestampForm)> {
    let form = inputs.choice(
        "timestamp_format",
        &[
            ("unix_s", TimestampForm::UnixSeconds),
            ("unix_ms", TimestampForm::UnixMillis),
            ("rfc3339", TimestampForm::Rfc3339),
        ],
    );
    if inputs.value("timestamp_format").is_some() && inputs.value("timestamp_header").is_none() {
        inputs.missing("timestamp_header", "`timestamp_format` says how it is written");
    }
    Some((Place::Header(header(inputs, "timestamp_header", false)?.into()), form?))
}

/// The signed text. A signature that does not cover the body, or a timestamp that no signature covers, proves nothing.
fn signed(inputs: &mut Inputs<'_>, algorithm: Algorithm, stamped: bool) -> Option<Cow<'static, [Piece]>> {
    if algorithm == Algorithm::StaticToken {
        for key in ["signed", "encoding", "timestamp_header", "timestamp_format"] {
            if inputs.value(key).is_some() {
                inputs
                    .unsound(key, &format!("`{key}` has no meaning for a static token, which signs nothing"));
            }
        }
        return Some(Cow::Borrowed(&[]));
    }
    let template = if inputs.value("signed").is_some() { inputs.text("signed")? } else { "{body}" };
    let pieces = match pieces(template) {
        Ok(pieces) => pieces,
        Err(unknown) => {
            let message = format!("`signed` holds `{unknown}`, which is no placeholder");
            let problem = Problem::error(codes::UNSOUND_VERIFY, inputs.place("signed"), message);
            let hint = "the placeholders are {body}, {timestamp}, {method} and {header:NAME}";
            inputs.problems.push(problem.hint(hint));
            return None;
        }
    };
    if !pieces.contains(&Piece::Body) {
        inputs.unsound(
            "signed",
            "a signature that does not cover the body proves nothing: `signed` lacks `{body}`",
        );
    }
    match (pieces.contains(&Piece::Timestamp), stamped) {
        (true, false) => {
            inputs.unsound(
                "signed",
                "`signed` holds `{timestamp}`, and no `timestamp_header` says where it comes",
            );
        }
        (false, true) => {
            inputs.unsound(
                "timestamp_header",
                "a timestamp that is not signed proves nothing: `signed` lacks `{timestamp}`",
            );
        }
        _ => {}
    }
    Some(pieces.into())
}

fn secrets(inputs: &mut Inputs<'_>) -> Vec<String> {
    let Some(value) = inputs.value("secret") else {
        inputs.missing("secret", "name a workspace variable, such as `${{ env.HOOK_SECRET }}`");
        return Vec::new();
    };
    let place = inputs.place("secret");
    let listed: Vec<(&Value, String)> = match value.as_array() {
        Some(list) => {
            list.iter().enumerate().map(|(i, value)| (value, pointer_to(&place, &i.to_string()))).collect()
        }
        None => vec![(value, place)],
    };
    if listed.is_empty() || listed.len() > MOST_SECRETS {
        inputs.wrong("secret", format!("`secret` takes 1 to {MOST_SECRETS} secrets, not {}", listed.len()));
    }
    let mut names = Vec::new();
    for (value, place) in listed {
        match value.as_str().map(env_name) {
            Some(Some(name)) => names.push(name.to_owned()),
            Some(None) => inputs.problems.push(
                Problem::error(codes::SECRET_IN_FILE, place, "a secret never stands in a file")
                    .hint("set a workspace variable and write `${{ env.NAME }}`"),
            ),
            None => {
                let message = format!("a secret must be `${{{{ env.NAME }}}}`, not {}", noun(value));
                inputs.problems.push(Problem::error(codes::WRONG_INPUT, place, message));
            }
        }
    }
    names
}

fn tolerance(inputs: &mut Inputs<'_>, scheme: Option<&Scheme>) -> Option<Duration> {
    if inputs.value("tolerance").is_none() {
        return Some(TOLERANCE);
    }
    if scheme.is_some_and(|scheme| scheme.timestamp.is_none()) {
        inputs.unsound(
            "tolerance",
            "`tolerance` has no meaning here: nothing says when the request was signed",
        );
    }
    let span = inputs.duration("tolerance")?;
    let fits = !span.is_zero() && span <= LONGEST_TOLERANCE;
    if !fits {
        inputs.wrong("tolerance", "`tolerance` must lie between 1s and 24h".to_owned());
    }
    fits.then_some(span)
}
