//! Steps that call an action.

use cauce_model::workflow::{Step, Text, Tree};
use cauce_model::{Effect, Problem, pointer_to};
use serde_json::Value;

use super::{Compiler, DEFAULT_TIMEOUT};
use crate::near::did_you_mean;
use crate::plan::{PlanUse, PlanVerb};

impl Compiler<'_> {
    pub(super) fn action(&mut self, step: &Step, action: &Text, with: &Tree) -> PlanVerb {
        let catalog = self.catalog;
        match catalog.action(&action.text) {
            None => self.unknown("W102", "action", action, &catalog.action_names()),
            Some(spec) => {
                self.inputs(&spec.input, with);
                if spec.effect == Effect::Unkeyed && step.effect.is_none() {
                    self.problems.push(
                        Problem::warning(
                            "W107",
                            &step.at,
                            format!("`{}` may be repeated after a crash: `{}` cannot recognise a second call", step.id, action.text),
                        )
                        .hint("write `effect: repeat` if twice is better than not at all, `effect: once` if not"),
                    );
                }
            }
        }
        let defaults = &self.workflow.defaults;
        let retry = step.retry.as_ref().or(defaults.retry.as_ref()).map(Into::into).unwrap_or_default();
        let timeout = step.timeout.or(defaults.timeout).unwrap_or(DEFAULT_TIMEOUT);
        self.in_with = true;
        let with = self.form(with);
        self.in_with = false;
        PlanVerb::Use(Box::new(PlanUse {
            action: action.text.clone(),
            with,
            retry,
            timeout,
            key: step.idempotency_key.as_ref().and_then(|text| self.template(text)),
            effect: step.effect.unwrap_or_default(),
        }))
    }

    /// Unknown and missing inputs. What a template will give is not known yet; the action itself checks it.
    fn inputs(&mut self, schema: &Value, with: &Tree) {
        let (Some(known), Some(given)) =
            (schema.get("properties").and_then(Value::as_object), with.value.as_object())
        else {
            return;
        };
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        for key in given.keys().filter(|key| !known.contains_key(*key)) {
            let at = pointer_to(&with.at, key);
            let problem = Problem::error("W105", at, format!("unknown input `{key}`")).at_key();
            self.problems.push(problem.hint(did_you_mean(key, &names)));
        }
        for key in
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            if !given.contains_key(key) {
                let problem = Problem::error("W106", &with.at, format!("the input `{key}` is missing"));
                let hint = known.get(key).and_then(|field| field.get("description")).and_then(Value::as_str);
                self.problems.push(problem.hint(match hint {
                    Some(words) => format!("`{key}`: {words}"),
                    None => format!("add `{key}:` under `with:`"),
                }));
            }
        }
    }
}
