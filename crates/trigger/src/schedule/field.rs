//! One field of a cron expression: which of its values it names.

use std::str::FromStr;

use super::ScheduleError;

/// What a field counts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) min: u8,
    /// For the day of the week 7, which is Sunday as 0 is.
    pub(super) max: u8,
    /// Three-letter names; the first one is the smallest value.
    names: &'static [&'static str],
}

pub(super) const MINUTE: Unit = Unit { name: "minute", min: 0, max: 59, names: &[] };
pub(super) const HOUR: Unit = Unit { name: "hour", min: 0, max: 23, names: &[] };
pub(super) const DAY: Unit = Unit { name: "day of month", min: 1, max: 31, names: &[] };
pub(super) const MONTH: Unit = Unit {
    name: "month",
    min: 1,
    max: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
pub(super) const WEEKDAY: Unit =
    Unit { name: "day of week", min: 0, max: 7, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// A field, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// A bit for each value.
    pub(super) values: u64,
    /// Whether it begins with `*`, which the rules on days and on clock changes ask.
    pub(super) star: bool,
    /// Whether it has a step.
    pub(super) stepped: bool,
    /// The last day of the month.
    pub(super) last: bool,
    /// Weekdays with their number in the month, 1 to 5.
    pub(super) nth: Vec<(u8, u8)>,
}

impl Field {
    pub(super) fn has(&self, value: u8) -> bool {
        self.values >> value & 1 == 1
    }

    /// The values, rising.
    pub(super) fn list(&self) -> impl Iterator<Item = u8> + '_ {
        (0..64).filter(|value| self.has(*value))
    }
}

impl Unit {
    pub(super) fn read(&self, text: &str) -> Result<Field, ScheduleError> {
        let mut field = Field { star: text.starts_with('*'), ..Field::default() };
        for part in text.split(',') {
            self.part(part, &mut field)?;
        }
        Ok(field)
    }

