//! Crates that must not come in, not even through another crate.

use super::{expect_none, manifest, tree};

/// The names in `deny.toml`, which says the reasons.
const BANNED: [&str; 30] = [
    "async-std",
    "aws-lc-rs",
    "aws-lc-sys",
    "backoff",
    "bincode",
    "cel-interpreter",
    "chrono-tz",
    "daggy",
    "dotenv",
    "extism",
    "jsonpath_lib",
    "libyml",
    "madsim",
    "native-tls",
    "openssl",
    "openssl-sys",
    "paste",
    "proc-macro-error",
    "proc-macro-error2",
    "reqwest",
    "rsa",
    "rusqlite",
    "rustls-pemfile",
    "serde_yaml",
    "serde_yaml_ng",
    "serde_yml",
    "tokio-cron-scheduler",
    "trust-dns-proto",
    "trust-dns-resolver",
    "yaml-rust",
];

/// The standard library has them now; others may bring them in, we do not name them.
const NOT_IN_OUR_OWN: [&str; 2] = ["lazy_static", "once_cell"];

#[test]
fn no_banned_crate_is_in_the_lock_file() {
    let locked = tree::read("Cargo.lock");
    let complaints: Vec<String> = locked
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .filter(|name| BANNED.contains(name))
        .map(|name| format!("`{name}`; `cargo tree --invert {name}` says who brings it in"))
        .collect();
    expect_none(
        &complaints,
        "deny.toml says why it is banned and what to take instead; often a feature has to be switched off",
    );
}

#[test]
fn deny_toml_bans_the_same_crates() {
    let listed: Vec<String> = tree::read("deny.toml")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split_once('"'))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(listed, BANNED, "the list in deny.toml (left) and the one in this file differ");
}

#[test]
fn our_manifests_do_not_name_what_the_standard_library_has() {
    let mut complaints = Vec::new();
    for name in tree::crates() {
        let path = format!("crates/{name}/Cargo.toml");
        let paragraphs = manifest::paragraphs(&tree::read(&path));
        let named = paragraphs.iter().flat_map(|found| &found.names);
        complaints.extend(
            named.filter(|dep| NOT_IN_OUR_OWN.contains(&dep.as_str())).map(|dep| format!("{path}: `{dep}`")),
        );
    }
    expect_none(&complaints, "use `std::sync::LazyLock` or `OnceLock`");
}
