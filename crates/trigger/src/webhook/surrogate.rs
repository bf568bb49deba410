//! Half characters in JSON escapes: JavaScript cuts a text in the middle of an emoji and sends `\ud83d` alone. RFC 8259
//! 8.2 lets that through and leaves its meaning open; a text in memory cannot hold it, so it becomes U+FFFD.

/// What stands for half a character.
const REPLACEMENT: &[u8] = br"\ufffd";

/// The document with every lone surrogate escape replaced, or nothing where there is none.
pub(super) fn mend(json: &[u8]) -> Option<Vec<u8>> {
    let mut mended = Vec::with_capacity(json.len());
    let mut rest = json;
    let mut changed = false;
    while let Some((byte, behind)) = rest.split_first() {
        let taken = match (byte, unit(rest)) {
            (b'\\', Some(0xd800..=0xdbff)) => match rest.get(6..).and_then(unit) {
                Some(0xdc00..=0xdfff) => 12,
                _ => 0,
            },
            (b'\\', Some(0xdc00..=0xdfff)) => 0,
            // A backslash takes the next byte with it, so that an escaped backslash begins no escape.
            (b'\\', _) => behind.len().min(1) + 1,
            _ => 1,
        };
        if taken == 0 {
            mended.extend_from_slice(REPLACEMENT);
            rest = rest.get(6..)?;
            changed = true;
        } else {
            let (whole, left) = rest.split_at(taken);
            mended.extend_from_slice(whole);
            rest = left;
        }
    }
    changed.then_some(mended)
}

/// The UTF-16 unit of a `\uXXXX` at the beginning.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(br"\u")?.get(..4)?;
    let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'))?;
    u16::from_str_radix(text, 16).ok()
}
