//! Moments in queries: RFC 3339, or a date for the whole of its day in UTC.

use std::time::Duration;

use cauce_model::Time;

use crate::problem::Refusal;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The moment from which on something counts: of a date, its beginning.
pub(super) fn since(text: Option<&str>) -> Result<Option<Time>, Refusal> {
    read("since", text, Duration::ZERO)
}

/// The moment up to which something counts: of a date, the beginning of the next.
pub(super) fn until(text: Option<&str>) -> Result<Option<Time>, Refusal> {
    read("until", text, DAY)
}

fn read(name: &'static str, text: Option<&str>, day: Duration) -> Result<Option<Time>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let date = format!("{text}T00:00:00Z").parse::<Time>().map(|midnight| midnight.after(day));
    date.or_else(|_| text.parse::<Time>()).map(Some).map_err(|_| {
        Refusal::broken(format!("`{name}` is no moment: `{text}`"))
            .field(name, "invalid")
            .hint("write `2026-03-31`, or `2026-03-31T09:00:00Z`; a `+` in a query is written `%2B`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Time> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_date_is_the_whole_day() {
        assert_eq!(since(Some("2026-02-28")).unwrap(), at("2026-02-28T00:00:00Z"));
        assert_eq!(until(Some("2026-02-28")).unwrap(), at("2026-03-01T00:00:00Z"));
    }

    #[test]
    fn a_moment_is_itself_in_whatever_zone_it_is_written() {
        assert_eq!(since(Some("2026-03-01T09:00:00+02:00")).unwrap(), at("2026-03-01T07:00:00Z"));
        assert_eq!(until(Some(" 2026-03-01T09:00:00.5Z ")).unwrap(), at("2026-03-01T09:00:00.5Z"));
        assert_eq!(since(None).unwrap(), None);
        assert_eq!(until(Some("")).unwrap(), None);
    }

    #[test]
    fn what_is_no_moment_is_refused_by_name() {
        for text in ["yesterday", "2026-02-30", "2026-13-01", "2026-03-01T09:00:00", "1772352000"] {
            let refusal = since(Some(text)).unwrap_err();
            assert!(refusal.detail().contains("`since`") && refusal.detail().contains(text), "{refusal:?}");
        }
    }
}
