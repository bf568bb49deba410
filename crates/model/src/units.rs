//! Human units as a workflow file writes them: durations `1h30m`, sizes `5 MB`, windows `09:00-20:00`.

use std::time::Duration;

use crate::workflow::Window;

/// Units of a duration, the longest first, in milliseconds; the first name is the one a file uses, the others are
/// understood well enough to say what to write instead.
const DURATION_UNITS: &[(&str, u64, &[&str])] = &[
    ("w", 604_800_000, &["week", "weeks"]),
    ("d", 86_400_000, &["day", "days"]),
    ("h", 3_600_000, &["hr", "hrs", "hour", "hours"]),
    ("m", 60_000, &["min", "mins", "minute", "minutes"]),
    ("s", 1_000, &["sec", "secs", "second", "seconds"]),
    ("ms", 1, &["milli", "millis", "millisecond", "milliseconds"]),
];

/// Units of a size in bytes: powers of 1000, and powers of 1024 with an `i`.
const SIZE_UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Why a text is not the unit it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What is wrong.
    pub(crate) message: String,
    /// What to write.
    pub(crate) hint: String,
}

impl Refusal {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }

    fn sentence(self) -> String {
        format!("{}: {}", self.message, self.hint)
    }
}

/// Reads a duration: whole numbers with the units `w d h m s ms`, the longest first, such as `3d` or `1h30m`.
///
/// # Errors
/// A sentence that says what is wrong and what to write instead.
pub fn duration(text: &str) -> Result<Duration, String> {
    read_duration(text).map_err(Refusal::sentence)
}

/// Reads a size in bytes: a whole number and a unit, such as `5 MB` (1000s) or `256 KiB` (1024s).
///
/// # Errors
/// A sentence that says what is wrong and what to write instead.
pub fn size(text: &str) -> Result<u64, String> {
    read_size(text).map_err(Refusal::sentence)
}

/// Reads hours of the day, such as `09:00-20:00`; a window may pass midnight, and may end at `24:00`.
///
/// # Errors
/// A sentence that says what is wrong and what to write instead.
pub fn window(text: &str) -> Result<Window, String> {
    read_window(text).map_err(Refusal::sentence)
}

/// A duration in the form a file uses: `5400 s` is `1h30m`, nothing is `0s`.
#[must_use]
pub fn duration_text(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, millis, _) in DURATION_UNITS {
        // Weeks only where nothing else is needed: `10d` reads better than `1w3d`.
        if *unit == "w" && !rest.is_multiple_of(*millis) {
            continue;
        }
        if rest >= *millis {
            text.push_str(&format!("{}{unit}", rest / millis));
            rest %= millis;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

pub(crate) fn read_duration(text: &str) -> Result<Duration, Refusal> {
    const SHAPE: &str = "write a number and a unit, such as `90s`, `15m`, `1h30m` or `3d`";
    if let Some(duration) = strict_duration(text) {
        return Ok(duration);
    }
    let message = format!("`{}` is not a duration", clip(text));
    if text.starts_with(['P', 'p']) && text.parse::<jiff::Span>().is_ok() {
        let hint = iso_duration(text)
            .map_or_else(|| SHAPE.to_owned(), |found| format!("write `{}`", duration_text(found)));
        return Err(Refusal::new(
            format!("`{}` is in ISO 8601 form, which is not used here", clip(text)),
            hint,
        ));
    }
    if let Some(found) = loose_duration(text) {
        return Err(Refusal::new(message, format!("write `{}`", duration_text(found))));
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = clip(text);
        let hint = format!("write the unit too, such as `{number}s`, `{number}m` or `{number}h`");
        return Err(Refusal::new(message, hint));
    }
    Err(Refusal::new(message, SHAPE))
}

/// The grammar itself: digits and a unit, again and again, each unit shorter than the one before.
fn strict_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut next = 0;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (number, after) = leading_digits(rest)?;
        let letters = after.bytes().take_while(u8::is_ascii_lowercase).count();
        let (unit, after) = after.split_at_checked(letters)?;
        let found = DURATION_UNITS.iter().position(|(name, ..)| *name == unit)?;
        if found < next {
            return None;
        }
        next = found + 1;
        total = total.checked_add(number.checked_mul(DURATION_UNITS.get(found)?.1)?)?;
        rest = after;
    }
    (next > 0).then(|| Duration::from_millis(total))
}

