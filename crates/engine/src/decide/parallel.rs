//! The walk at a `parallel`: several branches at once, and how they come together.

use std::collections::BTreeMap;

use cauce_model::workflow::{FailMode, Join};
use cauce_model::{BranchStatus, RunError, Time, What};
use serde_json::{Map, Value, json};

use super::walk::{At, Walk, Way};
use crate::plan::{PlanBranch, PlanParallel};
use crate::state::Branch;

/// What the branches that are over say about the block.
enum Verdict {
    /// Nothing yet.
    Open,
    /// It succeeds; what is left is cut off.
    Enough,
    /// It fails; what is left is cut off.
    Lost(RunError),
}

type Over = BTreeMap<String, Branch>;

impl Walk<'_> {
    pub(super) fn parallel(&mut self, at: &At<'_>, parallel: &PlanParallel, basis: Time) -> Way {
        if self.is_fresh(at) {
            self.enter(at, "");
        }
        let mut walked = vec![false; parallel.branches.len()];
        loop {
            match verdict(parallel, &self.over(at)) {
                Verdict::Open => {}
                Verdict::Enough => return self.settle_block(at, parallel, None, basis),
                Verdict::Lost(cause) => return self.settle_block(at, parallel, Some(cause), basis),
            }
            let Some(number) = self.next_branch(at, parallel, &walked) else { return Way::Blocked };
            if let (Some(branch), Some(walked)) = (parallel.branches.get(number), walked.get_mut(number)) {
                *walked = true;
                if let Some(stopped) = self.walk_branch(at, parallel, branch, basis) {
                    return stopped;
                }
            }
        }
    }

    fn over(&self, at: &At<'_>) -> Over {
        self.step(at).detail.branches().cloned().unwrap_or_default()
    }

    /// The first branch that can go on and was not walked yet.
    fn next_branch(&self, at: &At<'_>, parallel: &PlanParallel, walked: &[bool]) -> Option<usize> {
        let over = self.over(at);
        let is_over = |number: &usize| {
            parallel.branches.get(*number).is_some_and(|branch| over.contains_key(&branch.id))
        };
        (0..parallel.branches.len()).find(|number| {
            let needs = parallel.branches.get(*number).map_or(&[][..], |branch| &branch.needs);
            !walked.get(*number).copied().unwrap_or(true) && !is_over(number) && needs.iter().all(is_over)
        })
    }

    /// Walks a branch whose needs are over. Something: the run ends.
    fn walk_branch(
        &mut self,
        at: &At<'_>,
        parallel: &PlanParallel,
        branch: &PlanBranch,
        basis: Time,
    ) -> Option<Way> {
        let over = self.over(at);
        let needs = || branch.needs.iter().filter_map(|need| parallel.branches.get(*need));
        let fulfilled =
            needs().all(|need| over.get(&need.id).is_some_and(|need| need.status == BranchStatus::Succeeded));
        if !fulfilled {
            self.end_branch(at, branch, BranchStatus::Skipped, None);
            return None;
        }
        let basis =
            needs().fold(basis, |basis, need| self.latest_below(&format!("{}/{}/", at.path, need.id), basis));
        match self.sequence(&branch.steps, basis) {
            Way::On(_) => self.end_branch(at, branch, BranchStatus::Succeeded, None),
            Way::Failed(error) => self.end_branch(at, branch, BranchStatus::Failed, Some(error)),
            Way::Blocked => {}
            stopped @ Way::Stopped { .. } => return Some(stopped),
        }
        None
    }

    fn end_branch(
        &mut self,
        at: &At<'_>,
        branch: &PlanBranch,
        status: BranchStatus,
        error: Option<RunError>,
    ) {
        self.record(&at.path, What::BranchDone { branch: branch.id.clone(), status, error });
    }

    /// Cuts off the branches that are left, then ends the block.
    fn settle_block(
        &mut self,
        at: &At<'_>,
        parallel: &PlanParallel,
        cause: Option<RunError>,
        basis: Time,
    ) -> Way {
        let over = self.over(at);
        let mut flies = false;
        for branch in parallel.branches.iter().filter(|branch| !over.contains_key(&branch.id)) {
            if self.cut(&format!("{}/{}/", at.path, branch.id)) {
                flies = true;
            } else {
                self.end_branch(at, branch, BranchStatus::Cancelled, None);
            }
        }
        if flies {
            return Way::Blocked;
        }
        if let Some(cause) = cause {
            return self.block_fails(at, cause, basis);
        }
        let over = self.over(at);
        let statuses = parallel
            .branches
            .iter()
            .filter_map(|branch| Some((branch.id.clone(), Value::from(over.get(&branch.id)?.status.word()))));
        let statuses: Map<String, Value> = statuses.collect();
        self.record(&at.path, What::Succeeded { output: json!({ "branches": statuses }).into() });
        self.behind(at, basis)
    }
}

fn verdict(parallel: &PlanParallel, over: &Over) -> Verdict {
    let all = parallel.branches.iter().all(|branch| over.contains_key(&branch.id));
    let failed = parallel.branches.iter().filter_map(|branch| over.get(&branch.id)?.error.clone()).next();
    match (parallel.join, parallel.fail) {
        (Join::Any, _) if over.values().any(|branch| branch.status == BranchStatus::Succeeded) => {
            Verdict::Enough
        }
        (Join::Any, _) if all => failed.map_or(Verdict::Enough, Verdict::Lost),
        (Join::All, FailMode::Fast) if failed.is_some() => failed.map_or(Verdict::Open, Verdict::Lost),
        (Join::All, _) if all => Verdict::Enough,
        _ => Verdict::Open,
    }
}
