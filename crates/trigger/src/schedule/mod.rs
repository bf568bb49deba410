//! `schedule@1`: the clock.
//!
//! - [`field`]: one field of a cron expression. - [`calendar`]: five of them as dates. - [`zone`]: dates as moments.
//! - [`settings`]: the inputs.

mod calendar;
mod field;
mod settings;
mod zone;

use std::time::Duration;

use cauce_model::{Problem, SourceKind, SourceSpec, Time};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

pub use settings::Misfire;

use crate::codes;
use crate::source::{Occurrence, Raw, Rejection, Secrets, Source};
use calendar::Calendar;

/// The shortest and the longest distance between two moments of `every`.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// When a schedule fires.
#[derive(Clone, Debug)]
pub struct Schedule(Rule);

#[derive(Clone, Debug)]
enum Rule {
    Cron(Box<Calendar>, TimeZone),
    Every(Duration),
}

/// Why there is no such schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScheduleError {
    /// Stable code with a page in `docs/errors/`: `T007`, `T008`, `T009` or that of a wrong input.
    pub code: &'static str,
    /// The field of the cron expression, such as `day of month`, where one is meant.
    pub field: Option<&'static str>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// The next step, where there is one to name.
    pub hint: Option<String>,
}

impl ScheduleError {
    fn cron(field: Option<&'static str>, message: String, hint: String) -> Self {
        Self { code: codes::BAD_CRON, field, message, hint: Some(hint) }
    }

    fn never(text: &str) -> Self {
        let message = format!("`{text}` never happens");
        let hint = "no month of any year has such a day".to_owned();
        Self { code: codes::NEVER_HAPPENS, field: None, message, hint: Some(hint) }
    }

    fn zone(name: &str) -> Self {
        let message = format!("no time zone is called `{}`", name.escape_debug());
        let hint = "use an IANA name, such as `Europe/Madrid`".to_owned();
        Self { code: codes::UNKNOWN_ZONE, field: None, message, hint: Some(hint) }
    }
}

impl Schedule {
    /// The schedule of a five-field cron expression, or of a name such as `@daily`, on the wall clocks of an IANA zone.
    /// The fields mean what crontab(5) says; `L` is the last day of the month and `MON#2` the second Monday.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, ScheduleError> {
        let calendar = Calendar::parse(cron)?;
        Ok(Self(Rule::Cron(Box::new(calendar), zone::named(zone)?)))
    }

    /// The schedule whose moments are the multiples of `span` since 1970-01-01T00:00:00Z; a minute to 366 days.
    pub fn every(span: Duration) -> Result<Self, ScheduleError> {
        if (SHORTEST..=LONGEST).contains(&span) {
            return Ok(Self(Rule::Every(span)));
        }
        let message = "`every` must lie between 1m and 366d".to_owned();
        Err(ScheduleError { code: codes::WRONG_INPUT, field: None, message, hint: None })
    }

    /// The schedule of a trigger's `with`; `default_zone` is the workflow's, for a `with` that names none.
    pub fn of(with: &Value, default_zone: &str) -> Result<Self, ScheduleError> {
        match settings::read(with, "", default_zone) {
            Ok((schedule, _)) => Ok(schedule),
            Err(problems) => Err(settings::first(problems)),
        }
    }

    /// The first moment behind `after`, or nothing where none comes within forty years.
    #[must_use]
    pub fn next_after(&self, after: Time) -> Option<Time> {
        match &self.0 {
            Rule::Cron(calendar, zone) => {
                let found = zone::next(calendar, zone, after.micros().div_euclid(1_000_000))?;
                Some(Time::from_micros(found.checked_mul(1_000_000)?))
            }
            Rule::Every(span) => {
                let span = i64::try_from(span.as_micros()).ok()?;
                let next =
                    Time::from_micros(after.micros().div_euclid(span).checked_add(1)?.checked_mul(span)?);
                (next > after).then_some(next)
            }
        }
    }

    /// The first `count` moments behind `after`; fewer where no more come.
    #[must_use]
    pub fn next(&self, count: usize, after: Time) -> Vec<Time> {
        std::iter::successors(self.next_after(after), |last| self.next_after(*last)).take(count).collect()
    }

    /// The last moment behind `after` and not behind `until`: what `misfire: latest` fires once for all that were missed.
    #[must_use]
    pub fn latest(&self, after: Time, until: Time) -> Option<Time> {
        // Looks back over longer and longer spans, so that a long pause of a busy schedule costs little.
        const HOUR: u64 = 3_600;
        let spans = [HOUR, 24 * HOUR, 32 * 24 * HOUR, 366 * 24 * HOUR, u64::MAX / 2_000_000];
        spans.into_iter().find_map(|span| {
            let micros = i64::try_from(span * 1_000_000).unwrap_or(i64::MAX);
            let from = after.max(Time::from_micros(until.micros().saturating_sub(micros)));
            let within = |time: &Time| *time <= until;
            let first = self.next_after(from).filter(within);
            std::iter::successors(first, |last| self.next_after(*last).filter(within)).last()
        })
    }
}

/// The source `schedule@1`.
#[derive(Debug)]
pub struct ScheduleSource(SourceSpec);

impl Default for ScheduleSource {
    fn default() -> Self {
        Self(SourceSpec {
            name: "schedule@1".to_owned(),
            summary: "the clock says so".to_owned(),
            kind: SourceKind::Schedule,
            input: json!({
                "type": "object",
                "additionalProperties": false,
                "oneOf": [{"required": ["cron"]}, {"required": ["every"]}],
                "properties": {
                    "cron": {"type": "string", "ui": {"widget": "cron"}},
                    "every": {"type": "string", "ui": {"widget": "duration"}},
                    "timezone": {"type": "string", "ui": {"widget": "timezone"}},
                    "misfire": {"enum": ["latest", "skip"], "default": "latest"},
                },
            }),
            output: json!({
                "type": "object",
                "required": ["scheduled_at"],
                "properties": {"scheduled_at": {"type": "string", "format": "date-time"}},
            }),
            example: json!({"cron": "30 6 * * MON-FRI", "timezone": "Europe/Madrid"}),
        })
    }
}

impl Source for ScheduleSource {
    fn spec(&self) -> &SourceSpec {
        &self.0
    }

    fn check(&self, with: &Value, at: &str) -> Vec<Problem> {
        match settings::read(with, at, "UTC") {
            Ok(_) => Vec::new(),
            Err(problems) => problems,
        }
    }

    fn accept(&self, raw: &Raw, _: &Value, _: &dyn Secrets) -> Result<Vec<Occurrence>, Rejection> {
        let (at, dedupe_key) = match raw {
            Raw::Slot { at } => (at, Some(format!("slot:{}", at.micros()))),
            Raw::Manual { at, .. } => (at, None),
            Raw::Http { .. } | Raw::Named(_) => return Err(Rejection::not_for("schedule@1", raw)),
        };
        Ok(vec![Occurrence { dedupe_key, data: json!({"scheduled_at": at}) }])
    }
}
