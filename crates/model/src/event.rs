//! An event: what a trigger took in, before anything was done about it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EventId, Time};

/// What happened in the world, as one trigger of one workflow saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its id; a sender's retry with the same dedupe key gets this one back.
    pub id: EventId,
    /// The workflow it starts.
    pub workflow: String,
    /// The id of the trigger in that workflow.
    pub trigger: String,
    /// When we took it in.
    pub received_at: Time,
    /// The key that makes a second delivery of the same thing a duplicate.
    pub dedupe_key: Option<String>,
    /// What expressions see as `trigger`: for a webhook `{body, headers, query, method, received_at}`.
    pub data: Arc<Value>,
}

/// Whether this can be the name of a named event, such as `order.paid`: a letter, then letters, digits, `.`, `_` and `-`,
/// 100 characters at most.
#[must_use]
pub fn is_event_name(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}
