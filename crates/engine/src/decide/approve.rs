//! The walk at an `approve`: people are asked, and answer or not.

use cauce_model::{StepError, Time, What};
use serde_json::{Value, json};

use super::failing::{engine_error, step_error};
use super::walk::{At, Walk, Way};
use crate::expr::Fuel;
use crate::plan::PlanApprove;
use crate::state::Detail;

impl Walk<'_> {
    pub(super) fn approve(&mut self, at: &At<'_>, approve: &PlanApprove, basis: Time) -> Way {
        if self.is_fresh(at) {
            match self.asked(at, approve, basis) {
                Ok(to) => {
                    let deadline = approve.timeout.map(|span| basis.after(span));
                    self.record(&at.path, What::Asked { to, form: approve.form.clone(), deadline });
                }
                Err(error) => {
                    self.fail_with(at, error);
                    return self.behind(at, basis);
                }
            }
        }
        if let Some(way) = self.still_waits(at) {
            return way;
        }
        let step = self.step(at);
        let output = match &step.detail {
            Detail::Decided { decision, by, form } => {
                json!({ "decision": decision.word(), "by": by, "at": step.basis, "form": form })
            }
            _ => json!({ "decision": "timed_out", "by": null, "at": step.basis, "form": null }),
        };
        drop(step);
        self.record(&at.path, What::Succeeded { output: output.into() });
        self.behind_wait(at, basis)
    }

    /// The addresses of those who are asked. A template may give one text or a list of them.
    fn asked(&self, at: &At<'_>, approve: &PlanApprove, basis: Time) -> Result<Vec<String>, StepError> {
        let scope = self.here(at, basis);
        let mut to = Vec::new();
        for template in &approve.to {
            let value = template.render(&scope, &mut Fuel::default()).map_err(|error| step_error(&error))?;
            let addresses = match value {
                Value::Array(addresses) => addresses,
                one => vec![one],
            };
            for address in addresses {
                match address {
                    Value::String(text) if !text.trim().is_empty() => to.push(text.trim().to_owned()),
                    _ => return Err(nobody()),
                }
            }
        }
        if to.is_empty() { Err(nobody()) } else { Ok(to) }
    }
}

fn nobody() -> StepError {
    let message = "`to` must give the addresses of the people who are asked".to_owned();
    engine_error("E006", message, Some("write one address, or a list of them"))
}
