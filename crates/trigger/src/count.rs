//! How many values a JSON text holds, counted before it is read: a value costs a few bytes to send and hundreds to keep.

use crate::codes;
use crate::source::{Kind, Rejection};

/// Members of objects and elements of lists in one text, at most. So many take some hundred megabytes while they are read,
/// judged and kept.
const MOST_VALUES: usize = 200_000;

/// Refuses a text with more values than a request may hold. It need not be JSON: the reader says what is wrong with it.
///
/// # Errors
/// When there are too many.
pub fn bounded(text: &[u8]) -> Result<(), Rejection> {
    // Each value is at least its comma or bracket.
    if text.len() <= MOST_VALUES || count(text) <= MOST_VALUES {
        return Ok(());
    }
    let message = format!("the body holds more than {MOST_VALUES} values");
    let rejection = Rejection::new(Kind::TooLarge, codes::TOO_MANY_VALUES, message);
    Err(rejection.hint("send less at once, or upload the rows as a file and hand over the file"))
}

/// The commas and opening brackets outside of strings: as many as there are values below the outermost one, and the empty
/// lists and objects once more.
fn count(text: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_what_stands_in_strings_is_not() {
        assert_eq!(count(br#"{"a": [1, 2, {"b": null}], "c": "d"}"#), 6);
        assert_eq!(count(br#"["[,{", "\",", "\\", 4]"#), 4);
        assert_eq!(count(b"17"), 0);
    }

    #[test]
    fn a_text_of_countless_values_is_too_large_and_a_long_string_is_not() {
        let list = |values: usize| format!("[{}0]", "0,".repeat(values - 1)).into_bytes();
        assert_eq!(bounded(&list(MOST_VALUES)), Ok(()));
        let rejection = bounded(&list(MOST_VALUES + 1)).expect_err("one too many");
        assert_eq!((rejection.kind, rejection.code), (Kind::TooLarge, "T020"));
        assert_eq!(rejection.message, "the body holds more than 200000 values");
        assert_eq!(bounded(format!("[\"{}\"]", ",[{".repeat(MOST_VALUES)).as_bytes()), Ok(()));
    }
}
