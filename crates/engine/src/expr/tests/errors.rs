//! Expressions that meet data they cannot work with.

use super::super::{EvalKind, Expr};
use super::{eval, scope};
use crate::expr::Fuel;

/// Source, code, message, a part of the hint, the text that the span marks.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn fails(rows: &[Row]) {
    for (source, code, message, hint, marked) in rows {
        let error = eval(source).err().unwrap_or_else(|| panic!("{source} has a value"));
        assert_eq!((error.code(), error.message.as_str()), (*code, *message), "{source}");
        let found = error.hint.as_deref().unwrap_or_default();
        assert!(found.contains(hint) && hint.is_empty() == found.is_empty(), "{source}: {found}");
        assert_eq!(source.get(error.span), Some(*marked), "{source}");
    }
}

#[test]
fn a_missing_path_is_named() {
    fails(&[
        (
            "steps.verify.output.statuss",
            "X101",
            "`steps.verify.output.statuss` is missing",
            "did you mean `steps.verify.output.status`?",
            "steps.verify.output.statuss",
        ),
        (
            "trigger.body.first_name",
            "X101",
            "`trigger.body.first_name` is missing",
            "did you mean `trigger.body[\"first name\"]`?",
            "trigger.body.first_name",
        ),
        (
            "1 + trigger.customer.name",
            "X101",
            "`trigger.customer.name` is missing: there is no `trigger.customer`",
            "default",
            "trigger.customer.name",
        ),
        (
            "trigger.body.tags[2]",
            "X101",
            "`trigger.body.tags[2]` is missing",
            "the list has 2 items",
            "trigger.body.tags[2]",
        ),
        (
            "trigger.body.tags.first",
            "X101",
            "`trigger.body.tags.first` is missing",
            "`[0]`",
            "trigger.body.tags.first",
        ),
        (
            "trigger.body.name.first",
            "X101",
            "`trigger.body.name.first` is missing",
            "is a text",
            "trigger.body.name.first",
        ),
        ("trigger.body.nick.x", "X101", "`trigger.body.nick.x` is missing", "default", "trigger.body.nick.x"),
        ("{'a': 1}.b", "X101", "`{\"a\": 1}.b` is missing", "default", "{'a': 1}.b"),
        ("[1][index]", "X101", "`[1][1]` is missing", "default", "[1][index]"),
        ("[] | first", "X101", "`first` of nothing is missing", "default", "[] | first"),
        (
            "error.message",
            "X101",
            "`error.message` is missing: there is no `error`",
            "default",
            "error.message",
        ),
    ]);
}

#[test]
fn only_the_path_itself_may_be_missing_not_what_is_made_of_it() {
    fails(&[
        (
            "trigger.nope | lower | default('x')",
            "X101",
            "`trigger.nope` is missing",
            "default",
            "trigger.nope",
        ),
        (
            "(trigger.nope ~ 'a') | default('x')",
            "X101",
            "`trigger.nope` is missing",
            "default",
            "trigger.nope",
        ),
        ("(trigger.nope == 1) is defined", "X101", "`trigger.nope` is missing", "default", "trigger.nope"),
        ("[trigger.nope] | default([])", "X101", "`trigger.nope` is missing", "default", "trigger.nope"),
        ("item[trigger.nope] | default(1)", "X101", "`trigger.nope` is missing", "default", "trigger.nope"),
        ("trigger.nope == null", "X101", "`trigger.nope` is missing", "default", "trigger.nope"),
        (
            "trigger.nope | default(trigger.nope2)",
            "X101",
            "`trigger.nope2` is missing",
            "default",
            "trigger.nope2",
        ),
        (
            "(1 if trigger.nope else 2) | default(3)",
            "X101",
            "`trigger.nope` is missing",
            "default",
            "trigger.nope",
        ),
    ]);
}

