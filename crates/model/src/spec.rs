//! What a component says of itself: the same description feeds the checker, the builder and the documentation.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a repeated call may do to the world. Decides what `check` warns about and what recovery may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Reads only.
    None,
    /// The other side drops a second call with the same idempotency key.
    Keyed,
    /// A second call leaves the world as the first did (an upsert, a PUT).
    Natural,
    /// A second call does it again (a mail, an SMS).
    Unkeyed,
}

/// An action's description.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionSpec {
    /// `connector.operation@version`, such as `http.request@1`.
    pub name: String,
    /// One sentence for people.
    pub summary: String,
    /// JSON Schema of `with`, with `ui` hints.
    pub input: Value,
    /// JSON Schema of the output.
    pub output: Value,
    /// What a second call does.
    pub effect: Effect,
    /// An input that satisfies `input`.
    pub example: Value,
}

/// How a trigger learns of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Somebody posts to us.
    Webhook,
    /// The clock.
    Schedule,
    /// A person or the API starts it.
    Manual,
    /// A named event.
    Event,
}

/// A trigger's description.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceSpec {
    /// `connector.operation@version`, such as `webhook@1`.
    pub name: String,
    /// One sentence for people.
    pub summary: String,
    /// How it learns of the world.
    pub kind: SourceKind,
    /// JSON Schema of `with`.
    pub input: Value,
    /// JSON Schema of what expressions see as `trigger`.
    pub output: Value,
    /// An input that satisfies `input`.
    pub example: Value,
}

/// What the checker asks about the components there are.
pub trait Catalog: Send + Sync {
    /// The action of that name, version included.
    fn action(&self, name: &str) -> Option<&ActionSpec>;
    /// The trigger of that name, version included.
    fn source(&self, name: &str) -> Option<&SourceSpec>;
    /// Every action name, sorted.
    fn action_names(&self) -> Vec<&str>;
    /// Every trigger name, sorted.
    fn source_names(&self) -> Vec<&str>;
}
