//! A body's bytes to the value that a flow sees as `trigger.body`.

use std::borrow::Cow;

use serde_json::Value;
use url::form_urlencoded;

use super::{fields, surrogate};
use crate::codes;
use crate::count::bounded;
use crate::source::{Kind, Rejection};

/// A field costs two bytes to send and a hundred to keep.
const MOST_FIELDS: usize = 10_000;

/// Reads the body by its content type; an empty body is `null` under each. JSON nests 127 levels at most: the reader's
/// own limit, so that a deep document cannot exhaust the stack.
pub(super) fn read(content_type: Option<&str>, body: &[u8]) -> Result<Value, Rejection> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let media = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media.as_str() {
        "" | "application/json" => json(body),
        "application/x-www-form-urlencoded" => form(body),
        media if media.ends_with("+json") => json(body),
        media if media.starts_with("text/") => text(body),
        media => {
            let message = format!("a body of type `{}` is not taken here", media.escape_debug());
            let rejection = Rejection::new(Kind::Unprocessable, codes::UNSUPPORTED_BODY, message);
            Err(rejection.hint("send application/json, application/x-www-form-urlencoded or text/plain"))
        }
    }
}

fn json(body: &[u8]) -> Result<Value, Rejection> {
    bounded(body)?;
    let broken = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(broken) => broken,
    };
    if let Some(value) = surrogate::mend(body).and_then(|mended| serde_json::from_slice(&mended).ok()) {
        return Ok(value);
    }
    let rejection =
        Rejection::new(Kind::BadRequest, codes::BROKEN_BODY, format!("the body is not JSON: {broken}"));
    Err(rejection.hint("send JSON, or say by `content-type` what else it is"))
}

fn form(body: &[u8]) -> Result<Value, Rejection> {
    if form_urlencoded::parse(body).nth(MOST_FIELDS).is_some() {
        let message = format!("the form has more than {MOST_FIELDS} fields");
        return Err(Rejection::new(Kind::TooLarge, codes::TOO_MANY_FIELDS, message).hint("send less at once"));
    }
    let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
    Ok(fields(form_urlencoded::parse(body).map(owned)))
}

fn text(body: &[u8]) -> Result<Value, Rejection> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let message = format!("the body is not UTF-8 text: byte {} does not fit", error.valid_up_to() + 1);
        Rejection::new(Kind::BadRequest, codes::BROKEN_BODY, message).hint("send the text in UTF-8")
    })?;
    Ok(Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(content_type: Option<&str>, body: &[u8]) -> (Kind, &'static str, String) {
        let rejection = read(content_type, body).unwrap_err();
        (rejection.kind, rejection.code, rejection.message)
    }

    #[test]
    fn json_is_read_under_its_own_types_and_under_none() {
        for media in [
            None,
            Some("application/json"),
            Some("Application/JSON; charset=utf-8"),
            Some("application/cloudevents+json"),
        ] {
            assert_eq!(read(media, b"{\"a\":[1,null]}").unwrap(), json!({"a": [1, null]}), "{media:?}");
        }
        assert_eq!(read(None, b"\xef\xbb\xbf{}").unwrap(), json!({}));
    }

    #[test]
    fn a_form_becomes_texts_and_a_repeated_field_a_list() {
        let form = read(Some("application/x-www-form-urlencoded"), b"a=1&b=x+y&a=%C3%A9&a=3&c").unwrap();
        assert_eq!(form, json!({"a": ["1", "\u{e9}", "3"], "b": "x y", "c": ""}));
    }

    #[test]
    fn a_form_of_countless_fields_is_too_large() {
        let form = Some("application/x-www-form-urlencoded");
        assert!(read(form, &b"a&".repeat(10_000)).is_ok());
        let (kind, code, message) = refused(form, &b"a&".repeat(10_001));
        assert_eq!((kind, code), (Kind::TooLarge, "T019"));
        assert_eq!(message, "the form has more than 10000 fields");
    }

    #[test]
    fn json_of_countless_values_is_too_large() {
        let body = format!("{{{}\"k\":0}}", "\"k\":0,".repeat(200_000));
        let (kind, code, _) = refused(None, body.as_bytes());
        assert_eq!((kind, code), (Kind::TooLarge, "T020"));
        assert!(read(Some("text/plain"), body.as_bytes()).is_ok(), "a text is one value");
    }

    #[test]
    fn text_stays_text_and_an_empty_body_is_null() {
        assert_eq!(read(Some("text/plain"), b"{} ok").unwrap(), json!("{} ok"));
        for media in [None, Some("application/json"), Some("image/png")] {
            assert_eq!(read(media, b"").unwrap(), Value::Null);
        }
    }

    #[test]
    fn broken_json_is_answered_with_its_place() {
        let (kind, code, message) = refused(Some("application/json"), b"{\"a\":\n oops}");
        assert_eq!((kind, code), (Kind::BadRequest, "T011"));
        assert_eq!(message, "the body is not JSON: expected value at line 2 column 2");
        assert_eq!(refused(None, b"hello").1, "T011");
        assert_eq!(refused(None, b"\"\xff\"").1, "T011");
    }

    #[test]
    fn deep_json_is_refused_and_does_not_exhaust_the_stack() {
        let nested = |levels: usize| [b"[".repeat(levels), b"]".repeat(levels)].concat();
        read(None, &nested(127)).unwrap();
        assert!(refused(None, &nested(128)).2.contains("recursion limit exceeded at line 1 column 128"));
        assert_eq!(refused(None, &b"[".repeat(150_000)).0, Kind::BadRequest);
        assert_eq!(refused(None, &b"{\"a\":".repeat(150_000)).0, Kind::BadRequest);
    }

    #[test]
    fn nul_and_halves_of_characters_lose_nothing() {
        let body =
            br#"{"nul":"a\u0000b","cut":"hi \ud83d","low":"\uDE00!","whole":"\ud83d\ude00","not":"\\ud83d"}"#;
        assert_eq!(
            read(None, body).unwrap(),
            json!({"nul": "a\0b", "cut": "hi \u{fffd}", "low": "\u{fffd}!", "whole": "\u{1f600}", "not": "\\ud83d"})
        );
    }

    #[test]
    fn other_types_are_refused_by_name() {
        let (kind, code, message) = refused(Some("multipart/form-data; boundary=x"), b"--x");
        assert_eq!((kind, code), (Kind::Unprocessable, "T012"));
        assert_eq!(message, "a body of type `multipart/form-data` is not taken here");
        assert_eq!(
            refused(Some("text/plain"), b"ab\xff").2,
            "the body is not UTF-8 text: byte 3 does not fit"
        );
    }
}
