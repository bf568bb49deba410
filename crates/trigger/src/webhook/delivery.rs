//! The sender's own id of a delivery: the same in each of its retries, so that a second one is a duplicate.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::signature::Verify;
use crate::signature::check::Signed;
use crate::signature::scheme::Place;

/// Ids longer than this many bytes are kept as their hash.
const LONGEST: usize = 256;

/// Where senders that follow a convention put it: the IETF draft on `Idempotency-Key`, and Standard Webhooks.
const CONVENTIONS: [&str; 2] = ["idempotency-key", "webhook-id"];

/// The key, where the sender gave one. The scheme's own place comes first: in most schemes it stands under the signature.
pub(super) fn key(request: &Signed<'_>, verify: Option<&Verify>, body: &Value) -> Option<String> {
    let own = verify.and_then(|verify| verify.scheme.delivery.as_ref());
    let id = own
        .and_then(|place| request.text(place, Some(body)))
        .or_else(|| CONVENTIONS.iter().find_map(|name| request.text(&Place::Header((*name).into()), None)))?;
    if id.len() <= LONGEST {
        return Some(id);
    }
    let mut hash = "sha256:".to_owned();
    for byte in Sha256::digest(id.as_bytes()) {
        write!(hash, "{byte:02x}").ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::webhook::NOON;

    fn key_of(headers: &[(&str, &str)], verify: Option<&Value>, body: &Value) -> Option<String> {
        let headers: Vec<_> = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let request = Signed { method: "POST", headers: &headers, body: b"", received_at: NOON };
        let verify = verify.map(|value| Verify::read(value, "", &mut Vec::new()).unwrap());
        key(&request, verify.as_ref(), body)
    }

    #[test]
    fn the_conventions_are_known_whatever_the_case() {
        assert_eq!(key_of(&[("Idempotency-Key", " k1 ")], None, &json!({})), Some("k1".to_owned()));
        assert_eq!(key_of(&[("webhook-id", "m1")], None, &json!({})), Some("m1".to_owned()));
        assert_eq!(key_of(&[("webhook-id", "")], None, &json!({"id": 1})), None);
    }

    #[test]
    fn a_scheme_has_its_own_place_and_it_comes_first() {
        let github = json!({"preset": "github", "secret": "${{ env.S }}"});
        let headers = [("idempotency-key", "k"), ("X-GitHub-Delivery", "d")];
        assert_eq!(key_of(&headers, Some(&github), &json!({})), Some("d".to_owned()));
        let stripe = json!({"preset": "stripe", "secret": "${{ env.S }}"});
        assert_eq!(key_of(&[], Some(&stripe), &json!({"id": "evt_1"})), Some("evt_1".to_owned()));
        let telegram = json!({"preset": "telegram_secret", "secret": "${{ env.S }}"});
        assert_eq!(key_of(&[], Some(&telegram), &json!({"update_id": 7})), Some("7".to_owned()));
    }

    #[test]
    fn a_long_id_is_kept_as_its_hash() {
        let long = "x".repeat(300);
        let key = key_of(&[("webhook-id", &long)], None, &json!({})).unwrap();
        assert_eq!(key.len(), "sha256:".len() + 64);
        assert_ne!(Some(key), key_of(&[("webhook-id", &"x".repeat(301))], None, &json!({})));
    }
}
