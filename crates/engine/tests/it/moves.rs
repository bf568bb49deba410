//! The table of legal moves, whole.

use cauce_engine::state::{KINDS, legal};
use cauce_model::StepStatus as S;

const STATUSES: [S; 8] =
    [S::Pending, S::Running, S::Waiting, S::Retrying, S::Held, S::Succeeded, S::Failed, S::Skipped];

#[test]
fn the_table_is_the_one_drawn_in_the_state_machine_page() {
    let mut rows = Vec::new();
    for from in STATUSES {
        for kind in KINDS {
            if let Some(to) = legal(from, kind) {
                rows.push(format!("{from:?} --{kind:?}--> {to:?}"));
            }
        }
    }
    insta::assert_snapshot!(rows.join("\n"));
    let page = include_str!("../../../../docs/state-machine.md");
    for row in rows {
        let (from, rest) = row.split_once(" --").expect("a row");
        let (kind, to) = rest.split_once("--> ").expect("a row");
        let drawn = format!("{from} --> {to}: {kind}");
        assert!(page.contains(&drawn), "`docs/state-machine.md` does not draw `{drawn}`");
    }
}

#[test]
fn nothing_follows_the_end_of_a_step() {
    for from in [S::Succeeded, S::Failed, S::Skipped] {
        for kind in KINDS {
            assert_eq!(legal(from, kind), None, "{from:?} {kind:?}");
        }
    }
}
