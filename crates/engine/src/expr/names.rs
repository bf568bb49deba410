//! "Did you mean" for expressions: names that other products have, and slips of the finger.

use super::functions::{FUNCTIONS, find};
use crate::near::did_you_mean;

/// The names that exist.
pub(super) const ROOTS: [&str; 10] =
    ["env", "error", "event", "index", "inputs", "item", "run", "steps", "trigger", "vars"];

/// What other products call data, and where it is here.
const ROOTS_ELSEWHERE: [(&str, &str); 14] = [
    ("body", "trigger.body"),
    ("contact", "trigger"),
    ("context", "run"),
    ("data", "trigger"),
    ("headers", "trigger.headers"),
    ("input", "inputs"),
    ("json", "trigger.body"),
    ("loop", "index"),
    ("outputs", "steps.<id>.output"),
    ("payload", "trigger.body"),
    ("query", "trigger.query"),
    ("secrets", "env"),
    ("this", "item"),
    ("variables", "vars"),
];

/// What other products call functions, and what to write here.
const FUNCTIONS_ELSEWHERE: [(&str, &str); 38] = [
    ("as_number", "number"),
    ("as_text", "text"),
    ("capitalize", "title"),
    ("ceil", "round"),
    ("concat", "~"),
    ("count", "length"),
    ("downcase", "lower"),
    ("empty", "... | length == 0"),
    ("endsWith", "ends_with"),
    ("fixed", "round"),
    ("float", "number"),
    ("floor", "... // 1"),
    ("if", "a if condition else b"),
    ("includes", "contains"),
    ("int", "number"),
    ("isDefined", "... is defined"),
    ("isEmpty", "... | length == 0"),
    ("isNull", "... == null"),
    ("len", "length"),
    ("lowercase", "lower"),
    ("nvl", "default"),
    ("parseFloat", "number"),
    ("parseInt", "number"),
    ("replaceAll", "replace"),
    ("size", "length"),
    ("startsWith", "starts_with"),
    ("str", "text"),
    ("string", "text"),
    ("stringify", "json"),
    ("strip", "trim"),
    ("toFixed", "round"),
    ("toJson", "json"),
    ("toLowerCase", "lower"),
    ("toNumber", "number"),
    ("toString", "text"),
    ("toUpperCase", "upper"),
    ("upcase", "upper"),
    ("uppercase", "upper"),
];

fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

fn elsewhere(name: &str, rows: &[(&str, &'static str)]) -> Option<&'static str> {
    let name = plain(name);
    rows.iter().find(|(theirs, _)| plain(theirs) == name).map(|(_, ours)| *ours)
}

/// What to write instead of the function `name`.
pub(super) fn function_hint(name: &str) -> String {
    if let Some(ours) = elsewhere(name, &FUNCTIONS_ELSEWHERE) {
        return format!("write `{ours}`");
    }
    let names: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    did_you_mean(name, &names)
}

/// What to write instead of the name `name`.
pub(super) fn root_hint(name: &str) -> String {
    if let Some(ours) = elsewhere(name, &ROOTS_ELSEWHERE) {
        return format!("write `{ours}`");
    }
    match find(name) {
        Some(function) => format!("`{name}` is a function: `{}`", function.example),
        None => did_you_mean(name, &ROOTS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_products_lead_to_ours() {
        for (theirs, ours) in FUNCTIONS_ELSEWHERE {
            assert_eq!(function_hint(theirs), format!("write `{ours}`"));
            assert_eq!(find(theirs), None, "`{theirs}` is ours");
            assert!(find(ours).is_some() || !ours.chars().all(char::is_alphabetic), "{ours}");
        }
        for (theirs, ours) in ROOTS_ELSEWHERE {
            assert_eq!(root_hint(theirs), format!("write `{ours}`"));
            assert!(ROOTS.contains(&ours.split('.').next().unwrap()), "{ours}");
        }
        assert_eq!(function_hint("to_lower_case"), "write `lower`");
    }

    #[test]
    fn slips_lead_to_the_nearest_name() {
        assert_eq!(function_hint("trimm"), "did you mean `trim`?");
        assert_eq!(root_hint("stps"), "did you mean `steps`?");
        assert_eq!(root_hint("length"), "`length` is a function: `'Ada' | length`");
    }
}
