//! Which keys stand where, which are for later versions, and what to say of all others.

use serde_json::Value;

use super::node::{Fields, listed, quoted};
use super::reader::Reader;
use crate::near::nearest;
use crate::problem::{Problem, pointer_to};

/// The keys of one kind of object.
pub(super) struct Keys {
    /// What the object is called, with its article.
    pub(super) what: &'static str,
    pub(super) known: &'static [&'static str],
    /// Part of the language, but not of this version.
    pub(super) later: &'static [&'static str],
    /// What stands under `with` instead, where everybody expects it here.
    pub(super) inputs: &'static [&'static str],
}

pub(super) const TOP: Keys = Keys {
    what: "a workflow",
    known: &[
        "version",
        "id",
        "name",
        "description",
        "labels",
        "owner",
        "timezone",
        "vars",
        "defaults",
        "triggers",
        "steps",
        "outputs",
    ],
    later: &[
        "inputs",
        "index",
        "concurrency",
        "reentry",
        "exit_when",
        "cancel_on",
        "send_policy",
        "on_error",
        "finally",
        "tests",
    ],
    inputs: &[],
};

pub(super) const DEFAULTS: Keys =
    Keys { what: "`defaults`", known: &["retry", "timeout"], later: &["connection"], inputs: &[] };

pub(super) const TRIGGER: Keys = Keys {
    what: "a trigger",
    known: &["id", "use", "with", "when", "dedupe_key"],
    later: &["connection", "debounce", "throttle", "batch"],
    inputs: &[
        "verify", "respond", "misfire", "timezone", "cron", "every", "path", "methods", "fields", "title",
        "redirect", "inputs", "secret",
    ],
};

/// The verbs of a step.
pub(super) const VERBS: &[&str] = &["use", "set", "if", "wait", "stop"];

/// Verbs of later versions.
pub(super) const LATER_VERBS: &[&str] =
    &["switch", "for_each", "repeat", "parallel", "wait_for", "approve", "call", "code"];

pub(super) const STEP: Keys = Keys {
    what: "a step",
    known: &[
        "use",
        "set",
        "if",
        "wait",
        "stop",
        "then",
        "else",
        "id",
        "name",
        "when",
        "with",
        "retry",
        "timeout",
        "idempotency_key",
        "on_error",
        "effect",
        "note",
    ],
    later: &[
        "switch",
        "for_each",
        "repeat",
        "parallel",
        "wait_for",
        "approve",
        "call",
        "code",
        "connection",
        "needs",
    ],
    inputs: &[
        "url", "method", "headers", "query", "json", "body", "form", "to", "from", "subject", "text", "html",
        "message", "email", "mode",
    ],
};

pub(super) const WAIT: Keys =
    Keys { what: "`wait`", known: &["until", "window", "tz"], later: &[], inputs: &[] };
pub(super) const STOP: Keys = Keys { what: "`stop`", known: &["reason", "outcome"], later: &[], inputs: &[] };
pub(super) const RETRY: Keys =
    Keys { what: "`retry`", known: &["max", "backoff"], later: &["on"], inputs: &[] };

impl Reader<'_> {
    /// Reports the keys that do not stand in such an object. Answers what their authors probably meant, so that the
    /// absence of that is not reported as well.
    pub(super) fn check_keys(&mut self, fields: &Fields<'_>, keys: &Keys) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for (key, value) in fields.map {
            if keys.known.contains(&key.as_str()) {
                continue;
            }
            // Guessing what was meant is dear, and a hostile file has very many keys.
            let near = if self.has_enough() { None } else { near_key(key, fields, keys) };
            meant.extend(near);
            let at = pointer_to(&fields.at, key);
            let problem = match near {
                Some(near) if keys.later.contains(&near) => later(at, key, near),
                _ => unknown(at, key, value, near, keys),
            };
            self.report(problem.at_key());
        }
        meant
    }
}

/// The key that was meant: of this version first, and one that is not there yet.
fn near_key(key: &str, fields: &Fields<'_>, keys: &Keys) -> Option<&'static str> {
    let exact = |list: &[&'static str]| list.iter().copied().find(|name| *name == key);
    let absent = keys.known.iter().copied().filter(|known| !fields.has(known));
    exact(keys.later)
        .or_else(|| exact(keys.inputs).and(None))
        .or_else(|| if keys.inputs.contains(&key) { None } else { nearest(key, absent) })
        .or_else(|| nearest(key, keys.later.iter().copied()))
}

fn later(at: String, key: &str, near: &str) -> Problem {
    let message = if key == near {
        format!("`{key}` is not available in this version")
    } else {
        format!("{} is not a key, and `{near}` is not available in this version", quoted(key))
    };
    Problem::error("W013", at, message).hint("do without it, or wait for a version that has it")
}

fn unknown(at: String, key: &str, value: &Value, near: Option<&str>, keys: &Keys) -> Problem {
    let hint = match near {
        Some(near) => format!("did you mean `{}`?", with_value(near, value)),
        None if keys.inputs.contains(&key) => format!("`{key}` is an input: put it under `with`"),
        None => format!("the keys of {} are {}", keys.what, listed(keys.known.iter().copied(), "and")),
    };
    Problem::error("W012", at, format!("{} is not a key of {}", quoted(key), keys.what)).hint(hint)
}

/// Keys whose values take more than a line.
const OF_BLOCKS: &[&str] =
    &["triggers", "steps", "vars", "defaults", "outputs", "with", "set", "then", "else"];

/// The whole replacement, as long as it is a short line.
fn with_value(key: &str, value: &Value) -> String {
    if OF_BLOCKS.contains(&key) {
        return format!("{key}:");
    }
    let shown = match value {
        Value::String(text) if text.len() <= 40 && !text.contains(['\n', '`']) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => return format!("{key}:"),
    };
    format!("{key}: {shown}")
}