/// What was probably meant: words for units, blanks, fractions, any order.
fn loose_duration(text: &str) -> Option<Duration> {
    let text = text.trim().to_ascii_lowercase();
    let mut rest = text.as_str();
    let mut millis = 0.0_f64;
    let mut any = false;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start();
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters)?;
        let (_, size, _) =
            DURATION_UNITS.iter().find(|(name, _, words)| *name == unit || words.contains(&unit))?;
        millis += number.parse::<f64>().ok()? * f64::from(u32::try_from(*size).ok()?);
        any = true;
        rest = after.trim_start_matches([' ', ',', '\t']);
    }
    (any && millis.is_finite() && millis >= 1.0)
        .then(|| Duration::try_from_secs_f64(millis / 1_000.0).ok())?
}

fn iso_duration(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.parse().ok()?;
    if span.get_months() != 0 || span.get_years() != 0 || span.is_negative() || span.is_zero() {
        return None;
    }
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let seconds =
        days * 86_400 + i64::from(span.get_hours()) * 3_600 + span.get_minutes() * 60 + span.get_seconds();
    let millis = seconds * 1_000 + span.get_milliseconds();
    u64::try_from(millis).ok().map(Duration::from_millis)
}

fn read_size(text: &str) -> Result<u64, Refusal> {
    const SHAPE: &str = "write a whole number and a unit, such as `5 MB` or `256 KiB`";
    let message = format!("`{}` is not a size", clip(text));
    let Some((number, unit)) = leading_digits(text) else {
        return Err(Refusal::new(message, SHAPE));
    };
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    if let Some((_, bytes)) = SIZE_UNITS.iter().find(|(name, _)| *name == unit) {
        return number
            .checked_mul(*bytes)
            .ok_or_else(|| Refusal::new(format!("`{}` is too large a size", clip(text)), SHAPE));
    }
    let wanted = unit.trim();
    let near = SIZE_UNITS.iter().find(|(name, _)| {
        name.eq_ignore_ascii_case(wanted)
            || (!wanted.is_empty() && name.strip_suffix('B').is_some_and(|n| n.eq_ignore_ascii_case(wanted)))
    });
    let hint = near.map_or_else(|| SHAPE.to_owned(), |(name, _)| format!("write `{number} {name}`"));
    Err(Refusal::new(message, hint))
}

pub(crate) fn read_window(text: &str) -> Result<Window, Refusal> {
    const SHAPE: &str = "write two times of day, such as `09:00-20:00`";
    let ends = text.split_once('-').and_then(|(from, to)| Some((time_of_day(from)?, time_of_day(to)?)));
    let Some((from, to)) = ends else {
        let loose = text.replace(['–', '—'], "-").replace(" to ", "-").replace(' ', "");
        let fixed = loose.split_once('-').and_then(|(from, to)| Some((loose_time(from)?, loose_time(to)?)));
        let hint = fixed.map_or_else(|| SHAPE.to_owned(), |(from, to)| format!("write `{from}-{to}`"));
        return Err(Refusal::new(format!("`{}` is not a window", clip(text)), hint));
    };
    if from == to {
        return Err(Refusal::new(
            format!("the window `{}` has no length", clip(text)),
            "let the end differ from the beginning; for the whole day write `00:00-24:00`",
        ));
    }
    if from == DAY_MINUTES {
        return Err(Refusal::new(
            format!("the window `{}` begins after the last minute of the day", clip(text)),
            "write `00:00` for midnight at the beginning of a window",
        ));
    }
    Ok(Window { from, to })
}

/// `HH:MM` in minutes after midnight; `24:00` is the end of the day.
fn time_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

