//! The analysis of what may be missing against brute force over every execution of small random flows.

use cauce_model::{StepPath, StepStatus};
use proptest::prelude::*;

use crate::shapes::{Driver, Written, shapes};
use crate::world::{plan, problems};

/// Whether some way leads to the last step with the output of `wanted` missing, by going all of them; nothing where none
/// leads there.
fn can_be_missing(written: &Written, wanted: usize) -> Option<bool> {
    let plan = plan(&written.text);
    let step = plan.by_id(&format!("s{wanted}")).expect("a step");
    let mut reached = false;
    for bits in 0_u32..1 << written.bits {
        for order in 0_u32..1 << written.races.len() {
            let mut driver = Driver::new(&plan, written, bits, order);
            driver.run();
            if driver.state.status(&StepPath::from("probe")) == StepStatus::Succeeded {
                reached = true;
                if driver.state.step(&step.path).is_none_or(|step| step.output.is_none()) {
                    return Some(true);
                }
            }
        }
    }
    reached.then_some(false)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_may_be_missing_is_exactly_what_some_execution_misses(shapes in shapes(), pick in any::<prop::sample::Index>()) {
        let mut written = Written::new(&shapes);
        prop_assume!(written.bits + written.races.len() <= 7 && written.steps <= 12);
        let wanted = pick.index(written.steps);
        let body = written.text.clone();
        written.text = format!("{body}  - id: probe\n    set: {{ y: 1 }}\n");
        prop_assume!(problems(&written.text).iter().all(|problem| !problem.is_error()));
        let Some(missing) = can_be_missing(&written, wanted) else { return Ok(()) };
        let asks = format!("{body}  - id: probe\n    set: {{ y: \"${{{{ steps.s{wanted}.output }}}}\" }}\n");
        let complains = problems(&asks).iter().any(|problem| problem.code == "W111" || problem.code == "W110");
        prop_assert_eq!(complains, missing, "{}", asks);
    }
}
