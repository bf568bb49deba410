//! The same results give the same file, whatever the order of their ends and however they were cut into parts.

use std::io::Read;

use cauce_model::{StepPath, SystemClock};
use proptest::prelude::*;

use super::*;

async fn read(journal: &Journal, file: &Value) -> String {
    let id = file["file"].as_str().unwrap().parse().unwrap();
    let mut text = String::new();
    journal.blobs.open(id).await.unwrap().unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Collects results in parts of these sizes, and gives the file.
async fn file_of(journal: &Journal, passes: u64, ended: &[u64], sizes: &[usize]) -> Value {
    let (mut rest, mut before) = (ended, None);
    for most in sizes {
        let (now, later) = rest.split_at((*most).min(rest.len()));
        rest = later;
        let what = gather(journal, now, before.clone(), None).await;
        let What::Collected { count, part, file: None } = what else { panic!("{what:?}") };
        assert_eq!(count, now.len() as u64);
        before = part;
    }
    let what = gather(journal, rest, before, Some(passes)).await;
    let What::Collected { file: Some(file), .. } = what else { panic!("{what:?}") };
    file
}

async fn gather(journal: &Journal, ended: &[u64], before: Option<String>, passes: Option<u64>) -> What {
    let results = ended.iter().map(|index| (*index, Arc::new(json!({ "n": index })))).collect();
    let asked = Collect { path: StepPath::from("each"), results, before, passes };
    collect(journal, asked, Time::from_micros(0)).await.unwrap().what
}

fn memory() -> Journal {
    Journal::memory(Arc::new(SystemClock))
}

#[tokio::test]
async fn results_stand_in_the_order_of_the_items_with_null_for_those_that_gave_none() {
    let journal = memory();
    let file = file_of(&journal, 6, &[4, 0, 1, 3], &[1, 2]).await;
    let expected = "{\"n\":0}\n{\"n\":1}\nnull\n{\"n\":3}\n{\"n\":4}\nnull\n";
    assert_eq!(read(&journal, &file).await, expected);
    assert_eq!((&file["type"], &file["name"]), (&json!("application/x-ndjson"), &json!("each.jsonl")));
    assert_eq!(file["size"], expected.len());
}

#[tokio::test]
async fn a_part_that_is_gone_fails_the_loop_and_says_so() {
    let gone = "0".repeat(64);
    let what = gather(&memory(), &[0], Some(gone), Some(1)).await;
    let What::Failed { error, .. } = what else { panic!("{what:?}") };
    assert_eq!(error.code, "R012");
    assert!(error.message.contains("not there any more"), "{}", error.message);
}

proptest! {
    #[test]
    fn the_bytes_do_not_depend_on_the_order_of_ends_or_the_parts(
        order in Just((0..40_u64).collect::<Vec<_>>()).prop_shuffle(),
        ended in 0..40_usize,
        sizes in prop::collection::vec(1..12_usize, 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (ended, journal) = (&order[..ended], memory());
        let mut sorted = ended.to_vec();
        sorted.sort_unstable();
        let (in_parts, at_once) = runtime.block_on(async {
            (file_of(&journal, 40, ended, &sizes).await, file_of(&journal, 40, &sorted, &[]).await)
        });
        prop_assert_eq!(in_parts, at_once);
    }
}
