//! Values: literals, paths, calls, lists, objects, brackets.

use std::ops::Range;

use serde_json::Value;

use super::super::ast::{Node, NodeKind, Segment, UnaryOp};
use super::super::error::ExprError;
use super::super::functions;
use super::super::lexer::Token;
use super::super::names::{ROOTS, function_hint, root_hint};
use super::Parser;

impl Parser<'_> {
    /// A value and the `.name` and `[..]` behind it.
    pub(super) fn value(&mut self) -> Result<Node, ExprError> {
        let mut node = self.primary()?;
        loop {
            node = if self.take_sign(".") {
                self.member(node)?
            } else if self.take_sign("[") {
                self.subscript(node)?
            } else {
                return Ok(node);
            };
        }
    }

    fn primary(&mut self) -> Result<Node, ExprError> {
        let span = self.span();
        match self.peek().clone() {
            Token::Literal(value) => {
                self.next();
                Ok(Node { kind: NodeKind::Literal(value), span })
            }
            Token::Sign("(") => {
                self.next();
                let mut node = self.choose()?;
                self.expect(")")?;
                node.span = span.start..self.end();
                Ok(node)
            }
            Token::Sign("[") => self.list(),
            Token::Sign("{") => self.object(),
            Token::Name(name) => self.name(name),
            Token::Sign(_) | Token::End => Err(self.unexpected("a value")),
        }
    }

    fn member(&mut self, inner: Node) -> Result<Node, ExprError> {
        // Words such as `true` and `in` are names behind a point.
        let named = matches!(self.peek(), Token::Name(_) | Token::Literal(Value::Bool(_) | Value::Null));
        if !named {
            let error = self.unexpected("a name");
            return Err(error.hint("write `[0]` for a place in a list, `[\"a b\"]` for an unusual name"));
        }
        let key = self.text().to_owned();
        let end = self.next().span.end;
        if self.is_sign("(") {
            let message = format!("`.{key}` cannot be called");
            return Err(ExprError::new("X003", message, end - key.len()..end)
                .hint(format!("functions stand behind `|`: {}", function_hint(&key))));
        }
        Ok(extend(inner, Segment::Key(key), end))
    }

    fn subscript(&mut self, inner: Node) -> Result<Node, ExprError> {
        let index = self.choose()?;
        self.expect("]")?;
        Ok(match constant(&index) {
            Some(segment) => extend(inner, segment, self.end()),
            None => {
                let span = inner.span.start..self.end();
                Node { kind: NodeKind::At(Box::new(inner), Box::new(index)), span }
            }
        })
    }

    pub(super) fn arguments(&mut self, arguments: &mut Vec<Node>) -> Result<(), ExprError> {
        while !self.take_sign(")") {
            arguments.push(self.choose()?);
            if !self.is_sign(")") {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    pub(super) fn call(
        &self,
        name: &str,
        span: Range<usize>,
        arguments: Vec<Node>,
        start: usize,
    ) -> Result<Node, ExprError> {
        let Some(function) = functions::find(name) else {
            let message = format!("there is no function `{name}`");
            return Err(ExprError::new("X003", message, span).hint(function_hint(name)));
        };
        let count = arguments.len();
        if count < function.least || count > function.most {
            let message = format!("`{name}` takes {}, not {count}", function.arity());
            return Err(
                ExprError::new("X004", message, span).hint(format!("for example `{}`", function.example))
            );
        }
        Ok(Node { kind: NodeKind::Call(function, arguments), span: start..self.end() })
    }

    fn name(&mut self, name: String) -> Result<Node, ExprError> {
        let span = self.next().span;
        if self.take_sign("(") {
            let mut arguments = Vec::new();
            self.arguments(&mut arguments)?;
            let start = span.start;
            return self.call(&name, span, arguments, start);
        }
        if ROOTS.contains(&name.as_str()) || self.names.contains(&name) {
            return Ok(Node { kind: NodeKind::Path(vec![Segment::Key(name)]), span });
        }
        let hint = self.unknown(&name, &span);
        Err(ExprError::new("X002", format!("unknown name `{name}`"), span).hint(hint))
    }

    /// What somebody may have meant by a name that does not exist.
    fn unknown(&self, name: &str, span: &Range<usize>) -> String {
        let next = (self.token_at(self.at), self.token_at(self.at + 1));
        if let (Some(Token::Sign(".")), Some(Token::Name(field))) = next
            && matches!(field.as_str(), "output" | "status" | "error" | "attempts")
        {
            return format!("did you mean `steps.{name}.{field}`?");
        }
        // `headers.content-type` reads as a subtraction.
        let before = |back: usize| self.at.checked_sub(1 + back).and_then(|at| self.tokens.get(at));
        if let (Some(minus), Some(word)) = (before(1), before(2))
            && let Token::Name(word_text) = &word.token
            && minus.token == Token::Sign("-")
            && word.span.end == minus.span.start
            && minus.span.end == span.start
        {
            return format!("a name with `-` is written `[\"{word_text}-{name}\"]`");
        }
        root_hint(name)
    }

    fn list(&mut self) -> Result<Node, ExprError> {
        let start = self.next().span.start;
        let mut items = Vec::new();
        while !self.take_sign("]") {
            items.push(self.choose()?);
            if !self.is_sign("]") {
                self.expect(",")?;
            }
        }
        Ok(Node { kind: NodeKind::List(items), span: start..self.end() })
    }

    fn object(&mut self) -> Result<Node, ExprError> {
        let start = self.next().span.start;
        let mut fields: Vec<(String, Node)> = Vec::new();
        while !self.take_sign("}") {
            let span = self.span();
            let key = match self.peek().clone() {
                Token::Literal(Value::String(key)) | Token::Name(key) => key,
                Token::Literal(_) | Token::Sign(_) | Token::End => {
                    return Err(self.unexpected("the name of a field"));
                }
            };
            self.next();
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(ExprError::new("X001", format!("the field `{key}` stands here twice"), span));
            }
            self.expect(":")?;
            fields.push((key, self.choose()?));
            if !self.is_sign("}") {
                self.expect(",")?;
            }
        }
        Ok(Node { kind: NodeKind::Object(fields), span: start..self.end() })
    }
}

/// A path grows; anything else gets an index behind it.
fn extend(inner: Node, segment: Segment, end: usize) -> Node {
    let span = inner.span.start..end;
    let kind = match inner.kind {
        NodeKind::Path(mut segments) => {
            segments.push(segment);
            NodeKind::Path(segments)
        }
        _ => NodeKind::Index(Box::new(inner), segment),
    };
    Node { kind, span }
}

/// A subscript that is known now.
fn constant(node: &Node) -> Option<Segment> {
    match &node.kind {
        NodeKind::Literal(Value::String(key)) => Some(Segment::Key(key.clone())),
        NodeKind::Literal(Value::Number(number)) => number.as_i64().map(Segment::Index),
        NodeKind::Unary(UnaryOp::Minus, inner) => match &inner.kind {
            NodeKind::Literal(Value::Number(number)) => number.as_i64().map(|index| Segment::Index(-index)),
            _ => None,
        },
        _ => None,
    }
}
