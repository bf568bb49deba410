//! Expressions that have a value.

use super::check;

#[test]
fn literals_are_those_of_json_and_single_quotes() {
    check(&[
        ("1", "1"),
        ("0", "0"),
        ("007", "7"),
        ("1.5", "1.5"),
        ("1e3", "1000.0"),
        ("1.5e-2", "0.015"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("'text'", r#""text""#),
        (r#""text""#, r#""text""#),
        (r"'it\'s'", r#""it's""#),
        (r#"'say "hi"'"#, r#""say \"hi\"""#),
        (r"'a\nb\tc\\d\/e\b\f\r'", r#""a\nb\tc\\d/e\b\f\r""#),
        (r"'\u00e9\ud83d\ude00'", r#""é😀""#),
        ("'ünï 😀'", r#""ünï 😀""#),
        ("''", r#""""#),
        ("true", "true"),
        ("False", "false"),
        ("null", "null"),
        ("None", "null"),
        ("[]", "[]"),
        ("[1, 'a', null, [true]]", r#"[1, "a", null, [true]]"#),
        ("[1, 2,]", "[1, 2]"),
        ("{}", "{}"),
        ("{'a': 1, \"b\": [2], c: {d: 3}}", r#"{"a": 1, "b": [2], "c": {"d": 3}}"#),
        ("{'z': 1, 'a': 2}", r#"{"z": 1, "a": 2}"#),
        ("  1  ", "1"),
        ("1\n+\t2", "3"),
    ]);
}

#[test]
fn paths_lead_into_data() {
    check(&[
        ("trigger.body.name", r#""Ada""#),
        ("trigger['body']['name']", r#""Ada""#),
        ("trigger.body[\"first name\"]", r#""Ada B.""#),
        ("trigger.headers['content-type']", r#""application/json""#),
        ("trigger.body.tags[0]", r#""new""#),
        ("trigger.body.tags[-1]", r#""vip""#),
        ("trigger.body.tags[-2]", r#""new""#),
        ("trigger.body.items[1].sku", r#""b-2""#),
        ("trigger.body.tags[index]", r#""vip""#),
        ("trigger.body.tags[index - 1]", r#""new""#),
        ("trigger.body[vars.field]", r#""ada@example.com""#),
        ("trigger.body.items[index]['sku']", r#""b-2""#),
        ("trigger.body.größe", r#""L""#),
        ("trigger.body.nick", "null"),
        ("trigger.body.big", "9007199254740993"),
        ("steps.verify.output.status", r#""deliverable""#),
        ("steps.verify.attempts", "1"),
        ("item.true", "1"),
        ("item.in", "2"),
        ("item.null", "3"),
        ("[10, 20, 30][1]", "20"),
        ("[10, 20, 30][-1]", "30"),
        ("{'a': {'b': 5}}.a.b", "5"),
        ("{'a': 1, 'b': 2, 'c': 3}['b']", "2"),
        ("(trigger.body).name", r#""Ada""#),
        ("(trigger.body.tags | first)", r#""new""#),
        ("trigger.body.name | split('d') | last", r#""a""#),
    ]);
}

#[test]
fn operators_bind_as_in_jinja() {
    check(&[
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 3 - 2", "5"),
        ("2 * 3 % 4", "2"),
        ("-2 + 3", "1"),
        ("- - 3", "3"),
        ("2 - -3", "5"),
        ("-3 | abs", "3"),
        ("1 - 3 | abs", "-2"),
        ("1 + 2 == 3", "true"),
        ("not 1 == 2", "true"),
        ("not true or true", "true"),
        ("not (true or true)", "false"),
        ("not not true", "true"),
        ("true or false and false", "true"),
        ("(true or false) and false", "false"),
        ("1 < 2 and 2 < 3", "true"),
        ("'a' ~ 'b' == 'ab'", "true"),
        ("'a' ~ 'b' | upper", r#""aB""#),
        ("('a' ~ 'b') | upper", r#""AB""#),
        ("'b' in 'a' ~ 'b'", "true"),
        ("1 if true else 2", "1"),
        ("1 if false else 2 if false else 3", "3"),
        ("(1 if true else 2) + 1", "2"),
        ("1 if true else 2 + 1", "1"),
        ("'x' if 1 > 2 or 2 > 1 else 'y'", r#""x""#),
        ("not trigger.body.nope is defined", "true"),
        ("trigger.body.name is defined and trigger.body.vip", "true"),
        ("true == not false", "true"),
    ]);
}

#[test]
fn arithmetic_is_exact_for_whole_numbers() {
    check(&[
        ("2 + 3", "5"),
        ("2 + 3.0", "5.0"),
        ("0.5 + 0.25", "0.75"),
        ("6 / 3", "2.0"),
        ("7 / 2", "3.5"),
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("7 // -2", "-4"),
        ("7.5 // 2", "3.0"),
        ("7 % 3", "1"),
        ("-7 % 3", "2"),
        ("7 % -3", "-2"),
        ("5.5 % 2", "1.5"),
        ("-5.5 % 2", "0.5"),
        ("trigger.body.big + 1", "9007199254740994"),
        ("trigger.body.big - 9007199254740992", "1"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("18446744073709551614 + 1", "18446744073709551615"),
        ("-9223372036854775807 - 1", "-9223372036854775808"),
        ("4294967296 * 4294967295", "18446744069414584320"),
        ("trigger.body.price * 2", "39.0"),
    ]);
}

#[test]
fn equality_knows_types_and_order_knows_numbers_and_texts() {
    check(&[
        ("1 == 1.0", "true"),
        ("1 == '1'", "false"),
        ("'1' != 1", "true"),
        ("null == false", "false"),
        ("null == null", "true"),
        ("0 == false", "false"),
        ("'' == null", "false"),
        ("[] == {}", "false"),
        ("[1, 2] == [1.0, 2]", "true"),
        ("[1, 2] == [2, 1]", "false"),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1.0}", "true"),
        ("{'a': 1} == {'a': 1, 'b': 2}", "false"),
        ("9007199254740993 == 9007199254740992", "false"),
        ("9007199254740993 == 9007199254740992.0", "false"),
        ("9007199254740993 > 9007199254740992.0", "true"),
        ("18446744073709551615 < 1e30", "true"),
        ("-1 < 0.5", "true"),
        ("1 <= 1.0", "true"),
        ("2 >= 3", "false"),
        ("'a' < 'b'", "true"),
        ("'Z' < 'a'", "true"),
        ("'10' < '9'", "true"),
        ("'é' > 'z'", "true"),
        ("trigger.body.nick == null", "true"),
    ]);
}

#[test]
fn in_asks_lists_texts_and_objects() {
    check(&[
        ("'vip' in trigger.body.tags", "true"),
        ("'old' in trigger.body.tags", "false"),
        ("'old' not in trigger.body.tags", "true"),
        ("1 in [3, 2, 1.0]", "true"),
        ("1 in []", "false"),
        ("1 in ['1', 2]", "false"),
        ("null in [1, null]", "true"),
        ("[1] in [[1], [2]]", "true"),
        ("'da' in trigger.body.name", "true"),
        ("'' in 'abc'", "true"),
        ("'name' in trigger.body", "true"),
        ("'nope' in trigger.body", "false"),
        ("trigger.body.tags | contains('vip')", "true"),
        ("'abc' | contains('d')", "false"),
    ]);
}

#[test]
fn what_is_missing_meets_default_coalesce_and_is_defined() {
    check(&[
        ("trigger.body.nope | default('x')", r#""x""#),
        ("trigger.body.nick | default('x')", r#""x""#),
        ("trigger.body.empty | default('x')", r#""""#),
        ("trigger.nope.deep.down | default(0)", "0"),
        ("trigger.body.nick.deep | default(0)", "0"),
        ("trigger.body.name.deep | default(0)", "0"),
        ("trigger.body.tags[9] | default('none')", r#""none""#),
        ("trigger.body.tags[-9] | default('none')", r#""none""#),
        ("trigger.body.tags[index + 5] | default('none')", r#""none""#),
        ("trigger.body['no' ~ 'pe'] | default('none')", r#""none""#),
        ("{'a': 1}.b | default(2)", "2"),
        ("trigger.body.none | first | default('none')", r#""none""#),
        ("[] | max | default(0)", "0"),
        ("default(trigger.nope, 'x')", r#""x""#),
        ("trigger.nope | default(trigger.nope2 | default('y'))", r#""y""#),
        ("trigger.nope | default(null)", "null"),
        ("trigger.nope | default('a') | upper", r#""A""#),
        ("(trigger.nope if true else 1) | default(2)", "2"),
        ("coalesce(trigger.body.nope, trigger.body.nick, 'you')", r#""you""#),
        ("coalesce(trigger.body.nope, trigger.body.nick)", "null"),
        ("coalesce(trigger.body.name)", r#""Ada""#),
        ("trigger.body.nope is defined", "false"),
        ("trigger.body.nope is not defined", "true"),
        ("trigger.body.nick is defined", "true"),
        ("trigger.body.name is defined", "true"),
        ("steps.other.output is defined", "false"),
        ("(trigger.body.nope | default(1)) is defined", "true"),
        ("trigger.body.nope is defined and trigger.body.nope.x > 3", "false"),
        ("trigger.body.nope.x if trigger.body.nope is defined else 'no'", r#""no""#),
        ("true or trigger.nope", "true"),
    ]);
}

#[test]
fn functions_on_texts() {
    check(&[
        ("'ÄB' | lower", r#""äb""#),
        ("'straße' | upper", r#""STRASSE""#),
        ("\"o'neil mc-donald éva\" | title", r#""O'neil Mc-Donald Éva""#),
        ("'\t a b \n' | trim", r#""a b""#),
        ("'a-b-c' | replace('-', '')", r#""abc""#),
        ("'aaa' | replace('aa', 'b')", r#""ba""#),
        ("'a,b,,c' | split(',')", r#"["a", "b", "", "c"]"#),
        ("' a  b ' | split", r#"["a", "b"]"#),
        ("'' | split(',')", r#"[""]"#),
        ("['a', 'b'] | join", r#""ab""#),
        ("[] | join(', ')", r#""""#),
        ("[1, true, 'x'] | text | join('-')", r#""1-true-x""#),
        ("'abc' | starts_with('ab')", "true"),
        ("'abc' | ends_with('ab')", "false"),
        ("'héllo' | length", "5"),
        ("trigger.body.tags | length", "2"),
        ("{'a': 1} | length", "1"),
        ("'héllo' | first", r#""h""#),
        ("'héllo' | last", r#""o""#),
        ("[{'a': 1}, 2] | first", r#"{"a": 1}"#),
        ("trigger.body.items | last", r#"{"sku": "b-2", "n": 5}"#),
        ("42 | text", r#""42""#),
        ("1.50 | text", r#""1.5""#),
        ("true | text", r#""true""#),
        ("'x' | text", r#""x""#),
        ("18446744073709551615 | text", r#""18446744073709551615""#),
        ("{'b': [1, null], 'a': 'x\"'} | json", r#""{\"b\":[1,null],\"a\":\"x\\\"\"}""#),
        ("'x' | json", r#""\"x\"""#),
    ]);
}

#[test]
fn functions_on_numbers() {
    check(&[
        ("'42' | number", "42"),
        ("' -7 ' | number", "-7"),
        ("'19.90' | number", "19.9"),
        ("'1e3' | number", "1000.0"),
        ("'9007199254740993' | number", "9007199254740993"),
        ("42 | number", "42"),
        ("2.5 | round", "3"),
        ("-2.5 | round", "-3"),
        ("2.4 | round", "2"),
        ("1.005 | round(2)", "1.01"),
        ("0.1 + 0.2 | round(1)", "0.30000000000000004"),
        ("(0.1 + 0.2) | round(1)", "0.3"),
        ("5 | round(2)", "5"),
        ("1e300 | round", "1e300"),
        ("1e300 | round(2)", "1e300"),
        ("-5 | abs", "5"),
        ("-5.5 | abs", "5.5"),
        ("max(1, 2.5, 2)", "2.5"),
        ("min([3, 1, 2])", "1"),
        ("[3, 1, 2] | max", "3"),
        ("max(9007199254740993, 9007199254740992)", "9007199254740993"),
        ("4 | max(7)", "7"),
    ]);
}

#[test]
fn time_and_chance_come_from_the_scope() {
    check(&[
        ("now()", r#""2026-11-23T14:05:09.250000Z""#),
        ("now() == now()", "true"),
        ("random() >= 0 and random() < 1", "true"),
        ("uuid() | length", "36"),
        ("uuid() != uuid()", "true"),
        ("random() != random()", "true"),
    ]);
}
