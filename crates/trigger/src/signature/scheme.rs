//! The axes of a signature scheme: what is signed, with what, and where the signature stands.

use std::borrow::Cow;

/// How the proof is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    HmacSha256,
    HmacSha1,
    /// The header holds the secret itself.
    StaticToken,
}

/// How the signature's bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Hex,
    Base64,
}

/// How a secret's text becomes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretForm {
    /// Its bytes as they are.
    Utf8,
    Hex,
    Base64,
    /// Base64 behind an optional `whsec_`, as Standard Webhooks writes it.
    Whsec,
}

/// How a timestamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampForm {
    UnixSeconds,
    UnixMillis,
    Rfc3339,
}

/// A place that holds a text. Header names are in lower case; body places are JSON pointers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Header(Cow<'static, str>),
    /// The value of this key in a header of the form `t=1,v1=abc`.
    Pair(Cow<'static, str>, &'static str),
    Body(&'static str),
}

/// How signatures stand in their header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// The whole value, behind this prefix; the prefix may be empty.
    Prefixed(Cow<'static, str>),
    /// `t=1,v1=abc,v1=def`: every value of this key.
    Pairs(&'static str),
    /// `v1,abc v1,def`: every value of this version.
    Versions(&'static str),
}

/// A piece of the signed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(Cow<'static, str>),
    /// The raw body.
    Body,
    /// The timestamp as sent.
    Timestamp,
    Method,
    /// A header, in lower case.
    Header(Cow<'static, str>),
    /// A text inside the JSON body.
    BodyText(&'static str),
}

/// One scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheme {
    pub(crate) algorithm: Algorithm,
    pub(crate) signature: Place,
    pub(crate) grammar: Grammar,
    pub(crate) encoding: Encoding,
    pub(crate) signed: Cow<'static, [Piece]>,
    pub(crate) timestamp: Option<(Place, TimestampForm)>,
    pub(crate) secret: SecretForm,
    /// Where the sender's own id of the delivery stands: the same in each of its retries.
    pub(crate) delivery: Option<Place>,
}

/// Reads the template of a signed text: `{body}`, `{timestamp}`, `{method}`, `{header:NAME}` and literal text between
/// them. The error names what is not known.
pub(crate) fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            pieces.push(Piece::Literal(before.to_owned().into()));
        }
        let (name, behind) = after.split_once('}').ok_or_else(|| format!("{{{after}"))?;
        pieces.push(match name {
            "body" => Piece::Body,
            "timestamp" => Piece::Timestamp,
            "method" => Piece::Method,
            _ => match name.strip_prefix("header:").map(str::trim) {
                Some(header) if !header.is_empty() => Piece::Header(header.to_ascii_lowercase().into()),
                _ => return Err(format!("{{{name}}}")),
            },
        });
        rest = behind;
    }
    if rest.contains('}') {
        return Err("}".to_owned());
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned().into()));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_read_into_pieces() {
        assert_eq!(
            pieces("v0:{timestamp}:{header:X-Id}.{body}").unwrap(),
            [
                Piece::Literal("v0:".into()),
                Piece::Timestamp,
                Piece::Literal(":".into()),
                Piece::Header("x-id".into()),
                Piece::Literal(".".into()),
                Piece::Body,
            ]
        );
    }

    #[test]
    fn an_unknown_placeholder_is_named() {
        assert_eq!(pieces("{url}{body}").unwrap_err(), "{url}");
        assert_eq!(pieces("{body").unwrap_err(), "{body");
        assert_eq!(pieces("body}").unwrap_err(), "}");
        assert_eq!(pieces("{header:}").unwrap_err(), "{header:}");
    }
}
