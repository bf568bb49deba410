//! Nothing tells on which machine a file was written, or through which mirror a package came.

use super::{expect_none, tree};

/// Put together here so that this file does not complain about itself.
const PLACES: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "brief"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
];

const INDEX: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let mut complaints = Vec::new();
    for file in tree::files() {
        for (number, line) in file.text.lines().enumerate() {
            let found = PLACES.iter().filter(|place| line.contains(*place));
            complaints.extend(found.map(|place| format!("{}:{}: `{place}`", file.path, number + 1)));
        }
    }
    expect_none(&complaints, "name the place by a path from the repository, or by a variable");
}

#[test]
fn crates_come_from_the_public_index() {
    let locked = tree::read("Cargo.lock");
    let strangers = locked.lines().filter(|line| line.starts_with("source = ") && *line != INDEX);
    let complaints: Vec<String> = strangers.map(ToOwned::to_owned).collect();
    expect_none(
        &complaints,
        "no git sources and no mirrors in Cargo.lock; a mirror is set in the configuration of cargo",
    );
}

#[test]
fn the_web_apps_lock_file_names_no_host() {
    let locked = tree::read("web/package-lock.json");
    let hosts = locked.lines().filter(|line| line.trim_start().starts_with("\"resolved\": \"http"));
    let complaints: Vec<String> = hosts.map(|line| line.trim().to_owned()).collect();
    expect_none(
        &complaints,
        "web/.npmrc says `omit-lockfile-registry-resolved=true`; delete these lines or run `npm install --package-lock-only`",
    );
    let settings = tree::read("web/.npmrc");
    assert!(
        !settings.contains("registry="),
        "web/.npmrc names a registry; that is each machine's own business"
    );
}
