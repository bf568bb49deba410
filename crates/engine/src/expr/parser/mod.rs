//! From tokens to the tree: precedence climbing. `operator` has what stands between values, `value` the values.

mod operator;
mod value;

use std::ops::Range;

use super::ast::Node;
use super::error::ExprError;
use super::lexer::{Spanned, Token, tokens};

/// The longest expression, in bytes.
const LONGEST: usize = 4 * 1024;
/// The deepest nesting of brackets, conditions and operators of different strength.
const DEEPEST: usize = 64;
/// The most operators and filters in one row; it bounds how deep the evaluator goes.
const TALLEST: usize = 128;

/// Reads `source`; `names` are those that exist here besides the ones that always do.
pub(super) fn parse(source: &str, names: &[String]) -> Result<Node, ExprError> {
    if source.len() > LONGEST {
        let message = format!("the expression has {} bytes, {LONGEST} is the most", source.len());
        return Err(ExprError::new("X006", message, 0..source.len())
            .hint("compute parts of it in `set` steps before"));
    }
    let mut parser = Parser { source, names, tokens: tokens(source)?, at: 0, depth: 0 };
    let node = parser.choose()?;
    if !matches!(parser.peek(), Token::End) {
        return Err(parser.left_over());
    }
    if node.height() > TALLEST {
        return Err(too_deep(node.span));
    }
    Ok(node)
}

fn too_deep(span: Range<usize>) -> ExprError {
    ExprError::new("X006", "the expression is nested too deeply", span)
        .hint("compute parts of it in `set` steps before; many `==` joined by `or` are one `in [...]`")
}

struct Parser<'a> {
    source: &'a str,
    names: &'a [String],
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

    /// Where the last token that was taken ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |spanned| spanned.span.end)
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

    fn token_at(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).map(|spanned| &spanned.token)
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
            Token::Name(_) | Token::Literal(_) | Token::Sign(_) => {
                format!("`{}` stands where {wanted} should stand", self.text())
            }
        };
        ExprError::new("X001", message, self.span())
    }

    /// Something stands behind a whole expression.
    fn left_over(&self) -> ExprError {
        let error = self.unexpected("an operator or the end");
        match self.peek() {
            Token::Name(word) => match word.to_ascii_lowercase().as_str() {
                "equals" | "eq" => error.hint("write `==`"),
                "ne" => error.hint("write `!=`"),
                "gt" => error.hint("write `>`"),
                "lt" => error.hint("write `<`"),
                "contains" => error.hint("write `b in a` or `a | contains(b)`"),
                "then" => error.hint("write `a if condition else b`"),
                "and" | "or" | "not" | "in" | "is" | "if" => {
                    error.hint("such words are written in small letters")
                }
                _ => error.hint("put a text in quotes"),
            },
            Token::Sign(":") => error.hint("write `a if condition else b`"),
            Token::Sign("(") => error.hint("only functions are called, as in `... | lower` or `now()`"),
            Token::Sign(_) | Token::Literal(_) | Token::End => error,
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ExprError>) -> Result<T, ExprError> {
        if self.depth == DEEPEST {
            return Err(too_deep(self.span()));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
