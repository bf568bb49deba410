//! What stands between values: `if else`, operators, signs in front.

use super::super::ast::{BinaryOp, Node, NodeKind, UnaryOp};
use super::super::error::ExprError;
use super::super::lexer::Token;
use super::Parser;

/// How strongly a comparison binds; `not` stands right below it.
const COMPARISON: u8 = BinaryOp::Equal.strength();

impl Parser<'_> {
    /// `a if c else b`, the weakest of all.
    pub(super) fn choose(&mut self) -> Result<Node, ExprError> {
        self.deeper(|parser| {
            let value = parser.binary(0)?;
            if !parser.take_word("if") {
                return Ok(value);
            }
            let condition = parser.binary(0)?;
            if !parser.take_word("else") {
                return Err(parser.unexpected("`else`"));
            }
            let otherwise = parser.choose()?;
            let span = value.span.start..otherwise.span.end;
            Ok(Node {
                kind: NodeKind::Choose(Box::new(value), Box::new(condition), Box::new(otherwise)),
                span,
            })
        })
    }

    /// The operator that comes next, and how many tokens it has.
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
                "not" if matches!(self.token_at(self.at + 1), Some(Token::Name(word)) if word == "in") => {
                    return Some((BinaryOp::NotIn, 2));
                }
                _ => return None,
            },
            Token::Literal(_) | Token::End => return None,
        };
        Some((op, 1))
    }

    /// Operators at least as strong as `weakest`, from left to right.
    fn binary(&mut self, weakest: u8) -> Result<Node, ExprError> {
        let mut left = if self.is_word("not") { self.negation()? } else { self.operand(true)? };
        while let Some((op, length)) = self.operator() {
            let strength = op.strength();
            if strength < weakest {
                break;
            }
            self.at += length;
            let right = self.deeper(|parser| parser.binary(strength + 1))?;
            if strength == COMPARISON
                && self.operator().is_some_and(|(next, _)| next.strength() == COMPARISON)
            {
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
        let inner = self.deeper(|parser| parser.binary(COMPARISON - 1))?;
        let span = start..inner.span.end;
        Ok(Node { kind: NodeKind::Unary(UnaryOp::Not, Box::new(inner)), span })
    }

    /// A value with its sign, then its filters and tests: `-3 | abs` is 3.
    fn operand(&mut self, filters: bool) -> Result<Node, ExprError> {
        let mut node = if self.is_sign("-") {
            let start = self.next().span.start;
            let inner = self.deeper(|parser| parser.operand(false))?;
            let span = start..inner.span.end;
            Node { kind: NodeKind::Unary(UnaryOp::Minus, Box::new(inner)), span }
        } else {
            self.value()?
        };
        if filters {
            node = self.filters(node)?;
        }
        Ok(node)
    }

    /// `| filter(..)` and `is defined`, as many as there are.
    fn filters(&mut self, mut node: Node) -> Result<Node, ExprError> {
        loop {
            node = if self.take_sign("|") {
                self.filter(node)?
            } else if self.is_word("is") {
                self.test(node)?
            } else {
                return Ok(node);
            };
        }
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
            .hint("the tests are `is defined` and `is not defined`; compare with `== null` or `== \"text\"`"))
    }
}
