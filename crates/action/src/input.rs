//! `with`, read into an action's own type, with errors that name the field.

use cauce_model::Failure;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::codes;

/// The input as `T`.
///
/// # Errors
/// A permanent failure that names the field and what it should be. No value is shown: it may be a secret.
pub fn read<T: DeserializeOwned>(input: Value) -> Result<T, Failure> {
    serde_json::from_value(input).map_err(|error| {
        // Serde shows the value it met in quotes or backticks; only what it expected may be told.
        let text = error.to_string();
        let told = match text.split_once(", expected ") {
            Some((unknown, _)) if unknown.starts_with("unknown field") => unknown.to_owned(),
            Some((_, expected)) => format!("an input has the wrong type: expected {expected}"),
            None if text.starts_with("missing field") => text,
            None => "an input has the wrong form".to_owned(),
        };
        Failure::permanent(codes::INPUT, told)
            .hint("look at the step's input in the run, and at `cauce check`")
    })
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        #[expect(dead_code, reason = "only reading matters here")]
        message: String,
    }

    #[test]
    fn an_error_names_the_field_and_shows_no_value() {
        let wrong = |input| read::<Input>(input).unwrap_err().error.message;
        assert_eq!(wrong(json!({})), "missing field `message`");
        assert!(wrong(json!({"mesage": "s3cret"})).starts_with("unknown field `mesage`"));
        assert!(!wrong(json!({"message": ["s3cret"]})).contains("s3cret"));
        assert!(!wrong(json!({"message": 31337})).contains("31337"));
    }
}
