//! Which of our crates may import which: the table of `docs/architecture.md`.

use super::{expect_none, manifest, tree};

/// A crate and the crates of ours it may name in `[dependencies]`. `*` is all but the named ones.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("engine", &["model"]),
    ("net", &[]),
    ("verify", &[]),
    ("journal", &["model"]),
    ("action", &["model", "net", "verify"]),
    ("trigger", &["model", "journal", "net", "verify"]),
    ("connector", &["model", "action", "trigger", "net"]),
    ("runner", &["model", "engine", "journal", "action"]),
    ("server", &["model", "engine", "net", "verify", "journal", "action", "trigger", "connector", "runner"]),
    ("demo", &["net"]),
    (
        "cli",
        &[
            "model",
            "engine",
            "net",
            "verify",
            "journal",
            "action",
            "trigger",
            "connector",
            "runner",
            "server",
            "demo",
        ],
    ),
];

/// What a crate must never name: the outside crates that would break its promise.
const MUST_NOT_NAME: [(&str, &[&str]); 8] = [
    ("model", &["axum", "hyper", "sqlx", "tokio"]),
    ("engine", &["axum", "getrandom", "hyper", "sqlx", "tokio"]),
    ("net", &["axum", "sqlx"]),
    ("verify", &["axum", "hyper", "sqlx"]),
    ("journal", &["axum", "hyper", "petgraph"]),
    ("action", &["axum", "hyper", "petgraph", "sqlx"]),
    ("trigger", &["axum", "hyper", "petgraph", "sqlx"]),
    ("runner", &["axum", "hyper", "petgraph", "sqlx"]),
];

#[test]
fn our_crates_import_each_other_only_as_the_table_allows() {
    let mut complaints = Vec::new();
    for (name, allowed) in MAY_IMPORT {
        let manifest = tree::read(&format!("crates/{name}/Cargo.toml"));
        for import in manifest::names(&manifest, "dependencies") {
            let Some(import) = import.strip_prefix("cauce-") else { continue };
            if !allowed.contains(&import) {
                complaints.push(format!("`{name}` imports `{import}`, and may import: {allowed:?}"));
            }
        }
    }
    expect_none(
        &complaints,
        "move the code to the crate that may know both, or let the two talk through the journal or a trait; the table \
         in this file and in docs/architecture.md changes only together with a page in docs/decisions",
    );
}

#[test]
fn crates_stay_away_from_what_would_break_their_promise() {
    let mut complaints = Vec::new();
    for (name, never) in MUST_NOT_NAME {
        let manifest = tree::read(&format!("crates/{name}/Cargo.toml"));
        let named = manifest::names(&manifest, "dependencies");
        complaints.extend(
            never
                .iter()
                .filter(|crate_| named.iter().any(|name| name == *crate_))
                .map(|crate_| format!("`{name}` names `{crate_}`")),
        );
    }
    expect_none(
        &complaints,
        "SQL lives in journal, HTTP status codes in server, sockets in net; take a port (a trait) instead",
    );
}

#[test]
fn every_crate_stands_in_the_table() {
    let mut known = MAY_IMPORT.map(|(name, _)| name.to_owned()).to_vec();
    known.sort();
    assert_eq!(tree::crates(), known, "add the crate to MAY_IMPORT and to docs/architecture.md");
}

#[test]
fn the_sources_name_no_crate_of_ours_that_the_manifest_does_not() {
    let mut complaints = Vec::new();
    for file in tree::files() {
        let Some(name) = file.source_of() else { continue };
        let allowed =
            MAY_IMPORT.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, allowed)| allowed);
        for (other, _) in MAY_IMPORT {
            let path = format!("cauce_{other}::");
            if other != name && !allowed.contains(&other) && file.text.contains(&path) {
                complaints.push(format!("{} names `{path}`", file.path));
            }
        }
    }
    expect_none(
        &complaints,
        "a dev-dependency does not make an import legal in src: move the code or the test",
    );
}
