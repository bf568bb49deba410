//! Sizes, first lines, names, leftovers, and the READMEs of the crates.

use super::{expect_none, tree};

/// A file beyond this is two files.
const MOST_LINES: usize = 500;
/// A tour is short.
const MOST_LINES_OF_A_TOUR: usize = 60;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 12] = [
    "base", "common", "core", "data", "helper", "helpers", "info", "manager", "misc", "shared", "util",
    "utils",
];
/// Put together here so that this file does not complain about itself.
const LEFTOVERS: [&str; 8] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("dbg", "!("),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ign", "ore"),
    concat!("should_", "panic"),
    concat!("fn te", "st_"),
];
const CODE: [&str; 8] = [".rs", ".ts", ".tsx", ".css", ".mjs", ".sh", ".sql", "Makefile"];
const README_HEADINGS: [&str; 4] =
    ["## What it is", "## What it may import", "## Where to start", "## How it is tested"];

#[test]
fn every_rust_file_begins_by_saying_what_it_is() {
    let silent =
        tree::files().into_iter().filter(|file| file.ends_in(&[".rs"]) && !file.text.starts_with("//! "));
    let complaints: Vec<String> = silent.map(|file| file.path).collect();
    expect_none(&complaints, "begin with a line `//! ...` that says what the file is for");
}

#[test]
fn no_file_is_longer_than_the_stop() {
    let mut complaints = Vec::new();
    for file in tree::files() {
        let lines = file.text.lines().count();
        let written = file.ends_in(&CODE) && !file.path.ends_with("api/generated.ts");
        if written && lines > MOST_LINES {
            complaints.push(format!("{}: {lines} lines", file.path));
        }
    }
    expect_none(&complaints, "split it by noun into a folder; 300 lines is the aim, 500 the stop");
}

#[test]
fn tours_are_short() {
    let mut complaints = Vec::new();
    for name in tree::crates().into_iter().filter(|name| name != "cli") {
        let lines = tree::read(&format!("crates/{name}/src/lib.rs")).lines().count();
        if lines > MOST_LINES_OF_A_TOUR {
            complaints.push(format!("crates/{name}/src/lib.rs: {lines} lines"));
        }
    }
    expect_none(
        &complaints,
        "`lib.rs` names the parts in reading order and re-exports them; move code to a file of its own",
    );
}

#[test]
fn names_say_what_is_inside() {
    let mut complaints = Vec::new();
    for file in tree::files() {
        if file.source_of().is_none() {
            continue;
        }
        let parts = file.path.split('/').skip(3).map(|part| part.split('.').next().unwrap_or(part));
        let empty: Vec<&str> = parts.filter(|part| EMPTY_NAMES.contains(part)).collect();
        if !empty.is_empty() {
            complaints.push(file.path);
        }
    }
    expect_none(&complaints, "name the file or folder after its one responsibility");
}

#[test]
fn nothing_is_left_for_later() {
    let mut complaints = Vec::new();
    for file in tree::files().into_iter().filter(|file| file.ends_in(&CODE)) {
        for (number, line) in file.text.lines().enumerate() {
            let found = LEFTOVERS.iter().filter(|leftover| line.contains(*leftover));
            complaints.extend(found.map(|leftover| format!("{}:{}: `{leftover}`", file.path, number + 1)));
        }
    }
    expect_none(
        &complaints,
        "do it now, or leave it out and say so to whoever plans; a test that cannot pass is repaired or removed; the name \
         of a test is a sentence",
    );
}

#[test]
fn every_crate_has_a_readme_with_the_four_headings() {
    let mut complaints = Vec::new();
    for name in tree::crates() {
        let path = format!("crates/{name}/README.md");
        let text = std::fs::read_to_string(tree::root().join(&path)).unwrap_or_default();
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        if headings != README_HEADINGS {
            complaints.push(format!("{path} has the headings {headings:?}"));
        }
    }
    expect_none(
        &complaints,
        "the headings are, in this order: What it is / What it may import / Where to start / How it is tested",
    );
}
