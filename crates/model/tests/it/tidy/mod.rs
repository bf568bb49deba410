//! The house rules that a compiler does not know, read off the tree. Each failure says how to put it right.
//!
//! - `imports`: which of our crates may import which. - `bans`: crates that must not come in.
//! - `lists`: dependency lists are sorted. - `files`: sizes, first lines, names, leftovers, the crates' READMEs.
//! - `codes`: every error code has its page. - `links`: they lead somewhere.
//! - `traces`: nothing tells on which machine a file was written.

mod bans;
mod codes;
mod files;
mod imports;
mod links;
mod lists;
mod manifest;
mod traces;
mod tree;

/// Fails with every complaint at once.
fn expect_none(complaints: &[String], advice: &str) {
    assert!(
        complaints.is_empty(),
        "{} found:\n  {}\nhow to put it right: {advice}\n",
        complaints.len(),
        complaints.join("\n  ")
    );
}
