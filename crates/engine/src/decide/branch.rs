//! The walk at a step that takes one of several ways: `if` and `switch`.

use cauce_model::{Time, What};
use serde_json::{Value, json};

use super::walk::{At, Walk, Way};
use crate::expr::{EvalError, Expr, Fuel, equal};
use crate::plan::{PlanCase, PlanTest, StepIx};

impl Walk<'_> {
    pub(super) fn branch(
        &mut self,
        at: &At<'_>,
        condition: &Expr,
        (then, otherwise): (&[StepIx], &[StepIx]),
        basis: Time,
    ) -> Way {
        if self.is_fresh(at) {
            let answer = condition.truth(&self.here(at, basis), &mut Fuel::default());
            match answer {
                Ok(yes) => self.enter(at, if yes { "then" } else { "else" }),
                Err(error) => return self.fails(at, &error, basis),
            }
        }
        let branch = self.branch_taken(at);
        let steps = if branch == "then" { then } else { otherwise };
        self.within(at, steps, json!({ "branch": branch }), basis)
    }

    pub(super) fn switch(
        &mut self,
        at: &At<'_>,
        value: Option<&Expr>,
        (cases, otherwise): (&[PlanCase], Option<&[StepIx]>),
        basis: Time,
    ) -> Way {
        if self.is_fresh(at) {
            match self.choose(at, value, cases, basis) {
                Ok(Some(place)) => self.enter(at, &(place + 1).to_string()),
                Ok(None) => self.enter(at, if otherwise.is_some() { "else" } else { "" }),
                Err(error) => return self.fails(at, &error, basis),
            }
        }
        let branch = self.branch_taken(at);
        let number = branch.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let steps = match number {
            Some(place) => cases.get(place).map(|case| case.steps.as_slice()),
            None if branch == "else" => otherwise,
            None => None,
        };
        let case = if branch.is_empty() { Value::Null } else { Value::from(branch) };
        self.within(at, steps.unwrap_or_default(), json!({ "case": case }), basis)
    }

    /// The place of the first case that fits.
    fn choose(
        &self,
        at: &At<'_>,
        value: Option<&Expr>,
        cases: &[PlanCase],
        basis: Time,
    ) -> Result<Option<usize>, EvalError> {
        let scope = self.here(at, basis);
        let value = value.map(|expr| expr.eval(&scope, &mut Fuel::default())).transpose()?;
        for (place, case) in cases.iter().enumerate() {
            let fits = match &case.test {
                PlanTest::When(condition) => condition.truth(&scope, &mut Fuel::default())?,
                PlanTest::Equals(form) => {
                    let wanted = form.render(&scope, &mut Vec::new()).map_err(|wrong| wrong.error)?;
                    value.as_ref().is_some_and(|value| equal(value, &wanted))
                }
            };
            if fits {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    pub(super) fn enter(&mut self, at: &At<'_>, branch: &str) {
        self.record(&at.path, What::Entered { branch: branch.to_owned() });
    }

    fn branch_taken(&self, at: &At<'_>) -> String {
        self.step(at).branch.clone().unwrap_or_default()
    }

    fn within(&mut self, at: &At<'_>, steps: &[StepIx], output: Value, basis: Time) -> Way {
        match self.sequence(steps, basis) {
            Way::Failed(cause) => self.block_fails(at, cause, basis),
            way @ (Way::On(_) | Way::Stopped { .. }) => {
                self.record(&at.path, What::Succeeded { output: output.into() });
                way
            }
            Way::Blocked => Way::Blocked,
        }
    }
}
