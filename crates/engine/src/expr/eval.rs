//! The evaluator: total, deterministic, and it converts nothing silently.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};

use super::ast::{BinaryOp, Node, NodeKind, Segment, UnaryOp, path_text};
use super::call::call;
use super::error::{EvalError, EvalKind};
use super::fuel::Fuel;
use super::functions::Does;
use super::scope::{Lookup, Scope, member};
use super::value::{equal, from_float, from_whole, kind, order, whole};
use cauce_model::near::nearest;

pub(super) struct Evaluator<'a> {
    pub(super) scope: &'a dyn Scope,
    pub(super) fuel: &'a mut Fuel,
}

type Answer<'a> = Result<Cow<'a, Value>, EvalError>;

pub(super) fn type_error(message: String, span: &Range<usize>) -> EvalError {
    EvalError::new(EvalKind::Type, message, span.clone())
}

fn owned<'a>(value: impl Into<Value>) -> Answer<'a> {
    Ok(Cow::Owned(value.into()))
}

impl<'a> Evaluator<'a> {
    pub(super) fn eval(&mut self, node: &'a Node) -> Answer<'a> {
        self.fuel.spend(0, &node.span)?;
        match &node.kind {
            NodeKind::Literal(value) => Ok(Cow::Borrowed(value)),
            NodeKind::List(items) => {
                let items = items
                    .iter()
                    .map(|item| self.eval(item).map(Cow::into_owned))
                    .collect::<Result<Vec<_>, _>>()?;
                owned(items)
            }
            NodeKind::Object(fields) => {
                let mut object = Map::new();
                for (key, field) in fields {
                    object.insert(key.clone(), self.eval(field)?.into_owned());
                }
                owned(object)
            }
            NodeKind::Path(path) => match self.scope.lookup(path) {
                Lookup::Found(value) => Ok(value),
                Lookup::Missing { at } => Err(self.missing(path, at, &node.span)),
            },
            NodeKind::Index(inner, segment) => {
                let inner = self.eval(inner)?;
                pick(inner, segment, &node.span)
            }
            NodeKind::At(inner, index) => self.at(inner, index, &node.span),
            NodeKind::Unary(op, inner) => self.unary(*op, inner, &node.span),
            NodeKind::Binary(op, left, right) => self.binary(*op, left, right, &node.span),
            NodeKind::IsDefined(inner, wanted) => owned(self.present(inner)?.is_some() == *wanted),
            NodeKind::Choose(value, condition, otherwise) => {
                let way = if self.truth(condition)? { value } else { otherwise };
                self.eval(way)
            }
            NodeKind::Call(function, arguments) => match function.does {
                Does::Default | Does::Coalesce => self.coalesce(arguments),
                _ => call(self, function, arguments, &node.span).map(Cow::Owned),
            },
        }
    }

    /// A value that must be true or false.
    pub(super) fn truth(&mut self, node: &'a Node) -> Result<bool, EvalError> {
        let value = self.eval(node)?;
        value.as_bool().ok_or_else(|| {
            let message = format!("a condition must be true or false, not {}", kind(&value));
            EvalError::new(EvalKind::NoBoolean, message, node.span.clone())
                .hint("compare it, as in `... != \"\"` or `... > 0`")
        })
    }

    /// The value, or nothing when a part of a path is missing. Other errors stay errors.
    fn present(&mut self, node: &'a Node) -> Result<Option<Cow<'a, Value>>, EvalError> {
        match self.eval(node) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind == EvalKind::Missing => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The first argument that is neither missing nor null; the last one as it is.
    fn coalesce(&mut self, arguments: &'a [Node]) -> Answer<'a> {
        let Some((last, before)) = arguments.split_last() else { return owned(Value::Null) };
        for argument in before {
            if let Some(value) = self.present(argument)?.filter(|value| !value.is_null()) {
                return Ok(value);
            }
        }
        self.eval(last)
    }

    fn missing(&self, path: &[Segment], at: usize, span: &Range<usize>) -> EvalError {
        let error =
            EvalError::new(EvalKind::Missing, format!("`{}` is missing", path_text(path)), span.clone());
        let before = path.get(..at).unwrap_or_default();
        let near = match (path.get(at), self.scope.lookup(before)) {
            (Some(Segment::Key(wanted)), Lookup::Found(value)) => {
                let keys = value
                    .as_object()
                    .map(|fields| fields.keys().cloned().collect::<Vec<_>>())
                    .unwrap_or_default();
                nearest(wanted, keys.iter().map(String::as_str)).map(|near| {
                    let mut path = before.to_vec();
                    path.push(Segment::Key(near.to_owned()));
                    format!("did you mean `{}`?", path_text(&path))
                })
            }
            _ => None,
        };
        error.hint(near.unwrap_or_else(|| "say what to use instead: `... | default(...)`".to_owned()))
    }

    fn at(&mut self, inner: &'a Node, index: &'a Node, span: &Range<usize>) -> Answer<'a> {
        let inner = self.eval(inner)?;
        let index = self.eval(index)?;
        let segment = match index.as_ref() {
            Value::String(key) => Segment::Key(key.clone()),
            Value::Number(number) => match number.as_i64() {
                Some(index) => Segment::Index(index),
                None => return Err(type_error("a place in a list must be a whole number".to_owned(), span)),
            },
            other => {
                let message = format!("`[ ]` takes a number or a text, not {}", kind(other));
                return Err(type_error(message, span));
            }
        };
        pick(inner, &segment, span)
    }

    fn unary(&mut self, op: UnaryOp, inner: &'a Node, span: &Range<usize>) -> Answer<'a> {
        if op == UnaryOp::Not {
            return owned(!self.truth(inner)?);
        }
        let value = self.eval(inner)?;
        let Value::Number(number) = value.as_ref() else {
            return Err(type_error(format!("`-` needs a number, not {}", kind(&value)), span));
        };
        let negative = match whole(number) {
            Some(whole) => from_whole(-whole),
            None => number.as_f64().and_then(|float| from_float(-float)),
        };
        negative.map(Cow::Owned).ok_or_else(|| too_large(span))
    }

    fn binary(&mut self, op: BinaryOp, left: &'a Node, right: &'a Node, span: &Range<usize>) -> Answer<'a> {
        match op {
            BinaryOp::Or => return owned(self.truth(left)? || self.truth(right)?),
            BinaryOp::And => return owned(self.truth(left)? && self.truth(right)?),
            _ => {}
        }
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        match op {
            BinaryOp::Equal => owned(equal(&left, &right)),
            BinaryOp::Unequal => owned(!equal(&left, &right)),
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                compare(op, &left, &right, span)
            }
            BinaryOp::In => owned(contains(&right, &left, span)?),
            BinaryOp::NotIn => owned(!contains(&right, &left, span)?),
            BinaryOp::Concat => self.concat(&left, &right, span),
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::FloorDivide
            | BinaryOp::Remainder
            | BinaryOp::Or
            | BinaryOp::And => arithmetic(op, &left, &right, span),
        }
    }

    fn concat(&mut self, left: &Value, right: &Value, span: &Range<usize>) -> Answer<'a> {
        let (Value::String(left), Value::String(right)) = (left, right) else {
            let wrong = if left.is_string() { right } else { left };
            return Err(
                type_error(format!("`~` joins texts, not {}", kind(wrong)), span).hint("write `... | text`")
            );
        };
        self.fuel.spend(left.len() + right.len(), span)?;
        owned(format!("{left}{right}"))
    }
}

fn pick<'a>(value: Cow<'a, Value>, segment: &Segment, span: &Range<usize>) -> Answer<'a> {
    let found = match value {
        Cow::Borrowed(value) => member(value, segment).map(Cow::Borrowed),
        Cow::Owned(value) => member(&value, segment).cloned().map(Cow::Owned),
    };
    found.ok_or_else(|| {
        let what = match segment {
            Segment::Key(key) => format!("`.{key}` is missing"),
            Segment::Index(index) => format!("`[{index}]` is missing"),
        };
        EvalError::new(EvalKind::Missing, what, span.clone())
            .hint("say what to use instead: `... | default(...)`")
    })
}

