//! What the parser's complaints mean, in plain words and at the place where a person looks.

use std::ops::Range;

use saphyr_parser::ScanError;

use crate::lines::Lines;
use crate::problem::Problem;

/// Parts of the parser's sentences; what is wrong; what to do.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "quote the text if the colon belongs to it, or give the key its own line and the right indentation",
    ),
    (
        "expected ',' or '}'",
        "a `,` or `}` is missing here",
        "separate the fields by commas and close with `}`; quote texts that hold `{`, `}`, `,` or `: `",
    ),
    (
        "expected ',' or ']'",
        "a `,` or `]` is missing here",
        "separate the items by commas and close with `]`; quote texts that hold `[`, `]`, `{`, `}` or `,`",
    ),
    (
        "did not find expected key",
        "the indentation of this line fits no line above it",
        "indent it as far as the lines it belongs to",
    ),
    (
        "did not find expected '-'",
        "an item of this list does not begin with `- `",
        "begin it with `- ` in the column of the other items, or indent it if it belongs to the item above",
    ),
    ("simple key expect ':'", "this line is neither a key with `:` nor part of a text", "write `key: value`"),
    ("simple key expected", "a `:` stands without a key on its line", "write `key: value` on one line"),
    (
        "unknown escape",
        "an escape in these double quotes is not known",
        "write `\\\\` for a backslash, or use single quotes, where nothing is escaped",
    ),
    (
        "hexadecimal number",
        "an escape in these double quotes lacks its digits",
        "write `\\\\` for a backslash, or use single quotes, where nothing is escaped",
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot begin on the line of its key",
        "put the `- ` on the next line, indented",
    ),
    (
        "invalid trailing content",
        "more text stands behind the closing quote",
        "put the whole text in quotes; double a single quote inside single quotes, as in `'it''s'`",
    ),
    (
        "quoted scalar, found unexpected end",
        "a quote that begins here is never closed",
        "add the closing quote",
    ),
    (
        "indentation in quoted scalar",
        "a quote that begins here is not closed on this line, and the next lines are not indented",
        "add the closing quote, or indent the lines that follow",
    ),
    ("document indicator", "a quote is not closed before `---` or `...`", "add the closing quote"),
    (
        "did not find expected alphabetic",
        "a text cannot begin with `*` or `&` without quotes",
        "quote the text",
    ),
    (
        "misplaced bracket",
        "a closing bracket has no opening one",
        "remove it, or quote the text it belongs to",
    ),
    (
        "indentation in flow",
        "the lines inside these brackets must be indented more than their key",
        "indent them, the closing bracket too",
    ),
    (
        "wrongly indented line in block scalar",
        "a line of this text block is indented less than its first line",
        "indent all lines of the block alike",
    ),
    (
        "found unknown anchor",
        "a text cannot begin with `*` without quotes",
        "quote the text; aliases are not used in workflow files",
    ),
    (
        "did not find expected node content",
        "a value is missing here",
        "write a value, or remove the comma before this place",
    ),
    ("placement of ':'", "a `:` stands where no key can be", "quote the text if the colon belongs to it"),
    (
        "':' must be followed",
        "a `:` has no space behind it",
        "write `key: value` with a space, or quote the text if the colon belongs to it",
    ),
    (
        "cannot start with '-'",
        "a `-` stands alone inside these brackets",
        "quote it, or separate the items by commas alone",
    ),
    (
        "did not find expected <document",
        "there is more behind the end of the document",
        "indent it as far as the lines it belongs to, and keep one workflow in a file",
    ),
];

/// The longest piece of a file that a hint repeats, in bytes.
const LONGEST_HINT: usize = 200;

/// The problem behind a parser's error.
pub(super) fn problem(text: &str, lines: &Lines, error: &ScanError, bracket: Option<usize>) -> Problem {
    let at = lines.byte_of_char(text, error.marker().index());
    let line = lines.line_of(at);
    let (problem, bytes) = tab(text, lines, line)
        .or_else(|| unquoted_expression(text, lines, line))
        .or_else(|| open_bracket(text, lines, at, bracket?))
        .unwrap_or_else(|| in_words(text, lines, at, error.info()));
    Problem { span: Some(lines.span(text, &bytes)), ..problem }
}

