//! From text to tokens.

use std::ops::Range;

use serde_json::{Number, Value};

use super::error::ExprError;
use super::quoted::quoted;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Literal(Value),
    Sign(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
}

/// Longer signs stand before their beginnings.
const SIGNS: [&str; 25] = [
    "==", "!=", "<=", ">=", "//", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "~", "|", "(", ")", "[",
    "]", "{", "}", ",", ".", ":",
];

pub(super) fn tokens(source: &str) -> Result<Vec<Spanned>, ExprError> {
    let mut lexer = Lexer { source, at: 0 };
    let mut found = Vec::new();
    loop {
        let spanned = lexer.next()?;
        let end = spanned.token == Token::End;
        found.push(spanned);
        if end {
            return Ok(found);
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Result<Spanned, ExprError> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok(Spanned { token: Token::End, span: start..start });
        };
        let token = match first {
            '"' | '\'' => self.text(first)?,
            '0'..='9' => self.number()?,
            c if c.is_alphabetic() || c == '_' => self.name(),
            _ => self.sign(first)?,
        };
        Ok(Spanned { token, span: start..self.at })
    }

    fn name(&mut self) -> Token {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        match name.as_str() {
            "true" | "True" => Token::Literal(Value::Bool(true)),
            "false" | "False" => Token::Literal(Value::Bool(false)),
            "null" | "none" | "None" => Token::Literal(Value::Null),
            _ => Token::Name(name),
        }
    }

    fn number(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        let bytes = self.source.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(start);
        let mut whole = true;
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1);
            whole = false;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign);
                whole = false;
            }
        }
        self.at = end;
        let text = self.source.get(start..end).unwrap_or_default();
        let number = if whole {
            text.parse::<u64>().ok().map(Number::from)
        } else {
            text.parse::<f64>().ok().and_then(Number::from_f64)
        };
        let number =
            number.ok_or_else(|| ExprError::new("X001", format!("`{text}` is too large"), start..end))?;
        if bytes.get(end).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_') {
            return Err(ExprError::new("X001", "a number is followed by letters", start..end + 1)
                .hint("put a text in quotes; a duration such as `3d` stands outside of expressions"));
        }
        Ok(Token::Literal(Value::Number(number)))
    }

    fn text(&mut self, quote: char) -> Result<Token, ExprError> {
        let start = self.at;
        let (text, length) = quoted(self.rest(), quote).map_err(|error| error.moved(start))?;
        self.at += length;
        Ok(Token::Literal(Value::String(text)))
    }

    fn sign(&mut self, first: char) -> Result<Token, ExprError> {
        let start = self.at;
        if let Some(sign) = SIGNS.into_iter().find(|sign| self.rest().starts_with(sign)) {
            self.at += sign.len();
            let instead = match sign {
                "&&" => Some("and"),
                "||" => Some("or"),
                _ => None,
            };
            return match instead {
                None => Ok(Token::Sign(sign)),
                Some(word) => Err(ExprError::new("X001", format!("`{sign}` is no operator"), start..self.at)
                    .hint(format!("write `{word}`"))),
            };
        }
        if self.rest().starts_with("${{") {
            return Err(ExprError::new("X007", "this is an expression already", start..start + 3)
                .hint("leave `${{` and `}}` away here"));
        }
        let error = ExprError::new("X001", format!("unexpected `{first}`"), start..start + first.len_utf8());
        Err(match first {
            '=' => error.hint("write `==` to compare"),
            '!' => error.hint("write `not`"),
            '$' => error.hint("names stand without `$`, as in `trigger.body`"),
            '?' => error.hint("write `a if condition else b`"),
            '&' => error.hint("write `and`, or `~` to join texts"),
            ';' | '#' => error.hint("an expression is one value; put a text in quotes"),
            '^' => error.hint("multiply: there is no operator for powers"),
            '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' | '`' => {
                error.hint("use straight quotes: `\"` or `'`")
            }
            _ => error,
        })
    }
}
