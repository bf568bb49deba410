//! Our schedules against those of another implementation, `croner`, over random expressions, zones and changes of clocks.
//!
//! Both follow crontab(5) and Vixie's rule on clock changes. Where they differ, and why we keep ours:
//! - A list or a range of hours or minutes is a fixed time here, as in Vixie cron, and real time there (it takes single
//!   values only as fixed). Such expressions are compared in UTC.
//! - `*/2` in a day field begins with `*` and so joins the other day field by AND, as in Vixie cron; there only a bare `*`
//!   does. Such pairs are not generated.
//! - A range past the end (`22-2`) is refused there; here it is compared with the list it stands for.
//! - Years from 2100 on do not come here.
//! - A gap of more than two hours ends the search there; here nothing is caught up after a gap of more than three hours.
//!   `a_day_that_a_place_left_out` in `schedule` has the table.

use std::cmp::Ordering;
use std::str::FromStr;

use cauce_model::Time;
use cauce_trigger::Schedule;
use croner::errors::CronError;
use croner::time::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::world::fresh;

/// The calendar that we walk ends here.
const YEAR_2100: i64 = 4_102_444_800;

/// 2012 in Apia has begun.
const APIA_2012: i64 = 1_325_412_000;

/// A moment on the wall clocks of a zone: croner over our time zone tables.
#[derive(Clone)]
struct Wall(Timestamp, TimeZone);

impl Wall {
    fn local(&self) -> civil::DateTime {
        self.1.to_datetime(self.0)
    }
}

impl CronDateTime for Wall {
    fn to_civil(&self) -> CivilDateTime {
        let local = self.local();
        let number = |value: i8| u32::try_from(value).unwrap();
        let date = CivilDate::from_ymd_opt(local.year().into(), number(local.month()), number(local.day()));
        let time =
            CivilTime::from_hms_opt(number(local.hour()), number(local.minute()), number(local.second()));
        CivilDateTime::new(date.unwrap(), time.unwrap())
    }

    fn civil_weekday(&self) -> Weekday {
        let number = self.local().weekday().to_sunday_zero_offset();
        Weekday::from_days_from_sunday(u32::try_from(number).unwrap())
    }