/// Anything that goes wrong on a later line than that of an open bracket comes from the bracket, more often than not.
fn open_bracket(text: &str, lines: &Lines, at: usize, bracket: usize) -> Option<(Problem, Range<usize>)> {
    let opened = lines.line_of(bracket);
    let opening = text.get(bracket..)?.chars().next()?;
    let closing = if opening == '{' { '}' } else { ']' };
    let message = format!(
        "the `{opening}` on line {} is not closed before this place, or a `,` is missing",
        opened + 1
    );
    let problem = Problem::error("W003", "", message)
        .hint(format!("add the `{closing}`, or the comma between two values"));
    (lines.line_of(at) > opened).then_some((problem, at..at))
}

fn in_words(text: &str, lines: &Lines, at: usize, info: &str) -> (Problem, Range<usize>) {
    let here = at..text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
    if info.contains("recursion limit") {
        return (too_deep(), here);
    }
    if let Some(c) = info.strip_prefix("unexpected character: `").and_then(|rest| rest.chars().next()) {
        let message = format!("a text cannot begin with {} without quotes", character(c));
        return (Problem::error("W003", "", message).hint("quote the text"), here);
    }
    let Some((_, message, hint)) = WORDS.iter().find(|(part, ..)| info.contains(part)) else {
        let message = format!("this is not YAML: {info}");
        return (
            Problem::error("W003", "", message)
                .hint("compare the indentation, quotes and brackets around here"),
            here,
        );
    };
    // This one is noticed on the line behind the one that lacks its colon.
    let bytes = if info.contains("simple key expect ':'") { line_before(text, lines, at) } else { here };
    (Problem::error("W003", "", *message).hint(*hint), bytes)
}

/// The problem of too many lists and objects inside each other.
pub(super) fn too_deep() -> Problem {
    let message = format!("lists and objects are nested more than {} deep", super::limits::DEPTH);
    Problem::error("W002", "", message).hint("nest less")
}

fn character(c: char) -> String {
    if c == '`' { "a backtick".to_owned() } else { format!("`{c}`") }
}

fn line_before(text: &str, lines: &Lines, at: usize) -> Range<usize> {
    let line = lines.line_of(at);
    let filled = |line: &usize| {
        let content = text.get(lines.line(text, *line)).unwrap_or_default().trim_start();
        !content.is_empty() && !content.starts_with('#')
    };
    let found = (0..line).rev().find(filled).unwrap_or(line);
    trimmed(text, lines.line(text, found))
}

fn trimmed(text: &str, line: Range<usize>) -> Range<usize> {
    let content = text.get(line.clone()).unwrap_or_default();
    line.start + (content.len() - content.trim_start().len())..line.end
}

/// A tab among the blanks at the beginning of the line with the error or of the one behind it.
fn tab(text: &str, lines: &Lines, line: usize) -> Option<(Problem, Range<usize>)> {
    let bytes = [line, line + 1].into_iter().find_map(|line| {
        let line = lines.line(text, line);
        let content = text.get(line.clone())?;
        let blanks = content.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let at = content.get(..blanks)?.find('\t')?;
        Some(line.start + at..line.start + at + 1)
    })?;
    let problem = Problem::error("W004", "", "this line is indented with a tab").hint("indent with spaces");
    Some((problem, bytes))
}

/// A `${{ }}` without quotes inside `{ }` or `[ ]`, on the line with the error.
fn unquoted_expression(text: &str, lines: &Lines, line: usize) -> Option<(Problem, Range<usize>)> {
    let line = lines.line(text, line);
    let content = text.get(line.clone())?;
    let at = unquoted_in_brackets(content)?;
    let rest = content.get(at..)?;
    let length = rest.find("}}").map_or(rest.len(), |end| end + 2);
    let written = rest.get(..length)?;
    let hint = match written.contains('"') {
        _ if written.len() > LONGEST_HINT => "put the value in quotes".to_owned(),
        true => format!("write `'{written}'`"),
        false => format!("write `\"{written}\"`"),
    };
    let problem = Problem::error("W005", "", "`${{ }}` must be quoted inside `{ }` and `[ ]`").hint(hint);
    Some((problem, line.start + at..line.start + at + length))
}

fn unquoted_in_brackets(line: &str) -> Option<usize> {
    let mut quote = None;
    let mut open = 0_u32;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(closing), c) if c == closing => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '$') if open > 0 && line.get(at..).is_some_and(|rest| rest.starts_with("${{")) => {
                return Some(at);
            }
            (None, '{' | '[') => open += 1,
            (None, '}' | ']') => open = open.saturating_sub(1),
            _ => {}
        }
    }
    None
}
