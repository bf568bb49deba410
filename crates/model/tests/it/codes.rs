//! Every code is reported by some mistake of the gallery, and has its page.

use std::collections::BTreeSet;
use std::path::Path;

use cauce_model::{CODES, load};

use crate::limits;
use crate::mistakes;

#[test]
fn every_code_is_met_by_some_mistake_and_no_other_is() {
    let gallery = mistakes::all().into_iter().map(|(_, source)| source.into_bytes());
    let met: BTreeSet<&str> = gallery
        .chain(limits::beyond().into_iter().map(|(_, source)| source))
        .flat_map(|source| load("shop.yaml", &source).problems)
        .map(|problem| problem.code)
        .collect();
    assert_eq!(met, CODES.iter().copied().collect());
}

fn page(code: &str) -> String {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    std::fs::read_to_string(pages.join(format!("{code}.md"))).unwrap_or_default()
}

#[test]
fn every_code_has_its_page() {
    for code in CODES {
        let page = page(code);
        assert!(page.starts_with(&format!("# {code}: ")), "docs/errors/{code}.md is missing or has no title");
        for part in ["## What happened", "## Likely causes", "## What to do", "Before:", "After:"] {
            assert!(page.contains(part), "docs/errors/{code}.md has no part {part}");
        }
    }
}

/// The YAML below a heading of a page, made a whole file.
fn example(page: &str, heading: &str) -> Option<String> {
    let (_, below) = page.split_once(heading)?;
    let (yaml, _) = below.trim_start().strip_prefix("```yaml\n")?.split_once("\n```")?;
    let mut file = String::new();
    for (key, line) in [
        ("version:", "version: 1\nid: shop"),
        ("triggers:", "triggers:\n  - use: manual@1"),
        ("steps:", "steps:\n  - wait: 1h"),
    ] {
        if !yaml.lines().any(|found| found.starts_with(key)) {
            file.push_str(&format!("{line}\n"));
        }
    }
    Some(format!("{file}{yaml}\n"))
}

#[test]
fn examples_on_the_pages_are_wrong_before_and_right_after() {
    for code in CODES {
        let page = page(code);
        let Some((before, after)) = example(&page, "Before:\n").zip(example(&page, "After:\n")) else {
            assert!(matches!(*code, "W001" | "W002" | "W031"), "{code} has an example that can be tried");
            continue;
        };
        let codes: Vec<&str> =
            load("shop.yaml", before.as_bytes()).problems.iter().map(|problem| problem.code).collect();
        assert!(codes.contains(code), "{code}: the first example has {codes:?}\n{before}");
        assert_eq!(load("shop.yaml", after.as_bytes()).problems, [], "{code}: the second example\n{after}");
    }
}