    fn resolve_civil(&self, at: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let small = |value: u32| i8::try_from(value).unwrap();
        let year = i16::try_from(at.year()).map_err(|_| CronError::InvalidDate)?;
        let local = civil::DateTime::new(
            year,
            small(at.month()),
            small(at.day()),
            small(at.hour()),
            small(at.minute()),
            small(at.second()),
            0,
        )
        .map_err(|_| CronError::InvalidDate)?;
        let zone = self.1.clone();
        let ambiguous = zone.to_ambiguous_timestamp(local);
        let whole = |found: Result<Timestamp, jiff::Error>| {
            found.map(|moment| Self(moment, zone.clone())).map_err(|_| CronError::InvalidTime)
        };
        Ok(match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => Resolution::Single(whole(ambiguous.compatible())?),
            AmbiguousOffset::Fold { .. } => {
                Resolution::Ambiguous(whole(ambiguous.earlier())?, whole(ambiguous.later())?)
            }
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        let moment = self.0.checked_add(SignedDuration::from_secs(seconds)).ok()?;
        Some(Self(moment, self.1.clone()))
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

/// Zones with the days on which their clocks changed, some in odd ways: half an hour, at midnight, for the last time.
const ZONES: &[(&str, &[&str])] = &[
    ("UTC", &["2026-01-01", "2028-02-29"]),
    ("Europe/Paris", &["2026-03-29", "2026-10-25", "2027-03-28"]),
    ("America/New_York", &["2026-03-08", "2026-11-01", "2027-11-07"]),
    ("Australia/Lord_Howe", &["2026-04-05", "2026-10-04"]),
    ("Pacific/Apia", &["2010-09-26", "2011-04-02", "2012-04-01", "2021-04-04"]),
    ("America/Vancouver", &["2026-03-08", "2026-11-01", "2027-03-14"]),
    ("Africa/Cairo", &["2024-04-26", "2024-10-31", "2026-04-24", "2026-10-29"]),
    ("America/Sao_Paulo", &["2017-10-15", "2018-02-17", "2018-11-04"]),
];

/// A random expression in the grammar that both read alike.
fn expression() -> impl Strategy<Value = [String; 5]> {
    fn field(min: u8, max: u8) -> impl Strategy<Value = String> {
        let span = max - min;
        let value = min..=max;
        let item = prop_oneof![
            4 => value.clone().prop_map(|v| v.to_string()),
            1 => (value.clone(), value.clone()).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
            1 => (value.clone(), value.clone(), 1..=span).prop_map(|(a, b, step)| format!("{}-{}/{step}", a.min(b), a.max(b))),
        ];
        prop_oneof![
            3 => Just("*".to_owned()),
            1 => (1..=span).prop_map(|step| format!("*/{step}")),
            4 => value.prop_map(|v| v.to_string()),
            2 => proptest::collection::vec(item, 1..4).prop_map(|items| items.join(",")),
        ]
    }
    let day = prop_oneof![8 => field(1, 31), 1 => Just("L".to_owned()), 1 => Just("15,L".to_owned())];
    let weekday = prop_oneof![
        6 => field(0, 6),
        1 => Just("7".to_owned()),
        1 => Just("MON-FRI".to_owned()),
        1 => Just("SUN,wed".to_owned()),
        1 => (0u8..=6, 1u8..=5).prop_map(|(day, n)| format!("{day}#{n}")),
    ];
    let starred = |text: &str| text.starts_with("*/");
    (field(0, 59), field(0, 23), day, field(1, 12), weekday)
        .prop_map(|(a, b, c, d, e)| [a, b, c, d, e])
        .prop_filter("a stepped star beside a restricted day", move |[_, _, day, _, weekday]| {
            !(starred(day) && weekday != "*" || starred(weekday) && day != "*")
        })
}

/// Whether both call it fixed, or both call it real time.
fn same_class(minute: &str, hour: &str) -> bool {
    let real_time = |text: &str| text.contains(['*', '/']);
    let single = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    real_time(minute) || real_time(hour) || single(minute) && single(hour)
}

#[test]
fn a_schedule_fires_when_another_implementation_says() {
    let database = TimeZoneDatabase::bundled();
    let start = (0..ZONES.len(), any::<prop::sample::Index>(), -3 * 86_400i64..3 * 86_400);
    let mut runner = TestRunner::new(fresh("croner oracle", 6_000));
    let compare = |(fields, (zone, day, shift)): ([String; 5], (usize, prop::sample::Index, i64))| {
        let (name, days) = ZONES[zone];
        let day: civil::Date = day.get(days).parse().unwrap();
        let name = if same_class(&fields[0], &fields[1]) { name } else { "UTC" };
        let zone = database.get(name).unwrap();
        let noon = zone.to_timestamp(day.at(12, 0, 0, 0)).unwrap().as_second();
        let text = fields.join(" ");
        let theirs = croner::Cron::from_str(&text).unwrap();
        let mut from = noon + shift;
        let ours = match Schedule::parse(&text, name) {
            Ok(ours) => ours,
            Err(error) => {
                prop_assert_eq!(error.code, "T009", "{}: {}", text, error);
                let wall = Wall(Timestamp::from_second(from).unwrap(), zone);
                prop_assert!(theirs.find_next_occurrence(&wall, false).is_err(), "{} never happens?", text);
                return Ok(());
            }
        };
        for _ in 0..6 {
            let wall = Wall(Timestamp::from_second(from).unwrap(), zone.clone());
            let expected = match theirs.find_next_occurrence(&wall, false) {
                Ok(found) => found.0.as_second(),
                // A fixed time on the day that Apia left out.
                Err(CronError::TimeSearchLimitExceeded) if name == "Pacific/Apia" && from < APIA_2012 => {
                    break;
                }
                Err(error) => return Err(TestCaseError::fail(format!("`{text}` in {name}: {error}"))),
            };
            if expected >= YEAR_2100 {
                break;
            }
            let got =
                ours.next_after(Time::from_micros(from * 1_000_000)).map(|time| time.micros() / 1_000_000);
            prop_assert_eq!(got, Some(expected), "`{}` in {} after {}", text, name, wall.0);
            from = expected;
        }
        Ok(())
    };
    runner.run(&(expression(), start), compare).unwrap();
}

#[test]
fn a_range_past_the_end_fires_like_the_list_it_stands_for() {
    let after = Time::from_micros(1_795_000_000_000_000);
    for (wrapped, list) in [
        ("0 22-2 * * *", "0 0,1,2,22,23 * * *"),
        ("50-10/5 * * * *", "50,55,0,5,10 * * * *"),
        ("0 9 29-2 * *", "0 9 29,30,31,1,2 * *"),
        ("0 9 * NOV-FEB *", "0 9 * 11,12,1,2 *"),
        ("0 9 * * FRI-MON", "0 9 * * 0,1,5,6"),
        ("0 9 * * 6-7", "0 9 * * 0,6"),
    ] {
        let [wrapped, list] =
            [wrapped, list].map(|text| Schedule::parse(text, "UTC").unwrap().next(200, after));
        assert_eq!(wrapped, list);
    }
}
