//! Dependency lists are sorted, so that two people who add a line do not meet, and nobody looks twice.

use super::{expect_none, manifest, tree};

#[test]
fn dependencies_are_sorted_within_their_paragraph() {
    let mut complaints = Vec::new();
    let manifests = tree::crates().into_iter().map(|name| format!("crates/{name}/Cargo.toml"));
    for path in manifests.chain(["Cargo.toml".to_owned()]) {
        for paragraph in manifest::paragraphs(&tree::read(&path)) {
            // Our own crates stand first and in the order in which the data flows.
            let names: Vec<&String> =
                paragraph.names.iter().filter(|name| !name.starts_with("cauce-")).collect();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] > pair[1]) {
                complaints.push(format!(
                    "{path} [{}]: `{}` stands before `{}`",
                    paragraph.section, pair[0], pair[1]
                ));
            }
        }
    }
    expect_none(&complaints, "sort the lines of the paragraph by name");
}

#[test]
fn crates_take_versions_and_features_from_the_workspace() {
    let mut complaints = Vec::new();
    for name in tree::crates() {
        let path = format!("crates/{name}/Cargo.toml");
        let text = tree::read(&path);
        let named: Vec<String> =
            manifest::paragraphs(&text).into_iter().flat_map(|found| found.names).collect();
        for line in text.lines() {
            let own_version = named.iter().any(|dep| line.starts_with(&format!("{dep} = ")));
            if own_version && !line.contains("workspace = true") {
                complaints.push(format!("{path}: {line}"));
            }
        }
    }
    expect_none(
        &complaints,
        "write the version into [workspace.dependencies] of the root, and `name.workspace = true` here",
    );
}
