//! Text with `${{ }}` in it.

use cauce_model::HolePart;
use serde_json::{Value, json};

use super::super::{EvalKind, Fuel, Part, PathRef, Rendered, Template};
use super::{render, scope};

#[track_caller]
fn gives(text: &str, expected: &Value) {
    assert_eq!(
        render(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string(),
        expected.to_string()
    );
}

#[test]
fn an_only_expression_keeps_its_type() {
    gives("${{ 1 + 1 }}", &json!(2));
    gives("${{trigger.body.tags}}", &json!(["new", "vip"]));
    gives("${{ null }}", &json!(null));
    gives("${{ {'a': {'b': 1}} }}", &json!({"a": {"b": 1}}));
    gives("${{{'a': {'b': 1}}}}", &json!({"a": {"b": 1}}));
    gives("${{ '}}' }}", &json!("}}"));
    gives("${{ '${{' }}", &json!("${{"));
    gives(r"${{ '\'}}' }}", &json!("'}}"));
}

#[test]
fn in_a_text_plain_values_stand_as_they_are() {
    gives("", &json!(""));
    gives("plain { } $ }} {{ text", &json!("plain { } $ }} {{ text"));
    gives("Hi ${{ trigger.body.name }}!", &json!("Hi Ada!"));
    gives("${{ 1 }}${{ 2 }}", &json!("12"));
    gives(" ${{ 1.0 }}", &json!(" 1.0"));
    gives("${{ true }} ${{ trigger.body.big }}", &json!("true 9007199254740993"));
    gives("é${{ 'ü' }}ß", &json!("éüß"));
    gives("${{ '${{' }} item }}", &json!("${{ item }}"));
}

#[test]
fn data_is_never_read_again_as_an_expression() {
    gives("${{ vars.sneaky }}", &json!("${{ trigger.body }}"));
    gives("a ${{ vars.sneaky }}", &json!("a ${{ trigger.body }}"));
}

#[test]
fn null_lists_and_objects_do_not_go_into_a_text() {
    for (text, hint, place) in [
        ("Hi ${{ trigger.body.nick }}", "default('')", 6..25),
        ("Tags ${{ trigger.body.tags }}", "join", 8..27),
        ("${{ {} }} ", "json", 3..7),
    ] {
        let error = render(text).unwrap_err();
        assert_eq!((error.code(), error.span), ("X102", place), "{text}");
        assert!(error.hint.unwrap().contains(hint), "{text}");
    }
}

#[test]
fn places_count_from_the_beginning_of_the_text() {
    let text = "Hi ${{ trigger.body.nope }}";
    let error = render(text).unwrap_err();
    assert_eq!(error.kind, EvalKind::Missing);
    assert_eq!(text.get(error.span), Some("trigger.body.nope"));

    let error = render("${{ 1 + trigger.nope }}").unwrap_err();
    assert_eq!(error.span, 8..20);

    let text = "Hé ${{ trigger.body | lowr }}";
    let error = Template::parse(text).unwrap_err();
    assert_eq!((error.code, text.get(error.span)), ("X003", Some("lowr")));

    let text = "${{ item }} and ${{ vars.a | default(item.b) }}";
    let paths = Template::parse(text).unwrap().paths();
    let shown: Vec<_> =
        paths.iter().map(|path| (text.get(path.span.clone()).unwrap(), path.guarded)).collect();
    assert_eq!(shown, [("item", false), ("vars.a", true), ("item.b", false)]);
}

#[test]
fn what_is_not_closed_is_pointed_at() {
    for (text, code, place) in [
        ("a ${{ item", "X008", 2..5),
        ("a ${{ item }", "X008", 2..5),
        ("${{ {'a': 1 }}", "X008", 0..3),
        ("${{ it's }}", "X001", 6..7),
        ("${{ }}", "X001", 4..4),
        ("${{ ${{ item }} }}", "X007", 4..7),
    ] {
        let error = Template::parse(text).unwrap_err();
        assert_eq!((error.code, error.span), (code, place), "{text}: {}", error.message);
    }
}

#[test]
fn parts_are_texts_and_expressions() {
    let template = Template::parse("a ${{ item }}b").unwrap();
    let [Part::Text(a), Part::Expr(item, span), Part::Text(b)] = template.parts() else {
        panic!("{template:?}")
    };
    assert_eq!((a.as_str(), item.source(), span.clone(), b.as_str()), ("a ", " item ", 5..11, "b"));
    assert!(!template.is_literal());
    assert!(Template::parse("a }} b").unwrap().is_literal());
}

#[track_caller]
fn holes(text: &str) -> Rendered {
    Template::parse(text).unwrap().render_with_holes(&scope(), &mut Fuel::default()).unwrap()
}

#[test]
fn environment_values_stay_open() {
    let env = |name: &str| HolePart::Env(name.to_owned());
    let plain = |text: &str| HolePart::Text(text.to_owned());
    assert_eq!(holes("${{ env.KEY }}"), Rendered::Hole(vec![env("KEY")]));
    assert_eq!(holes("${{ env['KEY'] }}"), Rendered::Hole(vec![env("KEY")]));
    assert_eq!(holes("Bearer ${{ env.KEY }}"), Rendered::Hole(vec![plain("Bearer "), env("KEY")]));
    assert_eq!(
        holes("${{ trigger.body.name }}:${{ env.A }}${{ env.B }}/${{ index }}"),
        Rendered::Hole(vec![plain("Ada:"), env("A"), env("B"), plain("/1")])
    );
    assert_eq!(holes("${{ 1 }}"), Rendered::Value(json!(1)));
    assert_eq!(holes("a"), Rendered::Value(json!("a")));
    assert_eq!(render("${{ env.KEY }}").unwrap_err().code(), "X005");
}

#[test]
fn environment_values_are_never_computed_with() {
    for text in [
        "${{ env }}",
        "${{ env.KEY | lower }}",
        "${{ env.KEY ~ 'x' }}",
        "${{ env.KEY.x }}",
        "${{ env.KEY is defined }}",
        "${{ env.KEY if true else 1 }}",
        "${{ env[item] }}",
        "${{ [env.KEY] }}",
        "${{ env['a b'] }}",
        "${{ trigger.body.name == env.KEY }}",
    ] {
        let error = Template::parse(text).unwrap_err();
        assert_eq!(error.code, "X005", "{text}");
        assert!(error.hint.unwrap().contains("${{ env.NAME }}"), "{text}");
        assert!(text.get(error.span).unwrap().starts_with("env"), "{text}");
    }
}

#[test]
fn two_ids_in_one_text_differ_and_stay_the_same() {
    let both = render("${{ uuid() }} ${{ uuid() }}").unwrap();
    let (first, second) = both.as_str().unwrap().split_once(' ').unwrap();
    assert_ne!(first, second);
    assert_eq!(render("${{ uuid() }} ${{ uuid() }}").unwrap(), both);
}

#[test]
fn guards_follow_the_same_places_as_the_evaluator() {
    for (source, guarded) in [
        ("vars.a", false),
        ("vars.a | default(1)", true),
        ("vars.a[0].b | default(1)", true),
        ("(vars.a if true else 1) | default(1)", true),
        ("coalesce(vars.a, 1)", true),
        ("coalesce(1, vars.a)", false),
        ("coalesce(1, vars.a) | default(2)", true),
        ("vars.a is defined", true),
        ("vars.a | lower | default('')", false),
        ("[vars.a] | default([])", false),
        ("{'a': 1}[vars.a] | default(1)", false),
        ("(1 if vars.a else 2) | default(1)", false),
        ("[vars.a | first] | default(1)", false),
    ] {
        let paths: Vec<PathRef> = super::super::Expr::parse(source).unwrap().paths();
        assert_eq!(paths.iter().map(|path| path.guarded).collect::<Vec<_>>(), [guarded], "{source}");
    }
}
