//! What is too large or too deep is refused, with one plain message, before it costs anything.

use cauce_model::{load, yaml};

/// Texts beyond each limit.
pub(crate) fn beyond() -> Vec<(&'static str, Vec<u8>)> {
    let flow = |steps: &str| crate::mistakes::with_steps(steps).into_bytes();
    let deep_steps: String = (0..18)
        .map(|depth| {
            let blanks = "    ".repeat(depth);
            format!("{blanks}- if: true\n{blanks}  then:\n")
        })
        .collect();
    vec![
        ("a file beyond 1 MiB", vec![b'#'; (1 << 20) + 1]),
        ("bytes that are not UTF-8", b"version: 1\nname: \xff\n".to_vec()),
        ("lists inside each other", "[".repeat(100_000).into_bytes()),
        ("objects inside each other", "{a: ".repeat(100_000).into_bytes()),
        ("items inside each other", "- ".repeat(100_000).into_bytes()),
        ("keys inside each other", "? ".repeat(100_000).into_bytes()),
        ("a long text", format!("name: {}\n", "x".repeat(300_000)).into_bytes()),
        ("a long text in quotes", format!("name: \"{}\"\n", "x".repeat(300_000)).into_bytes()),
        ("a long text block", format!("name: |\n{}", "  xxxx\n".repeat(60_000)).into_bytes()),
        ("many values", format!("[{}]", "1,".repeat(60_000)).into_bytes()),
        ("many steps", flow(&"- wait: 1h\n".repeat(501))),
        ("steps inside each other", flow(&format!("{deep_steps}{}- wait: 1h\n", "    ".repeat(18)))),
    ]
}

#[test]
fn what_is_beyond_a_limit_is_refused() {
    for (title, text) in beyond() {
        let loaded = load("shop.yaml", &text);
        assert!(loaded.workflow.is_none(), "{title}");
        let limits: Vec<&str> = loaded.problems.iter().map(|problem| problem.code).collect();
        assert!(limits.iter().any(|code| matches!(*code, "W001" | "W002" | "W031")), "{title}: {limits:?}");
    }
}

#[test]
fn a_bomb_of_aliases_is_not_unfolded() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", ")));
    }
    let (document, problems) = yaml::read("bomb.yaml", bomb.as_bytes());
    assert!(document.unwrap().value().to_string().len() < bomb.len() * 2);
    assert!(problems.iter().all(|problem| problem.code == "W007"));
}

#[test]
fn problems_stop_at_a_hundred() {
    let many = crate::mistakes::with_steps(&"- ues: a@1\n".repeat(400));
    assert_eq!(load("shop.yaml", many.as_bytes()).problems.len(), 100);
    let doubled = format!("a: 1\n{}", "a: 1\n".repeat(20_000));
    assert_eq!(load("shop.yaml", doubled.as_bytes()).problems.len(), 100);
}

#[test]
fn what_is_just_within_the_limits_is_read() {
    let steps = crate::mistakes::with_steps(&"- wait: 1h\n".repeat(500));
    assert!(load("shop.yaml", steps.as_bytes()).workflow.is_some());
    let nested = format!("{}x{}", "[".repeat(64), "]".repeat(64));
    assert!(yaml::read("a", nested.as_bytes()).0.is_some());
    let long = format!("a: {}", "x".repeat(256 << 10));
    assert!(yaml::read("a", long.as_bytes()).0.is_some());
}

#[test]
fn warnings_never_hide_an_error() {
    let stops = "- if: true\n  then:\n    - stop: {}\n    - wait: 1h\n".repeat(120);
    let loaded = load("shop.yaml", crate::mistakes::with_steps(&format!("{stops}- ues: a.b@1\n")).as_bytes());
    assert!(loaded.workflow.is_none());
    assert!(loaded.problems.iter().any(cauce_model::Problem::is_error), "a reason is given");
}
