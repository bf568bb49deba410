//! Random text and random values: nothing panics, nothing hangs, nothing converts.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Expr, Fuel, Template, ValueScope};
use super::scope;

/// Pieces of expressions in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = vec![
        "trigger",
        ".body",
        ".name",
        "steps.",
        "env.",
        "item",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "}}",
        "${{",
        ",",
        ":",
        " | ",
        "lower",
        "default(",
        "coalesce(",
        "max",
        " is ",
        "not ",
        "defined",
        " if ",
        " else ",
        " in ",
        "and ",
        "or ",
        "==",
        "!=",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "~",
        "1",
        "0",
        "1.5",
        "1e9",
        "'a'",
        "\"",
        "'",
        "\\",
        "\\u",
        "null",
        "true",
        " ",
        "\n",
        "é",
        "😀",
        "🏳️‍🌈",
        "\u{0}",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

fn reads(text: &str) -> Result<(), TestCaseError> {
    match Expr::parse(text) {
        Ok(expr) => {
            let printed = expr.ast().to_string();
            let again =
                Expr::parse(&printed).map_err(|error| TestCaseError::fail(format!("{printed}: {error}")))?;
            prop_assert_eq!(again.ast().to_string(), printed);
            let result = expr.eval(&scope(), &mut Fuel::default());
            prop_assert!(
                result.is_ok_and(|value| value.to_string().len() < 1_100_000)
                    || expr
                        .eval(&scope(), &mut Fuel::default())
                        .is_err_and(|error| text.get(error.span).is_some())
            );
        }
        Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
    }
    match Template::parse(text) {
        Ok(template) => {
            let result = template.render_with_holes(&scope(), &mut Fuel::default());
            prop_assert!(result.is_ok() || result.is_err_and(|error| text.get(error.span).is_some()));
        }
        Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
    }
    Ok(())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::from),
        "[0-9.]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn on(left: &Value, right: &Value, source: &str) -> Result<Value, &'static str> {
    let scope = ValueScope::new(json!({ "trigger": left, "item": right }));
    let result = Expr::parse(source).unwrap().eval(&scope, &mut Fuel::default());
    result.map_err(|error| error.code())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn random_pieces_never_panic(text in soup()) {
        reads(&text)?;
    }

    #[test]
    fn random_characters_never_panic(text in any::<String>()) {
        reads(&text)?;
    }

    #[test]
    fn values_of_different_types_are_different_and_never_mix(left in any_value(), right in any_value()) {
        let same = std::mem::discriminant(&left) == std::mem::discriminant(&right);
        let equal = on(&left, &right, "trigger == item");
        let unequal = on(&left, &right, "trigger != item");
        prop_assert_eq!(equal.clone().map(|equal| !equal.as_bool().unwrap()), unequal.map(|value| value.as_bool().unwrap()));
        prop_assert_eq!(on(&right, &left, "trigger == item"), equal.clone());
        prop_assert_eq!(on(&left, &left, "trigger == item"), Ok(json!(true)));
        if !same {
            prop_assert_eq!(equal, Ok(json!(false)));
        }
        let ordered = same && (left.is_number() || left.is_string());
        for source in ["trigger < item", "trigger <= item", "trigger > item", "trigger >= item"] {
            prop_assert_eq!(on(&left, &right, source).is_ok(), ordered);
        }
        let numbers = left.is_number() && right.is_number();
        for source in ["trigger + item", "trigger - item", "trigger * item", "trigger / item", "trigger // item", "trigger % item"] {
            let result = on(&left, &right, source);
            prop_assert_eq!(result == Err("X102"), !numbers, "{:?}", result);
            prop_assert!(result.is_err() || result.is_ok_and(|value| value.is_number()));
        }
        prop_assert_eq!(on(&left, &right, "trigger ~ item").is_ok(), left.is_string() && right.is_string());
        prop_assert_eq!(on(&left, &right, "trigger in [item]").is_ok(), same);
        for source in ["trigger and true", "not trigger", "1 if trigger else 2", "trigger or false"] {
            prop_assert_eq!(on(&left, &right, source).is_ok(), left.is_boolean());
        }
    }

    #[test]
    fn whole_numbers_are_exact_or_refused(left in any::<i64>(), right in any::<i64>()) {
        for (op, exact) in [
            ("+", Some(i128::from(left) + i128::from(right))),
            ("-", Some(i128::from(left) - i128::from(right))),
            ("*", Some(i128::from(left) * i128::from(right))),
            ("//", i128::from(left).checked_div_euclid(i128::from(right)).filter(|_| right > 0)),
            ("%", i128::from(left).checked_rem_euclid(i128::from(right)).filter(|_| right > 0)),
        ] {
            let fits = exact.filter(|exact| (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(exact));
            let result = on(&json!(left), &json!(right), &format!("trigger {op} item"));
            match fits {
                Some(exact) => prop_assert_eq!(result.map(|value| value.to_string()), Ok(exact.to_string())),
                None if right > 0 || !op.starts_with(['/', '%']) => prop_assert_eq!(result, Err("X103")),
                None => prop_assert!(result.is_ok() || result == Err("X103")),
            }
        }
    }
}
