//! The public-domain cases of python-email-validator, and where we differ on purpose.

use std::path::Path;

use cauce_verify::special;
use cauce_verify::syntax::{Address, Cause};
use serde_json::Value;

/// The cases of one group: the text, and what is expected of it.
fn cases(group: &str) -> Option<Vec<(String, Value)>> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/email/syntax_cases.json");
    if !file.exists() {
        println!("left out: {group} (no ../shared/contracts beside the checkout)");
        return None;
    }
    // A lone surrogate is no Unicode text, so no Rust string and no request body can hold that one case.
    let text = std::fs::read_to_string(file).unwrap().replace("\\ud800\"", "\\ufdef\"");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let group = whole["cases"][group].as_array().unwrap();
    assert!(!group.is_empty());
    let case = |case: &Value| match case {
        Value::String(text) => (text.clone(), Value::Null),
        pair => (pair[0].as_str().unwrap().to_owned(), pair[1].clone()),
    };
    Some(group.iter().map(case).collect())
}

/// Whether the text can lead to mail: spelled well and not set apart. Special-use domains have their own
/// check and reason here, so that people read "set apart" and not "misspelled".
fn taken(text: &str) -> bool {
    Address::parse(text).is_ok_and(|address| !special::is_special_use(&address.domain_ascii))
}

#[test]
fn valid_addresses_have_the_expected_parts() {
    let groups = ["test_email_valid", "test_email_valid_intl_local_part"];
    for (text, expected) in groups.into_iter().filter_map(cases).flatten() {
        // We take an address and not a header line: `Name <address>` is told apart and refused.
        if expected.get("original").is_some() {
            assert_eq!(Address::parse(&text).unwrap_err().cause, Cause::DisplayName, "{text}");
            continue;
        }
        let address = Address::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(address.local, expected["local_part"], "{text}");
        assert_eq!(address.domain, expected["domain"], "{text}");
        assert_eq!(address.domain_ascii, expected["ascii_domain"], "{text}");
        assert_eq!(address.normalized(), expected["normalized"], "{text}");
        assert_eq!(address.ascii().is_none(), expected["smtputf8"].as_bool().unwrap(), "{text}");
    }
}

#[test]
fn quoted_local_parts_are_quoted_only_where_they_must_be() {
    for (text, expected) in cases("test_email_valid_only_if_quoted_local_part").into_iter().flatten() {
        assert_eq!(Address::parse(&text).unwrap().local, expected, "{text}");
    }
}

#[test]
fn invalid_addresses_are_refused() {
    for group in ["test_email_invalid_syntax", "test_email_invalid_syntax_strict"] {
        for (text, why) in cases(group).into_iter().flatten() {
            assert!(!taken(&text), "{text}: {why}");
        }
    }
}

#[test]
fn reserved_domains_are_spelled_well_and_set_apart() {
    for (text, _) in cases("test_email_invalid_reserved_domain").into_iter().flatten() {
        let address = Address::parse(&text).unwrap();
        assert!(special::is_special_use(&address.domain_ascii), "{text}");
    }
}

#[test]
fn unsafe_characters_are_refused_before_the_at_with_and_without_quotes() {
    for (text, name) in cases("test_email_unsafe_character").into_iter().flatten() {
        for address in [format!("{text}@shop.dev"), format!("\"{text}\"@shop.dev")] {
            assert!(Address::parse(&address).is_err(), "{name} in {address:?}");
        }
    }
}

#[test]
fn unicode_before_the_at_is_taken_and_marked_as_such() {
    for (text, _) in cases("test_email_invalid_character_smtputf8_off").into_iter().flatten() {
        assert_eq!(Address::parse(&text).unwrap().ascii(), None, "{text}");
    }
}

/// isemail's diagnoses: we take what it calls valid and quoted strings; comments, folding space, obsolete forms
/// and literals are refused, because no form or list of customers means them.
#[test]
fn isemail_cases_are_taken_or_refused_by_their_diagnosis() {
    for (text, diagnosis) in cases("test_pyisemail_tests").into_iter().flatten() {
        let expected = matches!(diagnosis.as_str(), Some("ISEMAIL_VALID" | "ISEMAIL_RFC5321_QUOTEDSTRING"));
        assert_eq!(taken(&text), expected, "{text:?}: {diagnosis}");
    }
}