/// `9`, `9:00` or `0900` as `09:00`.
fn loose_time(text: &str) -> Option<String> {
    let (hours, minutes) = match text.split_once([':', '.', 'h']) {
        Some((hours, minutes)) => (hours, minutes),
        None if text.len() == 4 => text.split_at_checked(2)?,
        None => (text, "0"),
    };
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= DAY_MINUTES).then(|| format!("{hours:02}:{minutes:02}"))
}

fn leading_digits(text: &str) -> Option<(u64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

fn clip(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '`' { ' ' } else { c }).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lasts(text: &str, seconds: f64) {
        assert_eq!(duration(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
    }

    #[track_caller]
    fn refused(text: &str, sentence: &str) {
        assert_eq!(duration(text).unwrap_err(), sentence);
    }

    #[test]
    fn durations_are_numbers_with_units() {
        lasts("500ms", 0.5);
        lasts("90s", 90.0);
        lasts("15m", 900.0);
        lasts("1h30m", 5_400.0);
        lasts("3d", 259_200.0);
        lasts("2w", 1_209_600.0);
        lasts("1h0m5s250ms", 3_605.25);
        lasts("0s", 0.0);
    }

    #[test]
    fn other_ways_to_write_a_duration_are_answered_with_ours() {
        refused("PT15M", "`PT15M` is in ISO 8601 form, which is not used here: write `15m`");
        refused("P1DT12H", "`P1DT12H` is in ISO 8601 form, which is not used here: write `1d12h`");
        refused("3 days", "`3 days` is not a duration: write `3d`");
        refused("1.5h", "`1.5h` is not a duration: write `1h30m`");
        refused("30m 1h", "`30m 1h` is not a duration: write `1h30m`");
        refused("1H", "`1H` is not a duration: write `1h`");
        refused("90", "`90` is not a duration: write the unit too, such as `90s`, `90m` or `90h`");
        for text in ["", "soon", "-5m", "5x", "m", "1h1h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_duration_beyond_all_numbers_is_refused() {
        assert!(duration("99999999999999999999d").is_err());
        assert!(duration("9999999999999999999d").is_err());
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for text in ["0s", "500ms", "90s", "1h30m", "3d", "10d", "2w", "1h5s250ms"] {
            let read = duration(text).unwrap();
            assert_eq!(duration(&duration_text(read)), Ok(read));
        }
        assert_eq!(duration_text(Duration::from_secs(90)), "1m30s");
        assert_eq!(duration_text(Duration::from_secs(864_000)), "10d");
    }

    #[test]
    fn sizes_are_numbers_with_units() {
        assert_eq!(size("5 MB"), Ok(5_000_000));
        assert_eq!(size("5MB"), Ok(5_000_000));
        assert_eq!(size("256 KiB"), Ok(262_144));
        assert_eq!(size("512 B"), Ok(512));
        assert_eq!(size("5 mb"), Err("`5 mb` is not a size: write `5 MB`".to_owned()));
        assert_eq!(size("5 M"), Err("`5 M` is not a size: write `5 MB`".to_owned()));
        assert!(size("MB").is_err());
        assert!(size("99999999999 TB").is_err());
    }

    #[test]
    fn windows_are_two_times_of_day() {
        assert_eq!(window("09:00-20:00"), Ok(Window { from: 540, to: 1_200 }));
        assert_eq!(window("22:00-06:00"), Ok(Window { from: 1_320, to: 360 }));
        assert_eq!(window("00:00-24:00"), Ok(Window { from: 0, to: 1_440 }));
        assert_eq!(window("9-17"), Err("`9-17` is not a window: write `09:00-17:00`".to_owned()));
        assert_eq!(
            window("9:00 – 17:30"),
            Err("`9:00 – 17:30` is not a window: write `09:00-17:30`".to_owned())
        );
        for text in ["", "09:00", "09:00-25:00", "09:60-10:00", "09:00-09:00", "24:00-10:00", "a-b"] {
            assert!(window(text).is_err(), "{text}");
        }
    }
}
