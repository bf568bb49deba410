//! What a trigger makes of an event, before there is a run.

use serde_json::Value;

use super::TriggerScope;
use crate::expr::{EvalError, Expr, Fuel, key_text};
use crate::plan::PlanTrigger;

/// What a trigger makes of an event: whether it starts a run, and its dedupe key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whether the trigger's `match` and `when` are true.
    pub starts: bool,
    /// What makes a second event a duplicate.
    pub dedupe_key: Option<String>,
}

/// Asks a trigger's expressions.
///
/// # Errors
/// An expression that cannot be evaluated over this event.
pub fn admit(trigger: &PlanTrigger, scope: &TriggerScope<'_>) -> Result<Admission, EvalError> {
    let mut fuel = Fuel::default();
    let mut starts = true;
    for condition in trigger.matches.iter().chain(&trigger.when) {
        starts = starts && condition.truth(scope, &mut fuel)?;
    }
    let dedupe_key = match &trigger.dedupe_key {
        Some(key) => Some(match key.eval(scope, &mut fuel)? {
            Value::String(text) => text,
            other => other.to_string(),
        }),
        None => None,
    };
    Ok(Admission { starts, dedupe_key })
}

/// The key of a limit (`concurrency`, `reentry`, `throttle`, `debounce`, `batch`) for an event; empty where all share one.
///
/// # Errors
/// An expression that cannot be evaluated over this event.
pub fn limit_key(key: Option<&Expr>, scope: &TriggerScope<'_>) -> Result<String, EvalError> {
    key.map_or_else(|| Ok(String::new()), |key| Ok(key_text(&key.eval(scope, &mut Fuel::default())?)))
}
