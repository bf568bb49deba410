//! Named events.

use cauce_model::NamedEvent;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::run::cut;

/// Something that happened, under a name that flows agree on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedEventView {
    /// Its id.
    pub id: String,
    /// What happened.
    pub name: String,
    /// What makes a second event of the name a duplicate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is known of it.
    pub data: Value,
    /// When it was taken in.
    pub at: String,
    /// The run that told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl From<NamedEvent> for NamedEventView {
    fn from(event: NamedEvent) -> Self {
        Self {
            id: event.id.to_string(),
            name: event.name,
            key: event.key,
            data: cut(event.data),
            at: event.at.to_string(),
            from: event.from.map(|run| run.to_string()),
        }
    }
}

/// `{"event": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedEventBody {
    /// The event.
    pub event: NamedEventView,
}

/// `{"events": [...], "next": ...}`
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedEventsBody {
    /// Oldest first.
    pub events: Vec<NamedEventView>,
    /// What to ask with for the next page; nothing when this is the last.
    pub next: Option<String>,
}
