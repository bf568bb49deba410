//! Limits by key: what an event asks, what to tell its sender, and the gates that kept events until they are due.

use std::sync::Arc;

use std::collections::BTreeSet;
use std::time::Duration;

use cauce_engine::expr::{EvalError, Expr, Fuel};
use cauce_engine::plan::{Plan, PlanTrigger};
use cauce_engine::{TriggerScope, key_text, limit_key};
use cauce_journal::events::Accepted;
use cauce_journal::gates::{Concurrency, Dropped, Due, Fire, Hold, Limits, Reentry, Throttle};
use cauce_journal::runs::OpenRun;
use cauce_model::{Event, RunId, Time};
use serde_json::{Value, json};

use super::{Intake, Outcome, keys_of};
use crate::app::App;

/// How often to look for gates that are due; one fires at most this late.
const EVERY: Duration = Duration::from_millis(500);
/// The shortest wait between two looks.
const BREATH: Duration = Duration::from_millis(10);
/// How many fire in one look.
const MOST: u32 = 256;

/// The gates that an event has to pass; none where the workflow asks for none.
///
/// The run of a batch is one of many events, so its other gates are asked when it fires: their keys see what its run sees
/// as `trigger`.
pub(super) fn limits(
    plan: &Plan,
    trigger: &PlanTrigger,
    scope: &TriggerScope<'_>,
) -> Result<Option<Limits>, EvalError> {
    let hold = match (&trigger.batch, &trigger.debounce) {
        (Some(batch), _) => {
            let key = limit_key(batch.key.as_ref(), scope)?;
            Some(Hold::Batch { key, size: batch.size, wait: batch.wait })
        }
        (None, Some(debounce)) => {
            let key = limit_key(debounce.key.as_ref(), scope)?;
            Some(Hold::Debounce { key, quiet: debounce.quiet, max: debounce.max })
        }
        (None, None) => None,
    };
    let of_run = if trigger.batch.is_some() {
        Limits::default()
    } else {
        of_run(plan, trigger, |key| limit_key(key, scope))?
    };
    let limits = Limits { hold, ..of_run };
    Ok((limits != Limits::default()).then_some(limits))
}

/// The gates of a run, without what keeps its events.
fn of_run(
    plan: &Plan,
    trigger: &PlanTrigger,
    key: impl Fn(Option<&Expr>) -> Result<String, EvalError>,
) -> Result<Limits, EvalError> {
    let reentry = plan
        .reentry
        .as_ref()
        .map(|reentry| key(Some(&reentry.key)).map(|key| Reentry { key, after: reentry.after }));
    let throttle = trigger.throttle.as_ref().map(|throttle| {
        let (limit, per) = (throttle.limit, throttle.per);
        key(throttle.key.as_ref()).map(|key| Throttle { key, limit, per })
    });
    let concurrency = plan.concurrency.as_ref().map(|asked| {
        let (limit, overflow) = (asked.limit, asked.overflow);
        key(asked.key.as_ref()).map(|key| Concurrency { key, limit, overflow })
    });
    Ok(Limits {
        reentry: reentry.transpose()?,
        throttle: throttle.transpose()?,
        hold: None,
        concurrency: concurrency.transpose()?,
    })
}

/// What a run can be found by: addresses in its data, the dedupe key, the keys of its gates, and what `index` adds; all in
/// lower case.
pub(super) fn keys(plan: &Plan, event: &Event, limits: &Limits) -> Vec<String> {
    let scope = TriggerScope { data: &event.data, received_at: event.received_at };
    let mut keys: BTreeSet<String> = keys_of(event).iter().map(|key| key.to_lowercase()).collect();
    let of_gates = [
        limits.concurrency.as_ref().map(|gate| gate.key.as_str()),
        limits.reentry.as_ref().map(|gate| gate.key.as_str()),
    ];
    keys.extend(of_gates.into_iter().flatten().map(str::to_lowercase));
    for expr in &plan.index {
        match expr.eval(&scope, &mut Fuel::default()) {
            Ok(Value::Null) => {}
            Ok(Value::Array(values)) => {
                keys.extend(values.iter().map(|value| key_text(value).to_lowercase()))
            }
            Ok(value) => drop(keys.insert(key_text(&value).to_lowercase())),
            Err(error) => tracing::debug!(message = %error.message, "a key of `index` is missing"),
        }
    }
    keys.into_iter().filter(|key| !key.is_empty()).collect()
}

