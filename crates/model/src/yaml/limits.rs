//! What a file may be at most, and the first look at its bytes.

use crate::problem::Problem;

/// Bytes of a file.
pub(super) const BYTES: usize = 1 << 20;
/// Lists and objects inside each other.
pub(super) const DEPTH: usize = 64;
/// Values and keys.
pub(super) const NODES: usize = 50_000;
/// Bytes of one text.
pub(super) const SCALAR: usize = 256 << 10;

/// The text of a file, without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Box<Problem>> {
    if bytes.len() > BYTES {
        let message = format!("the file has {} bytes; a workflow has at most 1 MiB", bytes.len());
        let problem = Problem::error("W002", "", message);
        return Err(Box::new(
            problem.hint("keep large values outside the workflow, and let a step fetch them"),
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("the file is not UTF-8 text: line {line} holds other bytes");
        Box::new(Problem::error("W001", "", message).hint("save the file as UTF-8"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let unprintable = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    if let Some(at) = text.find(unprintable) {
        let found = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        let code = u32::from(found);
        let mut problem =
            Problem::error("W001", "", format!("the file holds a control character (U+{code:04X})"))
                .hint("remove it; inside double quotes it can be written as an escape such as `\\x07`");
        problem.span = Some(crate::lines::Lines::new(text).span(text, &(at..at + found.len_utf8())));
        return Err(Box::new(problem));
    }
    Ok(text)
}
