//! The dependency sections of a Cargo.toml, as far as our own manifests need it.

/// A paragraph of a dependency section: names that stand together without a blank line.
pub(super) struct Paragraph {
    /// Such as `dependencies`.
    pub(super) section: String,
    /// The names on the left side, in order.
    pub(super) names: Vec<String>,
}

/// Every paragraph of every section whose name ends in `dependencies`.
pub(super) fn paragraphs(manifest: &str) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']').to_owned();
            open = false;
        } else if line.is_empty() || line.starts_with('#') {
            open = false;
        } else if section.ends_with("dependencies") {
            let name: String =
                line.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
            match found.last_mut() {
                Some(paragraph) if open => paragraph.names.push(name),
                _ => found.push(Paragraph { section: section.clone(), names: vec![name] }),
            }
            open = true;
        }
    }
    found
}

/// The names in one section.
pub(super) fn names(manifest: &str, section: &str) -> Vec<String> {
    paragraphs(manifest)
        .into_iter()
        .filter(|found| found.section == section)
        .flat_map(|found| found.names)
        .collect()
}

#[test]
fn sections_are_read_with_their_paragraphs() {
    let manifest =
        "[dependencies]\na.workspace = true\nb = \"1\"\n\nc = { path = \"x\" }\n[lints]\nworkspace = true\n";
    let read = paragraphs(manifest);
    assert_eq!(read.iter().map(|found| found.names.join(" ")).collect::<Vec<_>>(), ["a b", "c"]);
    assert_eq!(names(manifest, "dependencies"), ["a", "b", "c"]);
    assert!(names(manifest, "dev-dependencies").is_empty());
}
