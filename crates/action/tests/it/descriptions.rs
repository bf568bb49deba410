//! What the built-in actions say of themselves holds together; a doubled name is refused.

use std::sync::Arc;

use cauce_action::{DoubledName, Registry};
use serde_json::{Map, Value};

/// Whether a value is of one of the types that a schema allows.
fn fits(schema: &Value, value: &Value) -> bool {
    let is = |word: &str| match word {
        "string" => value.is_string(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("`{other}` is no type"),
    };
    let typed = match &schema["type"] {
        Value::String(one) => is(one),
        Value::Array(several) => several.iter().any(|word| is(word.as_str().unwrap())),
        _ => true,
    };
    typed && schema["enum"].as_array().is_none_or(|allowed| allowed.contains(value))
}

/// The complaints about a value under an object's schema.
fn complaints(schema: &Value, value: &Map<String, Value>) -> Vec<String> {
    let known = schema["properties"].as_object().unwrap();
    let required = schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    let missing =
        required.filter(|name| !value.contains_key(*name)).map(|name| format!("`{name}` is missing"));
    let wrong = value.iter().filter_map(|(name, value)| match known.get(name) {
        None => Some(format!("`{name}` is unknown")),
        Some(schema) => (!fits(schema, value)).then(|| format!("`{name}` has the wrong type")),
    });
    missing.chain(wrong).collect()
}

#[test]
fn every_example_satisfies_its_schema() {
    for spec in Registry::builtin().specs() {
        let example = spec.example.as_object().unwrap();
        assert_eq!(complaints(&spec.input, example), Vec::<String>::new(), "{}", spec.name);
    }
}

#[test]
fn every_input_and_output_is_described() {
    for spec in Registry::builtin().specs() {
        for schema in [&spec.input, &spec.output] {
            assert_eq!(schema["type"], "object", "{}", spec.name);
            let known = schema["properties"].as_object().unwrap();
            for (name, property) in known {
                let description = property["description"].as_str().unwrap_or_default();
                assert!(description.ends_with('.'), "{}: `{name}` has no description", spec.name);
                assert!(property.get("default").is_none_or(|default| fits(property, default)), "{name}");
            }
            for name in schema["required"].as_array().unwrap() {
                assert!(known.contains_key(name.as_str().unwrap()), "{}: {name}", spec.name);
            }
        }
        assert_eq!(spec.input["additionalProperties"], false, "{}", spec.name);
        assert!(spec.summary.ends_with('.'), "{}", spec.name);
    }
}

#[test]
fn names_are_sorted_and_carry_a_version() {
    let names: Vec<String> = Registry::builtin().specs().map(|spec| spec.name.clone()).collect();
    assert_eq!(names, ["data.log@1", "email.send@1", "email.verify@1", "event.emit@1", "http.request@1"]);
    let listed: Vec<String> =
        cauce_action::builtin::all().iter().map(|action| action.spec().name.clone()).collect();
    assert_eq!(listed, names, "the list in the source is not sorted or has doubles");
}

#[test]
fn a_doubled_name_is_refused() {
    let again = Arc::clone(Registry::builtin().get("data.log@1").unwrap());
    let refused = Registry::builtin().with(again).err();
    assert_eq!(refused, Some(DoubledName { name: "data.log@1".to_owned() }));
}

#[test]
fn every_code_has_a_page() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    for code in cauce_action::codes::CODES {
        let page = std::fs::read_to_string(pages.join(format!("{code}.md"))).unwrap_or_default();
        assert!(page.starts_with(&format!("# {code}: ")), "docs/errors/{code}.md is missing or has no title");
        for part in ["## What happened", "## Likely causes", "## What to do"] {
            assert!(page.contains(part), "docs/errors/{code}.md has no part {part}");
        }
    }
}
