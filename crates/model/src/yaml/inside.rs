//! From bytes of a text value to bytes of the file: exact where the file shows the value as it is.

use std::ops::Range;

use super::place::{Place, Style};
use crate::lines::Lines;

/// The bytes of the file that show `range` of `value`; the whole scalar (its first line) where that cannot be told.
pub(super) fn bytes(
    text: &str,
    lines: &Lines,
    place: &Place,
    value: &str,
    range: &Range<usize>,
) -> Range<usize> {
    let start = value.floor_char_boundary(range.start);
    let range = start..value.floor_char_boundary(range.end.max(start));
    match place.style {
        Style::Plain | Style::Quoted => as_written(text, place, value, &range),
        Style::Literal => by_line(text, lines, place, value, &range),
        Style::Folded | Style::Flow | Style::Block => None,
    }
    .or_else(|| only_occurrence(text, place, value, &range))
    .unwrap_or_else(|| {
        let line = lines.line(text, lines.line_of(place.value.start));
        place.value.start..place.value.end.min(line.end).max(place.value.start)
    })
}

/// A scalar whose characters stand in the file as they are, with or without quotes.
fn as_written(text: &str, place: &Place, value: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let written = text.get(place.value.clone())?;
    let quote = usize::from(place.style == Style::Quoted);
    let inner = written.get(quote..written.len().checked_sub(quote)?)?;
    let from = place.value.start + quote;
    (inner == value).then(|| from + range.start..from + range.end)
}

/// A literal block: each line of the value is a line of the file, moved right by the indentation.
fn by_line(
    text: &str,
    lines: &Lines,
    place: &Place,
    value: &str,
    range: &Range<usize>,
) -> Option<Range<usize>> {
    let before = value.get(..range.start)?;
    let first = lines.line_of(place.value.start);
    let skipped = value.len() - value.trim_start_matches('\n').len();
    let row = before.matches('\n').count().checked_sub(value.get(..skipped)?.matches('\n').count())?;
    let column = range.start - before.rfind('\n').map_or(0, |at| at + 1);
    let content = value.get(range.start - column..)?.split('\n').next()?;
    let line = lines.line(text, first + row);
    let shown = text.get(line.clone())?;
    let indent = shown.len().checked_sub(content.len()).filter(|_| shown.ends_with(content))?;
    let from = line.start + indent + column;
    (from <= line.end).then(|| from..(from + range.len()).min(line.end))
}

/// The place where the piece stands in the file, when it stands there once.
fn only_occurrence(text: &str, place: &Place, value: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let piece = value.get(range.clone()).filter(|piece| !piece.is_empty())?;
    let written = text.get(place.value.clone())?;
    let mut found = written.match_indices(piece);
    let (at, _) = found.next()?;
    found.next().is_none().then(|| place.value.start + at..place.value.start + at + piece.len())
}
