//! `parallel`: branches, what they need, and how they come together.

use cauce_model::{BranchStatus, Failure, StepPath, StepStatus};
use serde_json::json;

use crate::world::Run;

/// Branches `a`, `b` and `c` with one action each, and a step behind.
fn block(keys: &str) -> String {
    let branch = |id: &str| {
        format!("        - id: {id}\n          steps:\n            - id: do_{id}\n              use: act@1\n")
    };
    format!(
        "steps:\n  - id: par\n    parallel:\n{keys}      branches:\n{}{}{}  - id: after\n    set: {{ out: \"${{{{ steps.par.output.branches }}}}\" }}\n",
        branch("a"),
        branch("b"),
        branch("c")
    )
}

#[test]
fn all_branches_run_at_once_and_all_are_waited_for() {
    let mut run = Run::new(&block(""), json!({}));
    assert_eq!(run.started(), ["par/a/do_a", "par/b/do_b", "par/c/do_c"]);
    run.well("par/b/do_b");
    run.well("par/a/do_a");
    assert_eq!(run.status("par"), StepStatus::Running);
    run.well("par/c/do_c");
    assert_eq!(
        run.output("after"),
        json!({ "out": { "a": "succeeded", "b": "succeeded", "c": "succeeded" } })
    );
}

#[test]
fn the_first_failure_cuts_the_others_off_and_fails_the_block() {
    let mut run = Run::new(&block(""), json!({}));
    run.well("par/a/do_a");
    run.badly("par/b/do_b");
    assert_eq!(run.last.cancel, [StepPath::from("par/c/do_c")]);
    assert!(!run.last.finish, "what is under way comes back first");
    run.well("par/c/do_c");
    assert_eq!(run.ended(), ("failed", "A002 par/b/do_b".to_owned()));
    let branches = run.state.record(&run.plan).steps[0].branches.clone();
    let statuses: Vec<_> = branches.iter().map(|branch| branch.status).collect();
    assert_eq!(
        statuses,
        [Some(BranchStatus::Succeeded), Some(BranchStatus::Failed), Some(BranchStatus::Cancelled)]
    );
}

#[test]
fn a_branch_that_waits_for_its_next_attempt_is_skipped_when_it_is_cut_off() {
    let mut run = Run::new(&block(""), json!({}));
    run.land("par/a/do_a", Err(Failure::transient("A001", "busy")));
    assert_eq!(run.status("par/a/do_a"), StepStatus::Retrying);
    run.well("par/c/do_c");
    run.badly("par/b/do_b");
    assert_eq!(run.status("par/a/do_a"), StepStatus::Skipped);
    assert_eq!(run.ended(), ("failed", "A002 par/b/do_b".to_owned()));
}

#[test]
fn with_collect_every_branch_ends_and_the_block_says_how() {
    let mut run = Run::new(&block("      fail: collect\n"), json!({}));
    run.badly("par/b/do_b");
    assert!(run.last.cancel.is_empty());
    run.well("par/a/do_a");
    run.well("par/c/do_c");
    assert_eq!(run.output("after"), json!({ "out": { "a": "succeeded", "b": "failed", "c": "succeeded" } }));
}

#[test]
fn with_any_the_first_success_wins() {
    let mut run = Run::new(&block("      join: any\n"), json!({}));
    run.badly("par/a/do_a");
    assert!(run.last.cancel.is_empty());
    run.well("par/c/do_c");
    assert_eq!(run.last.cancel, [StepPath::from("par/b/do_b")]);
    run.badly("par/b/do_b");
    assert_eq!(run.output("after"), json!({ "out": { "a": "failed", "b": "cancelled", "c": "succeeded" } }));
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn with_any_the_block_fails_when_every_branch_did() {
    let mut run = Run::new(&block("      join: any\n"), json!({}));
    for path in ["par/c/do_c", "par/a/do_a", "par/b/do_b"] {
        run.badly(path);
    }
    assert_eq!(run.ended(), ("failed", "A002 par/a/do_a".to_owned()));
}

const NEEDS: &str = "steps:\n  - id: par\n    parallel:\n      fail: collect\n      branches:\n        - id: last\n          needs: [one, two]\n          steps:\n            - id: sum\n              use: act@1\n              with: { a: \"${{ steps.first.output.at }}\" }\n        - id: one\n          steps:\n            - id: first\n              use: act@1\n        - id: two\n          steps:\n            - id: second\n              use: act@1\n        - id: behind\n          needs: [last]\n          steps:\n            - id: end\n              use: act@1\n";

#[test]
fn a_branch_begins_when_what_it_needs_has_succeeded_and_sees_it() {
    let mut run = Run::new(NEEDS, json!({}));
    assert_eq!(run.started(), ["par/one/first", "par/two/second"]);
    run.well("par/two/second");
    assert!(run.last.start.is_empty());
    run.well("par/one/first");
    assert_eq!(run.call().request.value, json!({ "a": "par/one/first" }).into());
    run.well("par/last/sum");
    assert_eq!(run.started(), ["par/behind/end"]);
    run.well("par/behind/end");
    assert_eq!(run.ended().0, "succeeded");
}

#[test]
fn a_branch_whose_need_did_not_succeed_is_skipped_and_so_is_what_needs_it() {
    let mut run = Run::new(NEEDS, json!({}));
    run.badly("par/one/first");
    run.well("par/two/second");
    let expected = json!({ "branches": { "last": "skipped", "one": "failed", "two": "succeeded", "behind": "skipped" } });
    assert_eq!(run.output("par"), expected);
}

#[test]
fn a_block_with_on_error_goes_on_behind_a_failed_branch() {
    let text = block("").replace("  - id: after\n    set: { out: \"${{ steps.par.output.branches }}\" }\n", "    on_error:\n      - id: tell\n        use: act@1\n        with: { m: \"${{ error.message }} at ${{ error.step }}\" }\n  - id: after\n    set: { a: 1 }\n");
    let mut run = Run::new(&text, json!({}));
    for path in ["par/a/do_a", "par/b/do_b"] {
        run.well(path);
    }
    run.badly("par/c/do_c");
    assert_eq!(run.call().path.as_str(), "par/error/tell");
    assert_eq!(run.call().request.value, json!({ "m": "no par/c/do_c at par/c/do_c" }).into());
    run.well("par/error/tell");
    assert_eq!((run.status("after"), run.ended().0), (StepStatus::Succeeded, "succeeded"));
}
