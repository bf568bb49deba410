//! Schedules: each slot is an event of its own. The slot is its dedupe key, and the cursor moves in the same commit, so
//! no slot counts twice and none is lost between two looks.

use std::time::Duration;

use cauce_model::Time;
use cauce_trigger::{Misfire, Raw, Schedule};

use super::take_in;
use crate::app::App;
use crate::flows::Flow;

/// How often schedules are looked at; a slot fires at most this late.
const EVERY: Duration = Duration::from_millis(500);
/// Slots older than this were missed, and are the business of `misfire`.
const LATE: Duration = Duration::from_secs(60);

/// Fires schedules until the process ends.
pub async fn watch(app: App) {
    loop {
        for flow in app.flows.all() {
            if flow.on {
                fire_due(&app, &flow).await;
            }
        }
        tokio::select! {
            () = app.pause.pause(EVERY) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// The schedules of a workflow: trigger id and schedule.
#[must_use]
pub fn of(flow: &Flow) -> Vec<(String, Schedule, Misfire)> {
    let Some(plan) = &flow.plan else { return Vec::new() };
    let scheduled = plan.triggers.iter().filter(|trigger| trigger.source == "schedule@1");
    scheduled
        .filter_map(|trigger| {
            let schedule = Schedule::of(&trigger.with, &plan.zone).ok()?;
            Some((trigger.id.clone(), schedule, Misfire::of(&trigger.with)))
        })
        .collect()
}

async fn fire_due(app: &App, flow: &Flow) {
    for (trigger, schedule, misfire) in of(flow) {
        let now = app.clock.now();
        match app.journal.timers.cursor(&flow.id, &trigger, now).await {
            Ok(cursor) => match schedule.latest(cursor, now) {
                None => {}
                Some(slot) if misfire == Misfire::Skip && now.since(slot) > LATE => {
                    skip(app, flow, &trigger, slot).await
                }
                Some(slot) => fire(app, flow, &trigger, slot).await,
            },
            Err(error) => {
                tracing::warn!(workflow = %flow.id, error = &error as &dyn std::error::Error, "a schedule could not be read");
            }
        }
    }
}

async fn fire(app: &App, flow: &Flow, trigger: &str, slot: Time) {
    match take_in(app, flow, trigger, &Raw::Slot { at: slot }, Some(slot)).await {
        Ok(receipt) => {
            tracing::info!(workflow = %flow.id, trigger, slot = %slot, run.id = ?receipt.run_id, "a schedule fired");
        }
        Err(refusal) => {
            tracing::warn!(workflow = %flow.id, trigger, ?refusal, "a schedule could not fire; trying again");
        }
    }
}

async fn skip(app: &App, flow: &Flow, trigger: &str, slot: Time) {
    tracing::warn!(workflow = %flow.id, trigger, slot = %slot, "a slot was missed and is skipped");
    if let Err(error) = app.journal.timers.skip_to(&flow.id, trigger, slot).await {
        tracing::warn!(workflow = %flow.id, error = &error as &dyn std::error::Error, "a schedule could not be moved on");
    }
}
