//! Named events: what anybody may wait for, and what starts every flow that listens to the name.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::derived;
use crate::{EventId, RunId, Time, canonical, is_event_name};

/// Something that happened, under a name that flows agree on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedEvent {
    /// Its id.
    pub id: EventId,
    /// What happened, such as `order.paid`.
    pub name: String,
    /// The key that makes a second event of the same name a duplicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is known of it.
    pub data: Value,
    /// When we took it in.
    pub at: Time,
    /// The run that told of it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<RunId>,
}

/// The names that only the engine gives: what happens to runs.
pub const RUN_EVENTS: [&str; 3] = ["run.failed", "run.held", "run.succeeded"];

/// Whether a text names an event that anybody may tell of.
///
/// # Errors
/// What is wrong with it, in words that go behind a colon.
pub fn event_name(text: &str) -> Result<(), &'static str> {
    if !is_event_name(text) {
        return Err(
            "it begins with a letter, goes on with letters, digits and `. _ -`, and has at most 100 characters",
        );
    }
    if text.starts_with("run.") {
        return Err("names that begin with `run.` are the engine's own");
    }
    Ok(())
}

impl NamedEvent {
    /// What expressions see as `event`, and as `trigger` in a run that it started.
    #[must_use]
    pub fn seen(&self) -> Value {
        json!({"id": self.id, "name": self.name, "data": self.data, "key": self.key, "at": self.at})
    }

    /// The canonical text of what stands at `field` of [`Self::seen`], such as `data.order.id`, `data.lines[0]` or
    /// `data["order id"]`. Nothing where nothing stands there.
    #[must_use]
    pub fn key_at(&self, field: &str) -> Option<String> {
        let end = field.find(['.', '[']).unwrap_or(field.len());
        let (root, way) = field.split_at(end);
        match root {
            "data" => walk(&self.data, way).map(canonical),
            "id" if way.is_empty() => Some(canonical(&json!(self.id))),
            "name" if way.is_empty() => Some(canonical(&json!(self.name))),
            "key" if way.is_empty() => Some(canonical(&json!(self.key))),
            "at" if way.is_empty() => Some(canonical(&json!(self.at))),
            _ => None,
        }
    }

    /// The ids of what this event starts in a workflow: the same each time, so that starting twice starts once, and in
    /// the order of time like all others.
    #[must_use]
    pub fn started(&self, workflow: &str, trigger: &str) -> (EventId, RunId) {
        let event = Self::start_of(self.id, self.at, workflow, trigger);
        (event, RunId::from_uuid(derived(self.at, event.uuid(), "run")))
    }

    /// The id of the event that a named event is for one trigger of one workflow.
    #[must_use]
    pub fn start_of(id: EventId, at: Time, workflow: &str, trigger: &str) -> EventId {
        EventId::from_uuid(derived(at, id.uuid(), &format!("{workflow}\n{trigger}")))
    }
}

/// What stands at the end of a way such as `.order["id"][0]`.
fn walk<'v>(value: &'v Value, way: &str) -> Option<&'v Value> {
    if way.is_empty() {
        return Some(value);
    }
    if let Some(rest) = way.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, rest) = rest.split_at(end);
        return walk(value.as_object()?.get(key)?, rest);
    }
    let mut inside = serde_json::Deserializer::from_str(way.strip_prefix('[')?).into_iter::<Value>();
    let segment = inside.next()?.ok()?;
    let rest = way.get(1 + inside.byte_offset()..)?.strip_prefix(']')?;
    let next = match (&segment, value) {
        (Value::String(key), Value::Object(fields)) => fields.get(key)?,
        (Value::Number(index), Value::Array(items)) => items.get(place(index.as_i64()?, items.len())?)?,
        _ => return None,
    };
    walk(next, rest)
}

/// A negative index counts from the end.
fn place(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(i64::try_from(length).ok()?)? } else { index };
    usize::try_from(index).ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn event() -> NamedEvent {
        NamedEvent {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            name: "order.paid".to_owned(),
            key: Some("o-1".to_owned()),
            data: json!({"order": {"id": 12, "line items": ["a", {"b]": "c"}]}, "none": null}),
            at: Time::from_micros(1_700_000_000_000_000),
            from: None,
        }
    }

    #[test]
    fn a_field_is_found_as_an_expression_would_write_it() {
        let event = event();
        for (field, expected) in [
            ("data.order.id", Some("12")),
            (r#"data.order["line items"][0]"#, Some(r#""a""#)),
            (r#"data.order["line items"][-1]["b]"]"#, Some(r#""c""#)),
            ("data.none", Some("null")),
            ("name", Some(r#""order.paid""#)),
            ("key", Some(r#""o-1""#)),
            ("data.order.missing", None),
            ("data.order.id.deeper", None),
            (r#"data.order["line items"][2]"#, None),
            (r#"data.order["line items"][-3]"#, None),
            ("data.order[", None),
            ("data]", None),
            ("other", None),
            ("name.x", None),
            ("", None),
        ] {
            assert_eq!(event.key_at(field).as_deref(), expected, "{field}");
        }
        let seen = event.seen();
        assert_eq!(event.key_at("id"), Some(canonical(&seen["id"])));
        assert_eq!(event.key_at("at"), Some(canonical(&seen["at"])));
    }

    #[test]
    fn what_an_event_starts_has_the_same_ids_each_time_and_others_elsewhere() {
        let event = event();
        let (id, run) = event.started("welcome", "paid");
        assert_eq!((id, run), event.started("welcome", "paid"));
        assert_eq!(id, NamedEvent::start_of(event.id, event.at, "welcome", "paid"));
        let others = [event.started("welcome", "other"), event.started("goodbye", "paid")];
        assert!(others.iter().all(|other| other.0 != id && other.1 != run));
        assert_ne!(id.uuid(), run.uuid());
    }
}
