//! The guide's examples are files that load, and it speaks of every verb and key.

use std::path::Path;

use cauce_model::{Problem, load};

/// The pages of the guide with their YAML blocks.
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    let mut pages: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    pages.sort();
    pages
}

fn blocks(page: &str) -> Vec<&str> {
    page.split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("\n```"))
        .map(|(block, _)| block)
        .collect()
}

/// A block made a whole file, by the keys that it leaves out.
fn whole(block: &str) -> String {
    let missing: String = [
        ("version:", "version: 1\nid: thanks"),
        ("triggers:", "triggers:\n  - use: manual@1"),
        ("steps:", "steps:\n  - wait: 1h"),
    ]
    .into_iter()
    .filter(|(key, _)| !block.lines().any(|line| line.starts_with(key)))
    .map(|(_, lines)| format!("{lines}\n"))
    .collect();
    format!("{missing}{block}\n")
}

#[test]
fn every_example_of_the_guide_loads() {
    let mut tried = 0;
    for (page, text) in pages() {
        for block in blocks(&text) {
            let file = whole(block);
            let id = file.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_default();
            let problems = load(&format!("{id}.yaml"), file.as_bytes()).problems;
            let said: Vec<&Problem> = problems.iter().collect();
            assert!(said.is_empty(), "{page}:\n{file}\n{said:#?}");
            tried += 1;
        }
    }
    assert!(tried >= 25, "only {tried} examples were found");
}

#[test]
fn the_reference_has_an_example_of_every_key() {
    let keys = [
        "use",
        "set",
        "if",
        "then",
        "else",
        "switch",
        "value",
        "cases",
        "equals",
        "when",
        "for_each",
        "in",
        "as",
        "parallel",
        "collect",
        "on_item_error",
        "do",
        "repeat",
        "until",
        "max",
        "every",
        "branches",
        "needs",
        "steps",
        "join",
        "fail",
        "wait",
        "window",
        "tz",
        "wait_for",
        "event",
        "match",
        "timeout",
        "on_timeout",
        "approve",
        "to",
        "form",
        "label",
        "type",
        "required",
        "options",
        "call",
        "flow",
        "with",
        "stop",
        "reason",
        "outcome",
        "inputs",
        "default",
        "enum",
        "dedupe_key",
        "debounce",
        "throttle",
        "batch",
        "key",
        "for",
        "limit",
        "per",
        "size",
        "concurrency",
        "overflow",
        "reentry",
        "after",
        "index",
        "exit_when",
        "cancel_on",
        "on_error",
        "finally",
        "effect",
    ];
    let (_, text) = pages().into_iter().find(|(page, _)| page.ends_with("language.md")).unwrap();
    let blocks = blocks(&text).join("\n");
    for key in keys {
        let written = blocks.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
        assert!(
            written.into_iter().any(|word| word.strip_suffix(':') == Some(key)),
            "no example has `{key}`"
        );
    }
}
