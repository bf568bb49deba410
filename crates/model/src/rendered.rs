//! A rendered input, and the places in it that take environment values.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rendered input: the value, with the places where an environment value goes left open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// The value; an open place shows its template, such as `Bearer ${{ env.TOKEN }}`.
    pub value: Arc<Value>,
    /// The open places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Hole>,
    /// The idempotency key: the same on each attempt.
    pub key: String,
}

/// A place in a rendered input that takes environment values. It is found by its pointer and never by its text, so data
/// that looks like one is only data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// JSON pointer into the value.
    pub pointer: String,
    /// What the text there is made of.
    pub parts: Vec<HolePart>,
}

/// A part of a text with environment values in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolePart {
    /// As it stands.
    Text(String),
    /// The value of this workspace variable.
    Env(String),
}
