//! Who a person is across services: the lower-cased address, and the ids other services know them by.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// An e-mail address as identity: trimmed and lower-cased, so that `Ada@Example.com` and `ada@example.com` are one person.
///
/// This is no judgement on whether mail arrives there; that is the verifier's work.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Address(String);

/// The longest address that RFC 5321 4.5.3.1.3 lets a path carry, in bytes.
const LONGEST: usize = 254;

impl Address {
    /// The address in `text`, or nothing when it does not look like one (one `@` with something on both sides,
    /// no blanks or control characters, at most 254 bytes).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let clean =
            !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
        let fits = text.len() <= LONGEST
            && !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.');
        (clean && fits && !local.contains('@')).then(|| Self(text.to_lowercase()))
    }

    /// The lower-cased text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person as our flows know them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Where mail goes, once known.
    pub address: Option<Address>,
    /// What other services call this person: service name to id, such as `crm` to `c_123`.
    pub external_ids: BTreeMap<String, String>,
}

impl Identity {
    /// Whether both are the same person: the same address, or the same id at one service.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let address = self.address.is_some() && self.address == other.address;
        address || self.external_ids.iter().any(|(service, id)| other.external_ids.get(service) == Some(id))
    }
}

/// How many addresses of one event become keys of its run.
pub const MOST_ADDRESSES: usize = 8;

/// Every address in `data`, in document order, each once, at most [`MOST_ADDRESSES`]. These are the keys a run is found by.
#[must_use]
pub fn addresses_in(data: &Value) -> Vec<Address> {
    let mut found = Vec::new();
    collect(data, &mut found, 0);
    found
}

/// Below this depth nobody keeps an address that a person would search for.
const DEEPEST: usize = 32;

fn collect(value: &Value, found: &mut Vec<Address>, depth: usize) {
    if found.len() >= MOST_ADDRESSES || depth > DEEPEST {
        return;
    }
    match value {
        Value::String(text) if text.len() <= LONGEST + 2 => {
            if let Some(address) = Address::parse(text).filter(|address| !found.contains(address)) {
                found.push(address);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found, depth + 1)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, found, depth + 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_person_however_the_address_is_written() {
        assert_eq!(Address::parse(" Ada@Example.COM "), Address::parse("ada@example.com"));
        for not_one in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "a@b@c.com",
            "a@.com",
            "<a@b.com>",
        ] {
            assert_eq!(Address::parse(not_one), None, "{not_one}");
        }
    }

    #[test]
    fn addresses_are_found_at_any_depth_once_and_at_most_eight() {
        let data = json!({"email": "Ada@x.com", "cc": ["ada@X.com", {"to": "bob@y.com"}], "n": 3});
        let found: Vec<_> = addresses_in(&data).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["ada@x.com", "bob@y.com"]);
        let many: Vec<_> = (0..20).map(|n| format!("p{n}@x.com")).collect();
        assert_eq!(addresses_in(&json!(many)).len(), MOST_ADDRESSES);
    }

    #[test]
    fn an_id_at_one_service_is_enough_to_know_somebody() {
        let crm =
            |id: &str| Identity { address: None, external_ids: [("crm".to_owned(), id.to_owned())].into() };
        assert!(crm("c_1").is_same_as(&crm("c_1")));
        assert!(!crm("c_1").is_same_as(&crm("c_2")));
        assert!(!Identity::default().is_same_as(&Identity::default()));
    }
}
