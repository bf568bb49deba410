//! Five fields to dates in naive local time. The `cron` crate walks the calendar; what the fields mean is ours, because
//! that crate counts weekdays from 1 = Sunday and joins the two day fields with AND.

use std::fmt::Write as _;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::ScheduleError;
use super::field::{DAY, Field, HOUR, MINUTE, MONTH, WEEKDAY};

/// Seconds since 1970-01-01T00:00:00 of a wall clock, whatever its zone.
pub(super) type Local = i64;

/// How far a search goes, in seconds. Forty years hold every date there is, the rarest among them a fifth Monday in February.
pub(super) const FARTHEST: i64 = 40 * 366 * 86_400;

/// The names by which people call whole expressions, from crontab(5).
const ALIASES: [(&str, &str); 7] = [
    ("@annually", "0 0 1 1 *"),
    ("@daily", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
    ("@midnight", "0 0 * * *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@yearly", "0 0 1 1 *"),
];

/// A five-field expression.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// Two where either day field may match, each with the other one open.
    walks: Vec<cron::Schedule>,
    /// For what the walks cannot say: the last day of a month, the nth weekday.
    days: Option<(Field, Field)>,
    /// Whether minute or hour has a `*` or a step, so that it follows real time when clocks change.
    pub(super) follows_real_time: bool,
}

impl Calendar {
    pub(super) fn parse(text: &str) -> Result<Self, ScheduleError> {
        let text = expand(text.trim())?;
        let parts: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts.as_slice() else {
            let message = format!("a cron expression has 5 fields, not {}", parts.len());
            let hint = "write minute, hour, day of month, month, day of week, such as `30 6 * * 1-5`";
            return Err(ScheduleError::cron(None, message, hint.to_owned()));
        };
        let (minute, hour) = (MINUTE.read(minute)?, HOUR.read(hour)?);
        let (day, month, weekday) = (DAY.read(day)?, MONTH.read(month)?, WEEKDAY.read(weekday)?);
        let follows_real_time = [&minute, &hour].iter().any(|field| field.star || field.stepped);
        let walk = |day: &str, weekday: &str| {
            let (minute, hour, month) = (numbers(&minute), numbers(&hour), numbers(&month));
            let text = format!("0 {minute} {hour} {day} {month} {weekday}");
            cron::Schedule::from_str(&text).expect("numbers in range and names of weekdays")
        };
        let special = day.last || !weekday.nth.is_empty();
        let walks = if special {
            vec![walk("*", "*")]
        } else if day.star || weekday.star {
            vec![walk(&numbers(&day), &names(&weekday))]
        } else {
            vec![walk(&numbers(&day), "*"), walk("*", &names(&weekday))]
        };
        let calendar = Self { walks, days: special.then_some((day, weekday)), follows_real_time };
        calendar.happens_at_all(&text)?;
        Ok(calendar)
    }

    /// The first match behind `after` and not behind `end`.
    pub(super) fn next(&self, after: Local, end: Local) -> Option<Local> {
        let mut from = after.max(0);
        loop {
            let start = DateTime::<Utc>::from_timestamp(from, 0)?;
            let found = self.walks.iter().filter_map(|walk| walk.after(&start).next()).min()?;
            if found.timestamp() > end {
                return None;
            }
            match &self.days {
                Some((day, weekday)) if !day_matches(found.date_naive(), day, weekday) => {
                    // To the last second of that day: no other time of it can match.
                    from = found.timestamp().div_euclid(86_400) * 86_400 + 86_399;
                }
                _ => return Some(found.timestamp()),
            }
        }
    }

    /// A date like 30 February is a mistake.
    fn happens_at_all(&self, text: &str) -> Result<(), ScheduleError> {
        const YEAR_2000: Local = 946_684_799;
        if self.next(YEAR_2000, YEAR_2000 + FARTHEST).is_none() {
            return Err(ScheduleError::never(text));
        }
        Ok(())
    }
}

/// The expression behind an alias, or the text itself.
fn expand(text: &str) -> Result<String, ScheduleError> {
    if !text.starts_with('@') {
        return Ok(text.to_owned());
    }
    let known = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(text));
    known.map(|(_, expression)| (*expression).to_owned()).ok_or_else(|| {
        let names: Vec<_> = ALIASES.iter().map(|(alias, _)| *alias).collect();
        let message = format!("`{}` is no name of a schedule", text.escape_debug());
        ScheduleError::cron(None, message, format!("the names are {}", names.join(", ")))
    })
}

/// Whether a date meets the two day fields: both where one of them begins with `*`, either where none does (crontab(5)).
fn day_matches(date: NaiveDate, day: &Field, weekday: &Field) -> bool {
    let number = u8::try_from(date.day()).unwrap_or(0);
    let of_week = u8::try_from(date.weekday().num_days_from_sunday()).unwrap_or(0);
    let is_last = date.succ_opt().is_none_or(|next| next.day() == 1);
    let by_day = day.has(number) || day.last && is_last;
    let by_weekday = weekday.has(of_week) || weekday.nth.contains(&(of_week, (number - 1) / 7 + 1));
    if day.star || weekday.star { by_day && by_weekday } else { by_day || by_weekday }
}

fn numbers(field: &Field) -> String {
    let mut text = String::new();
    for value in field.list() {
        let comma = if text.is_empty() { "" } else { "," };
        write!(text, "{comma}{value}").expect("a text takes every write");
    }
    text
}

/// Names, because the crate's numbers are not cron's.
fn names(field: &Field) -> String {
    const NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let listed: Vec<_> = field.list().filter_map(|value| NAMES.get(usize::from(value)).copied()).collect();
    listed.join(",")
}
