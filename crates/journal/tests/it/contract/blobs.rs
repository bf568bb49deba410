//! Blobs: named by their content, whole or not there.

use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use cauce_journal::blobs::{Blob, BlobId};

use crate::store::Store;

/// SHA-256 of `abc`, from FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

async fn keep(store: &Store, parts: &[&str]) -> Blob {
    let mut draft = store.journal.blobs.begin().await.unwrap();
    for part in parts {
        draft.write(part.as_bytes()).await.unwrap();
    }
    draft.keep().await.unwrap()
}

async fn read(store: &Store, id: BlobId, from: u64) -> Option<String> {
    let mut content = store.journal.blobs.open(id).await.unwrap()?;
    let mut text = String::new();
    content.seek(SeekFrom::Start(from)).unwrap();
    content.read_to_string(&mut text).unwrap();
    Some(text)
}

async fn a_blob_is_called_by_the_hash_of_its_content_and_read_from_any_place(store: Store) {
    let blob = keep(&store, &["a", "", "bc"]).await;
    assert_eq!(blob.id.to_string(), ABC);
    assert_eq!(blob.size, 3);
    assert_eq!(ABC.parse(), Ok(blob.id));
    assert_eq!(read(&store, blob.id, 0).await.as_deref(), Some("abc"));
    assert_eq!(read(&store, blob.id, 2).await.as_deref(), Some("c"));
}

async fn the_same_content_is_kept_once(store: Store) {
    let first = keep(&store, &["abc"]).await;
    let second = keep(&store, &["ab", "c"]).await;
    assert_eq!(first, second);
    let later = store.now().after(Duration::from_secs(1));
    assert_eq!(store.journal.blobs.forget_before(later, 10).await.unwrap(), 1);
}

async fn a_draft_that_is_dropped_leaves_nothing_behind(store: Store) {
    let mut draft = store.journal.blobs.begin().await.unwrap();
    draft.write(b"abc").await.unwrap();
    drop(draft);
    assert_eq!(read(&store, ABC.parse().unwrap(), 0).await, None);
    let later = store.now().after(Duration::from_secs(3600));
    assert_eq!(store.journal.blobs.forget_before(later, 10).await.unwrap(), 0);
}

async fn old_blobs_go_and_who_was_wanted_again_stays(store: Store) {
    let old = keep(&store, &["old"]).await;
    let wanted = keep(&store, &["wanted"]).await;
    store.clock.forward(Duration::from_secs(100));
    keep(&store, &["wanted"]).await;
    assert_eq!(store.journal.blobs.forget_before(store.now(), 10).await.unwrap(), 1);
    assert_eq!(read(&store, old.id, 0).await, None);
    assert_eq!(read(&store, wanted.id, 0).await.as_deref(), Some("wanted"));
}

async fn a_blob_that_is_opened_is_wanted_and_stays(store: Store) {
    let blob = keep(&store, &["abc"]).await;
    store.clock.forward(Duration::from_secs(2 * 60 * 60));
    assert_eq!(read(&store, blob.id, 0).await.as_deref(), Some("abc"));
    assert_eq!(store.journal.blobs.forget_before(store.now(), 10).await.unwrap(), 0);
    let later = store.now().after(Duration::from_secs(1));
    assert_eq!(store.journal.blobs.forget_before(later, 10).await.unwrap(), 1);
}

async fn old_blobs_go_a_few_at_a_time(store: Store) {
    for text in ["a", "b", "c"] {
        keep(&store, &[text]).await;
    }
    let later = store.now().after(Duration::from_secs(1));
    let blobs = &store.journal.blobs;
    assert_eq!(blobs.forget_before(later, 2).await.unwrap(), 2);
    assert_eq!(blobs.forget_before(later, 2).await.unwrap(), 1);
}

#[test]
fn only_64_small_hexadecimal_digits_are_a_name() {
    for text in ["", "ab", &ABC.to_uppercase(), &format!("{ABC}0"), "../../etc/passwd"] {
        assert!(text.parse::<BlobId>().is_err(), "{text}");
    }
}

crate::for_both!(
    a_blob_is_called_by_the_hash_of_its_content_and_read_from_any_place,
    the_same_content_is_kept_once,
    a_draft_that_is_dropped_leaves_nothing_behind,
    old_blobs_go_and_who_was_wanted_again_stays,
    a_blob_that_is_opened_is_wanted_and_stays,
    old_blobs_go_a_few_at_a_time,
);
