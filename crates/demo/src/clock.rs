//! Moments as the stand-ins write them: unix microseconds in, text and dates out.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// RFC 3339 in UTC, whole seconds.
pub(crate) fn rfc3339(micros: i64) -> String {
    timestamp(micros).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// For people, UTC.
pub(crate) fn readable(micros: i64) -> String {
    timestamp(micros).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The calendar day in UTC.
pub(crate) fn date(micros: i64) -> Date {
    TimeZone::UTC.to_datetime(timestamp(micros)).date()
}

/// The calendar day before, in UTC.
pub(crate) fn yesterday(micros: i64) -> Date {
    date(micros).saturating_sub(1.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_text_a_day_and_a_day_before() {
        let leap_day = 1_709_208_000_000_000;
        assert_eq!(rfc3339(leap_day), "2024-02-29T12:00:00Z");
        assert_eq!(readable(leap_day), "2024-02-29 12:00:00 UTC");
        assert_eq!(date(leap_day).to_string(), "2024-02-29");
        assert_eq!(yesterday(leap_day).to_string(), "2024-02-28");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00Z");
    }
}
