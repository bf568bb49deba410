//! Reads an address: RFC 5321's mailbox with RFC 6531's Unicode, as people and servers use it.
//!
//! Taken: `dot.atom@domain` and `"quoted string"@domain`, domains in Unicode or A-labels. Not taken: comments,
//! folding space, display names and address literals, which no form or list of customers means.

mod cause;
mod domain;
mod local;

pub use cause::{Cause, SyntaxError};

use crate::{Level, special};

/// The most octets of an address (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const WHOLE: usize = 254;

/// An address in one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The part before the `@`: Unicode composed (NFC), quoted only where it must be.
    pub local: String,
    /// The domain in lower-case Unicode.
    pub domain: String,
    /// The domain in lower-case ASCII.
    pub domain_ascii: String,
    /// The plainest rules that the address keeps as it was given.
    pub level: Level,
}

impl Address {
    /// Reads the text as one address and nothing else.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (raw_local, raw_domain) = split(text)?;
        let (local, quoted) = local::read(raw_local)?;
        let (domain, domain_ascii) = domain::read(raw_domain)?;
        if !domain_ascii.contains('.') && !special::is_special_use(&domain_ascii) {
            return Err(Cause::OneLabel.into());
        }
        let rest = domain.len().max(domain_ascii.len());
        let octets = text.len().max(local.len() + 1 + rest);
        if octets > WHOLE {
            return Err(Cause::AddressTooLong { octets }.into());
        }
        let level = match (local.is_ascii(), quoted) {
            (false, _) => Level::Eai,
            (true, true) => Level::Rfc5321,
            (true, false) => Level::Html5,
        };
        Ok(Self { local, domain, domain_ascii, level })
    }

    /// The address in one spelling.
    pub fn normalized(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// The address in ASCII; `None` when it needs SMTPUTF8.
    pub fn ascii(&self) -> Option<String> {
        self.local.is_ascii().then(|| format!("{}@{}", self.local, self.domain_ascii))
    }

    /// The tag after the first `+` of an unquoted local part.
    pub fn subaddress(&self) -> Option<&str> {
        let (_, tag) = self.local.split_once('+')?;
        (!self.local.starts_with('"') && !tag.is_empty()).then_some(tag)
    }

    /// The local part without its tag.
    pub fn without_tag(&self) -> &str {
        match self.local.split_once('+') {
            Some((name, _)) if !self.local.starts_with('"') && !name.is_empty() => name,
            _ => &self.local,
        }
    }
}

/// The parts on both sides of the `@` that separates them, still unread.
fn split(text: &str) -> Result<(&str, &str), SyntaxError> {
    if text.is_empty() {
        return Err(Cause::Empty.into());
    }
    if text.trim() != text {
        return Err(Cause::SpaceAround.into());
    }
    if text.starts_with('"') {
        let end = local::quoted_end(text)?;
        let (local, rest) = text.split_at(end);
        return match rest.strip_prefix('@') {
            Some(domain) => Ok((local, domain)),
            None if rest.is_empty() => Err(Cause::NoAt.into()),
            None if rest.trim_start().starts_with('<') => Err(Cause::DisplayName.into()),
            None => Err(Cause::AfterQuote.into()),
        };
    }
    if text.contains('<') || text.ends_with('>') {
        return Err(Cause::DisplayName.into());
    }
    match text.split_once('@') {
        Some((_, domain)) if domain.contains('@') => Err(Cause::TwoAts.into()),
        Some(parts) => Ok(parts),
        None => match text.chars().find(|symbol| matches!(symbol, '\u{ff20}' | '\u{fe6b}')) {
            Some(symbol) => Err(Cause::OddAt { symbol }.into()),
            None => Err(Cause::NoAt.into()),
        },
    }
}
