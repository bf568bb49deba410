//! The contacts: who is in the CRM, found by email whatever the case of its letters.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::answer::Refusal;
use crate::clock::rfc3339;

const MOST_CONTACTS: usize = 10_000;
const MOST_FIELDS: usize = 50;
/// RFC 5321 4.5.3.1, with the correction of erratum 1690.
const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
/// What the CRM writes itself.
const RESERVED: [&str; 4] = ["id", "created", "created_at", "updated_at"];

#[derive(Debug)]
struct Contact {
    number: u64,
    fields: Map<String, Value>,
    created_at: i64,
    updated_at: i64,
}

/// Everybody, by lower-case email.
#[derive(Debug)]
pub(crate) struct Contacts {
    by_email: BTreeMap<String, Contact>,
    last: u64,
}

impl Contacts {
    pub(crate) fn new() -> Self {
        Self { by_email: BTreeMap::new(), last: 0 }
    }

    /// Makes a contact or adds to it: fields not named stay, `null` takes one away. True when it is new.
    pub(crate) fn upsert(
        &mut self,
        email: &str,
        fields: Map<String, Value>,
        now: i64,
    ) -> Result<(bool, Value), Refusal> {
        let email = identity(email)?;
        check(&email, &fields)?;
        let created = !self.by_email.contains_key(&email);
        if created && self.by_email.len() >= MOST_CONTACTS {
            return Err(Refusal::Full);
        }
        let mut merged = self.by_email.get(&email).map_or_else(Map::new, |known| known.fields.clone());
        merged.extend(fields.into_iter().filter(|(name, _)| name != "email"));
        merged.retain(|_, value| !value.is_null());
        if merged.len() > MOST_FIELDS {
            return Err(Refusal::Invalid(format!("a contact has at most {MOST_FIELDS} fields")));
        }
        if created {
            self.last += 1;
        }
        let contact = self.by_email.entry(email.clone()).or_insert(Contact {
            number: self.last,
            fields: Map::new(),
            created_at: now,
            updated_at: now,
        });
        contact.fields = merged;
        contact.updated_at = now;
        Ok((created, shown(&email, contact)))
    }

    pub(crate) fn get(&self, email: &str) -> Result<Value, Refusal> {
        let email = identity(email)?;
        self.by_email.get(&email).map(|contact| shown(&email, contact)).ok_or(Refusal::NoContact)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_email.len()
    }

    /// The last changed first.
    pub(crate) fn newest(&self, at_most: usize) -> Vec<Value> {
        let mut all: Vec<_> = self.by_email.iter().collect();
        all.sort_by_key(|(_, contact)| std::cmp::Reverse((contact.updated_at, contact.number)));
        all.into_iter().take(at_most).map(|(email, contact)| shown(email, contact)).collect()
    }
}

fn shown(email: &str, contact: &Contact) -> Value {
    let mut shown = Map::new();
    shown.insert("id".into(), format!("ct_{}", contact.number).into());
    shown.insert("email".into(), email.into());
    shown.extend(contact.fields.clone());
    shown.insert("created_at".into(), rfc3339(contact.created_at).into());
    shown.insert("updated_at".into(), rfc3339(contact.updated_at).into());
    Value::Object(shown)
}

/// The email as the CRM knows it, or why it is none.
fn identity(email: &str) -> Result<String, Refusal> {
    if email.is_empty() {
        return Err(Refusal::Invalid("`email` is missing".into()));
    }
    let whole =
        email.len() <= LONGEST_EMAIL && email.chars().all(|c| c.is_alphanumeric() || c.is_ascii_graphic());
    let parts = email.split_once('@').filter(|(local, domain)| {
        !local.is_empty()
            && local.len() <= LONGEST_LOCAL_PART
            && domain.contains('.')
            && domain.split('.').all(is_label)
    });
    if whole && parts.is_some() {
        Ok(email.to_lowercase())
    } else {
        Err(Refusal::Invalid(format!("`email` is not an address: {}", json!(excerpt(email)))))
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn check(email: &str, fields: &Map<String, Value>) -> Result<(), Refusal> {
    if let Some(name) = RESERVED.into_iter().find(|name| fields.contains_key(*name)) {
        return Err(Refusal::Invalid(format!("`{name}` is written by the CRM alone")));
    }
    match fields.get("email") {
        Some(Value::String(inside)) if inside.to_lowercase() == email => {}
        None => {}
        Some(_) => return Err(Refusal::Invalid("`email` in the body is not the one in the path".into())),
    }
    for name in ["name", "source"] {
        if fields.get(name).is_some_and(|value| !value.is_string() && !value.is_null()) {
            return Err(Refusal::Invalid(format!("`{name}` is not text")));
        }
    }
    Ok(())
}

fn excerpt(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_email_in_other_letters_is_the_same_contact() {
        let mut contacts = Contacts::new();
        let (created, first) =
            contacts.upsert("Ana@Cauce-Good.dev", fields(json!({"name": "Ana"})), 0).unwrap();
        let (again, second) =
            contacts.upsert("ana@cauce-good.dev", fields(json!({"source": "shop"})), 2_000_000).unwrap();
        assert!(created && !again);
        assert_eq!(first["id"], second["id"]);
        assert_eq!(second["email"], "ana@cauce-good.dev");
        assert_eq!((&second["name"], &second["source"]), (&json!("Ana"), &json!("shop")));
        assert_eq!(second["created_at"], "1970-01-01T00:00:00Z");
        assert_eq!(second["updated_at"], "1970-01-01T00:00:02Z");
    }

    #[test]
    fn null_takes_a_field_away() {
        let mut contacts = Contacts::new();
        contacts.upsert("a@b.dev", fields(json!({"name": "Ana", "city": "Lima"})), 0).unwrap();
        let (_, contact) = contacts.upsert("a@b.dev", fields(json!({"city": null})), 1).unwrap();
        assert_eq!((contact.get("city"), &contact["name"]), (None, &json!("Ana")));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let mut contacts = Contacts::new();
        let long = format!("{}@b.dev", "a".repeat(65));
        for email in
            ["", "ana", "@b.dev", "a@b", "a@b..dev", "a@-b.dev", "a b@c.dev", "a@b@c.dev", "a\n@b.dev", &long]
        {
            let refused = contacts.upsert(email, Map::new(), 0);
            assert!(matches!(refused, Err(Refusal::Invalid(_))), "{email:?}: {refused:?}");
        }
        assert_eq!(contacts.len(), 0);
    }

    #[test]
    fn fields_are_checked_before_anything_is_kept() {
        let mut contacts = Contacts::new();
        let many: Map<String, Value> = (0..51).map(|n| (format!("field{n}"), json!(n))).collect();
        for bad in [
            fields(json!({"id": "ct_9"})),
            fields(json!({"email": "other@b.dev"})),
            fields(json!({"name": 7})),
            many,
        ] {
            assert!(matches!(contacts.upsert("a@b.dev", bad, 0), Err(Refusal::Invalid(_))));
        }
        assert_eq!(contacts.len(), 0);
    }
}
