//! Random texts: nothing panics, every place lies in the text, and values equal those of another YAML reader.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

use cauce_model::{Loaded, Part, Problem, load, render, yaml};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};

/// Words and signs from which random files are put together, so that they come near to real ones.
const WORDS: &[&str] = &[
    "version: 1",
    "id: shop",
    "triggers:",
    "steps:",
    "- use: a.b@1",
    "- wait: 3d",
    "- if: x",
    "then:",
    "else:",
    "- stop: {}",
    "with:",
    "retry: {max: 3}",
    "on_error:",
    "${{ x }}",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "\n      ",
    "\t",
    "#",
    "|",
    ">",
    "&a",
    "*a",
    "!t",
    "<<: ",
    "---\n",
    "é",
    "\u{feff}",
    "\r\n",
    "0x1",
    "1e9",
    "null",
    "id: a",
    "? ",
    "%",
    "@",
    "`",
    "\\",
    "labels: [a]",
    "timezone: UTC",
    "- switch:",
    "value: x",
    "cases:",
    "- equals: 1",
    "- for_each:",
    "in: x",
    "as: a",
    "parallel: 4",
    "collect: x",
    "do:",
    "- repeat:",
    "until: x",
    "max: 3",
    "- parallel:",
    "branches:",
    "- id: b",
    "needs: [b]",
    "join: any",
    "fail: fast",
    "- wait_for:",
    "event: a",
    "match: event.key == x",
    "timeout: 1h",
    "on_timeout:",
    "- approve:",
    "to: a@b.c",
    "form:",
    "- name: a",
    "- call:",
    "flow: a",
    "inputs:",
    "enum: [1]",
    "concurrency: {limit: 1}",
    "reentry: {key: trigger.a, after: never}",
    "debounce: {for: 1h}",
    "batch: {size: 1, for: 1h}",
    "throttle: {limit: 1, per: 1h}",
    "cancel_on:",
    "exit_when: x",
    "index: [x]",
    "finally:",
];

fn fragments() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..60).prop_map(|words| words.concat())
}

/// Checks what must hold for any text.
fn holds(text: &[u8]) -> Result<(), TestCaseError> {
    let Loaded { document, workflow, problems } = load("shop.yaml", text);
    prop_assert!(workflow.is_some() || problems.iter().any(Problem::is_error), "nothing said of a bad file");
    prop_assert!(workflow.is_none() || !problems.iter().any(Problem::is_error));
    let Ok(source) = std::str::from_utf8(text) else { return Ok(()) };
    for problem in &problems {
        inside(problem, source)?;
        prop_assert!(!render::text(problem, "shop.yaml", source, false).is_empty());
        prop_assert!(!render::github(problem, "shop.yaml").contains('\n'));
    }
    if let Some(document) = document {
        every_part_has_a_place(&document, document.value(), "")?;
    }
    Ok(())
}

fn every_part_has_a_place(document: &yaml::Document, value: &Value, at: &str) -> Result<(), TestCaseError> {
    let length = value.as_str().map_or(0, str::len);
    for part in [
        Part::Value,
        Part::Key,
        Part::Inside(0..length),
        Part::Inside(length / 3..length / 2),
        Part::Inside(Range { start: 9, end: 3 }),
    ] {
        let mut problem = Problem { part, ..Problem::error("W000", at, "") };
        document.locate(&mut problem);
        inside(&problem, document.text())?;
    }
    match value {
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            every_part_has_a_place(document, item, &cauce_model::pointer_to(at, &index.to_string()))
        }),
        Value::Object(fields) => fields.iter().try_for_each(|(key, item)| {
            every_part_has_a_place(document, item, &cauce_model::pointer_to(at, key))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn inside(problem: &Problem, source: &str) -> Result<(), TestCaseError> {
    let Some(span) = problem.span else { return Ok(()) };
    let source = source.strip_prefix('\u{feff}').unwrap_or(source).replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = source.split('\n').collect();
    for (line, column) in [(span.line, span.column), (span.end_line, span.end_column)] {
        let length = lines.get(line.wrapping_sub(1)).map(|line| line.chars().count());
        prop_assert!(
            length.is_some_and(|length| (1..=length + 2).contains(&column)),
            "{problem:?} in {source:?}"
        );
    }
    prop_assert!((span.line, span.column) <= (span.end_line, span.end_column));
    Ok(())
}

/// A text that plain, quoted and block styles can all show.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[A-Za-zé€ .:#'\"{}\\[\\],&*!|>%@`$?-]{0,16}",
        "(yes|no|on|off|null|true|1|0x1|~|12:30)"
    ]
}

