//! Text with `${{ }}` in it.

use std::ops::Range;

use cauce_model::HolePart;
use serde_json::Value;

use super::arithmetic::type_error;
use super::error::{EvalError, EvalKind, ExprError};
use super::fuel::Fuel;
use super::value::kind;
use super::{Expr, PathRef, Scope};

/// The longest text, in bytes.
const LONGEST: usize = 256 * 1024;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// An expression, with the bytes between its braces.
    Expr(Expr, Range<usize>),
}

/// A text with expressions in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
}

/// What a template gives where environment values may stand in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Rendered {
    /// A value.
    Value(Value),
    /// A text with open places.
    Hole(Vec<HolePart>),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// The first expression that cannot be read; its span counts bytes of the whole text.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        Self::parse_with(text, &[])
    }

    /// As [`Self::parse`], where `names` exist too.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_with(text: &str, names: &[String]) -> Result<Self, ExprError> {
        if text.len() > LONGEST {
            let message = format!("the text has {} bytes, {LONGEST} is the most", text.len());
            return Err(ExprError::new("X006", message, 0..text.len()));
        }
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(offset) = text.get(at..).and_then(|rest| rest.find("${{")) {
            let open = at + offset;
            if open > at {
                parts.push(Part::Text(text.get(at..open).unwrap_or_default().to_owned()));
            }
            let start = open + 3;
            let length = closing(text.get(start..).unwrap_or_default(), open..start)?;
            let source = text.get(start..start + length).unwrap_or_default();
            let expr = Expr::parse_part(source, names).map_err(|error| error.moved(start))?;
            parts.push(Part::Expr(expr, start..start + length));
            at = start + length + 2;
        }
        if at < text.len() || parts.is_empty() {
            parts.push(Part::Text(text.get(at..).unwrap_or_default().to_owned()));
        }
        Ok(Self { parts })
    }

    /// Whether no expression is in it.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !self.parts.iter().any(|part| matches!(part, Part::Expr(..)))
    }

    /// Its parts, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Every path it reads; the spans count bytes of the whole text.
    #[must_use]
    pub fn paths(&self) -> Vec<PathRef> {
        let mut found = Vec::new();
        for part in &self.parts {
            if let Part::Expr(expr, span) = part {
                found.extend(expr.paths().into_iter().map(|path| PathRef {
                    span: path.span.start + span.start..path.span.end + span.start,
                    ..path
                }));
            }
        }
        found
    }

    /// The value: of an only expression with its type, else a text.
    ///
    /// # Errors
    /// An expression without a value, or one whose value does not go into a text.
    pub fn render(&self, scope: &dyn Scope, fuel: &mut Fuel) -> Result<Value, EvalError> {
        match self.render_with_holes(scope, fuel)? {
            Rendered::Value(value) => Ok(value),
            Rendered::Hole(_) => Err(EvalError::other(
                "X005",
                "an environment value cannot stand here".to_owned(),
                Some("`env` stands in `with` and in a trigger's `verify` only".to_owned()),
            )),
        }
    }

    /// The value, or the text with its environment values left open.
    ///
    /// # Errors
    /// As [`Self::render`], without the rule on `env`.
    pub fn render_with_holes(&self, scope: &dyn Scope, fuel: &mut Fuel) -> Result<Rendered, EvalError> {
        if let [Part::Expr(expr, span)] = self.parts.as_slice()
            && expr.env_name().is_none()
        {
            return expr
                .eval_at(span.start, scope, fuel)
                .map(Rendered::Value)
                .map_err(|error| error.moved(span.start));
        }
        let mut open: Vec<HolePart> = Vec::new();
        let mut bytes = 0_usize;
        for part in &self.parts {
            match part {
                Part::Text(text) => push_text(&mut open, text),
                Part::Expr(expr, span) => match expr.env_name() {
                    Some(name) => open.push(HolePart::Env(name.to_owned())),
                    None => {
                        let base = span.start;
                        let value = expr.eval_at(base, scope, fuel).map_err(|error| error.moved(base))?;
                        let text = inserted(value, span)?;
                        bytes = bytes.saturating_add(text.len());
                        fuel.make(bytes, span)?;
                        push_text(&mut open, &text);
                    }
                },
            }
        }
        let is_open = open.iter().any(|part| matches!(part, HolePart::Env(_)));
        Ok(if is_open {
            Rendered::Hole(open)
        } else {
            let text = open.into_iter().map(|part| match part {
                HolePart::Text(text) | HolePart::Env(text) => text,
            });
            Rendered::Value(Value::String(text.collect()))
        })
    }
}

fn push_text(parts: &mut Vec<HolePart>, text: &str) {
    match parts.last_mut() {
        Some(HolePart::Text(before)) => before.push_str(text),
        _ => parts.push(HolePart::Text(text.to_owned())),
    }
}

/// A value as it stands inside a text. Null, lists and objects do not: an empty greeting is a silent mistake.
fn inserted(value: Value, span: &Range<usize>) -> Result<String, EvalError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => {
            let error = EvalError::new(EvalKind::Type, "null cannot stand inside a text", span.clone());
            Err(error.hint("say what to use instead: `... | default('')`"))
        }
        Value::Array(_) | Value::Object(_) => {
            Err(type_error(format!("{} cannot stand inside a text", kind(&value)), span)
                .hint("write `... | json` or `... | join(', ')`"))
        }
    }
}

/// Bytes up to the `}}` that ends the expression which `braces` opened; braces inside quotes and objects do not count.
fn closing(rest: &str, braces: Range<usize>) -> Result<usize, ExprError> {
    let mut quote: Option<(usize, char)> = None;
    let mut depth = 0_usize;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some((_, open)), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some((at, c)),
            (None, '{') => depth += 1,
            (None, '}') if depth > 0 => depth -= 1,
            (None, '}') if chars.peek().is_some_and(|(_, next)| *next == '}') => return Ok(at),
            (None, _) => {}
        }
    }
    match quote {
        Some((at, open)) if rest.contains("}}") => {
            let message = format!("the text is not closed: `{open}` is missing");
            let at = braces.end + at;
            Err(ExprError::new("X001", message, at..at + 1))
        }
        _ => Err(ExprError::new("X008", "`${{` is not closed", braces)
            .hint("write `}}` behind the expression; a plain `${{` in a text is written `${{ '${{' }}`")),
    }
}
