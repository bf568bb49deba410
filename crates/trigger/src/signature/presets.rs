//! The vendors' schemes as rows, from their public documentation on verifying webhooks.

use std::borrow::Cow;

use super::scheme::{Algorithm, Encoding, Grammar, Piece, Place, Scheme, SecretForm, TimestampForm};

/// The presets that this version has, sorted.
pub(crate) const NAMES: &[&str] = &[
    "airtable",
    "bearer",
    "customerio",
    "github",
    "klaviyo",
    "mailerlite",
    "mailgun",
    "notion",
    "shopify",
    "slack_v0",
    "standard_webhooks",
    "stripe",
    "svix",
    "telegram_secret",
    "typeform",
    "woocommerce",
];

/// Presets of vendors whose schemes need an algorithm or a part of the request that the verifier does not have.
pub(crate) const LATER: &[&str] =
    &["basic_auth", "discord_ed25519", "hubspot_v3", "sendgrid_ecdsa", "twilio", "url_secret"];

const BODY: &[Piece] = &[Piece::Body];
const STAMPED: &[Piece] = &[Piece::Timestamp, Piece::Literal(Cow::Borrowed(".")), Piece::Body];
const STAMPED_V0: &[Piece] = &[
    Piece::Literal(Cow::Borrowed("v0:")),
    Piece::Timestamp,
    Piece::Literal(Cow::Borrowed(":")),
    Piece::Body,
];
const BODY_THEN_STAMP: &[Piece] = &[Piece::Body, Piece::Timestamp];
const STANDARD_WEBHOOKS: &[Piece] = &[
    Piece::Header(Cow::Borrowed("webhook-id")),
    Piece::Literal(Cow::Borrowed(".")),
    Piece::Timestamp,
    Piece::Literal(Cow::Borrowed(".")),
    Piece::Body,
];
const SVIX: &[Piece] = &[
    Piece::Header(Cow::Borrowed("svix-id")),
    Piece::Literal(Cow::Borrowed(".")),
    Piece::Timestamp,
    Piece::Literal(Cow::Borrowed(".")),
    Piece::Body,
];
/// Mailgun signs a token of its own and not the body: whoever has seen one delivery can send another body with it until
/// the timestamp is too old. The token is the delivery id, so a second use is a duplicate.
const MAILGUN: &[Piece] = &[Piece::BodyText("/signature/timestamp"), Piece::BodyText("/signature/token")];

/// The scheme of that preset.
pub(crate) fn preset(name: &str) -> Option<Scheme> {
    let scheme = match name {
        "airtable" => {
            body_hmac("x-airtable-content-mac", "hmac-sha256=", Encoding::Hex).form(SecretForm::Base64)
        }
        "bearer" => token("authorization", "Bearer "),
        "customerio" => body_hmac("x-cio-signature", "", Encoding::Hex)
            .signs(STAMPED_V0)
            .stamped(Place::Header("x-cio-timestamp".into()))
            .delivery(Place::Body("/event_id")),
        "github" => body_hmac("x-hub-signature-256", "sha256=", Encoding::Hex)
            .delivery(Place::Header("x-github-delivery".into())),
        "klaviyo" => body_hmac("klaviyo-signature", "", Encoding::Hex)
            .signs(BODY_THEN_STAMP)
            .stamped(Place::Header("klaviyo-timestamp".into())),
        "mailerlite" => body_hmac("signature", "", Encoding::Hex),
        "mailgun" => Scheme {
            signature: Place::Body("/signature/signature"),
            ..body_hmac("", "", Encoding::Hex)
                .signs(MAILGUN)
                .stamped(Place::Body("/signature/timestamp"))
                .delivery(Place::Body("/signature/token"))
        },
        "notion" => body_hmac("x-notion-signature", "sha256=", Encoding::Hex).delivery(Place::Body("/id")),
        "shopify" => body_hmac("x-shopify-hmac-sha256", "", Encoding::Base64)
            .delivery(Place::Header("x-shopify-webhook-id".into())),
        "slack_v0" => body_hmac("x-slack-signature", "v0=", Encoding::Hex)
            .signs(STAMPED_V0)
            .stamped(Place::Header("x-slack-request-timestamp".into()))
            .delivery(Place::Body("/event_id")),
        "standard_webhooks" => versioned("webhook", STANDARD_WEBHOOKS),
        "svix" => versioned("svix", SVIX),
        "stripe" => {
            Scheme { grammar: Grammar::Pairs("v1"), ..body_hmac("stripe-signature", "", Encoding::Hex) }
                .signs(STAMPED)
                .stamped(Place::Pair("stripe-signature".into(), "t"))
                .delivery(Place::Body("/id"))
        }
        "telegram_secret" => token("x-telegram-bot-api-secret-token", "").delivery(Place::Body("/update_id")),
        "typeform" => {
            body_hmac("typeform-signature", "sha256=", Encoding::Base64).delivery(Place::Body("/event_id"))
        }
        "woocommerce" => body_hmac("x-wc-webhook-signature", "", Encoding::Base64)
            .delivery(Place::Header("x-wc-webhook-delivery-id".into())),
        _ => return None,
    };
    Some(scheme)
}

/// HMAC-SHA256 of the raw body: what most schemes begin with.
fn body_hmac(header: &'static str, prefix: &'static str, encoding: Encoding) -> Scheme {
    Scheme {
        algorithm: Algorithm::HmacSha256,
        signature: Place::Header(header.into()),
        grammar: Grammar::Prefixed(prefix.into()),
        encoding,
        signed: BODY.into(),
        timestamp: None,
        secret: SecretForm::Utf8,
        delivery: None,
    }
}

fn token(header: &'static str, prefix: &'static str) -> Scheme {
    Scheme {
        algorithm: Algorithm::StaticToken,
        signed: Cow::Borrowed(&[]),
        ..body_hmac(header, prefix, Encoding::Hex)
    }
}

/// Standard Webhooks 1.0, also under the older header names.
fn versioned(family: &str, signed: &'static [Piece]) -> Scheme {
    let header = |name: &str| Place::Header(format!("{family}-{name}").into());
    Scheme {
        signature: header("signature"),
        grammar: Grammar::Versions("v1"),
        ..body_hmac("", "", Encoding::Base64)
            .signs(signed)
            .stamped(header("timestamp"))
            .form(SecretForm::Whsec)
            .delivery(header("id"))
    }
}

impl Scheme {
    fn signs(self, signed: &'static [Piece]) -> Self {
        Self { signed: signed.into(), ..self }
    }

    fn stamped(self, place: Place) -> Self {
        Self { timestamp: Some((place, TimestampForm::UnixSeconds)), ..self }
    }

    fn form(self, secret: SecretForm) -> Self {
        Self { secret, ..self }
    }

    fn delivery(self, place: Place) -> Self {
        Self { delivery: Some(place), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_preset_has_a_row_and_the_list_is_sorted() {
        assert!(NAMES.iter().all(|name| preset(name).is_some()));
        assert!(NAMES.is_sorted() && LATER.is_sorted());
        assert!(LATER.iter().all(|name| preset(name).is_none()));
    }

    #[test]
    fn every_preset_with_an_hmac_signs_the_body_except_mailgun() {
        for name in NAMES {
            let scheme = preset(name).unwrap();
            let bare = scheme.algorithm == Algorithm::StaticToken || *name == "mailgun";
            assert_eq!(scheme.signed.contains(&Piece::Body), !bare, "{name}");
        }
    }
}
