//! The files of the checkout, without what tools put there.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that tools fill, by their path from the root.
const NOT_OURS: [&str; 7] = [
    "target",
    "data",
    "web/node_modules",
    "web/dist",
    "bench/results",
    "bench/load/target",
    "bench/floor/target",
];
/// Hidden folders at the root that are ours; the others belong to editors and other tools.
const OURS: [&str; 2] = [".ci", ".config"];

/// A file of the checkout.
pub(super) struct File {
    /// Path from the root, with `/`.
    pub(super) path: String,
    /// Its text; empty for one that is not UTF-8.
    pub(super) text: String,
}

impl File {
    /// Whether its name ends in one of these.
    pub(super) fn ends_in(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// The crate whose `src` it stands in.
    pub(super) fn source_of(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }
}

/// The root of the checkout.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// One file, which has to be there.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file, by path.
pub(super) fn files() -> Vec<File> {
    let root = root();
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 100, "the tree at {} was not read", root.display());
    found
}

/// The names of the folders in `crates`.
pub(super) fn crates() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<File>) {
    // A file that goes while we look (an editor's, a build's) is not part of the tree.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap_or("?").replace('\\', "/");
        if NOT_OURS.contains(&name.as_str()) || name.ends_with(".pending-snap") || name.ends_with(".snap.new")
        {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && name.starts_with('.') && !OURS.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            walk(root, &path, found);
        } else if kind.is_file() {
            let Ok(bytes) = fs::read(&path) else { continue };
            found.push(File { path: name, text: String::from_utf8(bytes).unwrap_or_default() });
        }
    }
}
