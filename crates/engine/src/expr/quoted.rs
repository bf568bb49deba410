//! Texts in quotes: their escapes are those of JSON, and `\'`.

use std::iter::{Peekable, Skip};
use std::str::CharIndices;

use super::error::ExprError;

/// Reads a text whose first character is `quote`. Gives the text and the bytes it takes, quotes included; places in
/// errors count from the quote.
pub(super) fn quoted(source: &str, quote: char) -> Result<(String, usize), ExprError> {
    let mut text = String::new();
    let mut chars = source.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Ok((text, at + 1));
        }
        text.push(if c == '\\' { escape(&mut chars, at)? } else { c });
    }
    Err(ExprError::new("X001", format!("the text is not closed: `{quote}` is missing"), 0..source.len())
        .hint(format!("a `{quote}` inside the text is written `\\{quote}`")))
}

fn escape(chars: &mut Peekable<Skip<CharIndices<'_>>>, at: usize) -> Result<char, ExprError> {
    let Some((_, c)) = chars.next() else {
        return Err(ExprError::new("X001", "the text ends in the middle of an escape", at..at + 1));
    };
    match c {
        'n' => Ok('\n'),
        't' => Ok('\t'),
        'r' => Ok('\r'),
        'b' => Ok('\u{8}'),
        'f' => Ok('\u{c}'),
        '\\' | '"' | '\'' | '/' => Ok(c),
        'u' => unicode(chars).ok_or_else(|| {
            ExprError::new("X001", "`\\u` without the number of a character", at..at + 2)
                .hint("four hexadecimal digits follow, as in `\\u00e9`")
        }),
        _ => Err(ExprError::new("X001", format!("unknown escape `\\{c}`"), at..at + 1 + c.len_utf8())
            .hint("write `\\\\` for a backslash")),
    }
}

/// The character behind `\u`; one beyond the first 65,536 is written as two halves, as JSON does.
fn unicode(chars: &mut Peekable<Skip<CharIndices<'_>>>) -> Option<char> {
    let first = four_digits(chars)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first);
    }
    let follows = chars.next()?.1 == '\\' && chars.next()?.1 == 'u';
    let second = four_digits(chars).filter(|second| follows && (0xdc00..0xe000).contains(second))?;
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
}

fn four_digits(chars: &mut Peekable<Skip<CharIndices<'_>>>) -> Option<u32> {
    let mut code = 0;
    for _ in 0..4 {
        code = code * 16 + chars.next_if(|(_, c)| c.is_ascii_hexdigit())?.1.to_digit(16)?;
    }
    Some(code)
}
