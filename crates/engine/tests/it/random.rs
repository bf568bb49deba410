//! Random flows with random answers: the run always ends, every move is legal, and a process that was not there decides
//! the same.

use cauce_engine::{State, compact, decide};
use cauce_model::{Entry, What};
use proptest::prelude::*;

use crate::shapes::{Driver, Written, shapes};
use crate::world::{at, plan, problems};

const END: &str = "on_error:\n  - id: tell\n    use: act@1\nfinally:\n  - id: tidy\n    use: act@1\n";

/// What two decisions have in common when one knows more of what can be computed again.
fn wishes(state: &State, plan: &cauce_engine::Plan) -> (Vec<(String, cauce_model::Rendered)>, bool) {
    let decision = decide(plan, state, at(0));
    let mut asked: Vec<_> =
        decision.start.into_iter().map(|call| (call.path.to_string(), call.request)).collect();
    asked.sort_by(|left, right| left.0.cmp(&right.0));
    (asked, decision.finish)
}

/// Entries that a decision makes by itself, and the next process would make again.
fn is_computed(entry: &Entry) -> bool {
    matches!(
        entry.what,
        What::Started { .. }
            | What::Entered { .. }
            | What::Fetched { .. }
            | What::Skipped
            | What::PassDone { .. }
            | What::Collected { .. }
            | What::BranchDone { .. }
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_run_always_ends_after_finally_and_every_move_is_legal(shapes in shapes(), bits in any::<u32>(), order in any::<u32>()) {
        let mut written = Written::new(&shapes);
        prop_assume!(written.bits <= 30 && written.races.len() <= 30);
        written.text.push_str(END);
        prop_assume!(problems(&written.text).iter().all(|problem| !problem.is_error()));
        let plan = plan(&written.text);
        let mut driver = Driver::new(&plan, &written, bits, order);
        driver.run();
        let end = driver.state.end.as_ref().expect("an end");
        let tidied = driver.state.step(&cauce_model::StepPath::from("finally/tidy"));
        prop_assert!(tidied.is_some_and(cauce_engine::state::StepState::is_over), "{}", written.text);
        let told = driver.state.step(&cauce_model::StepPath::from("on_error/tell")).is_some();
        prop_assert_eq!(told, end.status == cauce_model::RunStatus::Failed);
        let record = driver.state.record(&plan);
        prop_assert!(record.steps.iter().all(|step| step.finished_at.is_some() || step.status == cauce_model::StepStatus::Skipped));
    }

    #[test]
    fn a_process_that_was_not_there_decides_the_same(shapes in shapes(), bits in any::<u32>(), order in any::<u32>(), cut in any::<prop::sample::Index>()) {
        let mut written = Written::new(&shapes);
        prop_assume!(written.bits <= 30 && written.races.len() <= 30);
        written.text.push_str(END);
        prop_assume!(problems(&written.text).iter().all(|problem| !problem.is_error()));
        let plan = plan(&written.text);
        let mut driver = Driver::new(&plan, &written, bits, order);
        driver.run();
        let entries = &driver.entries[..cut.index(driver.entries.len())];
        let full = State::recover(driver.state.start.clone(), entries).expect("legal entries");

        // What stands for all entries knows as much as they do.
        let text = serde_json::to_string(&compact(&full, at(0)).expect("a state")).expect("JSON");
        let saved = State::recover(driver.state.start.clone(), &[serde_json::from_str(&text).expect("an entry")]);
        prop_assert_eq!(saved.as_ref(), Ok(&full));

        // What can be computed again may be lost at the end.
        let lost = entries.iter().rev().take_while(|entry| is_computed(entry)).count();
        let kept = State::recover(driver.state.start.clone(), &entries[..entries.len() - lost]).expect("legal entries");
        prop_assert_eq!(wishes(&kept, &plan), wishes(&full, &plan), "{}\n{:#?}", written.text, entries);
        prop_assert_eq!(decide(&plan, &full, at(7)), decide(&plan, &full, at(7)));
    }
}
