//! What an action answered becomes the entry that says so.

use cauce_model::workflow::EffectMode;
use cauce_model::{Entry, Failure, Happened, HoldReason, RetryAdvice, Time, What};
use serde_json::Value;

use super::StepCall;
use crate::plan::{OnFailure, Plan, PlanVerb};
use crate::state::State;

/// The entry for the answer to `call`, which came at `now`.
#[must_use]
pub fn outcome(
    plan: &Plan,
    state: &State,
    call: &StepCall,
    answer: Result<Value, Failure>,
    now: Time,
) -> Entry {
    let what = match answer {
        Ok(output) => What::Succeeded { output: output.into() },
        Err(failure) => failed(plan, state, call, failure, now),
    };
    Entry { at: now, path: call.path.clone(), what }
}

fn failed(plan: &Plan, state: &State, call: &StepCall, failure: Failure, now: Time) -> What {
    let Failure { error, retry, happened } = failure;
    let attempt = call.attempt;
    // Nobody is waited for at the end of a run.
    let may_hold = !plan.is_at_the_end(&call.path);
    let hold = |reason, error| {
        if may_hold {
            What::Held { reason, attempt, error: Some(error), request: Some(call.request.clone()) }
        } else {
            What::Failed { attempt, error }
        }
    };
    if call.effect == EffectMode::Once && happened == Happened::InDoubt {
        return hold(HoldReason::InDoubt, error);
    }
    let step = plan.by_path(&call.path);
    let on_error = step.map_or(&OnFailure::Fail, |step| &step.on_error);
    let failures = state.step(&call.path).map_or(0, |step| step.failures.len());
    let failures = u32::try_from(failures).unwrap_or(u32::MAX).saturating_add(1);
    let wait = step.and_then(|step| match &step.verb {
        PlanVerb::Use(verb) => verb.retry.wait(failures, retry, state.start.id, &call.path),
        _ => None,
    });
    if let Some(wait) = wait {
        return What::AttemptFailed {
            attempt,
            error,
            retry_at: now.after(wait),
            request: call.request.clone(),
        };
    }
    let goes_on = on_error.goes_on();
    match retry {
        _ if goes_on => What::Failed { attempt, error },
        RetryAdvice::NeedsLogin => hold(HoldReason::NeedsLogin, error),
        RetryAdvice::Backoff | RetryAdvice::After(_) => hold(HoldReason::Exhausted, error),
        RetryAdvice::Never | RetryAdvice::Compliance if *on_error == OnFailure::Hold => {
            hold(HoldReason::Asked, error)
        }
        RetryAdvice::Never | RetryAdvice::Compliance => What::Failed { attempt, error },
    }
}
