//! When schedules fire, by tables worked out by hand.

use std::time::Duration;

use cauce_model::Time;
use cauce_trigger::{Misfire, Raw, Schedule, ScheduleSource, Source};
use serde_json::json;

use crate::world::{Env, at};

fn next(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = Schedule::parse(cron, zone).unwrap();
    schedule.next(count, at(after)).iter().map(|time| time.timestamp().to_string()).collect()
}

#[test]
fn numbers_of_weekdays_are_those_of_unix() {
    // 2026-11-22 is a Sunday.
    for (weekday, first) in [
        ("0", "2026-11-22"),
        ("7", "2026-11-22"),
        ("1", "2026-11-23"),
        ("6", "2026-11-28"),
        ("sat", "2026-11-28"),
        ("5-7", "2026-11-22"),
    ] {
        let got = next(&format!("0 12 * * {weekday}"), "UTC", "2026-11-22T00:00:00Z", 1);
        assert_eq!(got, [format!("{first}T12:00:00Z")], "{weekday}");
    }
}

#[test]
fn either_day_field_may_match_where_both_are_restricted() {
    let got = next("0 0 13 * 5", "UTC", "2026-11-01T00:00:00Z", 5);
    let dates = ["2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27", "2026-12-04"];
    assert_eq!(got, dates.map(|date| format!("{date}T00:00:00Z")));
    // A day field that begins with a star is not restricted: both must match.
    let got = next("0 0 */2 * 5", "UTC", "2026-11-01T00:00:00Z", 3);
    assert_eq!(got, ["2026-11-13", "2026-11-27", "2026-12-11"].map(|date| format!("{date}T00:00:00Z")));
}

#[test]
fn the_last_day_and_the_nth_weekday_are_found() {
    let got = next("0 6 L * *", "UTC", "2027-12-31T07:00:00Z", 3);
    assert_eq!(got, ["2028-01-31T06:00:00Z", "2028-02-29T06:00:00Z", "2028-03-31T06:00:00Z"]);
    let got = next("0 6 * * FRI#5", "UTC", "2026-11-01T00:00:00Z", 2);
    assert_eq!(got, ["2027-01-29T06:00:00Z", "2027-04-30T06:00:00Z"]);
    let got = next("0 6 L * MON#1", "UTC", "2026-11-01T00:00:00Z", 3);
    assert_eq!(got, ["2026-11-02T06:00:00Z", "2026-11-30T06:00:00Z", "2026-12-07T06:00:00Z"]);
}

#[test]
fn names_of_schedules_stand_for_their_expressions() {
    for (alias, first) in [
        ("@hourly", "2026-11-24T13:00:00Z"),
        ("@daily", "2026-11-25T00:00:00Z"),
        ("@midnight", "2026-11-25T00:00:00Z"),
        ("@weekly", "2026-11-29T00:00:00Z"),
        ("@monthly", "2026-12-01T00:00:00Z"),
        ("@yearly", "2027-01-01T00:00:00Z"),
        ("@annually", "2027-01-01T00:00:00Z"),
    ] {
        assert_eq!(next(alias, "UTC", "2026-11-24T12:30:00Z", 1), [first], "{alias}");
    }
    let error = Schedule::parse("@reboot", "UTC").unwrap_err();
    assert_eq!((error.code, error.message.as_str()), ("T007", "`@reboot` is no name of a schedule"));
}