#[test]
fn types_never_convert_silently() {
    fails(&[
        ("1 + '1'", "X102", "`+` needs two numbers, not a number and a text", "`| number` or", "1 + '1'"),
        ("'a' + 'b'", "X102", "`+` needs two numbers, not a text and a text", "`~`", "'a' + 'b'"),
        ("1 * null", "X102", "`*` needs two numbers, not a number and null", "default", "1 * null"),
        ("true + 1", "X102", "`+` needs two numbers, not a boolean and a number", "", "true + 1"),
        ("[1] + [2]", "X102", "`+` needs two numbers, not a list and a list", "", "[1] + [2]"),
        ("-'a'", "X102", "`-` needs a number, not a text", "", "-'a'"),
        ("1 < '2'", "X102", "`<` cannot compare a number with a text", "`| number` or", "1 < '2'"),
        ("null < 1", "X102", "`<` cannot compare null with a number", "default", "null < 1"),
        ("true > false", "X102", "`>` cannot compare a boolean with a boolean", "", "true > false"),
        ("[1] <= [2]", "X102", "`<=` cannot compare a list with a list", "", "[1] <= [2]"),
        ("1 in 'a1'", "X102", "a text cannot hold a number", "`| text`", "1 in 'a1'"),
        (
            "'1' in [1, 2]",
            "X102",
            "a list with a number cannot hold a text",
            "`| number` or",
            "'1' in [1, 2]",
        ),
        ("null in ['a']", "X102", "a list with a text cannot hold null", "default", "null in ['a']"),
        ("1 in {'a': 1}", "X102", "an object cannot hold a number", "", "1 in {'a': 1}"),
        ("1 in 1", "X102", "a number cannot hold a number", "", "1 in 1"),
        ("'a' not in null", "X102", "null cannot hold a text", "default", "'a' not in null"),
        ("'a' ~ 1", "X102", "`~` joins texts, not a text and a number", "`... | text`", "'a' ~ 1"),
        ("null ~ 'a'", "X102", "`~` joins texts, not null and a text", "default", "null ~ 'a'"),
        ("'a' ~ []", "X102", "`~` joins texts, not a text and a list", "json", "'a' ~ []"),
        ("1 | lower", "X102", "`lower` needs a text, not a number", "| text", "1 | lower"),
        ("null | upper", "X102", "`upper` needs a text, not null", "default", "null | upper"),
        ("'1' | abs", "X102", "`abs` needs a number, not a text", "| number", "'1' | abs"),
        ("max(1, '2')", "X102", "`max` needs numbers, not a text", "| number", "max(1, '2')"),
        ("true | number", "X102", "`number` needs a text, not a boolean", "| text", "true | number"),
        ("'1,5' | number", "X102", "`1,5` is no number", "1234.5", "'1,5' | number"),
        ("'' | number", "X102", "`` is no number", "1234.5", "'' | number"),
        ("'0x10' | number", "X102", "`0x10` is no number", "1234.5", "'0x10' | number"),
        ("'inf' | number", "X102", "`inf` is no number", "1234.5", "'inf' | number"),
        ("'1e' | number", "X102", "`1e` is no number", "1234.5", "'1e' | number"),
        (
            "[1] | join(',')",
            "X102",
            "`join` needs a list of texts, not a number",
            "| text",
            "[1] | join(',')",
        ),
        ("'a' | join(',')", "X102", "`join` needs a list, not a text", "", "'a' | join(',')"),
        (
            "[[]] | text",
            "X102",
            "`text` needs a text, a number or a boolean, not a list",
            "json",
            "[[]] | text",
        ),
        (
            "null | text",
            "X102",
            "`text` needs a text, a number or a boolean, not null",
            "default",
            "null | text",
        ),
        ("1 | length", "X102", "`length` needs a text, a list or an object, not a number", "", "1 | length"),
        ("1 | first", "X102", "`first` needs a text or a list, not a number", "", "1 | first"),
        (
            "'a' | replace('', 'b')",
            "X102",
            "`replace` needs something to look for",
            "",
            "'a' | replace('', 'b')",
        ),
        ("'a' | split('')", "X102", "`split` needs a separator", "blanks", "'a' | split('')"),
        ("1.5 | round(1.5)", "X102", "`round` takes 0 to 12 decimals", "", "1.5 | round(1.5)"),
        ("1.5 | round(13)", "X102", "`round` takes 0 to 12 decimals", "", "1.5 | round(13)"),
        ("[1][0.5]", "X102", "a place in a list must be a whole number", "round", "0.5"),
        ("[1][null]", "X102", "`[ ]` takes a number or a text, not null", "", "null"),
    ]);
}

#[test]
fn conditions_are_true_or_false_and_nothing_else() {
    fails(&[
        ("not 0", "X105", "a condition must be true or false, not a number", "> 0", "0"),
        ("'' or true", "X105", "a condition must be true or false, not a text", "!= \"\"", "''"),
        ("true and null", "X105", "a condition must be true or false, not null", "default(false)", "null"),
        ("1 if [] else 2", "X105", "a condition must be true or false, not a list", "length", "[]"),
    ]);
    let error = Expr::parse("item.true").unwrap().truth(&scope(), &mut Fuel::default()).unwrap_err();
    assert_eq!(error.kind, EvalKind::NoBoolean);
    assert_eq!(Expr::parse("1 < 2").unwrap().truth(&scope(), &mut Fuel::default()), Ok(true));
}

#[test]
fn arithmetic_fails_rather_than_wraps() {
    fails(&[
        ("1 / 0", "X103", "division by zero", "b != 0", "1 / 0"),
        ("1 // 0.0", "X103", "division by zero", "b != 0", "1 // 0.0"),
        ("1 % -0.0", "X103", "division by zero", "b != 0", "1 % -0.0"),
        ("18446744073709551615 + 1", "X103", "the result is too large", "", "18446744073709551615 + 1"),
        ("-9223372036854775808 - 1", "X103", "the result is too large", "", "-9223372036854775808 - 1"),
        ("-18446744073709551615", "X103", "the result is too large", "", "-18446744073709551615"),
        (
            "18446744073709551615 * 18446744073709551615",
            "X103",
            "the result is too large",
            "",
            "18446744073709551615 * 18446744073709551615",
        ),
        ("1e308 * 10", "X103", "the result is too large", "", "1e308 * 10"),
        (
            "'99999999999999999999' | number",
            "X103",
            "the result is too large",
            "",
            "'99999999999999999999' | number",
        ),
        ("'1e999' | number", "X103", "the result is too large", "", "'1e999' | number"),
    ]);
}
