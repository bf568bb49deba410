//! From a wall clock to moments, over the hours that clocks skip and repeat.
//!
//! The rule is Vixie cron's. A job with a fixed time runs once: at the first moment after a gap that swallowed it, and in
//! the first pass of an hour that comes twice. A job with `*` or a step in minute or hour follows real time: what a gap
//! swallows is gone, what comes twice runs twice. A gap of more than three hours is a day that a place left out (Apia had
//! no 30 December 2011), and nothing is caught up after it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use super::ScheduleError;
use super::calendar::{Calendar, FARTHEST, Local};

/// The longest gap after which a fixed time is caught up, in seconds.
const LONGEST_GAP: i32 = 3 * 3_600;

/// Seconds since 1970-01-01T00:00:00Z.
type Unix = i64;

/// The zone of that name from the tables in this binary: those of the machine may be years older.
pub(super) fn named(name: &str) -> Result<TimeZone, ScheduleError> {
    TimeZoneDatabase::bundled().get(name).map_err(|_| ScheduleError::zone(name))
}

/// The first moment behind `after` at which the calendar matches in this zone; nothing within forty years is nothing.
pub(super) fn next(calendar: &Calendar, zone: &TimeZone, after: Unix) -> Option<Unix> {
    let after = after.max(0);
    if calendar.follows_real_time { in_real_time(calendar, zone, after) } else { once(calendar, zone, after) }
}

/// Walks from one change of the clocks to the next: between two of them the wall clock runs evenly.
fn in_real_time(calendar: &Calendar, zone: &TimeZone, after: Unix) -> Option<Unix> {
    let end = after + FARTHEST;
    let mut start = after + 1;
    while start <= end {
        let moment = timestamp(start)?;
        let offset = i64::from(zone.to_offset(moment).seconds());
        let change = zone.following(moment).next().map(|change| change.timestamp().as_second());
        let stop = change.map_or(end, |change| end.min(change - 1));
        if let Some(local) = calendar.next(start + offset - 1, stop + offset) {
            return Some(local - offset);
        }
        start = change?;
    }
    None
}

fn once(calendar: &Calendar, zone: &TimeZone, after: Unix) -> Option<Unix> {
    let offset = i64::from(zone.to_offset(timestamp(after)?).seconds());
    let end = after + offset + FARTHEST;
    let mut local = after + offset;
    loop {
        local = calendar.next(local, end)?;
        if let Some(found) = moment_of(local, zone)?.filter(|found| *found > after) {
            return Some(found);
        }
    }
}

/// The one moment for a fixed wall-clock time. The outer nothing is a time outside the calendar, the inner one a time
/// that does not come.
fn moment_of(local: Local, zone: &TimeZone) -> Option<Option<Unix>> {
    let seconds = |offset: Offset| i64::from(offset.seconds());
    let moment = match zone.to_ambiguous_timestamp(civil(local)?).offset() {
        AmbiguousOffset::Unambiguous { offset } => Some(local - seconds(offset)),
        AmbiguousOffset::Fold { before, .. } => Some(local - seconds(before)),
        AmbiguousOffset::Gap { before, after } if after.seconds() - before.seconds() > LONGEST_GAP => None,
        AmbiguousOffset::Gap { before, .. } => {
            let within = timestamp(local - seconds(before) + 1)?;
            zone.preceding(within).next().map(|change| change.timestamp().as_second())
        }
    };
    Some(moment)
}

fn timestamp(seconds: Unix) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

fn civil(local: Local) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(timestamp(local)?))
}
