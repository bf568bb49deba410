//! Links between our own documents lead somewhere.

use super::{expect_none, tree};

/// The targets of the links and images in a Markdown text.
fn targets(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

#[test]
fn every_link_to_a_file_of_ours_leads_somewhere() {
    let mut complaints = Vec::new();
    for file in tree::files().into_iter().filter(|file| file.ends_in(&[".md"])) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in targets(&file.text) {
            let path = target.split('#').next().unwrap_or(target);
            let elsewhere = path.is_empty() || path.contains(':') || path.contains(' ');
            if !elsewhere && !tree::root().join(folder).join(path).exists() {
                complaints.push(format!("{}: `{target}`", file.path));
            }
        }
    }
    expect_none(
        &complaints,
        "correct the link, or write what it promises; paths count from the folder of the document",
    );
}

#[test]
fn links_and_images_are_found_in_a_text() {
    assert_eq!(targets("see [a](b.md#c) and ![d](e.png), not (this)"), ["b.md#c", "e.png"]);
}
