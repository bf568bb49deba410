//! The part before the `@`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Cause, SyntaxError};

/// The most octets (RFC 5321 section 4.5.3.1.1).
const LONGEST: usize = 64;

/// Where the quoted string that opens the text ends: the place after its closing quote.
pub(super) fn quoted_end(text: &str) -> Result<usize, SyntaxError> {
    let mut escaped = false;
    for (place, symbol) in text.char_indices().skip(1) {
        match symbol {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Ok(place + 1),
            _ => {}
        }
    }
    Err(Cause::QuoteOpen.into())
}

/// The local part in one spelling, and whether it was given in quotes.
pub(super) fn read(raw: &str) -> Result<(String, bool), SyntaxError> {
    if raw.is_empty() {
        return Err(Cause::NoLocal.into());
    }
    let composed: String = raw.nfc().collect();
    let content = composed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (local, quoted) = match content {
        Some(content) if raw.starts_with('"') => (read_quoted(content)?, true),
        _ => {
            check_dot_atom(&composed)?;
            (composed.clone(), false)
        }
    };
    let octets = local.len().max(composed.len());
    if octets > LONGEST {
        return Err(Cause::LocalTooLong { octets }.into());
    }
    Ok((local, quoted))
}

fn check_dot_atom(text: &str) -> Result<(), SyntaxError> {
    if let Some(symbol) = text.chars().find(|symbol| !is_atext(*symbol) && *symbol != '.') {
        return Err(wrong(symbol).into());
    }
    check_unseen(text)?;
    if text.starts_with('.') || text.ends_with('.') {
        return Err(Cause::LocalDotAtEdge.into());
    }
    if text.contains("..") {
        return Err(Cause::LocalTwoDots.into());
    }
    Ok(())
}

/// The quoted string's content without needless escapes, in quotes again only where it must be.
fn read_quoted(content: &str) -> Result<String, SyntaxError> {
    let mut plain = String::with_capacity(content.len());
    let mut symbols = content.chars();
    while let Some(symbol) = symbols.next() {
        // RFC 6531 adds Unicode to what stands in quotes as it is, and not to what may be escaped.
        let (symbol, beyond_ascii) =
            if symbol == '\\' { (symbols.next().unwrap_or(symbol), false) } else { (symbol, true) };
        let allowed = if symbol.is_ascii() { (' '..='~').contains(&symbol) } else { beyond_ascii };
        if !allowed {
            return Err(wrong(symbol).into());
        }
        plain.push(symbol);
    }
    if plain.is_empty() {
        return Err(Cause::NoLocal.into());
    }
    check_unseen(&plain)?;
    if check_dot_atom(&plain).is_ok() {
        return Ok(plain);
    }
    let escaped = plain.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("\"{escaped}\""))
}

/// RFC 5322 section 3.2.3, and all of Unicode beyond ASCII as RFC 6531 section 3.3 adds it.
fn is_atext(symbol: char) -> bool {
    symbol.is_ascii_alphanumeric() || !symbol.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(symbol)
}

fn wrong(symbol: char) -> Cause {
    if symbol.is_control() { Cause::LocalUnseen { symbol } } else { Cause::LocalCharacter { symbol } }
}

/// Characters that are not shown make two addresses look alike; a mark needs a letter to sit on.
fn check_unseen(text: &str) -> Result<(), SyntaxError> {
    if let Some(symbol) = text.chars().find(|symbol| !symbol.is_ascii() && is_unseen(*symbol)) {
        return Err(Cause::LocalUnseen { symbol }.into());
    }
    match text.chars().next() {
        Some(symbol) if is_combining_mark(symbol) => Err(Cause::LocalCharacter { symbol }.into()),
        _ => Ok(()),
    }
}

/// Unicode's separators (Z), controls (Cc), formats (Cf), private use (Co) and non-characters.
fn is_unseen(symbol: char) -> bool {
    symbol.is_control()
        || symbol.is_whitespace()
        || matches!(u32::from(symbol),
            0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0x180e
            | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfdd0..=0xfdef
            | 0xfeff | 0xfff0..=0xfffb | 0x110bd | 0x110cd | 0x13430..=0x1343f | 0x1bca0..=0x1bca3
            | 0x1d173..=0x1d17a | 0xe0000..=0xe007f | 0xf0000..)
        || u32::from(symbol) & 0xfffe == 0xfffe
}
