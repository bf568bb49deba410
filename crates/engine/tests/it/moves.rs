//! The table of legal moves, whole.

use std::collections::BTreeSet;

use cauce_engine::state::{KINDS, legal};
use cauce_model::StepStatus as S;

const STATUSES: [S; 8] =
    [S::Pending, S::Running, S::Waiting, S::Retrying, S::Held, S::Succeeded, S::Failed, S::Skipped];

/// The moves of the table: `pending --Started--> running`.
fn table() -> BTreeSet<String> {
    let mut moves = BTreeSet::new();
    for from in STATUSES {
        for kind in KINDS {
            if let Some(to) = legal(from, kind) {
                moves.insert(format!("{from:?} --{kind:?}--> {to:?}"));
            }
        }
    }
    moves
}

/// The moves that the page draws for a step: its first diagram.
fn drawn() -> BTreeSet<String> {
    let page = include_str!("../../../../docs/state-machine.md");
    let diagram =
        page.split("```mermaid").nth(1).and_then(|rest| rest.split("```").next()).expect("a diagram");
    let capital = |word: &str| {
        let mut chars = word.trim().chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    let mut moves = BTreeSet::new();
    for line in diagram.lines().filter(|line| !line.contains("[*]")) {
        let Some((from, rest)) = line.split_once("-->") else { continue };
        let (to, kinds) = rest.split_once(':').expect("an arrow says why");
        for kind in kinds.split(',') {
            moves.insert(format!("{} --{}--> {}", capital(from), kind.trim(), capital(to)));
        }
    }
    moves
}

#[test]
fn the_table_is_the_one_drawn_in_the_state_machine_page() {
    insta::assert_snapshot!(table().into_iter().collect::<Vec<_>>().join("\n"));
    let (table, drawn) = (table(), drawn());
    let missing: Vec<_> = table.difference(&drawn).collect();
    let wrong: Vec<_> = drawn.difference(&table).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "docs/state-machine.md lacks {missing:?} and should not draw {wrong:?}"
    );
}

#[test]
fn nothing_follows_the_end_of_a_step() {
    for from in [S::Succeeded, S::Failed, S::Skipped] {
        for kind in KINDS {
            assert_eq!(legal(from, kind), None, "{from:?} {kind:?}");
        }
    }
}
