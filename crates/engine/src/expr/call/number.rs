//! Functions on numbers.

use serde_json::{Number, Value};

use super::super::arithmetic::{too_large, type_error};
use super::super::error::EvalError;
use super::super::value::{from_float, from_whole, order, whole};
use super::Call;

/// The longest text that is read as a number, in bytes.
const LONGEST: usize = 400;
/// How much of a wrong text a message shows, in characters.
const SHOWN: usize = 40;

impl Call<'_, '_> {
    /// The number that a text shows, as JSON writes numbers; blanks around it do not count.
    pub(super) fn to_number(&self) -> Result<Value, EvalError> {
        let Value::String(text) = self.value(0) else { return Err(self.wrong("a text", self.value(0))) };
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let begins = digits.starts_with(|c: char| c.is_ascii_digit()) && text.len() <= LONGEST;
        let is_whole = begins && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_whole {
            return text.parse::<i128>().ok().and_then(from_whole).ok_or_else(|| too_large(self.span));
        } else if begins && digits.ends_with(|c: char| c.is_ascii_digit()) {
            text.parse::<f64>().ok()
        } else {
            None
        };
        let Some(number) = number else {
            let shown: String = text.chars().take(SHOWN).collect();
            return Err(type_error(format!("`{shown}` is no number"), self.span)
                .hint("a number is written like `1234.5`, without spaces or commas"));
        };
        from_float(number).ok_or_else(|| too_large(self.span))
    }

    pub(super) fn abs(&self) -> Result<Value, EvalError> {
        let number = self.number(0)?;
        let positive = match whole(number) {
            Some(whole) => from_whole(whole.abs()),
            None => number.as_f64().and_then(|float| from_float(float.abs())),
        };
        positive.ok_or_else(|| too_large(self.span))
    }

    /// Half goes away from zero, as prices are rounded.
    pub(super) fn round(&self) -> Result<Value, EvalError> {
        let number = self.number(0)?;
        let places = if self.values.len() == 1 { Some(0) } else { self.number(1)?.as_i64() };
        let places = places
            .filter(|places| (0..=12).contains(places))
            .ok_or_else(|| type_error("`round` takes 0 to 12 decimals".to_owned(), self.span))?;
        if whole(number).is_some() {
            return Ok(Value::Number(number.clone()));
        }
        let float = number.as_f64().unwrap_or_default();
        rounded(float, places).ok_or_else(|| too_large(self.span))
    }

    /// The largest or the smallest of the arguments, or of an only list; nothing of nothing.
    pub(super) fn most(&self, largest: bool) -> Result<Option<Number>, EvalError> {
        let numbers: Vec<&Value> = match (self.values.len(), self.value(0)) {
            (1, Value::Array(items)) => items.iter().collect(),
            _ => self.values.iter().map(AsRef::as_ref).collect(),
        };
        let mut best: Option<&Number> = None;
        for value in numbers {
            let Value::Number(number) = value else { return Err(self.wrong("numbers", value)) };
            let better = best
                .and_then(|best| order(number, best))
                .is_none_or(|order| if largest { order.is_gt() } else { order.is_lt() });
            if better {
                best = Some(number);
            }
        }
        Ok(best.cloned())
    }
}

/// Through the decimal text: 1.005 is meant as it is written, not as the nearest binary fraction.
#[expect(clippy::cast_possible_truncation, reason = "checked against what a float holds exactly")]
fn rounded(float: f64, places: i64) -> Option<Value> {
    let scaled = format!("{float}e{places}").parse::<f64>().ok().filter(|scaled| scaled.is_finite())?.round();
    if places > 0 {
        return format!("{scaled}e-{places}").parse::<f64>().ok().and_then(from_float);
    }
    if scaled.abs() < 9_007_199_254_740_992.0 { Some(Value::from(scaled as i64)) } else { from_float(scaled) }
}
