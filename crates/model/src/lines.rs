//! Where the lines of a text begin, and the ways between bytes, characters, lines and columns.

use std::ops::Range;

use crate::problem::Span;

/// Characters between two remembered places; finding a character walks at most this far.
const STRIDE: usize = 64;

/// An index over one text. Lines end at `\n`, `\r\n` or a lone `\r`, as YAML counts them.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    strides: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let mut strides = Vec::with_capacity(text.len() / STRIDE + 1);
        let bytes = text.as_bytes();
        for (count, (at, c)) in text.char_indices().enumerate() {
            if count.is_multiple_of(STRIDE) {
                strides.push(at);
            }
            if c == '\n' || (c == '\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        Self { starts, strides }
    }

    /// The byte at which the character with this index begins; the end of the text for later ones.
    pub(crate) fn byte_of_char(&self, text: &str, index: usize) -> usize {
        let from = self.strides.get(index / STRIDE).copied().unwrap_or(text.len());
        let rest = text.get(from..).unwrap_or_default();
        rest.char_indices().nth(index % STRIDE).map_or(text.len(), |(at, _)| from + at)
    }

    /// Line (from 0) of a byte.
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The bytes of a line (from 0), without its ending.
    pub(crate) fn line(&self, text: &str, line: usize) -> Range<usize> {
        let Some(&from) = self.starts.get(line) else { return text.len()..text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text.get(from..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        from..from + content.len()
    }

    /// Lines and columns of some bytes.
    pub(crate) fn span(&self, text: &str, bytes: &Range<usize>) -> Span {
        let (line, column) = self.place(text, bytes.start);
        let (end_line, end_column) = self.place(text, bytes.end.max(bytes.start));
        Span { line, column, end_line, end_column }
    }

    /// The bytes of lines and columns; what lies outside is drawn to the nearest border.
    pub(crate) fn bytes(&self, text: &str, span: &Span) -> Range<usize> {
        let from = self.byte_at(text, span.line, span.column);
        from..self.byte_at(text, span.end_line, span.end_column).max(from)
    }

    fn place(&self, text: &str, byte: usize) -> (usize, usize) {
        let byte = byte.min(text.len());
        let line = self.line_of(byte);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let column = text.get(start..byte).map_or(0, |before| before.chars().count());
        (line + 1, column + 1)
    }

    fn byte_at(&self, text: &str, line: usize, column: usize) -> usize {
        let Range { start, end } = self.line(text, line.saturating_sub(1));
        let content = text.get(start..end).unwrap_or_default();
        content.char_indices().nth(column.saturating_sub(1)).map_or(end, |(at, _)| start + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_columns_lead_to_each_other() {
        let text = "añb\r\nc\rd\n\n€x";
        let lines = Lines::new(text);
        for (at, _) in text.char_indices().filter(|(_, c)| !c.is_control()) {
            let span = lines.span(text, &(at..at));
            assert_eq!(lines.bytes(text, &span), at..at);
        }
        let euro = text.find('€').unwrap();
        assert_eq!(
            lines.span(text, &(euro..text.len())),
            Span { line: 5, column: 1, end_line: 5, end_column: 3 }
        );
    }

    #[test]
    fn characters_are_found_beyond_many_others() {
        let text = format!("{}x", "é".repeat(1_000));
        let lines = Lines::new(&text);
        assert_eq!(lines.byte_of_char(&text, 1_000), 2_000);
        assert_eq!(lines.byte_of_char(&text, 9_999), text.len());
    }
}