    fn part(&self, part: &str, field: &mut Field) -> Result<(), ScheduleError> {
        if part.is_empty() {
            return Err(self.wrong("has an empty part", "write values between the commas"));
        }
        if part.contains('?') {
            return Err(self.wrong("holds `?`", "write `*`"));
        }
        if self.special(part, field)? {
            return Ok(());
        }
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(self.step(step)?)),
            None => (part, None),
        };
        field.stepped |= step.is_some();
        let (from, to) = if span == "*" {
            (self.min, self.top())
        } else if let Some((from, to)) = span.split_once('-') {
            (self.value(from)?, self.value(to)?)
        } else if step.is_some() {
            let hint = format!(
                "write `{span}-{}/{}`",
                self.top(),
                part.split_once('/').map_or("1", |(_, step)| step)
            );
            return Err(self.wrong(&format!("holds `{part}`: a step needs a range"), &hint));
        } else {
            let value = self.value(span)?;
            (value, value)
        };
        for value in self.walk(from, to).step_by(step.unwrap_or(1)) {
            field.values |= 1 << value;
        }
        Ok(())
    }

    /// `L` and `MON#2`. What other cron dialects have besides is refused by name.
    fn special(&self, part: &str, field: &mut Field) -> Result<bool, ScheduleError> {
        if *self == DAY {
            if part.eq_ignore_ascii_case("l") {
                field.last = true;
                return Ok(true);
            }
            if part.to_ascii_uppercase().contains(['L', 'W']) {
                let found = format!("holds `{part}`, which is not available in this version");
                return Err(self.wrong(&found, "`L` alone is the last day of the month"));
            }
        }
        if *self != WEEKDAY {
            return Ok(false);
        }
        if let Some((day, number)) = part.split_once('#') {
            let number = u8::from_str(number).ok().filter(|number| (1..=5).contains(number));
            let number = number.ok_or_else(|| {
                self.wrong(
                    &format!("holds `{part}`"),
                    "write `MON#2` for the second Monday; the number is 1-5",
                )
            })?;
            field.nth.push((self.value(day)? % 7, number));
            return Ok(true);
        }
        let upper = part.to_ascii_uppercase();
        if upper == "L" || upper.strip_suffix('L').is_some_and(|day| self.value(day).is_ok()) {
            let found = format!("holds `{part}`, which is not available in this version");
            return Err(self.wrong(&found, "`MON#2` is the second Monday of the month"));
        }
        Ok(false)
    }

    fn step(&self, text: &str) -> Result<usize, ScheduleError> {
        let span = self.top() - self.min;
        let fits = text.bytes().all(|byte| byte.is_ascii_digit());
        let step = usize::from_str(text).ok().filter(|step| fits && (1..=usize::from(span)).contains(step));
        step.ok_or_else(|| {
            let hint = format!("a step is a whole number from 1 to {span}");
            self.wrong(&format!("has the step `{text}`"), &hint)
        })
    }

    fn value(&self, text: &str) -> Result<u8, ScheduleError> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        if let Some(position) = named {
            return Ok(self.min + u8::try_from(position).expect("twelve names at most"));
        }
        let range = format!("{}-{}", self.min, self.max);
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let value = u8::from_str(text).ok().filter(|value| digits && (self.min..=self.max).contains(value));
        value.ok_or_else(|| {
            let message = if digits {
                format!("{} {text} is not {range}", self.name)
            } else {
                format!("{} `{}` is not a value", self.name, text.escape_debug())
            };
            let names = match (self.names.first(), self.names.last()) {
                (Some(first), Some(last)) => format!(" or {}-{}", first.to_uppercase(), last.to_uppercase()),
                _ => String::new(),
            };
            ScheduleError::cron(Some(self.name), message, format!("the values are {range}{names}"))
        })
    }

    /// The values from one to the other, past the end when the second is the smaller: `22-2` is 22, 23, 0, 1, 2.
    fn walk(&self, from: u8, to: u8) -> impl Iterator<Item = u8> {
        let sunday = *self == WEEKDAY;
        let from = if sunday && from == 7 && to != 7 { 0 } else { from };
        let (min, top) = (self.min, self.top());
        let (head, tail) = if from <= to { (from..=to, None) } else { (from..=top, Some(min..=to)) };
        head.chain(tail.into_iter().flatten()).map(move |value| if sunday { value % 7 } else { value })
    }

    /// The largest value that is not another's second name.
    fn top(&self) -> u8 {
        if *self == WEEKDAY { 6 } else { self.max }
    }

    fn wrong(&self, found: &str, hint: &str) -> ScheduleError {
        ScheduleError::cron(Some(self.name), format!("{} {found}", self.name), hint.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(unit: &Unit, text: &str) -> Vec<u8> {
        unit.read(text).unwrap().list().collect()
    }

    #[test]
    fn lists_ranges_and_steps_are_read() {
        assert_eq!(values(&HOUR, "1,3,5-7"), [1, 3, 5, 6, 7]);
        assert_eq!(values(&HOUR, "*/6"), [0, 6, 12, 18]);
        assert_eq!(values(&MINUTE, "10-30/10"), [10, 20, 30]);
        assert_eq!(values(&MONTH, "jan,MAR-May"), [1, 3, 4, 5]);
        assert_eq!(values(&MINUTE, "*").len(), 60);
    }

    #[test]
    fn a_range_may_pass_the_end() {
        assert_eq!(values(&HOUR, "22-2"), [0, 1, 2, 22, 23]);
        assert_eq!(values(&HOUR, "22-4/3"), [1, 4, 22]);
        assert_eq!(values(&MONTH, "nov-feb"), [1, 2, 11, 12]);
        assert_eq!(values(&DAY, "30-2"), [1, 2, 30, 31]);
    }

    #[test]
    fn zero_and_seven_are_both_sunday() {
        assert_eq!(values(&WEEKDAY, "0"), [0]);
        assert_eq!(values(&WEEKDAY, "7"), [0]);
        assert_eq!(values(&WEEKDAY, "sun"), [0]);
        assert_eq!(values(&WEEKDAY, "5-7"), [0, 5, 6]);
        assert_eq!(values(&WEEKDAY, "FRI-SUN"), [0, 5, 6]);
        assert_eq!(values(&WEEKDAY, "7-2"), [0, 1, 2]);
        assert_eq!(values(&WEEKDAY, "0-7").len(), 7);
        assert_eq!(values(&WEEKDAY, "1-5"), [1, 2, 3, 4, 5]);
        assert_eq!(values(&WEEKDAY, "7-7"), [0]);
    }

    #[test]
    fn the_last_day_and_the_nth_weekday_are_read() {
        assert!(DAY.read("15,L").unwrap().last);
        assert_eq!(WEEKDAY.read("mon#2,7#1").unwrap().nth, [(1, 2), (0, 1)]);
    }

    #[test]
    fn every_fault_names_its_field() {
        for (unit, text, message) in [
            (&MINUTE, "61", "minute 61 is not 0-59"),
            (&MINUTE, "", "minute has an empty part"),
            (&MINUTE, "1,,2", "minute has an empty part"),
            (&MINUTE, "99999", "minute 99999 is not 0-59"),
            (&MINUTE, "+5", "minute `+5` is not a value"),
            (&HOUR, "24", "hour 24 is not 0-23"),
            (&HOUR, "5/15", "hour holds `5/15`: a step needs a range"),
            (&HOUR, "*/0", "hour has the step `0`"),
            (&HOUR, "*/90", "hour has the step `90`"),
            (&HOUR, "*/+2", "hour has the step `+2`"),
            (&DAY, "0", "day of month 0 is not 1-31"),
            (&DAY, "?", "day of month holds `?`"),
            (&DAY, "15W", "day of month holds `15W`, which is not available in this version"),
            (&DAY, "L-3", "day of month holds `L-3`, which is not available in this version"),
            (&MONTH, "13", "month 13 is not 1-12"),
            (&MONTH, "januar", "month `januar` is not a value"),
            (&WEEKDAY, "8", "day of week 8 is not 0-7"),
            (&WEEKDAY, "mon#6", "day of week holds `mon#6`"),
            (&WEEKDAY, "#2", "day of week `` is not a value"),
            (&WEEKDAY, "5L", "day of week holds `5L`, which is not available in this version"),
        ] {
            let error = unit.read(text).unwrap_err();
            assert_eq!((error.field, error.message.as_str()), (Some(unit.name), message));
            assert!(error.hint.is_some(), "{text}");
        }
    }
}
