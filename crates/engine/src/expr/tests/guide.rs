//! The guide is true: every example in `docs/guide/language.md` is evaluated, and its tables are the rows of the code.

use serde_json::Value;

use super::super::functions::FUNCTIONS;
use super::super::names::ROOTS;
use super::super::{Expr, Fuel, Rendered, Template};
use super::{guide_text, scope};

/// The rows of the table whose head begins with these cells.
fn table(head: &[&str]) -> Vec<Vec<String>> {
    let guide = guide_text();
    let mut tables = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if cells(line).is_some_and(|cells| cells == head) {
            tables.extend(lines.by_ref().skip(1).map_while(cells));
        }
    }
    assert!(!tables.is_empty(), "the guide has no table {head:?}");
    tables
}

/// The cells of a table's line; `\|` is a bar inside a cell.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let bar = '\u{1}'.to_string();
    Some(inner.replace("\\|", &bar).split(" | ").map(|cell| cell.trim().replace(&bar, "|")).collect())
}

fn code(cell: &str) -> &str {
    cell.trim_matches('`').trim_matches(' ')
}

/// What an example gives, as the guide writes it: JSON, or the code of the error.
fn outcome(source: &str) -> String {
    let fuel = &mut Fuel::default();
    let result = if source.contains("${{") {
        match Template::parse(source) {
            Ok(template) => template.render_with_holes(&scope(), fuel).map(|rendered| match rendered {
                Rendered::Value(value) => value.to_string(),
                Rendered::Hole(parts) => serde_json::to_string(&parts).unwrap(),
            }),
            Err(error) => return format!("error {}", error.code),
        }
    } else {
        match Expr::parse(source) {
            Ok(expr) => expr.eval(&scope(), fuel).map(|value| value.to_string()),
            Err(error) => return format!("error {}", error.code),
        }
    };
    result.unwrap_or_else(|error| format!("error {}", error.code()))
}

#[track_caller]
fn holds(source: &str, expected: &str) {
    let found = outcome(source);
    match serde_json::from_str::<Value>(expected) {
        Ok(value) => assert_eq!(found, value.to_string(), "{source}"),
        Err(_) => assert_eq!(found, expected, "{source}"),
    }
}

#[test]
fn every_example_gives_what_the_guide_says() {
    let rows = table(&["expression", "gives"]);
    for row in &rows {
        holds(code(&row[0]), code(&row[1]));
    }
    assert!(rows.len() > 60, "{}", rows.len());
}

#[test]
fn the_table_of_functions_is_that_of_the_code() {
    let rows = table(&["function", "on", "gives", "example", "value"]);
    let names: Vec<&str> = rows.iter().map(|row| code(&row[0])).collect();
    assert_eq!(names, FUNCTIONS.iter().map(|function| function.name).collect::<Vec<_>>());
    for (row, function) in rows.iter().zip(&FUNCTIONS) {
        assert_eq!(row[1], function.receiver, "{}", function.name);
        assert_eq!(row[2], function.doc, "{}", function.name);
        assert_eq!(code(&row[3]), function.example);
        holds(function.example, code(&row[4]));
    }
}

#[test]
fn the_table_of_names_is_that_of_the_code() {
    let mut names: Vec<String> = table(&["name", "what it is"])
        .iter()
        .map(|row| code(&row[0]).split('.').next().unwrap().to_owned())
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names, ROOTS);
}

#[test]
fn operators_bind_as_the_table_of_precedence_says() {
    let rows = table(&["binds", "operators"]);
    let strength =
        |sign: &str| rows.iter().position(|row| row[1].split(' ').any(|cell| code(cell) == sign)).unwrap();
    let signs = ["or", "and", "==", "+", "~", "*"];
    for (weak, strong) in signs.iter().zip(&signs[1..]) {
        assert!(strength(weak) > strength(strong), "{weak} {strong}");
        let (left, right) =
            (format!("item {weak} item {strong} item"), format!("item {strong} item {weak} item"));
        for (source, grouped) in [
            (&left, format!("item {weak} (item {strong} item)")),
            (&right, format!("(item {strong} item) {weak} item")),
        ] {
            let shape = |source: &str| Expr::parse(source).unwrap().ast().to_string();
            assert_eq!(&shape(&grouped), source);
            assert_eq!(&shape(source), source);
        }
    }
}
