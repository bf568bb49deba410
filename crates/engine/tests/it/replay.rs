//! The same history decides the same, however much of what can be computed again was lost.

use cauce_engine::{State, decide};
use cauce_model::{Failure, What};
use proptest::prelude::*;
use serde_json::json;

use crate::world::{Run, at};

const FLOW: &str = "vars: { wait: 90s }
steps:
  - id: first
    set: { stamp: \"${{ now() }}\", dice: \"${{ random() }}\", id: \"${{ uuid() }}\" }
  - id: call
    use: act@1
    with: { id: \"${{ steps.first.output.id }}\", dice: \"${{ steps.first.output.dice }}\" }
    on_error: continue
  - id: gate
    if: steps.call.status == \"succeeded\"
    then:
      - id: pause
        wait: ${{ vars.wait }}
      - id: second
        use: act@1
        with: { at: \"${{ now() }}\", before: \"${{ steps.first.output }}\" }
    else:
      - stop: { reason: it failed }
outputs:
  end: ${{ now() }}
";

/// A whole run: `answers` say whether each attempt succeeds.
fn history(answers: &[bool]) -> Run {
    let mut run = Run::new(FLOW, json!({ "name": "Ada" }));
    for answer in answers {
        while run.state.end.is_none() && run.last.start.is_empty() {
            let Some(due) = run.last.wake_at else { return run };
            run.now = due;
            run.decide();
        }
        if run.state.end.is_some() {
            return run;
        }
        run.answer(if *answer { Ok(json!({ "ok": true })) } else { Err(Failure::transient("A001", "busy")) });
    }
    run
}

/// What a recovery can compute again: it may never have been written.
fn is_pure(run: &Run, index: usize) -> bool {
    let entry = &run.entries[index];
    let attempts = run.plan.by_path(&entry.path).is_some_and(|step| step.verb.key() == "use");
    match &entry.what {
        What::Started { .. } | What::Entered { .. } | What::Skipped => true,
        What::Succeeded { .. } => !attempts,
        _ => false,
    }
}

proptest! {
    #[test]
    fn losing_what_can_be_computed_again_changes_nothing(
        answers in prop::collection::vec(any::<bool>(), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let run = history(&answers);
        let durable = run.entries.len().min(cut.index(run.entries.len() + 1));
        // The journal keeps whole prefixes, except that what nobody rests on may be lost at its end.
        let mut kept: Vec<_> = run.entries[..durable].to_vec();
        while !kept.is_empty() && is_pure(&run, kept.len() - 1) {
            kept.pop();
        }
        let state = State::recover(run.state.start.clone(), &kept).expect("legal entries");
        let full = State::recover(run.state.start.clone(), &run.entries[..durable]).expect("legal entries");
        let (from_kept, from_full) = (decide(&run.plan, &state, at(500)), decide(&run.plan, &full, at(500)));
        let requests = |decision: &cauce_engine::Decision| decision.start.iter().map(|call| call.request.clone()).collect::<Vec<_>>();
        prop_assert_eq!(requests(&from_kept), requests(&from_full));
        prop_assert_eq!(from_kept.wake_at, from_full.wake_at);
        prop_assert_eq!(from_kept.finish, from_full.finish);
    }

    #[test]
    fn one_state_decides_the_same_a_hundred_times(answers in prop::collection::vec(any::<bool>(), 0..8)) {
        let run = history(&answers);
        let state = run.recovered();
        let first = decide(&run.plan, &state, at(77));
        for _ in 0..100 {
            prop_assert_eq!(&decide(&run.plan, &state, at(77)), &first);
        }
    }
}
