//! What each function does.

use std::ops::Range;

use serde_json::{Number, Value};
use uuid::Uuid;

use super::ast::Node;
use super::error::{EvalError, EvalKind};
use super::eval::{Evaluator, contains, type_error};
use super::functions::{Does, Function};
use super::value::{from_float, from_whole, kind, order, size, whole};

type Answer = Result<Value, EvalError>;

struct Call<'c> {
    function: &'static Function,
    values: Vec<Value>,
    span: &'c Range<usize>,
}

pub(super) fn call<'a>(
    evaluator: &mut Evaluator<'a>,
    function: &'static Function,
    arguments: &'a [Node],
    span: &Range<usize>,
) -> Answer {
    match function.does {
        Does::Now => return Ok(Value::from(moment(evaluator.scope.now()))),
        Does::Uuid => return Ok(Value::from(derived(evaluator.scope.seed(), span).to_string())),
        Does::Random => return random(evaluator.scope.seed(), span),
        _ => {}
    }
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        values.push(evaluator.eval(argument)?.into_owned());
    }
    let call = Call { function, values, span };
    let bound = call.output_bound();
    evaluator.fuel.spend(bound, span)?;
    call.run()
}

/// The same for the same place of the same step, and different elsewhere.
fn derived(seed: &str, span: &Range<usize>) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{seed}#{}", span.start).as_bytes())
}

#[expect(clippy::cast_precision_loss, reason = "53 bits fit a float exactly")]
fn random(seed: &str, span: &Range<usize>) -> Answer {
    let bits = derived(seed, span).as_u128() >> (128 - 48);
    let fraction = bits as f64 / (1_u64 << 48) as f64;
    from_float(fraction).ok_or_else(|| EvalError::new(EvalKind::Arithmetic, "no number", span.clone()))
}

fn moment(micros: i64) -> String {
    cauce_model::Time::from_micros(micros).to_string()
}

