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

/// The outside crates of the workspace, by name.
fn outside_crates() -> Vec<String> {
    let named = manifest::names(&tree::read("Cargo.toml"), "workspace.dependencies");
    named.into_iter().filter(|name| !name.starts_with("cauce-")).collect()
}

#[test]
fn every_outside_crate_of_the_workspace_is_used() {
    let manifests = tree::crates().into_iter().map(|name| tree::read(&format!("crates/{name}/Cargo.toml")));
    let used: Vec<String> =
        manifests.flat_map(|text| manifest::paragraphs(&text)).flat_map(|found| found.names).collect();
    let idle: Vec<String> = outside_crates().into_iter().filter(|name| !used.contains(name)).collect();
    expect_none(
        &idle,
        "delete the line in [workspace.dependencies]; a crate comes in when something uses it",
    );
}

#[test]
fn every_outside_crate_is_explained() {
    let page = tree::read("docs/decisions/dependencies.md");
    let explained: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("- ")?.split_once(": "))
        .flat_map(|(names, _)| names.split('`').skip(1).step_by(2))
        .collect();
    let named = outside_crates();
    let silent = named.iter().filter(|name| !explained.contains(&name.as_str()));
    let mut complaints: Vec<String> = silent.map(|name| format!("`{name}` has no line")).collect();
    // The package behind another name may be told in the same line.
    let gone =
        explained.iter().filter(|name| **name != "yaml_serde" && !named.iter().any(|known| known == *name));
    complaints.extend(gone.map(|name| format!("`{name}` has a line and is gone")));
    expect_none(&complaints, "docs/decisions/dependencies.md says of each crate what it is for");
}
