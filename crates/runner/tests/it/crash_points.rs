//! The exhaustive small mode: one run of each flow, and a crash at every point there is. On one node the next process
//! takes over, on two the other one.

use std::collections::BTreeMap;

use crate::sim::flows::FLOWS;
use crate::sim::seeds;
use crate::sim::setup::Setup;
use crate::sim::simulation::simulate;
use crate::sim::weather::NetworkFate;
use crate::sim::world::{MOMENTS, Point};

/// What becomes of the first effects of a run: well, refused, and in doubt.
const SCRIPTS: [&[NetworkFate]; 4] = [
    &[],
    &[NetworkFate::Busy, NetworkFate::Answered, NetworkFate::Unreached],
    &[NetworkFate::Answered, NetworkFate::LostBack, NetworkFate::Reset { arrives: true }],
    &[NetworkFate::Missing, NetworkFate::Doubled],
];

/// Every setup that crashes once, where the calm one goes.
fn crashing(calm: &Setup) -> Vec<Setup> {
    let outcome = simulate(calm.clone());
    assert!(outcome.broken.is_none(), "{}", seeds::tell(calm.clone()));
    let commits = (1..=outcome.commits).map(Point::Commit);
    let effects = (1..=outcome.effects).map(Point::Effect);
    let points: Vec<Point> = commits.chain(effects).collect();
    let crashes = points.into_iter().flat_map(|point| MOMENTS.map(|moment| (point, moment)));
    crashes.map(|crash| Setup { crashes: BTreeMap::from([crash]), ..calm.clone() }).collect()
}

#[test]
fn a_crash_around_any_commit_or_effect_of_any_flow_breaks_no_promise() {
    let mut crashed = 0;
    for flow in FLOWS.iter() {
        for (script, nodes) in SCRIPTS.map(|script| (script, 1)).into_iter().chain([(SCRIPTS[0], 2)]) {
            let calm = Setup { script: script.to_vec(), nodes, ..Setup::one(flow.id) };
            let setups = crashing(&calm);
            let count = u64::try_from(setups.len()).unwrap();
            let report = seeds::run(0, count, |number| setups[usize::try_from(number).unwrap()].clone());
            if let Some((number, _)) = report.broken {
                let setup = &setups[usize::try_from(number).unwrap()];
                panic!("{}, {script:?}, {:?}\n{}", flow.id, setup.crashes, seeds::tell(setup.clone()));
            }
            // What happens after the storm has no crash, and an effect without an answer no moment after it was heard.
            assert!(report.seen.crashes * 2 >= count, "{}: {} of {count}", flow.id, report.seen.crashes);
            crashed += report.seen.crashes;
        }
    }
    println!("{crashed} crashes");
    assert!(crashed > 2000, "{crashed} crashes");
}
