//! What the language means, case by case. The data is that of the guide.

mod errors;
mod guide;
mod limits;
mod random;
mod syntax;
mod templates;
mod trees;
mod values;

use serde_json::Value;

use super::{EvalError, Expr, Fuel, Template, ValueScope};

/// 2026-11-23T14:05:09.25Z
const NOW: i64 = 1_795_442_709_250_000;

fn guide_text() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/language.md");
    std::fs::read_to_string(path).unwrap()
}

/// The data that the guide's examples see: its first JSON block.
fn scope() -> ValueScope {
    let guide = guide_text();
    let json = guide.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let mut scope = ValueScope::new(serde_json::from_str(json).unwrap());
    scope.now = NOW;
    "run-1/steps/greet".clone_into(&mut scope.seed);
    scope
}

#[track_caller]
fn eval(source: &str) -> Result<Value, EvalError> {
    let expr = Expr::parse(source).unwrap_or_else(|error| panic!("{source}: {error} ({:?})", error.hint));
    expr.eval(&scope(), &mut Fuel::default())
}

/// Each row is an expression and the JSON of its value.
#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        let expected: Value =
            serde_json::from_str(expected).unwrap_or_else(|error| panic!("{source}: {error}"));
        let value = eval(source).unwrap_or_else(|error| panic!("{source}: {error} ({:?})", error.hint));
        // As text, for `1` and `1.0` are different results.
        assert_eq!(value.to_string(), expected.to_string(), "{source}");
    }
}

#[track_caller]
fn render(text: &str) -> Result<Value, EvalError> {
    let template = Template::parse(text).unwrap_or_else(|error| panic!("{text}: {error} ({:?})", error.hint));
    template.render(&scope(), &mut Fuel::default())
}
