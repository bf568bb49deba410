//! The moment at which a wait ends.

use std::time::Duration;

use cauce_model::Time;
use cauce_model::workflow::Window;
use jiff::ZonedDateTime;
use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::expr::{EvalError, Fuel, Scope};
use crate::plan::PlanWait;

/// The longest wait: what lies beyond is a mistake.
const LONGEST: Duration = Duration::from_secs(5 * 366 * 24 * 60 * 60);

/// The moment at which a wait that begins at `from` ends.
pub(super) fn until(wait: &PlanWait, scope: &dyn Scope, from: Time) -> Result<Time, EvalError> {
    let end = match wait {
        PlanWait::For(span) => from.after(*span),
        PlanWait::Computed(template) => {
            let value = template.render(scope, &mut Fuel::default())?;
            let text = value.as_str().ok_or_else(|| wrong(&value, "a duration such as `3d`"))?;
            from.after(
                cauce_model::units::duration(text).map_err(|_| wrong(&value, "a duration such as `3d`"))?,
            )
        }
        PlanWait::Until { until, window, zone } => {
            let moment = match until {
                None => from,
                Some(expr) => {
                    let value = expr.eval(scope, &mut Fuel::default())?;
                    let text = value
                        .as_str()
                        .ok_or_else(|| wrong(&value, "a moment such as `2026-12-24T09:00:00Z`"))?;
                    text.parse::<Time>()
                        .map_err(|_| wrong(&value, "a moment such as `2026-12-24T09:00:00Z`"))?
                }
            };
            match window {
                None => moment,
                Some(window) => next_inside(moment.max(from), *window, zone),
            }
        }
    };
    if end.since(from) > LONGEST {
        return Err(EvalError::other("X106", "a wait may last 5 years at most".to_owned(), None));
    }
    Ok(end)
}

fn wrong(value: &Value, wanted: &str) -> EvalError {
    EvalError::other("X107", format!("`wait` needs {wanted}, not {value}"), None)
}

/// The first moment at or after `moment` whose hour lies inside the window. A window whose two ends are the same is the
/// whole day.
fn next_inside(moment: Time, window: Window, zone: &str) -> Time {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = moment.timestamp().to_zoned_datetime(zone);
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let inside = if window.from < window.to {
        (window.from..window.to).contains(&minute)
    } else {
        window.from == window.to || minute >= window.from || minute < window.to
    };
    if inside {
        return moment;
    }
    let day =
        if minute < window.from { local.date() } else { local.date().tomorrow().unwrap_or(local.date()) };
    opening(day, window.from, &local).map_or(moment, |zoned| zoned.timestamp().into())
}

/// `minute` of that day in the zone; a moment that the clocks leap over becomes the first one after the leap.
fn opening(day: civil::Date, minute: u16, local: &ZonedDateTime) -> Option<ZonedDateTime> {
    let hour = i8::try_from(minute / 60).ok()?;
    let minute = i8::try_from(minute % 60).ok()?;
    day.at(hour, minute, 0, 0).to_zoned_datetime(local.time_zone().clone()).ok()
}