impl Call<'_> {
    fn wrong(&self, wanted: &str, found: &Value) -> EvalError {
        let error =
            type_error(format!("`{}` needs {wanted}, not {}", self.function.name, kind(found)), self.span);
        match (wanted, found) {
            ("a text", Value::Number(_) | Value::Bool(_)) => error.hint("convert it first: `... | text`"),
            ("a number", Value::String(_)) => error.hint("convert it first: `... | number`"),
            (_, Value::Null) => error.hint("say what to use instead of null: `... | default(...)`"),
            _ => error,
        }
    }

    fn value(&self, place: usize) -> &Value {
        self.values.get(place).unwrap_or(&Value::Null)
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

    /// The most text the result can have, paid for before it is made.
    fn output_bound(&self) -> usize {
        let given = size(self.value(0));
        match self.function.does {
            Does::Replace => {
                let (from, to) = (size(self.value(1)).max(1), size(self.value(2)));
                if to <= from { given } else { given.saturating_mul(to) / from + to }
            }
            Does::Join => {
                let gaps = self.value(0).as_array().map_or(0, Vec::len);
                given.saturating_add(gaps.saturating_mul(size(self.value(1))))
            }
            // Each character may become `\u0000`.
            Does::Json => given.saturating_mul(6),
            Does::Lower | Does::Upper | Does::Title => given.saturating_mul(3),
            Does::Split => given.saturating_mul(8),
            _ => given,
        }
    }

    fn run(&self) -> Answer {
        match self.function.does {
            Does::Lower => Ok(Value::from(self.text(0)?.to_lowercase())),
            Does::Upper => Ok(Value::from(self.text(0)?.to_uppercase())),
            Does::Title => Ok(Value::from(title(self.text(0)?))),
            Does::Trim => Ok(Value::from(self.text(0)?.trim())),
            Does::Replace => Ok(Value::from(self.replace()?)),
            Does::Split => self.split(),
            Does::Join => self.join(),
            Does::StartsWith => Ok(Value::from(self.text(0)?.starts_with(self.text(1)?))),
            Does::EndsWith => Ok(Value::from(self.text(0)?.ends_with(self.text(1)?))),
            Does::Contains => contains(self.value(0), self.value(1), self.span).map(Value::from),
            Does::Length => self.length(),
            Does::First => self.end(true),
            Does::Last => self.end(false),
            Does::Text => self.to_text(),
            Does::Number => self.to_number(),
            Does::Json => Ok(Value::from(self.value(0).to_string())),
            Does::Abs => self.abs(),
            Does::Round => self.round(),
            Does::Max => self.most(true),
            Does::Min => self.most(false),
            Does::Default | Does::Coalesce | Does::Now | Does::Random | Does::Uuid => Ok(Value::Null),
        }
    }

    fn replace(&self) -> Result<String, EvalError> {
        let (text, from, to) = (self.text(0)?, self.text(1)?, self.text(2)?);
        if from.is_empty() {
            return Err(type_error("`replace` needs something to look for".to_owned(), self.span));
        }
        Ok(text.replace(from, to))
    }

    fn split(&self) -> Answer {
        let text = self.text(0)?;
        if self.values.len() == 1 {
            return Ok(text.split_whitespace().map(Value::from).collect());
        }
        let separator = self.text(1)?;
        if separator.is_empty() {
            return Err(type_error("`split` needs a separator".to_owned(), self.span)
                .hint("`split` alone splits at blanks"));
        }
        Ok(text.split(separator).map(Value::from).collect())
    }

    fn join(&self) -> Answer {
        let separator = if self.values.len() == 1 { "" } else { self.text(1)? };
        let texts = self.items()?.iter().map(|item| match item {
            Value::String(text) => Ok(text.clone()),
            Value::Number(_) | Value::Bool(_) => Ok(item.to_string()),
            other => Err(self.wrong("a list of texts", other)),
        });
        Ok(Value::from(texts.collect::<Result<Vec<_>, _>>()?.join(separator)))
    }

    fn length(&self) -> Answer {
        match self.value(0) {
            Value::String(text) => Ok(Value::from(text.chars().count())),
            Value::Array(items) => Ok(Value::from(items.len())),
            Value::Object(fields) => Ok(Value::from(fields.len())),
            other => Err(self.wrong("a text, a list or an object", other)),
        }
    }

    fn end(&self, first: bool) -> Answer {
        let found = match self.value(0) {
            Value::String(text) => {
                let found = if first { text.chars().next() } else { text.chars().next_back() };
                found.map(|c| Value::from(c.to_string()))
            }
            Value::Array(items) => if first { items.first() } else { items.last() }.cloned(),
            other => return Err(self.wrong("a text or a list", other)),
        };
        found.ok_or_else(|| {
            EvalError::new(
                EvalKind::Missing,
                format!("`{}` of nothing is missing", self.function.name),
                self.span.clone(),
            )
            .hint("say what to use instead: `... | default(...)`")
        })
    }

    fn to_text(&self) -> Answer {
        match self.value(0) {
            text @ Value::String(_) => Ok(text.clone()),
            plain @ (Value::Number(_) | Value::Bool(_)) => Ok(Value::from(plain.to_string())),
            other @ (Value::Array(_) | Value::Object(_)) => {
                Err(self.wrong("a text, a number or a boolean", other).hint("write `... | json`"))
            }
            other @ Value::Null => Err(self.wrong("a text, a number or a boolean", other)),
        }
    }

    fn to_number(&self) -> Answer {
        let text = match self.value(0) {
            number @ Value::Number(_) => return Ok(number.clone()),
            Value::String(text) => text.trim(),
            other => return Err(self.wrong("a text", other)),
        };
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
        let number = text
            .parse::<i128>()
            .ok()
            .and_then(from_whole)
            .or_else(|| text.parse::<f64>().ok().and_then(from_float));
        number.filter(|_| plain).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            type_error(format!("`{shown}` is no number"), self.span)
                .hint("a number is written like `1234.5`, without spaces or commas")
        })
    }

    fn abs(&self) -> Answer {
        let number = self.number(0)?;
        let positive = match whole(number) {
            Some(whole) => from_whole(whole.abs()),
            None => number.as_f64().and_then(|float| from_float(float.abs())),
        };
        positive
            .ok_or_else(|| EvalError::new(EvalKind::Arithmetic, "the result is too large", self.span.clone()))
    }

    /// Half goes away from zero, as prices are rounded.
    fn round(&self) -> Answer {
        let number = self.number(0)?;
        let places = if self.values.len() == 1 { 0 } else { self.number(1)?.as_i64().unwrap_or(-1) };
        let places = i32::try_from(places)
            .ok()
            .filter(|places| (0..=12).contains(places))
            .ok_or_else(|| type_error("`round` takes 0 to 12 decimals".to_owned(), self.span))?;
        if whole(number).is_some() {
            return Ok(Value::Number(number.clone()));
        }
        let float = number.as_f64().unwrap_or(0.0);
        // Through the decimal text: 1.005 is meant as it is written, not as the nearest binary fraction.
        let shift = 10_f64.powi(places);
        let scaled = format!("{float}e{places}").parse::<f64>().unwrap_or(float * shift);
        let rounded = scaled.round() / shift;
        let result = if places == 0 { whole_if_it_fits(rounded) } else { from_float(rounded) };
        result
            .ok_or_else(|| EvalError::new(EvalKind::Arithmetic, "the result is too large", self.span.clone()))
    }

    fn most(&self, largest: bool) -> Answer {
        let numbers: &[Value] = match (self.values.as_slice(), self.value(0)) {
            ([_], Value::Array(items)) => items,
            (values, _) => values,
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
        best.map(|number| Value::Number(number.clone())).ok_or_else(|| {
            EvalError::new(
                EvalKind::Missing,
                format!("`{}` of nothing is missing", self.function.name),
                self.span.clone(),
            )
            .hint("say what to use instead: `... | default(...)`")
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked against the range of i64")]
fn whole_if_it_fits(rounded: f64) -> Option<Value> {
    if rounded.abs() < 9e18 { Some(Value::from(rounded as i64)) } else { from_float(rounded) }
}

fn title(text: &str) -> String {
    let mut at_start = true;
    let mut titled = String::with_capacity(text.len());
    for c in text.chars() {
        if at_start {
            titled.extend(c.to_uppercase());
        } else {
            titled.extend(c.to_lowercase());
        }
        at_start = !c.is_alphanumeric() && c != '\'';
    }
    titled
}
