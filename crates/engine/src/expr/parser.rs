//! From tokens to the tree: precedence climbing.

use std::ops::Range;

use serde_json::Value;

use super::ast::{BinaryOp, Node, NodeKind, Segment, UnaryOp};
use super::error::ExprError;
use super::functions;
use super::lexer::{Spanned, Token, tokens};
use crate::near::did_you_mean;

/// The longest expression, in bytes.
const LONGEST: usize = 4 * 1024;
/// The deepest nesting.
const DEEPEST: usize = 64;

/// The names that exist.
pub(super) const ROOTS: [&str; 10] =
    ["env", "error", "event", "index", "inputs", "item", "run", "steps", "trigger", "vars"];

pub(super) fn parse(source: &str) -> Result<Node, ExprError> {
    if source.len() > LONGEST {
        let message = format!("the expression has {} bytes, {LONGEST} is the most", source.len());
        return Err(
            ExprError::new("X006", message, 0..source.len()).hint("compute parts of it with `set` before")
        );
    }
    if let Some(start) = source.find("${{") {
        return Err(ExprError::new("X007", "this is an expression already", start..start + 3)
            .hint("leave `${{` and `}}` away here"));
    }
    let mut parser = Parser { source, tokens: tokens(source)?, at: 0, depth: 0 };
    let node = parser.choose()?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.unexpected("the end of the expression or an operator")),
    }
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |spanned| &spanned.token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.source.len()..self.source.len(), |spanned| spanned.span.clone())
    }

    fn text(&self) -> &str {
        self.source.get(self.span()).unwrap_or_default()
    }

    fn next(&mut self) -> Spanned {
        let spanned = Spanned { token: self.peek().clone(), span: self.span() };
        self.at += 1;
        spanned
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if found == word)
    }

    fn is_word_next(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at + 1).map(|spanned| &spanned.token), Some(Token::Name(found)) if found == word)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), ExprError> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> ExprError {
        let message = match self.peek() {
            Token::End => format!("the expression ends where {wanted} should stand"),
            _ => format!("`{}` where {wanted} should stand", self.text()),
        };
        let error = ExprError::new("X001", message, self.span());
        if matches!(self.peek(), Token::Name(_)) && wanted.starts_with("the end") {
            return error.hint("put a text in quotes");
        }
        error
    }

    fn deeper(&mut self) -> Result<(), ExprError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(ExprError::new("X006", "the expression is nested too deeply", self.span()));
        }
        Ok(())
    }

    /// `a if c else b`, the weakest of all.
    fn choose(&mut self) -> Result<Node, ExprError> {
        self.deeper()?;
        let value = self.binary(0)?;
        let node = if self.take_word("if") {
            let condition = self.binary(0)?;
            if !self.take_word("else") {
                return Err(self.unexpected("`else`"));
            }
            let otherwise = self.choose()?;
            let span = value.span.start..otherwise.span.end;
            Node { kind: NodeKind::Choose(Box::new(value), Box::new(condition), Box::new(otherwise)), span }
        } else {
            value
        };
        self.depth -= 1;
        Ok(node)
    }

    fn operator(&self) -> Option<(BinaryOp, usize)> {
        let op = match self.peek() {
            Token::Sign(sign) => match *sign {
                "==" => BinaryOp::Equal,
                "!=" => BinaryOp::Unequal,
                "<" => BinaryOp::Less,
                "<=" => BinaryOp::LessEqual,
                ">" => BinaryOp::Greater,
                ">=" => BinaryOp::GreaterEqual,
                "+" => BinaryOp::Add,
                "-" => BinaryOp::Subtract,
                "~" => BinaryOp::Concat,
                "*" => BinaryOp::Multiply,
                "/" => BinaryOp::Divide,
                "//" => BinaryOp::FloorDivide,
                "%" => BinaryOp::Remainder,
                _ => return None,
            },
            Token::Name(word) => match word.as_str() {
                "or" => BinaryOp::Or,
                "and" => BinaryOp::And,
                "in" => BinaryOp::In,
                "not" if self.is_word_next("in") => return Some((BinaryOp::NotIn, 2)),
                _ => return None,
            },
            Token::Literal(_) | Token::End => return None,
        };
        Some((op, 1))
    }

    fn binary(&mut self, weakest: u8) -> Result<Node, ExprError> {
        let mut left = if self.is_word("not") { self.negation()? } else { self.unary()? };
        while let Some((op, length)) = self.operator() {
            let strength = op.strength();
            if strength < weakest {
                break;
            }
            self.at += length;
            self.deeper()?;
            let right = self.binary(strength + 1)?;
            self.depth -= 1;
            if strength == 4 && self.operator().is_some_and(|(next, _)| next.strength() == 4) {
                return Err(ExprError::new("X001", "comparisons cannot be chained", self.span())
                    .hint("write `a < b and b < c`"));
            }
            let span = left.span.start..right.span.end;
            left = Node { kind: NodeKind::Binary(op, Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Node, ExprError> {
        let start = self.next().span.start;
        self.deeper()?;
        let inner = self.binary(3)?;
        self.depth -= 1;
        let span = start..inner.span.end;
        Ok(Node { kind: NodeKind::Unary(UnaryOp::Not, Box::new(inner)), span })
    }

    fn unary(&mut self) -> Result<Node, ExprError> {
        if !self.is_sign("-") {
            return self.behind();
        }
        let start = self.next().span.start;
        self.deeper()?;
        let inner = self.unary()?;
        self.depth -= 1;
        let span = start..inner.span.end;
        Ok(Node { kind: NodeKind::Unary(UnaryOp::Minus, Box::new(inner)), span })
    }

    /// What may stand behind a value: `.name`, `[..]`, `| filter`, `is defined`.
    fn behind(&mut self) -> Result<Node, ExprError> {
        let mut node = self.primary()?;
        loop {
            node = if self.take_sign(".") {
                self.member(node)?
            } else if self.take_sign("[") {
                self.subscript(node)?
            } else if self.take_sign("|") {
                self.filter(node)?
            } else if self.is_word("is") {
                self.test(node)?
            } else {
                return Ok(node);
            };
        }
    }

    fn member(&mut self, inner: Node) -> Result<Node, ExprError> {
        let text = self.text().to_owned();
        let key = match self.peek() {
            Token::Name(_) => text,
            Token::Literal(Value::Bool(_) | Value::Null) => text,
            _ => {
                let error = self.unexpected("a name");
                return Err(error.hint("write `[0]` for a place in a list, `[\"a b\"]` for an unusual name"));
            }
        };
        let end = self.next().span.end;
        Ok(extend(inner, Segment::Key(key), end))
    }

    fn subscript(&mut self, inner: Node) -> Result<Node, ExprError> {
        let index = self.choose()?;
        let end = self.span().end;
        self.expect("]")?;
        Ok(match constant(&index) {
            Some(segment) => extend(inner, segment, end),
            None => {
                let span = inner.span.start..end;
                Node { kind: NodeKind::At(Box::new(inner), Box::new(index)), span }
            }
        })
    }

    fn filter(&mut self, inner: Node) -> Result<Node, ExprError> {
        let Token::Name(name) = self.peek().clone() else {
            return Err(self.unexpected("the name of a filter"));
        };
        let span = self.next().span;
        let start = inner.span.start;
        let mut arguments = vec![inner];
        if self.take_sign("(") {
            self.arguments(&mut arguments)?;
        }
        self.call(&name, span, arguments, start)
    }

    fn test(&mut self, inner: Node) -> Result<Node, ExprError> {
        self.next();
        let wanted = !self.take_word("not");
        let span = inner.span.start..self.span().end;
        if self.take_word("defined") {
            return Ok(Node { kind: NodeKind::IsDefined(Box::new(inner), wanted), span });
        }
        Err(self
            .unexpected("`defined`")
            .hint("the tests are `is defined` and `is not defined`; compare with `== null`"))
    }

    fn arguments(&mut self, arguments: &mut Vec<Node>) -> Result<(), ExprError> {
        if self.take_sign(")") {
            return Ok(());
        }
        loop {
            arguments.push(self.choose()?);
            if self.take_sign(")") {
                return Ok(());
            }
            self.expect(",")?;
        }
    }

    fn call(
        &self,
        name: &str,
        span: Range<usize>,
        arguments: Vec<Node>,
        start: usize,
    ) -> Result<Node, ExprError> {
        let Some(function) = functions::find(name) else {
            let hint = functions::hint(name);
            return Err(ExprError::new("X003", format!("there is no function `{name}`"), span).hint(hint));
        };
        let count = arguments.len();
        if count < function.least || count > function.most {
            let message = format!("`{name}` takes {}, not {count}", function.arity());
            return Err(
                ExprError::new("X004", message, span).hint(format!("for example `{}`", function.example))
            );
        }
        let end = self
            .at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(span.end, |token| token.span.end);
        Ok(Node { kind: NodeKind::Call(function, arguments), span: start..end })
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
                node.span = span.start..self.span().end;
                self.expect(")")?;
                Ok(node)
            }
            Token::Sign("[") => self.list(),
            Token::Sign("{") => self.object(),
            Token::Name(name) => self.name(name),
            Token::Sign(_) | Token::End => Err(self.unexpected("a value")),
        }
    }

    fn name(&mut self, name: String) -> Result<Node, ExprError> {
        let span = self.next().span;
        if self.take_sign("(") {
            let mut arguments = Vec::new();
            self.arguments(&mut arguments)?;
            return self.call(&name, span.clone(), arguments, span.start);
        }
        if ROOTS.contains(&name.as_str()) {
            return Ok(Node { kind: NodeKind::Path(vec![Segment::Key(name)]), span });
        }
        let hint = match functions::find(&name) {
            Some(function) => format!("`{name}` is a function: `{}`", function.example),
            None => did_you_mean(&name, &ROOTS),
        };
        Err(ExprError::new("X002", format!("unknown name `{name}`"), span).hint(hint))
    }

    fn list(&mut self) -> Result<Node, ExprError> {
        let start = self.next().span.start;
        let mut items = Vec::new();
        loop {
            let end = self.span().end;
            if self.take_sign("]") {
                return Ok(Node { kind: NodeKind::List(items), span: start..end });
            }
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(self.choose()?);
        }
    }

    fn object(&mut self) -> Result<Node, ExprError> {
        let start = self.next().span.start;
        let mut fields: Vec<(String, Node)> = Vec::new();
        loop {
            let end = self.span().end;
            if self.take_sign("}") {
                return Ok(Node { kind: NodeKind::Object(fields), span: start..end });
            }
            if !fields.is_empty() {
                self.expect(",")?;
            }
            let span = self.span();
            let key = match self.next().token {
                Token::Literal(Value::String(key)) => key,
                Token::Name(key) => key,
                Token::Literal(_) | Token::Sign(_) | Token::End => {
                    self.at -= 1;
                    return Err(self.unexpected("the name of a field"));
                }
            };
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(ExprError::new("X001", format!("the field `{key}` stands here twice"), span));
            }
            self.expect(":")?;
            fields.push((key, self.choose()?));
        }
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
