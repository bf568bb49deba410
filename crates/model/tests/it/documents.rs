//! Documents and the places in them.

use cauce_model::{Part, Problem, Span, yaml};

/// What the span of a part at a pointer covers; many lines are joined by `|`.
#[track_caller]
fn covers(text: &str, pointer: &str, part: Part, expected: &str) {
    let (document, problems) = yaml::read("a.yaml", text.as_bytes());
    assert_eq!(problems, [], "{text}");
    let mut problem = Problem { part, ..Problem::error("W000", pointer, "") };
    document.unwrap().locate(&mut problem);
    assert_eq!(covered(text, problem.span.unwrap()), expected, "{pointer} in {text}");
}

fn covered(text: &str, span: Span) -> String {
    assert_eq!(span.line, span.end_line, "one line");
    let line = text.lines().nth(span.line - 1).unwrap_or_default();
    line.chars().skip(span.column - 1).take(span.end_column - span.column).collect()
}

#[test]
fn values_and_keys_have_places() {
    let text = "name: Señor  # who\nlist:\n  - one\n  - key: \"two\"\n    empty:\nflow: { a: [1, 22] }\n";
    covers(text, "/name", Part::Value, "Señor");
    covers(text, "/name", Part::Key, "name");
    covers(text, "/list/0", Part::Value, "one");
    covers(text, "/list/1", Part::Value, "key: \"two\"");
    covers(text, "/list/1/key", Part::Value, "\"two\"");
    covers(text, "/list/1/empty", Part::Value, "empty");
    covers(text, "/list", Part::Value, "list");
    covers(text, "/flow", Part::Value, "{ a: [1, 22] }");
    covers(text, "/flow/a/1", Part::Value, "22");
}

#[test]
fn a_place_that_is_not_there_is_where_it_would_be() {
    let text = "name: x\nstep:\n  use: a\n";
    covers(text, "/step/with/url", Part::Value, "step");
    covers(text, "/nowhere", Part::Value, "name: x");
    covers(text, "/name/deeper", Part::Value, "name");
}

#[test]
fn keys_with_odd_characters_are_found() {
    covers("a/b:\n  c~d: x\n", "/a~1b/c~0d", Part::Value, "x");
}

#[test]
fn parts_of_texts_are_exact_where_the_text_stands_as_it_is() {
    covers("a: é = ${{ x.y }}\n", "/a", Part::Inside(9..12), "x.y");
    covers("a: \"é = ${{ x.y }}\"\n", "/a", Part::Inside(9..12), "x.y");
    covers("a: 'é = ${{ x.y }}'\n", "/a", Part::Inside(9..12), "x.y");
    covers("a: |\n  one\n  two ${{ x.y }}\n", "/a", Part::Inside(12..15), "x.y");
    covers("a: |-\n\n\n    one\n      two x\n", "/a", Part::Inside(12..13), "x");
    covers("a: |\r\n  one\r\n  two x\r\n", "/a", Part::Inside(8..9), "x");
}

#[test]
fn parts_of_texts_are_searched_where_the_text_is_folded_or_escaped() {
    covers("a: >\n  one\n  two ${{ x.y }}\n", "/a", Part::Inside(12..15), "x.y");
    covers("a: \"\\tq ${{ x.y }}\"\n", "/a", Part::Inside(7..10), "x.y");
    covers("a: \"\\u0041 \\u0041\"\n", "/a", Part::Inside(0..1), "\"\\u0041 \\u0041\"");
    covers("a: one\n  two x\n", "/a", Part::Inside(8..9), "x");
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    let (document, problems) = yaml::read("a.yaml", "\u{feff}a: b\n".as_bytes());
    assert_eq!(problems, []);
    let mut problem = Problem::error("W000", "/a", "");
    document.unwrap().locate(&mut problem);
    assert_eq!(problem.span, Some(Span { line: 1, column: 4, end_line: 1, end_column: 5 }));
}

#[test]
fn keys_of_older_versions_stay_texts() {
    let (document, problems) = yaml::read("a.yaml", b"on: off\nyes: [no, 1, true, null]\n");
    assert_eq!(problems, []);
    assert_eq!(document.unwrap().value(), &serde_json::json!({"on": "off", "yes": ["no", 1, true, null]}));
}
