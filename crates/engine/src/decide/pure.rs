//! The walk at a step that needs nobody: `set` and `stop`.

use cauce_model::workflow::StopOutcome;
use cauce_model::{Time, What};
use serde_json::json;

use super::walk::{At, Walk, Way};
use crate::expr::{Fuel, Template};
use crate::plan::Form;

impl Walk<'_> {
    pub(super) fn compute(&mut self, at: &At<'_>, form: &Form, basis: Time) -> Way {
        let rendered = form.render(&self.here(at, basis), &mut Vec::new());
        match rendered {
            Ok(output) => self.record(&at.path, What::Succeeded { output: output.into() }),
            Err(wrong) => self.fail(at, &wrong.error),
        }
        self.behind(at, basis)
    }

    pub(super) fn stop(
        &mut self,
        at: &At<'_>,
        reason: Option<&Template>,
        outcome: StopOutcome,
        basis: Time,
    ) -> Way {
        let rendered = match reason {
            None => Ok(None),
            Some(template) => template.render(&self.here(at, basis), &mut Fuel::default()).map(Some),
        };
        match rendered {
            Ok(reason) => {
                let reason =
                    reason.map(|value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned));
                self.record(&at.path, What::Succeeded { output: json!({ "reason": reason }).into() });
                Way::Stopped { outcome, reason }
            }
            Err(error) => self.fails(at, &error, basis),
        }
    }
}
