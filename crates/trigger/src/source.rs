//! A source: the pure half of a trigger, from raw bytes or a moment to what a workflow sees.

use bytes::Bytes;
use cauce_model::{NamedEvent, Problem, SourceSpec, Time};
use serde_json::Value;

use crate::codes;

/// A kind of trigger. It reads no clock, no network and no disk, so a fixture can test it.
pub trait Source: Send + Sync {
    /// What the checker, the builder and the documentation say of it.
    fn spec(&self) -> &SourceSpec;

    /// What is wrong with a trigger's `with`, asked when a workflow is published. `at` is the JSON pointer of `with`;
    /// every problem points there or below.
    fn check(&self, with: &Value, at: &str) -> Vec<Problem>;

    /// What happened, or why it cannot be taken in. `with` is as written in the file; only `verify` asks `secrets`.
    fn accept(&self, raw: &Raw, with: &Value, secrets: &dyn Secrets) -> Result<Vec<Occurrence>, Rejection>;
}

/// What came in, before anybody looked at it.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// A request to the trigger's address.
    Http {
        /// The method, in upper case.
        method: String,
        /// The query, decoded, in order.
        query: Vec<(String, String)>,
        /// The headers in order; the case of their names does not matter.
        headers: Vec<(String, String)>,
        /// The body as sent, byte for byte: signatures are over these bytes.
        body: Bytes,
        /// When it came.
        received_at: Time,
    },
    /// A moment of a schedule.
    Slot {
        /// The moment that the schedule names, not the moment at which somebody looked.
        at: Time,
    },
    /// A named event.
    Named(Box<NamedEvent>),
    /// A person or the API starts the workflow; who may do that was decided before.
    Manual {
        /// What they gave along.
        data: Value,
        /// When.
        at: Time,
    },
}

impl Raw {
    /// What it is called in a message.
    const fn noun(&self) -> &'static str {
        match self {
            Self::Http { .. } => "a request",
            Self::Slot { .. } => "a moment of a schedule",
            Self::Named(_) => "a named event",
            Self::Manual { .. } => "a start by hand",
        }
    }
}

/// Something that happened, as one trigger saw it. The caller makes it an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// The key that makes a second delivery a duplicate, where the sender gave one; at most 256 bytes. The trigger's own
    /// `dedupe_key` expression, evaluated by the caller, takes its place.
    pub dedupe_key: Option<String>,
    /// What expressions see as `trigger`.
    pub data: Value,
}

/// Why something was not taken in. Safe to show to the sender: it holds no secret and no part of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// Stable code with a page in `docs/errors/`, such as `T014`.
    pub code: &'static str,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// The next step, where there is one to name.
    pub hint: Option<String>,
    /// What kind of answer the sender gets.
    pub kind: Kind,
}

impl Rejection {
    pub(crate) fn new(kind: Kind, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, kind }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The rejection of what this source was never meant to get.
    pub(crate) fn not_for(source: &str, raw: &Raw) -> Self {
        let message = format!("`{source}` does not take {}", raw.noun());
        Self::new(Kind::Unprocessable, codes::WRONG_OCCURRENCE, message)
    }

    /// The rejection under a `with` that the check would have refused.
    pub(crate) fn of(problem: Problem) -> Self {
        Self { code: problem.code, message: problem.message, hint: problem.hint, kind: Kind::Unprocessable }
    }
}

/// What kind of answer a rejection is. The server knows the HTTP numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request is broken.
    BadRequest,
    /// The request does not prove where it comes from.
    Unauthorized,
    /// The method is not one of the trigger's.
    MethodNotAllowed,
    /// The request is whole, and too large.
    TooLarge,
    /// The request is whole, and nothing that this trigger takes.
    Unprocessable,
}

/// Where `${{ env.NAME }}` of a trigger's `verify` is looked up.
pub trait Secrets {
    /// The value of the workspace variable of that name.
    fn env(&self, name: &str) -> Option<&str>;
}
