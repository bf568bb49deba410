//! `manual@1`: a person or the API starts the workflow.

use cauce_model::{Problem, SourceKind, SourceSpec, Time};
use serde_json::{Value, json};

use crate::inputs::Inputs;
use crate::source::{Occurrence, Raw, Rejection, Secrets, Source};

/// The source `manual@1`. It has no inputs in this version.
#[derive(Debug)]
pub struct Manual(SourceSpec);

impl Default for Manual {
    fn default() -> Self {
        Self(SourceSpec {
            name: "manual@1".to_owned(),
            summary: "a person or the API starts the workflow".to_owned(),
            kind: SourceKind::Manual,
            input: json!({"type": "object", "properties": {}, "additionalProperties": false}),
            output: crate::webhook::output_schema(),
            example: json!({}),
        })
    }
}

impl Source for Manual {
    fn spec(&self) -> &SourceSpec {
        &self.0
    }

    fn check(&self, with: &Value, at: &str) -> Vec<Problem> {
        Inputs::open("manual@1", with, at, &[], &["inputs"]).problems
    }

    fn accept(&self, raw: &Raw, _: &Value, _: &dyn Secrets) -> Result<Vec<Occurrence>, Rejection> {
        match raw {
            Raw::Manual { data, at } => Ok(vec![by_hand(data, *at)]),
            Raw::Http { .. } | Raw::Slot { .. } | Raw::Named(_) => Err(Rejection::not_for("manual@1", raw)),
        }
    }
}

/// A start by hand in the shape of a request, so that a flow written for webhooks can be tried by hand.
pub(crate) fn by_hand(data: &Value, at: Time) -> Occurrence {
    let data = json!({"body": data, "headers": {}, "query": {}, "method": "MANUAL", "received_at": at});
    Occurrence { dedupe_key: None, data }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoSecrets;
    impl Secrets for NoSecrets {
        fn env(&self, _: &str) -> Option<&str> {
            None
        }
    }

    #[test]
    fn a_start_by_hand_looks_like_a_request() {
        let raw = Raw::Manual { data: json!({"email": "ana@example.com"}), at: Time::from_micros(0) };
        let got = Manual::default().accept(&raw, &json!({}), &NoSecrets).unwrap();
        assert_eq!(got[0].dedupe_key, None);
        assert_eq!(
            got[0].data,
            json!({"body": {"email": "ana@example.com"}, "headers": {}, "query": {}, "method": "MANUAL",
                   "received_at": "1970-01-01T00:00:00.000000Z"})
        );
    }

    #[test]
    fn inputs_are_refused_until_they_are_there() {
        let problems = Manual::default().check(&json!({"inputs": {}}), "/triggers/0/with");
        assert_eq!(problems[0].code, "T004");
        assert_eq!(problems[0].pointer, "/triggers/0/with/inputs");
    }

    #[test]
    fn a_request_is_not_a_start_by_hand() {
        let raw = Raw::Slot { at: Time::from_micros(0) };
        let rejection = Manual::default().accept(&raw, &json!({}), &NoSecrets).unwrap_err();
        assert_eq!(rejection.to_string(), "`manual@1` does not take a moment of a schedule");
    }
}
