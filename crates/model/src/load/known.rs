//! The keys of each kind of object: those of this version, and those of later ones.

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

impl Keys {
    const fn of(what: &'static str, known: &'static [&'static str]) -> Self {
        Self { what, known, later: &[], inputs: &[] }
    }
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
        "inputs",
        "vars",
        "defaults",
        "timeout",
        "triggers",
        "index",
        "concurrency",
        "reentry",
        "exit_when",
        "cancel_on",
        "steps",
        "on_error",
        "finally",
        "outputs",
    ],
    later: &["send_policy", "tests"],
    inputs: &[],
};

pub(super) const DEFAULTS: Keys =
    Keys { what: "`defaults`", known: &["retry", "timeout"], later: &["connection"], inputs: &[] };
pub(super) const INPUT: Keys = Keys {
    what: "an input",
    known: &["type", "default", "required", "enum"],
    later: &["secret"],
    inputs: &[],
};
pub(super) const CONCURRENCY: Keys = Keys::of("`concurrency`", &["key", "limit", "overflow"]);
pub(super) const REENTRY: Keys = Keys::of("`reentry`", &["key", "after"]);
pub(super) const CANCEL_ON: Keys = Keys::of("`cancel_on`", &["event", "match"]);

pub(super) const TRIGGER: Keys = Keys {
    what: "a trigger",
    known: &["id", "use", "with", "when", "dedupe_key", "debounce", "throttle", "batch"],
    later: &["connection"],
    inputs: &[
        "verify", "respond", "misfire", "timezone", "cron", "every", "path", "methods", "fields", "title",
        "redirect", "inputs", "secret", "name", "match", "workflow",
    ],
};
pub(super) const DEBOUNCE: Keys = Keys::of("`debounce`", &["key", "for", "max"]);
pub(super) const THROTTLE: Keys = Keys::of("`throttle`", &["key", "limit", "per"]);
pub(super) const BATCH: Keys = Keys::of("`batch`", &["key", "size", "for"]);

/// The verbs of a step.
pub(super) const VERBS: &[&str] = &[
    "use", "set", "if", "switch", "for_each", "repeat", "parallel", "wait", "wait_for", "approve", "call",
    "stop",
];

/// Verbs of later versions.
pub(super) const LATER_VERBS: &[&str] = &["code"];

pub(super) const STEP: Keys = Keys {
    what: "a step",
    known: &[
        "use",
        "set",
        "if",
        "switch",
        "for_each",
        "repeat",
        "parallel",
        "wait",
        "wait_for",
        "approve",
        "call",
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
    later: &["code", "connection"],
    inputs: &[
        "url", "method", "headers", "query", "json", "body", "form", "to", "from", "subject", "text", "html",
        "message", "email", "mode",
    ],
};

pub(super) const SWITCH: Keys = Keys::of("`switch`", &["value", "cases", "else"]);
pub(super) const CASE: Keys = Keys::of("a case", &["when", "equals", "do"]);
pub(super) const FOR_EACH: Keys =
    Keys::of("`for_each`", &["in", "as", "parallel", "collect", "on_item_error", "do"]);
pub(super) const REPEAT: Keys = Keys::of("`repeat`", &["until", "max", "every", "do"]);
pub(super) const PARALLEL: Keys = Keys::of("`parallel`", &["branches", "join", "fail"]);
pub(super) const BRANCH: Keys = Keys::of("a branch", &["id", "needs", "steps"]);
pub(super) const WAIT: Keys = Keys::of("`wait`", &["until", "window", "tz"]);
pub(super) const WAIT_FOR: Keys = Keys::of("`wait_for`", &["event", "match", "timeout", "on_timeout"]);
pub(super) const APPROVE: Keys = Keys::of("`approve`", &["to", "form", "timeout"]);
pub(super) const FIELD: Keys =
    Keys::of("a field of a form", &["name", "label", "type", "required", "options"]);
pub(super) const CALL: Keys = Keys::of("`call`", &["flow", "with", "wait"]);
pub(super) const STOP: Keys = Keys::of("`stop`", &["reason", "outcome"]);
pub(super) const RETRY: Keys =
    Keys { what: "`retry`", known: &["max", "backoff"], later: &["on"], inputs: &[] };

/// The keys of the object of a verb that has one.
pub(super) fn of_verb(verb: &str) -> Option<&'static Keys> {
    match verb {
        "switch" => Some(&SWITCH),
        "for_each" => Some(&FOR_EACH),
        "repeat" => Some(&REPEAT),
        "parallel" => Some(&PARALLEL),
        "wait_for" => Some(&WAIT_FOR),
        "approve" => Some(&APPROVE),
        "call" => Some(&CALL),
        _ => None,
    }
}