/// The word and the reason for what a gate decided; nothing for what no gate decides.
pub(super) fn told(accepted: Accepted) -> Option<(Outcome, String)> {
    Some(match accepted {
        Accepted::Queued => (
            Outcome::Queued,
            "as many runs as may be open at once are open: it starts when one of them ends".to_owned(),
        ),
        Accepted::Dropped { why: Dropped::Full { limit } } => {
            (Outcome::Dropped, format!("{limit} runs of its key are open, and one more is not to wait"))
        }
        Accepted::Dropped { why: Dropped::Again { from: Some(from) } } => {
            (Outcome::Dropped, format!("a run of its key started before: another may start from {from} on"))
        }
        Accepted::Dropped { why: Dropped::Again { from: None } } => {
            (Outcome::Dropped, "a run of its key started before, and it starts only once".to_owned())
        }
        Accepted::Throttled { until } => {
            (Outcome::Throttled, format!("as many runs as may have started: the next may start at {until}"))
        }
        Accepted::Debounced { due } => (
            Outcome::Debounced,
            format!("kept until it is quiet: a run starts at {due} unless another event comes"),
        ),
        Accepted::Batched { due, count } => (
            Outcome::Batched,
            format!("kept for a batch that has {count} now: a run starts at {due} at the latest"),
        ),
        Accepted::Run { .. } | Accepted::Kept | Accepted::Duplicate { .. } => return None,
    })
}

/// Fires gates until the process ends.
pub async fn watch(app: App) {
    loop {
        fire_due(&app).await;
        let due = app.journal.gates.next_due().await.ok().flatten();
        let span = due.map_or(EVERY, |due| due.since(app.clock.now())).clamp(BREATH, EVERY);
        tokio::select! {
            () = app.pause.pause(span) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// Fires the gates that are due now.
pub(super) async fn fire_due(app: &App) {
    let now = app.clock.now();
    match app.journal.gates.due(now, MOST).await {
        Ok(gates) => {
            for due in gates {
                if let Err(error) = fire(app, &due, now).await {
                    tracing::warn!(workflow = %due.workflow, error = &error as &dyn std::error::Error, "a gate could not fire; trying again");
                }
            }
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "due gates could not be read");
        }
    }
}

/// Starts the run of a gate, of the newest version. The workflow may be off by now: what was kept was acknowledged.
async fn fire(app: &App, due: &Due, now: Time) -> Result<(), cauce_journal::Error> {
    let flow = app.flows.get(&due.workflow);
    let Some((flow, plan)) = flow.as_ref().and_then(|flow| Some((flow, flow.plan.as_ref()?))) else {
        tracing::warn!(workflow = %due.workflow, "a gate is due whose workflow does not compile here");
        return Ok(());
    };
    let events = app.journal.gates.events(due).await?;
    let mut fire = Fire { session: app.session, due: due.clone(), now, run: None, limits: Limits::default() };
    match (plan.trigger(&due.trigger), events.last().cloned()) {
        (Some(trigger), Some(last)) => {
            let event = Event { received_at: now, data: data_of(due, events), ..last };
            fire.limits = limits_of(plan, trigger, &event);
            let id = RunId::from_uuid(app.ids.next(now));
            fire.run = Some(Intake { app, flow, plan, trigger, inputs: Value::Null }.new_run(
                &event,
                id,
                &fire.limits,
            ));
        }
        (None, _) | (_, None) => {
            tracing::warn!(workflow = %due.workflow, trigger = %due.trigger, "kept events start nothing: their trigger is gone");
        }
    }
    begin(app, due, fire).await
}

/// What the run of a gate asks of other gates. A key that has no value is one that all such runs share.
fn limits_of(plan: &Plan, trigger: &PlanTrigger, event: &Event) -> Limits {
    let scope = TriggerScope { data: &event.data, received_at: event.received_at };
    let key = |key: Option<&Expr>| {
        Ok(limit_key(key, &scope).unwrap_or_else(|error| {
            tracing::warn!(workflow = %event.workflow, message = %error.message, "the key of a limit is missing: all such runs share one");
            String::new()
        }))
    };
    of_run(plan, trigger, key).unwrap_or_default()
}

/// Fires: the run and the emptied gate are one commit.
async fn begin(app: &App, due: &Due, fire: Fire) -> Result<(), cauce_journal::Error> {
    let new = fire.run.clone();
    let fired = app.journal.gates.fire(fire).await?;
    if let (Some(Accepted::Run { rev }), Some(new)) = (fired, new.filter(|new| new.owned)) {
        app.journal.hints.hand_over(OpenRun::accepted(new, rev));
    }
    if let Some((outcome, reason)) = fired.and_then(told) {
        tracing::info!(workflow = %due.workflow, outcome = outcome.word(), %reason, "a gate fired");
    }
    Ok(())
}

/// What the run sees as `trigger`: the last event's data, or all of a batch in order of arrival.
fn data_of(due: &Due, mut events: Vec<Event>) -> Arc<Value> {
    if due.batch {
        let count = events.len();
        let data: Vec<Arc<Value>> = events.into_iter().map(|event| event.data).collect();
        return json!({ "events": data, "count": count }).into();
    }
    events.pop().map(|event| event.data).unwrap_or_default()
}
