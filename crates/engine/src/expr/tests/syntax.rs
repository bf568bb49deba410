//! Expressions that cannot be read.

use super::super::Expr;

/// Source, code, message, a part of the hint, the text that the span marks.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn refuses(rows: &[Row]) {
    for (source, code, message, hint, marked) in rows {
        let error = Expr::parse(source).err().unwrap_or_else(|| panic!("{source} was read"));
        assert_eq!((error.code, error.message.as_str()), (*code, *message), "{source}");
        let found = error.hint.as_deref().unwrap_or_default();
        assert!(found.contains(hint) && hint.is_empty() == found.is_empty(), "{source}: {found}");
        assert_eq!(source.get(error.span), Some(*marked), "{source}");
    }
}

#[test]
fn broken_syntax_is_pointed_at() {
    refuses(&[
        ("", "X001", "the expression ends where a value should stand", "", ""),
        ("1 +", "X001", "the expression ends where a value should stand", "", ""),
        ("(1", "X001", "the expression ends where `)` should stand", "", ""),
        ("[1 2]", "X001", "`2` stands where `,` should stand", "", "2"),
        ("{'a' 1}", "X001", "`1` stands where `:` should stand", "", "1"),
        ("{1: 2}", "X001", "`1` stands where the name of a field should stand", "", "1"),
        ("{'a': 1, a: 2}", "X001", "the field `a` stands here twice", "", "a"),
        ("1 2", "X001", "`2` stands where an operator or the end should stand", "", "2"),
        (
            "trigger.name Ada",
            "X001",
            "`Ada` stands where an operator or the end should stand",
            "quotes",
            "Ada",
        ),
        (
            "item equals 1",
            "X001",
            "`equals` stands where an operator or the end should stand",
            "`==`",
            "equals",
        ),
        ("item AND item", "X001", "`AND` stands where an operator or the end should stand", "small", "AND"),
        ("trigger.name(1)", "X003", "`.name` cannot be called", "behind `|`", "name"),
        ("'a'.toUpperCase()", "X003", "`.toUpperCase` cannot be called", "write `upper`", "toUpperCase"),
        ("item = 1", "X001", "unexpected `=`", "`==`", "="),
        ("item && item", "X001", "`&&` is no operator", "write `and`", "&&"),
        ("item || item", "X001", "`||` is no operator", "write `or`", "||"),
        ("!item", "X001", "unexpected `!`", "write `not`", "!"),
        ("item ? 1 : 2", "X001", "unexpected `?`", "if condition else", "?"),
        ("item & item", "X001", "unexpected `&`", "`and`", "&"),
        ("$json.name", "X001", "unexpected `$`", "without `$`", "$"),
        ("\u{201c}a\u{201d}", "X001", "unexpected `\u{201c}`", "straight", "\u{201c}"),
        ("1 if true", "X001", "the expression ends where `else` should stand", "", ""),
        ("1 < 2 < 3", "X001", "comparisons cannot be chained", "a < b and b < c", "<"),
        ("1 == 2 in [3]", "X001", "comparisons cannot be chained", "a < b and b < c", "in"),
        ("item is null", "X001", "`null` stands where `defined` should stand", "== null", "null"),
        ("item | 3", "X001", "`3` stands where the name of a filter should stand", "", "3"),
        ("trigger.0", "X001", "`0` stands where a name should stand", "`[0]`", "0"),
        ("'abc", "X001", "the text is not closed: `'` is missing", r"`\'`", "'abc"),
        (r"'a\qb'", "X001", r"unknown escape `\q`", "backslash", r"\q"),
        (r"'\u12g4'", "X001", r"`\u` without the number of a character", "hexadecimal", r"\u"),
        (r"'\u+123'", "X001", r"`\u` without the number of a character", "hexadecimal", r"\u"),
        (r"'\ud800x'", "X001", r"`\u` without the number of a character", "hexadecimal", r"\u"),
        ("3d", "X001", "a number is followed by letters", "3d", "3d"),
        ("99999999999999999999", "X001", "`99999999999999999999` is too large", "", "99999999999999999999"),
        ("1e999", "X001", "`1e999` is too large", "", "1e999"),
    ]);
}

#[test]
fn unknown_names_bring_the_nearest_known_one() {
    refuses(&[
        ("triger.body", "X002", "unknown name `triger`", "did you mean `trigger`?", "triger"),
        ("verify.output.status", "X002", "unknown name `verify`", "`steps.verify.output`", "verify"),
        ("body.email", "X002", "unknown name `body`", "write `trigger.body`", "body"),
        ("secrets.KEY", "X002", "unknown name `secrets`", "write `env`", "secrets"),
        ("trigger.content-type", "X002", "unknown name `type`", r#"`["content-type"]`"#, "type"),
        ("lower == 'a'", "X002", "unknown name `lower`", "is a function", "lower"),
        ("ada == 1", "X002", "unknown name `ada`", "there are", "ada"),
        ("'a' | lowr", "X003", "there is no function `lowr`", "did you mean `lower`?", "lowr"),
        ("'a' | toLowerCase", "X003", "there is no function `toLowerCase`", "write `lower`", "toLowerCase"),
        ("len('a')", "X003", "there is no function `len`", "write `length`", "len"),
        ("concat('a', 'b')", "X003", "there is no function `concat`", "write `~`", "concat"),
        ("isEmpty('a')", "X003", "there is no function `isEmpty`", "length == 0", "isEmpty"),
        ("'a' | lower(1)", "X004", "`lower` takes one value, not 2", "for example", "lower"),
        (
            "'a' | replace('b')",
            "X004",
            "`replace` takes 3 values, the one before `|` included, not 2",
            "for",
            "replace",
        ),
        ("now(1)", "X004", "`now` takes nothing, not 1", "now()", "now"),
        ("coalesce()", "X004", "`coalesce` takes 1 to 16 values, not 0", "for example", "coalesce"),
        (
            "'a' | split(1, 2)",
            "X004",
            "`split` takes 1 or 2 values, the one before `|` included, not 3",
            "for",
            "split",
        ),
    ]);
}

#[test]
fn env_and_braces_have_no_place_in_a_bare_expression() {
    refuses(&[
        ("env.KEY", "X005", "`env` cannot be used to decide or compute", "`${{ env.NAME }}`", "env.KEY"),
        ("1 == env.KEY", "X005", "`env` cannot be used to decide or compute", "verify", "env.KEY"),
        ("env[trigger.x]", "X005", "`env` cannot be used to decide or compute", "verify", "env"),
        ("${{ item }}", "X007", "this is an expression already", "leave", "${{"),
        ("item == ${{ index }}", "X007", "this is an expression already", "leave", "${{"),
    ]);
}