fn compare<'a>(op: BinaryOp, left: &Value, right: &Value, span: &Range<usize>) -> Answer<'a> {
    let ordering = match (left, right) {
        (Value::Number(left), Value::Number(right)) => order(left, right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => {
            let message = format!("`{}` cannot compare {} with {}", op.sign(), kind(left), kind(right));
            return Err(type_error(message, span).hint("convert one side with `| number` or `| text`"));
        }
    };
    let ordering = ordering.ok_or_else(|| too_large(span))?;
    owned(match op {
        BinaryOp::Less => ordering.is_lt(),
        BinaryOp::LessEqual => ordering.is_le(),
        BinaryOp::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    })
}

/// Whether a list holds an item, a text a part, an object a key.
pub(super) fn contains(holder: &Value, item: &Value, span: &Range<usize>) -> Result<bool, EvalError> {
    match (holder, item) {
        (Value::Array(items), item) => Ok(items.iter().any(|known| equal(known, item))),
        (Value::String(text), Value::String(part)) => Ok(text.contains(part.as_str())),
        (Value::Object(fields), Value::String(key)) => Ok(fields.contains_key(key)),
        _ => Err(type_error(format!("{} cannot hold {}", kind(holder), kind(item)), span)),
    }
}

fn too_large(span: &Range<usize>) -> EvalError {
    EvalError::new(EvalKind::Arithmetic, "the result is too large", span.clone())
}

fn arithmetic<'a>(op: BinaryOp, left: &Value, right: &Value, span: &Range<usize>) -> Answer<'a> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else {
        let message = format!("`{}` needs numbers, not {} and {}", op.sign(), kind(left), kind(right));
        let error = type_error(message, span);
        let texts = left.is_string() || right.is_string();
        return Err(if op == BinaryOp::Add && texts {
            error.hint("join texts with `~`")
        } else {
            error.hint("convert a text with `| number`")
        });
    };
    let divides = matches!(op, BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Remainder);
    if divides && right.as_f64() == Some(0.0) {
        return Err(EvalError::new(EvalKind::Arithmetic, "division by zero", span.clone()));
    }
    let result = match (whole(left), whole(right)) {
        (Some(left), Some(right)) if op != BinaryOp::Divide => {
            whole_arithmetic(op, left, right).and_then(from_whole)
        }
        _ => left
            .as_f64()
            .zip(right.as_f64())
            .and_then(|(left, right)| from_float(float_arithmetic(op, left, right))),
    };
    result.map(Cow::Owned).ok_or_else(|| too_large(span))
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
        BinaryOp::Remainder => left - right * (left / right).floor(),
        _ => f64::NAN,
    }
}
