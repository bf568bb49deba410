//! What each function does: `text` and `number` have those on texts and numbers.

mod number;
mod text;

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Number, Value};
use uuid::Uuid;

use super::absent::Absent;
use super::arithmetic::{contains, type_error};
use super::ast::{Node, Segment};
use super::does::Does;
use super::error::EvalError;
use super::eval::{Answer, Evaluator, Found};
use super::fuel::{Fuel, Limited};
use super::functions::Function;
use super::scope::{member, take};
use super::value::{kind, size};

/// A function with its arguments.
struct Call<'c, 'a> {
    function: &'static Function,
    values: &'c [Cow<'a, Value>],
    span: &'c Range<usize>,
}

/// Calls a function that always has a value.
pub(super) fn call<'a>(
    evaluator: &mut Evaluator<'a, '_>,
    function: &'static Function,
    arguments: &'a [Node],
    span: &'a Range<usize>,
) -> Answer<'a> {
    let place = evaluator.base + span.start;
    match function.does {
        Does::Now => return Ok(Cow::Owned(Value::from(moment(evaluator.scope.now())))),
        Does::Uuid => return Ok(Cow::Owned(Value::from(derived(evaluator.scope.seed(), place).to_string()))),
        Does::Random => return Ok(Cow::Owned(Value::from(random(evaluator.scope.seed(), place)))),
        _ => {}
    }
    let mut values = values(evaluator, arguments, span)?;
    // What is a text or a number already stays what it is.
    let same = match (function.does, values.first().map(Cow::as_ref)) {
        (Does::Text, Some(first)) => first.is_string(),
        (Does::Number, Some(first)) => first.is_number(),
        _ => false,
    };
    if same {
        return Ok(values.swap_remove(0));
    }
    Call { function, values: &values, span }.run(evaluator.fuel).map(Cow::Owned)
}

/// `first`, `last`, `max` and `min`: of nothing they are missing.
pub(super) fn edge<'a>(
    evaluator: &mut Evaluator<'a, '_>,
    function: &'static Function,
    arguments: &'a [Node],
    span: &'a Range<usize>,
) -> Result<Found<'a>, EvalError> {
    let mut values = values(evaluator, arguments, span)?;
    let call = Call { function, values: &values, span };
    let found = match function.does {
        Does::Max => call.most(true)?.map(|number| Cow::Owned(Value::Number(number))),
        Does::Min => call.most(false)?.map(|number| Cow::Owned(Value::Number(number))),
        _ => {
            let first = function.does == Does::First;
            match call.value(0) {
                Value::String(text) => {
                    let c = if first { text.chars().next() } else { text.chars().next_back() };
                    c.map(|c| Cow::Owned(Value::from(c.to_string())))
                }
                Value::Array(_) => {
                    let segment = Segment::Index(if first { 0 } else { -1 });
                    match values.swap_remove(0) {
                        Cow::Borrowed(items) => member(items, &segment).map(Cow::Borrowed),
                        Cow::Owned(items) => take(items, &segment).map(Cow::Owned),
                    }
                }
                other => return Err(call.wrong("a text or a list", other)),
            }
        }
    };
    Ok(found.map_or(Found::Absent(Absent::Empty { function: function.name, span }), Found::Value))
}

fn values<'a>(
    evaluator: &mut Evaluator<'a, '_>,
    arguments: &'a [Node],
    span: &Range<usize>,
) -> Result<Vec<Cow<'a, Value>>, EvalError> {
    let values = arguments.iter().map(|argument| evaluator.eval(argument)).collect::<Result<Vec<_>, _>>()?;
    let bytes = values.iter().fold(0_usize, |bytes, value| bytes.saturating_add(size(value)));
    evaluator.fuel.read(bytes, span)?;
    Ok(values)
}

fn moment(micros: i64) -> String {
    cauce_model::Time::from_micros(micros).to_string()
}

/// The same for the same place of the same step, and different elsewhere.
fn derived(seed: &str, place: usize) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{seed}#{place}").as_bytes())
}

/// The first 48 bits are free of the version's marks.
#[expect(clippy::cast_precision_loss, reason = "a float holds 48 bits exactly")]
fn random(seed: &str, place: usize) -> f64 {
    let bits = derived(seed, place).as_u128() >> (128 - 48);
    bits as f64 / (1_u64 << 48) as f64
}

impl Call<'_, '_> {
    fn run(&self, fuel: &mut Fuel) -> Result<Value, EvalError> {
        match self.function.does {
            Does::Lower | Does::Upper | Does::Title => self.cased(fuel),
            Does::Trim => {
                let text = self.text(0)?.trim();
                fuel.make(text.len(), self.span)?;
                Ok(Value::from(text))
            }
            Does::Replace => self.replace(fuel),
            Does::Split => self.split(fuel),
            Does::Join => self.join(fuel),
            Does::StartsWith => Ok(Value::from(self.text(0)?.starts_with(self.text(1)?))),
            Does::EndsWith => Ok(Value::from(self.text(0)?.ends_with(self.text(1)?))),
            Does::Contains => contains(self.value(0), self.value(1), self.span).map(Value::from),
            Does::Length => self.length(),
            Does::Text => self.to_text(fuel),
            Does::Number => self.to_number(),
            Does::Json => {
                let text = Limited::json(self.value(0), self.span)?;
                fuel.make(text.len(), self.span)?;
                Ok(Value::from(text))
            }
            Does::Abs => self.abs(),
            Does::Round => self.round(),
            // These are answered before any argument is read, or by `edge`.
            Does::Default
            | Does::Coalesce
            | Does::First
            | Does::Last
            | Does::Max
            | Does::Min
            | Does::Now
            | Does::Random
            | Does::Uuid => Ok(Value::Null),
        }
    }

    fn length(&self) -> Result<Value, EvalError> {
        match self.value(0) {
            Value::String(text) => Ok(Value::from(text.chars().count())),
            Value::Array(items) => Ok(Value::from(items.len())),
            Value::Object(fields) => Ok(Value::from(fields.len())),
            other => Err(self.wrong("a text, a list or an object", other)),
        }
    }

    fn value(&self, place: usize) -> &Value {
        self.values.get(place).map_or(&Value::Null, Cow::as_ref)
    }

    fn text(&self, place: usize) -> Result<&str, EvalError> {
        self.value(place).as_str().ok_or_else(|| self.wrong("a text", self.value(place)))
    }

    fn number(&self, place: usize) -> Result<&Number, EvalError> {
        match self.value(place) {
            Value::Number(number) => Ok(number),
            other => Err(self.wrong("a number", other)),
        }
    }

    fn items(&self) -> Result<&Vec<Value>, EvalError> {
        self.value(0).as_array().ok_or_else(|| self.wrong("a list", self.value(0)))
    }

    fn wrong(&self, wanted: &str, found: &Value) -> EvalError {
        let message = format!("`{}` needs {wanted}, not {}", self.function.name, kind(found));
        let error = type_error(message, self.span);
        match (wanted, found) {
            (_, Value::Null) => error.hint("say what to use instead of null: `... | default(...)`"),
            ("a text" | "a list of texts", Value::Number(_) | Value::Bool(_)) => {
                error.hint("convert it first: `... | text`")
            }
            ("a number" | "numbers", Value::String(_)) => error.hint("convert it first: `... | number`"),
            _ => error,
        }
    }
}