/// Values of the core schema. Floats keep to those with a short decimal form.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        (-1_000_000_i32..1_000_000).prop_map(|number| json!(f64::from(number) / 64.0)),
        words().prop_map(Value::String),
        "([a-z ]{0,9}\n){1,3}[a-z]{1,4}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((words().prop_filter("a key", |key| !key.is_empty()), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The pointers of all values in this one.
fn places(value: &Value, at: &str) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, item)| (key.clone(), item)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let below = inner.into_iter().flat_map(|(key, item)| places(item, &cauce_model::pointer_to(at, &key)));
    std::iter::once(at.to_owned()).chain(below).collect()
}

/// A configuration with a fresh seed, which it prints; a failure is repeated by writing that number here.
fn config() -> ProptestConfig {
    let seed = RandomState::new().build_hasher().finish();
    println!("seed {seed}");
    ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&bytes)?;
    }

    #[test]
    fn any_characters_are_answered(text in "\\PC{0,200}") {
        holds(text.as_bytes())?;
    }

    #[test]
    fn anything_like_a_workflow_is_answered(text in fragments()) {
        holds(text.as_bytes())?;
    }

    #[test]
    fn a_broken_workflow_is_answered(cut in 0_usize..2_000, put in fragments()) {
        let good = crate::mistakes::with_steps("- id: a\n  use: a.b@1\n  with: { x: \"${{ trigger.y }}\" }\n  retry: { max: 3, backoff: [1s] }\n- if: steps.a.output.x == 1\n  then:\n    - wait: { window: 09:00-20:00, tz: UTC }\n  else:\n    - stop: { reason: é }\n");
        let at = (0..=cut % good.len()).rev().find(|at| good.is_char_boundary(*at)).unwrap_or(0);
        let (before, after) = good.split_at(at);
        holds(format!("{before}{put}{after}").as_bytes())?;
    }

    #[test]
    fn a_broken_workflow_with_every_key_is_answered(cut in 0_usize..4_000, put in fragments(), drop in 0_usize..80) {
        let good = crate::verbs::WHOLE;
        let at = cut % good.len();
        let (before, after) = good.split_at(at);
        holds(format!("{before}{put}{}", after.get(drop..).unwrap_or_default()).as_bytes())?;
    }

    #[test]
    fn a_workflow_with_any_value_at_any_place_is_answered(place in any::<prop::sample::Index>(), value in values()) {
        let mut whole: Value = serde_yaml::from_str(crate::verbs::WHOLE).unwrap();
        let places = places(&whole, "");
        let at = place.get(&places);
        *whole.pointer_mut(at).unwrap() = value;
        holds(serde_json::to_string_pretty(&whole).unwrap().as_bytes())?;
    }

    #[test]
    fn values_survive_being_written_as_yaml(value in values()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let (document, problems) = yaml::read("a.yaml", text.as_bytes());
        prop_assert_eq!(&problems, &[], "{}", text);
        let document = document.unwrap();
        prop_assert_eq!(document.value(), &value, "{}", text);
    }

    #[test]
    fn values_equal_those_of_another_reader(value in values()) {
        // JSON is YAML 1.2 in flow style, which the writer above never chooses.
        let text = serde_json::to_string_pretty(&value).unwrap();
        let theirs: Value = serde_yaml::from_str(&text).unwrap();
        let (document, problems) = yaml::read("a.yaml", text.as_bytes());
        prop_assert_eq!(&problems, &[], "{}", text);
        let document = document.unwrap();
        prop_assert_eq!(document.value(), &theirs, "{}", text);
    }
}
