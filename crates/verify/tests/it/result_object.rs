//! The shape of the result: the same fields whatever was found.

use cauce_verify::Verification;
use serde_json::Value;

use crate::zone::Zone;

/// The paths of all fields, without what stands inside lists and optional objects.
fn fields(value: &Value, path: &str, found: &mut Vec<String>) {
    if let Value::Object(object) = value {
        for (name, inner) in object {
            let path = format!("{path}/{name}");
            let optional = ["/suggestion", "/checks/blocked"].contains(&path.as_str());
            found.push(path.clone());
            if !optional {
                fields(inner, &path, found);
            }
        }
    }
}

async fn shape(zone: &Zone, email: &str) -> Vec<String> {
    let mut found = Vec::new();
    fields(&serde_json::to_value(zone.verify(email).await).unwrap(), "", &mut found);
    found
}

#[tokio::test]
async fn every_field_is_there_whatever_was_found() {
    let zone = Zone::default().mx("gmail.com", &[(5, "l.google.com")]);
    let whole = shape(&zone, "ana@gmail.com").await;
    for email in ["", "no address", "a@localhost", "a@gone.dev", "ana@gmial.com", "info@gmail.com"] {
        assert_eq!(shape(&zone, email).await, whole, "{email}");
    }
    let top: Vec<&str> = whole
        .iter()
        .filter(|path| path.matches('/').count() == 1)
        .map(|path| path.trim_matches('/'))
        .collect();
    assert_eq!(
        top,
        [
            "email",
            "normalized",
            "ascii",
            "local",
            "domain",
            "domain_ascii",
            "unicode",
            "verdict",
            "reason",
            "confidence",
            "score",
            "recommendation",
            "suggestion",
            "checks",
            "evidence",
            "next_check_at",
            "checked_at",
            "cache_age_s",
            "ms",
            "engine",
            "lists_version",
        ]
    );
    let checks: Vec<&str> = whole
        .iter()
        .filter_map(|path| path.strip_prefix("/checks/"))
        .filter(|path| !path.contains('/'))
        .collect();
    assert_eq!(
        checks,
        [
            "syntax",
            "special_use",
            "dns",
            "mx_provider",
            "disposable",
            "relay_alias",
            "free",
            "role",
            "subaddress",
            "smtp",
            "catch_all",
            "mailbox",
            "greylisted",
            "blocked",
        ]
    );
}

#[tokio::test]
async fn what_was_not_checked_is_null() {
    let value = serde_json::to_value(Zone::default().verify("a@x.test").await).unwrap();
    for path in ["/checks/dns/status", "/checks/dns/mx", "/checks/smtp/code", "/checks/mailbox/exists", "/ms"]
    {
        assert_eq!(value.pointer(path), Some(&Value::Null), "{path}");
    }
    assert_eq!(value.pointer("/checks/smtp/attempted"), Some(&Value::Bool(false)));
    assert_eq!(value.pointer("/checks/catch_all/state").and_then(Value::as_str), Some("skipped"));
}

#[tokio::test]
async fn a_result_is_read_back_as_it_was_written() {
    let result = Zone::default().verify("ana@gmial.com").await;
    let text = serde_json::to_string(&result).unwrap();
    assert_eq!(serde_json::from_str::<Verification>(&text).unwrap(), result);
}

#[tokio::test]
async fn the_evidence_says_what_was_asked_and_what_was_said() {
    let zone = Zone::default().mx("gmail.com", &[(5, "l.google.com")]);
    let evidence = zone.verify("ana@gmail.com").await.evidence;
    let said: Vec<_> = evidence
        .iter()
        .map(|seen| (seen.step.as_str(), seen.command.as_deref(), seen.text.as_str()))
        .collect();
    assert_eq!(said, [("dns", Some("MX gmail.com"), "5 l.google.com.")]);
}
