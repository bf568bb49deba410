//! The part after the `@`.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::{Cause, SyntaxError};

/// The domain in lower-case Unicode and in lower-case ASCII.
pub(super) fn read(raw: &str) -> Result<(String, String), SyntaxError> {
    if raw.is_empty() {
        return Err(Cause::NoDomain.into());
    }
    if raw.starts_with('[') {
        return Err(Cause::AddressLiteral.into());
    }
    // UTS 46 first: it turns full-width dots and hyphens into plain ones, which are then judged below.
    let (unicode, valid) = Uts46::new().to_unicode(raw.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    check_shape(&unicode)?;
    valid.map_err(|_| Cause::Idna)?;
    let ascii = Uts46::new()
        .to_ascii(unicode.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Ignore)
        .map_err(|_| Cause::Idna)?
        .into_owned();
    check_lengths(&ascii)?;
    check_labels(&ascii)?;
    Ok((unicode.into_owned(), ascii))
}

fn check_shape(domain: &str) -> Result<(), SyntaxError> {
    let odd = |symbol: &char| symbol.is_ascii() && !symbol.is_ascii_alphanumeric() && !".-".contains(*symbol);
    if let Some(symbol) = domain.chars().find(odd) {
        return Err(Cause::DomainCharacter { symbol }.into());
    }
    if domain.starts_with('.') || domain.ends_with('.') {
        return Err(Cause::DomainDotAtEdge.into());
    }
    if domain.contains("..") {
        return Err(Cause::DomainTwoDots.into());
    }
    if domain.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
        return Err(Cause::LabelHyphen.into());
    }
    Ok(())
}

fn check_lengths(ascii: &str) -> Result<(), SyntaxError> {
    if let Some(label) = ascii.split('.').find(|label| label.len() > 63) {
        return Err(Cause::LabelTooLong { octets: label.len() }.into());
    }
    if ascii.len() > 253 {
        return Err(Cause::DomainTooLong { octets: ascii.len() }.into());
    }
    Ok(())
}

/// RFC 5891 section 4.2.3.1 keeps `--` in the third and fourth place for A-labels; every top-level domain is
/// alphabetic or an A-label (RFC 1123 section 2.1, RFC 3696 section 2).
fn check_labels(ascii: &str) -> Result<(), SyntaxError> {
    let reserved = |label: &str| label.get(2..4) == Some("--") && !label.starts_with("xn--");
    if ascii.split('.').any(reserved) {
        return Err(Cause::LabelReserved.into());
    }
    let last = ascii.rsplit('.').next().unwrap_or_default();
    let alphabetic = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    if alphabetic || last.starts_with("xn--") || !ascii.contains('.') {
        Ok(())
    } else {
        Err(Cause::TopLevel.into())
    }
}
