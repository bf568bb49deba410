//! Every error code in the sources has its page in `docs/errors`, and every page its code.

use std::collections::BTreeMap;

use super::{expect_none, tree};

/// The codes in a text: a capital letter and three digits, alone between quotes.
fn codes(text: &str) -> Vec<&str> {
    let is_code = |part: &&str| {
        let bytes = part.as_bytes();
        bytes.len() == 4 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit)
    };
    text.split('"').filter(is_code).collect()
}

/// Each code with the first file it stands in.
fn in_sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for file in tree::files().into_iter().filter(|file| file.ends_in(&[".rs"])) {
        if file.source_of().is_some() {
            for code in codes(&file.text) {
                found.entry(code.to_owned()).or_insert_with(|| file.path.clone());
            }
        }
    }
    found
}

/// The pages, by code.
fn pages() -> BTreeMap<String, String> {
    let pages = tree::files().into_iter().filter_map(|file| {
        let code = file.path.strip_prefix("docs/errors/")?.strip_suffix(".md")?.to_owned();
        (code != "README").then_some((code, file.text))
    });
    pages.collect()
}

#[test]
fn every_code_has_a_page() {
    let pages = pages();
    let missing = in_sources().into_iter().filter(|(code, _)| !pages.contains_key(code));
    let complaints: Vec<String> =
        missing.map(|(code, path)| format!("docs/errors/{code}.md, for {path}")).collect();
    expect_none(&complaints, "write the page: what happened, likely causes, what to do");
}

#[test]
fn every_page_has_a_code() {
    let known = in_sources();
    let orphans = pages().into_keys().filter(|code| !known.contains_key(code));
    let complaints: Vec<String> = orphans.map(|code| format!("docs/errors/{code}.md")).collect();
    expect_none(
        &complaints,
        "delete the page, or give it back its code; a code that was released keeps its meaning for ever",
    );
}

#[test]
fn every_page_begins_with_its_code() {
    let strangers = pages().into_iter().filter(|(code, text)| !text.starts_with(&format!("# {code}")));
    let complaints: Vec<String> = strangers.map(|(code, _)| format!("docs/errors/{code}.md")).collect();
    expect_none(&complaints, "the first line is `# CODE: what is wrong, in a few words`");
}

#[test]
fn a_code_is_told_from_other_texts() {
    assert_eq!(codes(r#"f("W012", "W12", "w012", "W0123", "HTTP"); g("A001")"#), ["W012", "A001"]);
}
