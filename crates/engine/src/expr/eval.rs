//! The evaluator: total, deterministic, and it converts nothing silently.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};

use super::absent::Absent;
use super::arithmetic::{arithmetic, compare, contains, too_large, type_error};
use super::ast::{BinaryOp, Node, NodeKind, Segment, UnaryOp};
use super::call::{call, edge};
use super::does::Does;
use super::error::{EvalError, EvalKind};
use super::fuel::Fuel;
use super::scope::{Lookup, Scope, member, take};
use super::value::{equal, from_float, from_whole, kind, size, whole};

pub(super) struct Evaluator<'a, 'f> {
    pub(super) scope: &'a dyn Scope,
    pub(super) fuel: &'f mut Fuel,
    /// Where the expression begins in its text: two `uuid()` in one text differ.
    pub(super) base: usize,
}

pub(super) type Answer<'a> = Result<Cow<'a, Value>, EvalError>;

/// A value, or that there is none. Only `default`, `coalesce` and `is defined` ask for this; anywhere else what is
/// absent is an error.
pub(super) enum Found<'a> {
    Value(Cow<'a, Value>),
    Absent(Absent<'a>),
}

fn owned<'a>(value: impl Into<Value>) -> Answer<'a> {
    Ok(Cow::Owned(value.into()))
}

impl<'a> Evaluator<'a, '_> {
    pub(super) fn eval(&mut self, node: &'a Node) -> Answer<'a> {
        match self.find(node)? {
            Found::Value(value) => Ok(value),
            Found::Absent(absent) => Err(absent.error(self.scope)),
        }
    }

    /// A value that must be true or false.
    pub(super) fn truth(&mut self, node: &'a Node) -> Result<bool, EvalError> {
        let value = self.eval(node)?;
        value.as_bool().ok_or_else(|| {
            let message = format!("a condition must be true or false, not {}", kind(&value));
            let error = EvalError::new(EvalKind::NoBoolean, message, node.span.clone());
            match value.as_ref() {
                Value::Null => error.hint("say what to use instead of null: `... | default(false)`"),
                Value::Number(_) => error.hint("compare it, as in `... > 0`"),
                Value::String(_) => error.hint("compare it, as in `... != \"\"`"),
                Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                    error.hint("ask for its length, as in `(... | length) > 0`")
                }
            }
        })
    }

    /// Kinds of nodes through which what is absent stays absent; `paths::collect` knows the same.
    fn find(&mut self, node: &'a Node) -> Result<Found<'a>, EvalError> {
        let span = &node.span;
        self.fuel.step(span)?;
        match &node.kind {
            NodeKind::Path(path) => Ok(match self.scope.lookup(path) {
                Lookup::Found(value) => Found::Value(value),
                Lookup::Missing { at } => Found::Absent(Absent::Path { path, at, span }),
            }),
            NodeKind::Index(inner, segment) => match self.find(inner)? {
                Found::Value(value) => Ok(pick(value, inner, segment.clone(), span)),
                absent @ Found::Absent(_) => Ok(absent),
            },
            NodeKind::At(inner, index) => {
                let segment = self.segment(index)?;
                match self.find(inner)? {
                    Found::Value(value) => Ok(pick(value, inner, segment, span)),
                    absent @ Found::Absent(_) => Ok(absent),
                }
            }
            NodeKind::Choose(value, condition, otherwise) => {
                let way = if self.truth(condition)? { value } else { otherwise };
                self.find(way)
            }
            NodeKind::Call(function, arguments) if function.does.provides() => self.coalesce(arguments),
            NodeKind::Call(function, arguments) => match function.does {
                Does::First | Does::Last | Does::Max | Does::Min => edge(self, function, arguments, span),
                _ => call(self, function, arguments, span).map(Found::Value),
            },
            _ => self.made(node).map(Found::Value),
        }
    }

    /// Nodes that are always there.
    fn made(&mut self, node: &'a Node) -> Answer<'a> {
        match &node.kind {
            NodeKind::Literal(value) => Ok(Cow::Borrowed(value)),
            NodeKind::List(items) => {
                let items = items.iter().map(|item| self.kept(item)).collect::<Result<Vec<_>, _>>()?;
                owned(items)
            }
            NodeKind::Object(fields) => {
                let mut object = Map::with_capacity(fields.len());
                for (key, field) in fields {
                    object.insert(key.clone(), self.kept(field)?);
                }
                owned(object)
            }
            NodeKind::Unary(UnaryOp::Not, inner) => owned(!self.truth(inner)?),
            NodeKind::Unary(UnaryOp::Minus, inner) => self.minus(inner, &node.span),
            NodeKind::Binary(op, left, right) => self.binary(*op, left, right, &node.span),
            NodeKind::IsDefined(inner, wanted) => {
                let defined = matches!(self.find(inner)?, Found::Value(_));
                owned(defined == *wanted)
            }
            NodeKind::Path(_)
            | NodeKind::Index(..)
            | NodeKind::At(..)
            | NodeKind::Choose(..)
            | NodeKind::Call(..) => self.eval(node),
        }
    }

    /// A value that becomes part of a new one. A copy of data is paid for; what was made here is paid already.
    fn kept(&mut self, node: &'a Node) -> Result<Value, EvalError> {
        let value = self.eval(node)?;
        if matches!(value, Cow::Borrowed(_)) {
            self.fuel.make(size(&value), &node.span)?;
        }
        Ok(value.into_owned())
    }

    /// The first argument that is neither missing nor null; the last one as it is.
    fn coalesce(&mut self, arguments: &'a [Node]) -> Result<Found<'a>, EvalError> {
        let Some((last, before)) = arguments.split_last() else {
            return owned(Value::Null).map(Found::Value);
        };
        for argument in before {
            match self.find(argument)? {
                Found::Value(value) if !value.is_null() => return Ok(Found::Value(value)),
                Found::Value(_) | Found::Absent(_) => {}
            }
        }
        self.find(last)
    }

    fn segment(&mut self, index: &'a Node) -> Result<Segment, EvalError> {
        let value = self.eval(index)?;
        match value.as_ref() {
            Value::String(key) => Ok(Segment::Key(key.clone())),
            Value::Number(number) => number.as_i64().map(Segment::Index).ok_or_else(|| {
                type_error("a place in a list must be a whole number".to_owned(), &index.span)
                    .hint("`round` makes one")
            }),
            other => {
                let message = format!("`[ ]` takes a number or a text, not {}", kind(other));
                Err(type_error(message, &index.span))
            }
        }
    }

    fn minus(&mut self, inner: &'a Node, span: &Range<usize>) -> Answer<'a> {
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
        self.fuel.read(size(&left).saturating_add(size(&right)), span)?;
        match op {
            BinaryOp::Equal => owned(equal(&left, &right)),
            BinaryOp::Unequal => owned(!equal(&left, &right)),
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                owned(compare(op, &left, &right, span)?)
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
            | BinaryOp::And => arithmetic(op, &left, &right, span).map(Cow::Owned),
        }
    }

    fn concat(&mut self, left: &Value, right: &Value, span: &Range<usize>) -> Answer<'a> {
        let (Value::String(left), Value::String(right)) = (left, right) else {
            let error = type_error(format!("`~` joins texts, not {} and {}", kind(left), kind(right)), span);
            let wrong = if left.is_string() { right } else { left };
            return Err(match wrong {
                Value::Null => error.hint("say what to use instead of null: `... | default('')`"),
                Value::Array(_) | Value::Object(_) => error.hint("write `... | json` or `... | join(', ')`"),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => error.hint("write `... | text`"),
            });
        };
        self.fuel.make(left.len() + right.len(), span)?;
        owned(format!("{left}{right}"))
    }
}

/// A field or place of a value.
fn pick<'a>(value: Cow<'a, Value>, inner: &'a Node, segment: Segment, span: &'a Range<usize>) -> Found<'a> {
    let found = match value {
        Cow::Borrowed(value) => member(value, &segment).map(Cow::Borrowed),
        Cow::Owned(value) => take(value, &segment).map(Cow::Owned),
    };
    match found {
        Some(value) => Found::Value(value),
        None => Found::Absent(Absent::Behind { inner, segment, span }),
    }
}
