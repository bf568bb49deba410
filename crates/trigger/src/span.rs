//! Durations in a trigger's inputs: `90s`, `15m`, `1h30m`, `3d`, `2w`.

use std::time::Duration;

/// The units from the largest down, with their seconds.
const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a duration: whole numbers with units, the larger unit first. The error says what is wrong with it.
pub(crate) fn read(text: &str) -> Result<Duration, String> {
    let bad = || format!("`{text}` is not like `15m`, `1h30m` or `3d`");
    let mut units = UNITS.iter();
    let mut digits = String::new();
    let mut seconds: u64 = 0;
    for letter in text.trim().chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let (_, unit) = units.find(|(name, _)| *name == letter).ok_or_else(bad)?;
        let number: u64 = digits.parse().map_err(|_| bad())?;
        let span = number.checked_mul(*unit).ok_or_else(|| format!("`{text}` is too long"))?;
        seconds = seconds.checked_add(span).ok_or_else(|| format!("`{text}` is too long"))?;
        digits.clear();
    }
    if !digits.is_empty() || text.trim().is_empty() {
        return Err(bad());
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read() {
        for (text, seconds) in
            [("90s", 90), ("15m", 900), ("1h30m", 5_400), (" 3d ", 259_200), ("2w", 1_209_600)]
        {
            assert_eq!(read(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_named() {
        for text in ["", "15", "m", "1m1h", "1h1h", "1.5h", "PT1H", "-1m", "99999999999999999999s", "1 m"] {
            assert_eq!(read(text).unwrap_err(), format!("`{text}` is not like `15m`, `1h30m` or `3d`"));
        }
        assert_eq!(read("99999999999999999w").unwrap_err(), "`99999999999999999w` is too long");
    }
}
