//! Operators on values: nothing is converted, nothing wraps, no result is anything but a number.

use std::ops::Range;

use serde_json::{Number, Value};

use super::ast::BinaryOp;
use super::error::{EvalError, EvalKind};
use super::value::{equal, from_float, from_whole, kind, order, whole};

pub(super) fn type_error(message: String, span: &Range<usize>) -> EvalError {
    EvalError::new(EvalKind::Type, message, span.clone())
}

pub(super) fn too_large(span: &Range<usize>) -> EvalError {
    EvalError::new(EvalKind::Arithmetic, "the result is too large", span.clone())
}

/// A hint for two values that ought to have one type.
fn one_type(error: EvalError, left: &Value, right: &Value) -> EvalError {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => {
            error.hint("say what to use instead of null: `... | default(...)`")
        }
        (Value::String(_), Value::Number(_)) | (Value::Number(_), Value::String(_)) => {
            error.hint("convert one side with `| number` or `| text`")
        }
        _ => error,
    }
}

/// `<`, `<=`, `>`, `>=`: two numbers, or two texts by their characters.
pub(super) fn compare(
    op: BinaryOp,
    left: &Value,
    right: &Value,
    span: &Range<usize>,
) -> Result<bool, EvalError> {
    let ordering = match (left, right) {
        (Value::Number(left), Value::Number(right)) => order(left, right).ok_or_else(|| too_large(span))?,
        (Value::String(left), Value::String(right)) => left.cmp(right),
        _ => {
            let message = format!("`{}` cannot compare {} with {}", op.sign(), kind(left), kind(right));
            return Err(one_type(type_error(message, span), left, right));
        }
    };
    Ok(match op {
        BinaryOp::Less => ordering.is_lt(),
        BinaryOp::LessEqual => ordering.is_le(),
        BinaryOp::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    })
}

/// Whether a list holds an item, a text a part, an object a key. A list that has nothing of the item's type cannot be
/// asked: `3 in ["3"]` is a mistake, not false.
pub(super) fn contains(holder: &Value, item: &Value, span: &Range<usize>) -> Result<bool, EvalError> {
    match (holder, item) {
        (Value::Array(items), item) => {
            let same_type = |known: &Value| std::mem::discriminant(known) == std::mem::discriminant(item);
            match items.first() {
                Some(first) if !items.iter().any(same_type) => {
                    let message = format!("a list with {} cannot hold {}", kind(first), kind(item));
                    Err(one_type(type_error(message, span), first, item))
                }
                _ => Ok(items.iter().any(|known| equal(known, item))),
            }
        }
        (Value::String(text), Value::String(part)) => Ok(text.contains(part.as_str())),
        (Value::Object(fields), Value::String(key)) => Ok(fields.contains_key(key)),
        _ => {
            let message = format!("{} cannot hold {}", kind(holder), kind(item));
            Err(one_type(type_error(message, span), holder, item))
        }
    }
}

/// `+ - * / // %` of two numbers.
pub(super) fn arithmetic(
    op: BinaryOp,
    left: &Value,
    right: &Value,
    span: &Range<usize>,
) -> Result<Value, EvalError> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else {
        let message = format!("`{}` needs two numbers, not {} and {}", op.sign(), kind(left), kind(right));
        let error = type_error(message, span);
        return Err(match (op, left, right) {
            (BinaryOp::Add, Value::String(_), Value::String(_)) => error.hint("join texts with `~`"),
            _ => one_type(error, left, right),
        });
    };
    let divides = matches!(op, BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Remainder);
    if divides && right.as_f64() == Some(0.0) {
        return Err(EvalError::new(EvalKind::Arithmetic, "division by zero", span.clone())
            .hint("ask before: `a / b if b != 0 else 0`"));
    }
    result(op, left, right).ok_or_else(|| too_large(span))
}

fn result(op: BinaryOp, left: &Number, right: &Number) -> Option<Value> {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) if op != BinaryOp::Divide => from_whole(whole_arithmetic(op, left, right)?),
        _ => from_float(float_arithmetic(op, left.as_f64()?, right.as_f64()?)),
    }
}

/// Division and remainder go down, as in mathematics: `-7 // 2` is `-4`, `-7 % 2` is `1`.
fn whole_arithmetic(op: BinaryOp, left: i128, right: i128) -> Option<i128> {
    match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::FloorDivide => {
            let rounded = left.checked_div(right)?;
            let down = left % right != 0 && (left < 0) != (right < 0);
            Some(rounded - i128::from(down))
        }
        BinaryOp::Remainder => {
            let remainder = left.checked_rem(right)?;
            let other_side = remainder != 0 && (remainder < 0) != (right < 0);
            Some(if other_side { remainder + right } else { remainder })
        }
        _ => None,
    }
}

fn float_arithmetic(op: BinaryOp, left: f64, right: f64) -> f64 {
    match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        BinaryOp::FloorDivide => (left / right).floor(),
        BinaryOp::Remainder => {
            let remainder = left % right;
            let other_side = remainder != 0.0 && (remainder < 0.0) != (right < 0.0);
            if other_side { remainder + right } else { remainder }
        }
        _ => f64::NAN,
    }
}
