//! Plain scalars by the core schema of YAML 1.2.2 (section 10.3.2): `null`, booleans, integers, floats, else text.

use serde_json::{Number, Value};

/// A number that cannot be kept as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) hint: String,
}

/// The value of a plain scalar.
pub(super) fn value(text: &str) -> Result<Value, Refused> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    if is_infinite_or_nan(text) {
        return Err(refused(text, "is a number without a finite value"));
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|digits| all(digits, |b| (b'0'..=b'7').contains(&b)))
    {
        return whole(text, u64::from_str_radix(digits, 8).ok());
    }
    if let Some(digits) = text.strip_prefix("0x").filter(|digits| all(digits, |b| b.is_ascii_hexdigit())) {
        return whole(text, u64::from_str_radix(digits, 16).ok());
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if all(unsigned, |byte| byte.is_ascii_digit()) {
        return integer(text, unsigned);
    }
    if is_float(unsigned) {
        return float(text);
    }
    Ok(Value::String(text.to_owned()))
}

fn integer(text: &str, digits: &str) -> Result<Value, Refused> {
    // The schema would read `01234` as 1234 and `+34600` as 34600; whoever writes these means the characters.
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(refused(text, "would lose its leading zero as a number"));
    }
    if text.starts_with('+') {
        return Err(refused(text, "would lose its `+` as a number"));
    }
    if text.starts_with('-') {
        return match text.parse::<i64>() {
            Ok(number) => Ok(Value::Number(number.into())),
            Err(_) => whole(text, None),
        };
    }
    whole(text, digits.parse().ok())
}

fn whole(text: &str, number: Option<u64>) -> Result<Value, Refused> {
    number
        .map(|number| Value::Number(number.into()))
        .ok_or_else(|| refused(text, "is a whole number beyond 64 bits"))
}

fn float(text: &str) -> Result<Value, Refused> {
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    number.map(Value::Number).ok_or_else(|| refused(text, "is a number too large to be kept"))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| all(text, |byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", after)) => digits(after),
        Some((before, after)) => digits(before) && (after.is_empty() || digits(after)),
        None => digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

fn is_infinite_or_nan(text: &str) -> bool {
    matches!(text, ".nan" | ".NaN" | ".NAN")
        || matches!(text.strip_prefix(['-', '+']).unwrap_or(text), ".inf" | ".Inf" | ".INF")
}

fn all(text: &str, test: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(test)
}

fn refused(text: &str, why: &str) -> Refused {
    let shown: String = text.chars().take(40).collect();
    Refused {
        message: format!("`{shown}` {why}"),
        hint: format!("quote it to keep it as text: `\"{shown}\"`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn reads(text: &str, expected: &Value) {
        assert_eq!(value(text).as_ref(), Ok(expected), "{text}");
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        reads("", &Value::Null);
        reads("~", &Value::Null);
        reads("True", &json!(true));
        reads("0", &json!(0));
        reads("-12", &json!(-12));
        reads("0o17", &json!(15));
        reads("0xfF", &json!(255));
        reads("1.50", &json!(1.5));
        reads(".5", &json!(0.5));
        reads("2.", &json!(2.0));
        reads("1e3", &json!(1000.0));
        reads("18446744073709551615", &json!(u64::MAX));
    }

    #[test]
    fn words_of_older_versions_stay_texts() {
        for text in [
            "no",
            "yes",
            "on",
            "off",
            "y",
            "n",
            "12:30",
            "1_000",
            "0b1",
            "2026-01-01",
            "1.2.3",
            ".",
            "-",
            "+",
            "e5",
        ] {
            reads(text, &json!(text));
        }
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        for text in [
            "01234",
            "+34600111222",
            "18446744073709551616",
            "-9223372036854775809",
            ".inf",
            "-.INF",
            ".nan",
            "1e999",
        ] {
            assert!(value(text).is_err(), "{text}");
        }
    }
}
