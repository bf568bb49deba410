//! What one field may cost.

use serde_json::{Value, json};

use super::super::{EvalError, EvalKind, Expr, Fuel, Template, ValueScope};

const MIB: usize = 1024 * 1024;

fn with(data: &Value, source: &str) -> Result<Value, EvalError> {
    Expr::parse(source).unwrap().eval(&ValueScope::new(json!({ "trigger": data })), &mut Fuel::default())
}

#[track_caller]
fn too_much(result: Result<Value, EvalError>) {
    assert_eq!(result.unwrap_err().kind, EvalKind::Limit);
}

#[test]
fn the_source_is_limited_in_length_and_depth() {
    let code = |source: &str| Expr::parse(source).unwrap_err().code;
    assert!(Expr::parse(&format!("'{}'", "a".repeat(4094))).is_ok());
    assert_eq!(code(&format!("'{}'", "a".repeat(4095))), "X006");
    assert!(Expr::parse(&format!("{}1{}", "(".repeat(63), ")".repeat(63))).is_ok());
    assert_eq!(code(&format!("{}1{}", "(".repeat(64), ")".repeat(64))), "X006");
    for opening in
        ["(", "[", "{'a':", "-", "not ", "abs(", "1+2*(", "1 if true else ", "[1][", "'a'|default("]
    {
        assert_eq!(code(&opening.repeat(300)), "X006", "{opening}");
    }
    assert!(Expr::parse(&format!("1{}", "+1".repeat(127))).is_ok());
    for row in ["+1", " or 1", "|abs", "|abs.a", " is defined", "|default(2)"] {
        assert_eq!(
            Expr::parse(&format!("1{}", row.repeat(300))).unwrap_err().code,
            if row.contains('.') { "X001" } else { "X006" }
        );
    }
    assert_eq!(code(&format!("[1]{}", "[0]".repeat(300))), "X006");
    assert!(Template::parse(&"a".repeat(256 * 1024)).is_ok());
    assert_eq!(Template::parse(&"a".repeat(256 * 1024 + 1)).unwrap_err().code, "X006");
}

#[test]
fn the_deepest_expression_fits_a_small_stack() {
    let worker = std::thread::Builder::new().stack_size(512 * 1024);
    let handle = worker.spawn(|| {
        for row in ["+1", "|abs", "-1", " | default(1)"] {
            let source = format!("1{}", row.repeat(127));
            let expr = Expr::parse(&source).unwrap();
            assert!(expr.eval(&ValueScope::new(json!({})), &mut Fuel::default()).is_ok());
            assert_eq!(
                Expr::parse(&expr.ast().to_string()).unwrap().ast().to_string(),
                expr.ast().to_string()
            );
        }
        let nested = format!("{}1{}", "[".repeat(62), "]".repeat(62));
        assert!(
            Expr::parse(&nested).unwrap().eval(&ValueScope::new(json!({})), &mut Fuel::default()).is_ok()
        );
    });
    handle.unwrap().join().unwrap();
}

#[test]
fn what_is_made_is_limited_to_one_mebibyte() {
    let text = "a".repeat(MIB / 2);
    assert!(with(&json!(text), "trigger ~ trigger").is_ok());
    too_much(with(&json!(text), "trigger ~ trigger ~ 'a'"));
    too_much(with(&json!(text), "[trigger, trigger, 'a']"));
    too_much(with(&json!(text), "trigger | replace('a', 'abc')"));
    too_much(with(&json!(text), "trigger | replace('a', trigger)"));
    too_much(with(&json!(text), "trigger | split('a')"));
    too_much(with(&json!([text, text, "a"]), "trigger | join(',')"));
    too_much(with(&json!(vec![""; 600]), &format!("trigger | join('{}')", "a".repeat(4000))));
    too_much(with(&json!("\u{1}".repeat(MIB / 4)), "trigger | json"));
    too_much(with(&json!("ŉ".repeat(MIB / 2 - 10)), "trigger | upper"));
    assert!(with(&json!(text), "trigger | upper | lower").is_ok());
}

#[test]
fn data_is_passed_on_and_asked_whatever_its_size() {
    let text = "a".repeat(4 * MIB);
    assert_eq!(with(&json!(text), "trigger"), Ok(json!(text)));
    assert_eq!(with(&json!({ "a": text }), "trigger.a | default('')"), Ok(json!(text)));
    assert_eq!(with(&json!([text, 1]), "trigger | last"), Ok(json!(1)));
    assert_eq!(with(&json!([text]), "(trigger | first | length) > 3"), Ok(json!(true)));
    assert_eq!(with(&json!({ "a": text }), "trigger == {}"), Ok(json!(false)));
    too_much(with(&json!(text), "trigger ~ ''"));
    too_much(with(&json!(text), "[trigger]"));
}

#[test]
fn work_is_limited_whatever_it_is_spent_on() {
    let list: Vec<usize> = (0..100_000).collect();
    let searches = vec!["-1 in trigger"; 70].join(" or ");
    too_much(with(&json!(list), &searches));
    let equal = vec!["trigger == trigger"; 60].join(" and ");
    too_much(with(&json!(list), &equal));
    let texts = vec!["(trigger | upper | lower | length) < 0"; 40].join(" or ");
    too_much(with(&json!("a".repeat(MIB)), &texts));
}

#[test]
fn one_field_has_one_tank() {
    let mut fuel = Fuel::new(10);
    let expr = Expr::parse("1 + 2").unwrap();
    let scope = ValueScope::new(json!({}));
    for left in [7, 4, 1] {
        assert_eq!(expr.eval(&scope, &mut fuel), Ok(json!(3)));
        assert_eq!(fuel.left(), left);
    }
    too_much(expr.eval(&scope, &mut fuel));
    assert_eq!(fuel.left(), 0);

    let text = "${{ trigger }}".repeat(300);
    let template = Template::parse(&text).unwrap();
    let scope = ValueScope::new(json!({ "trigger": "a".repeat(10_000) }));
    too_much(template.render(&scope, &mut Fuel::default()));
}
