//! What a step rests on: every step before it in its sequence and around it, and what its branch needs.

use cauce_model::StepPath;

use super::{Lane, Plan, PlanVerb, StepIx, path};

/// Whether what happens at `call` rests on what happened at `entry`; both are paths of one run.
///
/// It does when `entry` stands before `call` in its sequence, around it, in a branch that its branch needs, or in a list
/// that led to the one it stands in. It does not across the passes of a `for_each`, nor across branches; a pass of a
/// `repeat` rests on those before it, which were not enough. What happened to the run itself carries everything.
#[must_use]
pub fn rests_on(plan: &Plan, call: &StepPath, entry: &StepPath) -> bool {
    if entry.as_str().is_empty() {
        return true;
    }
    let (Some(call), Some(entry)) = (way_to(plan, call), way_to(plan, entry)) else { return true };
    for (here, there) in call.iter().zip(&entry) {
        if here.list != there.list {
            return comes_after(plan, here.list, there.list);
        }
        if here.pass != there.pass {
            return there.pass < here.pass && here.list.0.is_some_and(|ix| is_repeat(plan, ix));
        }
        if here.place != there.place {
            return there.place < here.place;
        }
    }
    // One stands around the other: what is around carries what is inside, and never the other way round.
    entry.len() <= call.len()
}

/// A list on the way to a step.
struct Level {
    list: (Option<StepIx>, Lane),
    pass: Option<u64>,
    place: usize,
}

/// The lists on the way to a step, the outermost first.
fn way_to(plan: &Plan, path: &StepPath) -> Option<Vec<Level>> {
    let mut passes = path::passes(path.as_str()).map(|(_, index)| index).rev();
    let mut levels = Vec::new();
    let mut next = Some(plan.ix_by_path(path.as_str())?);
    while let Some(ix) = next {
        let seat = plan.step(ix).seat;
        let pass = if seat.lane == Lane::Pass { passes.next() } else { None };
        levels.push(Level { list: (seat.around, seat.lane), pass, place: seat.place });
        next = seat.around;
    }
    levels.reverse();
    Some(levels)
}

/// Whether one list of a step, or of the workflow, begins only after the other.
fn comes_after(
    plan: &Plan,
    (around, here): (Option<StepIx>, Lane),
    (_, there): (Option<StepIx>, Lane),
) -> bool {
    match (here, there) {
        (Lane::Error | Lane::Timeout, _) | (Lane::Trouble | Lane::Finally, Lane::Main) => true,
        (Lane::Finally, Lane::Trouble) => true,
        (Lane::Branch(here), Lane::Branch(there)) => around.is_some_and(|ix| needs(plan, ix, here, there)),
        _ => false,
    }
}

fn is_repeat(plan: &Plan, ix: StepIx) -> bool {
    matches!(plan.step(ix).verb, PlanVerb::Repeat(_))
}

/// Whether branch `here` needs branch `there`, by others or itself.
fn needs(plan: &Plan, block: StepIx, here: usize, there: usize) -> bool {
    let PlanVerb::Parallel(parallel) = &plan.step(block).verb else { return false };
    let mut open = vec![here];
    let mut seen = vec![false; parallel.branches.len()];
    while let Some(branch) = open.pop() {
        for need in parallel.branches.get(branch).map(|branch| branch.needs.as_slice()).unwrap_or_default() {
            if *need == there {
                return true;
            }
            if let Some(first @ false) = seen.get_mut(*need) {
                *first = true;
                open.push(*need);
            }
        }
    }
    false
}
