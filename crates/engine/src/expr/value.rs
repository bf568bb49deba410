//! Values by kind: comparison, order and arithmetic without any silent conversion.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// The type of a value, as people call it.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// `==`: values of different types are different; `1` and `1.0` are the same number.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => order(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => left == right,
    }
}

/// Numbers in exact order, whole ones beyond 2^53 included.
pub(super) fn order(left: &Number, right: &Number) -> Option<Ordering> {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        (Some(left), None) => Some(order_with_float(left, right.as_f64()?)),
        (None, Some(right)) => Some(order_with_float(right, left.as_f64()?).reverse()),
        (None, None) => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// A whole number against a float, without rounding the whole one.
#[expect(clippy::cast_possible_truncation, reason = "the float lies inside the range of i128 here")]
fn order_with_float(whole: i128, float: f64) -> Ordering {
    let floor = float.floor();
    if floor >= 1e30 {
        return Ordering::Less;
    }
    if floor <= -1e30 {
        return Ordering::Greater;
    }
    whole.cmp(&(floor as i128)).then(if float > floor { Ordering::Less } else { Ordering::Equal })
}

/// The number as a whole one, where it was written as one.
pub(super) fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// A whole result as JSON; nothing when it does not fit.
pub(super) fn from_whole(value: i128) -> Option<Value> {
    i64::try_from(value).map(Value::from).or_else(|_| u64::try_from(value).map(Value::from)).ok()
}

/// A float as JSON; nothing when it is no number.
pub(super) fn from_float(value: f64) -> Option<Value> {
    Number::from_f64(value).map(Value::Number)
}

/// How much text a value holds, roughly.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| 8 + size(item)).sum(),
        Value::Object(fields) => fields.iter().map(|(key, field)| 8 + key.len() + size(field)).sum(),
    }
}
