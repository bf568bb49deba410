//! Steps that hold other steps.

use cauce_model::workflow::{Branch, Case, CaseTest, FailMode, ForEach, Join, Step, Text};

use super::Compiler;
use crate::plan::references::Reader;
use crate::plan::{
    Lane, PlanBranch, PlanCase, PlanForEach, PlanParallel, PlanRepeat, PlanTest, PlanVerb, StepIx,
};

impl Compiler<'_> {
    pub(super) fn branch(
        &mut self,
        condition: &Text,
        then: &[Step],
        otherwise: Option<&[Step]>,
        (ix, path): (StepIx, &str),
    ) -> PlanVerb {
        PlanVerb::If {
            condition: self.bare(condition),
            then: self.sequence(then, &format!("{path}/then/"), Some(ix), Lane::Then),
            otherwise: otherwise
                .map(|steps| self.sequence(steps, &format!("{path}/else/"), Some(ix), Lane::Else))
                .unwrap_or_default(),
        }
    }

    pub(super) fn switch(
        &mut self,
        value: Option<&Text>,
        cases: &[Case],
        otherwise: Option<&[Step]>,
        (ix, path): (StepIx, &str),
    ) -> PlanVerb {
        let value = value.map(|text| self.bare(text));
        // What decides stands around the ways, so it is read before them.
        let tests: Vec<_> = cases.iter().map(|case| self.test(&case.test)).collect();
        let cases = tests.into_iter().zip(cases).enumerate().map(|(place, (test, case))| {
            let number = place + 1;
            let below = format!("{path}/{number}/");
            PlanCase { test, steps: self.sequence(&case.steps, &below, Some(ix), Lane::Case(number)) }
        });
        let cases = cases.collect();
        let otherwise =
            otherwise.map(|steps| self.sequence(steps, &format!("{path}/else/"), Some(ix), Lane::Else));
        PlanVerb::Switch { value, cases, otherwise }
    }

    fn test(&mut self, test: &CaseTest) -> PlanTest {
        match test {
            CaseTest::When(text) => PlanTest::When(self.bare(text)),
            CaseTest::Equals(tree) => PlanTest::Equals(self.form(tree)),
        }
    }

    pub(super) fn for_each(&mut self, each: &ForEach, (ix, path): (StepIx, &str)) -> PlanVerb {
        let items = self.bare(&each.items);
        let names = self.names.len();
        self.names.extend(each.name.clone());
        let steps = self.sequence(&each.steps, &format!("{path}[]/"), Some(ix), Lane::Pass);
        let outer = std::mem::replace(&mut self.reader, Reader::Turn(ix));
        let collect = each.collect.as_ref().map(|text| self.bare(text));
        self.reader = outer;
        self.names.truncate(names);
        PlanVerb::ForEach(Box::new(PlanForEach {
            items,
            name: each.name.clone(),
            parallel: usize::try_from(each.parallel.max(1)).unwrap_or(1),
            collect,
            on_item_error: each.on_item_error,
            steps,
        }))
    }

    pub(super) fn repeat(
        &mut self,
        until: &Text,
        (max, every): (u32, Option<std::time::Duration>),
        steps: &[Step],
        (ix, path): (StepIx, &str),
    ) -> PlanVerb {
        let steps = self.sequence(steps, &format!("{path}[]/"), Some(ix), Lane::Pass);
        let outer = std::mem::replace(&mut self.reader, Reader::Turn(ix));
        let until = self.bare(until);
        self.reader = outer;
        PlanVerb::Repeat(Box::new(PlanRepeat { until, max: u64::from(max), every, steps }))
    }

    pub(super) fn parallel(
        &mut self,
        branches: &[Branch],
        (join, fail): (Join, FailMode),
        (ix, path): (StepIx, &str),
    ) -> PlanVerb {
        let place = |need: &Text| branches.iter().position(|branch| branch.id == need.text);
        let compiled = branches.iter().enumerate().map(|(number, branch)| PlanBranch {
            id: branch.id.clone(),
            needs: branch.needs.iter().filter_map(place).collect(),
            steps: self.sequence(
                &branch.steps,
                &format!("{path}/{}/", branch.id),
                Some(ix),
                Lane::Branch(number),
            ),
        });
        PlanVerb::Parallel(PlanParallel { branches: compiled.collect(), join, fail })
    }
}