#[test]
fn a_fixed_time_runs_once_at_the_first_moment_after_a_gap() {
    // Clocks go from 02:00 to 03:00 at 01:00 UTC.
    let got = next("30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2);
    assert_eq!(got, ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    // Two fixed times in one gap fall together.
    let got = next("15,45 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2);
    assert_eq!(got, ["2026-03-29T01:00:00Z", "2026-03-30T00:15:00Z"]);
    // A gap of half an hour, from 02:00 to 02:30 at 15:30 UTC.
    let got = next("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2);
    assert_eq!(got, ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]);
    // A gap at midnight: a daily job at 00:00 runs at 01:00.
    let got = next("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", 2);
    assert_eq!(got, ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"]);
}

#[test]
fn a_fixed_time_runs_once_in_an_hour_that_comes_twice() {
    // Clocks go from 03:00 back to 02:00 at 01:00 UTC.
    let got = next("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2);
    assert_eq!(got, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    // Asked in the second pass, it has been.
    let got = next("30 2 * * *", "Europe/Paris", "2026-10-25T01:10:00Z", 1);
    assert_eq!(got, ["2026-10-26T01:30:00Z"]);
}

#[test]
fn stars_and_steps_follow_real_time() {
    let got = next("*/30 2 * * *", "Europe/Paris", "2026-10-25T00:00:00Z", 4);
    assert_eq!(
        got,
        ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:00:00Z"]
    );
    let got = next("*/30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2);
    assert_eq!(got, ["2026-03-30T00:00:00Z", "2026-03-30T00:30:00Z"]);
    let got = next("30 * * * *", "Europe/Paris", "2026-03-29T00:00:00Z", 3);
    assert_eq!(got, ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"]);
}

#[test]
fn a_day_that_a_place_left_out_is_not_caught_up() {
    // Apia went from 2011-12-29 24:00 (UTC-10) to 2011-12-31 00:00 (UTC+14).
    let got = next("0 9 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3);
    assert_eq!(got, ["2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"]);
    let got = next("0 9 30 * *", "Pacific/Apia", "2011-12-01T00:00:00Z", 1);
    assert_eq!(got, ["2012-01-29T19:00:00Z"]);
}

#[test]
fn the_tables_are_newer_than_the_machines() {
    // British Columbia stays at UTC-7 from 2026-11-01 on.
    let got = next("0 9 * * *", "America/Vancouver", "2026-12-01T00:00:00Z", 1);
    assert_eq!(got, ["2026-12-01T16:00:00Z"]);
}

#[test]
fn a_rare_date_is_found_and_an_impossible_one_refused() {
    assert_eq!(next("0 0 29 2 *", "UTC", "2026-11-24T00:00:00Z", 1), ["2028-02-29T00:00:00Z"]);
    assert_eq!(next("0 0 * 2 MON#5", "UTC", "2026-11-24T00:00:00Z", 1), ["2044-02-29T00:00:00Z"]);
    assert_eq!(next("* * * 2 MON#5", "Europe/Paris", "2026-11-24T00:00:00Z", 1), ["2044-02-28T23:00:00Z"]);
    for text in ["0 0 30 2 *", "0 0 31 4,6,9,11 *"] {
        let error = Schedule::parse(text, "UTC").unwrap_err();
        assert_eq!((error.code, error.message), ("T009", format!("`{text}` never happens")));
    }
    assert_eq!(Schedule::parse("0 0 29 2 *", "UTC").unwrap().next_after(at("2097-01-01T00:00:00Z")), None);
}

#[test]
fn wrong_expressions_and_zones_say_what_is_wrong() {
    for (text, zone, message) in [
        ("61 * * * *", "UTC", "minute 61 is not 0-59"),
        ("* * * *", "UTC", "a cron expression has 5 fields, not 4"),
        ("0 0 9 * * *", "UTC", "a cron expression has 5 fields, not 6"),
        ("", "UTC", "a cron expression has 5 fields, not 0"),
        ("* * * * *", "Europe/Atlantis", "no time zone is called `Europe/Atlantis`"),
        ("* * * * *", "", "no time zone is called ``"),
    ] {
        let error = Schedule::parse(text, zone).unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.hint.is_some(), "{text}");
    }
}

#[test]
fn every_counts_from_the_epoch() {
    let schedule = Schedule::every(Duration::from_secs(900)).unwrap();
    assert_eq!(schedule.next_after(at("2026-11-24T12:07:03.5Z")), Some(at("2026-11-24T12:15:00Z")));
    assert_eq!(schedule.next_after(at("2026-11-24T12:15:00Z")), Some(at("2026-11-24T12:30:00Z")));
    assert_eq!(schedule.next_after(Time::from_micros(i64::MAX)), None);
    for seconds in [0, 59, 367 * 86_400] {
        let error = Schedule::every(Duration::from_secs(seconds)).unwrap_err();
        assert_eq!(error.message, "`every` must lie between 1m and 366d");
    }
}

#[test]
fn the_latest_missed_moment_is_found_over_short_and_long_pauses() {
    let latest = |cron: &str, after: &str, until: &str| {
        Schedule::parse(cron, "Europe/Madrid").unwrap().latest(at(after), at(until))
    };
    let until = "2026-11-24T12:30:30Z";
    assert_eq!(latest("* * * * *", "2020-01-01T00:00:00Z", until), Some(at("2026-11-24T12:30:00Z")));
    assert_eq!(latest("0 3 * * *", "2026-11-20T00:00:00Z", until), Some(at("2026-11-24T02:00:00Z")));
    assert_eq!(latest("0 3 1 1 *", "2020-01-01T00:00:00Z", until), Some(at("2026-01-01T02:00:00Z")));
    assert_eq!(latest("0 3 29 2 *", "2020-01-01T00:00:00Z", until), Some(at("2024-02-29T02:00:00Z")));
    assert_eq!(latest("0 3 * * *", "2026-11-24T02:00:00Z", until), None);
    assert_eq!(
        latest("30 13 * * *", "2026-11-24T00:00:00Z", "2026-11-24T12:30:00Z"),
        Some(at("2026-11-24T12:30:00Z"))
    );
}

#[test]
fn inputs_give_a_schedule_in_the_zone_of_the_trigger_or_of_the_workflow() {
    let after = at("2026-11-24T00:00:00Z");
    let of = |with, zone| Schedule::of(&with, zone).unwrap().next_after(after).unwrap();
    assert_eq!(of(json!({"cron": "0 9 * * *"}), "Europe/Madrid"), at("2026-11-24T08:00:00Z"));
    let own = json!({"cron": "0 9 * * *", "timezone": "Asia/Tokyo"});
    assert_eq!(of(own, "Europe/Madrid"), at("2026-11-25T00:00:00Z"));
    assert_eq!(of(json!({"every": "1h30m"}), "Europe/Madrid"), at("2026-11-24T01:30:00Z"));
    assert_eq!(Schedule::of(&json!({}), "UTC").unwrap_err().code, "T003");
    assert_eq!(Schedule::of(&json!({"cron": "0 9 * * *"}), "Nowhere").unwrap_err().code, "T008");
    assert_eq!(Misfire::of(&json!({})), Misfire::Latest);
    assert_eq!(Misfire::of(&json!({"misfire": "skip"})), Misfire::Skip);
}

#[test]
fn a_moment_of_a_schedule_is_known_by_its_time() {
    let source = ScheduleSource::default();
    let slot = Raw::Slot { at: at("2026-11-24T06:30:00Z") };
    let got = source.accept(&slot, &json!({"cron": "30 6 * * *"}), &Env::default()).unwrap();
    assert_eq!(got[0].dedupe_key.as_deref(), Some("slot:1795501800000000"));
    assert_eq!(got[0].data, json!({"scheduled_at": "2026-11-24T06:30:00.000000Z"}));
    let by_hand = Raw::Manual { data: json!(null), at: at("2026-11-24T06:31:00Z") };
    let got = source.accept(&by_hand, &json!({"cron": "30 6 * * *"}), &Env::default()).unwrap();
    assert_eq!(got[0].dedupe_key, None);
}
