//! The expression language: Jinja-like, over JSON, total and deterministic. `docs/guide/language.md` is its reference.
//!
//! [`Expr`] is one expression, [`Template`] a text with `${{ }}` in it; a [`Scope`] says what they see and [`Fuel`] what
//! they may cost. The tree in [`ast`] keeps its places, so that every complaint can point.

mod absent;
mod arithmetic;
pub mod ast;
mod call;
mod does;
mod error;
mod eval;
mod fuel;
mod functions;
mod lexer;
mod names;
mod parser;
mod paths;
mod print;
mod quoted;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod value;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

pub use ast::{BinaryOp, Node, NodeKind, Segment, UnaryOp};
pub use does::Does;
pub use error::{EvalError, EvalKind, ExprError};
pub use fuel::Fuel;
pub use functions::{FUNCTIONS, Function};
pub use paths::PathRef;
pub use scope::{Lookup, Scope, ValueScope, walk};
pub use template::{Part, Rendered, Template};
pub use text::key_text;

pub(crate) use value::equal;

use eval::Evaluator;

/// One expression. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    source: Arc<str>,
    node: Arc<Node>,
}

impl Expr {
    /// Reads a bare expression, as in `when` and `if`. `env` has no place in it: a decision must not rest on a secret.
    ///
    /// # Errors
    /// The first thing that cannot be read.
    pub fn parse(source: &str) -> Result<Self, ExprError> {
        Self::parse_with(source, &[])
    }

    /// As [`Self::parse`], where `names` exist too: what the loops around call their items.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_with(source: &str, names: &[String]) -> Result<Self, ExprError> {
        let expr = Self::read(source, names)?;
        match expr.env_path() {
            None => Ok(expr),
            Some(path) => Err(ExprError::new("X005", "`env` cannot be used to decide or compute", path.span)
                .hint("`${{ env.NAME }}` stands in `with` and in a trigger's `verify`")),
        }
    }

    /// Reads the inside of `${{ }}`: `env.NAME` may stand there alone.
    pub(super) fn parse_part(source: &str, names: &[String]) -> Result<Self, ExprError> {
        let expr = Self::read(source, names)?;
        match expr.env_path() {
            Some(path) if !expr.env_name().is_some_and(ast::is_name) => {
                Err(ExprError::new("X005", "`env.NAME` must stand alone in its braces", path.span)
                    .hint("text around the braces is fine: `Bearer ${{ env.NAME }}`"))
            }
            _ => Ok(expr),
        }
    }

    fn read(source: &str, names: &[String]) -> Result<Self, ExprError> {
        Ok(Self { node: Arc::new(parser::parse(source, names)?), source: Arc::from(source) })
    }

    /// A part of this expression as one of its own; it keeps its places in the whole.
    pub(crate) fn part(&self, node: &Node) -> Self {
        Self { source: Arc::clone(&self.source), node: Arc::new(node.clone()) }
    }

    /// The expression that is only this value.
    #[must_use]
    pub fn literal(value: Value) -> Self {
        let source = value.to_string();
        let node = Node { kind: NodeKind::Literal(value), span: 0..source.len() };
        Self { source: Arc::from(source), node: Arc::new(node) }
    }

    /// As written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The tree.
    #[must_use]
    pub fn ast(&self) -> &Node {
        &self.node
    }

    /// Every path it reads.
    #[must_use]
    pub fn paths(&self) -> Vec<PathRef> {
        let mut found = Vec::new();
        paths::collect(&self.node, false, &mut found);
        found
    }

    /// The name, where the expression is `env.NAME` and nothing else.
    #[must_use]
    pub fn env_name(&self) -> Option<&str> {
        match &self.node.kind {
            NodeKind::Path(path) => match path.as_slice() {
                [Segment::Key(root), Segment::Key(name)] if root == "env" => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    fn env_path(&self) -> Option<PathRef> {
        let is_env =
            |path: &PathRef| matches!(path.segments.first(), Some(Segment::Key(root)) if root == "env");
        self.paths().into_iter().find(is_env)
    }

    /// Its value. Data is passed on as it is, whatever its size; what the expression makes is limited to 1 MiB.
    ///
    /// # Errors
    /// Data it cannot work with, or too much work.
    pub fn eval(&self, scope: &dyn Scope, fuel: &mut Fuel) -> Result<Value, EvalError> {
        self.eval_at(0, scope, fuel)
    }

    /// Its value, where the expression begins at byte `base` of a text.
    fn eval_at(&self, base: usize, scope: &dyn Scope, fuel: &mut Fuel) -> Result<Value, EvalError> {
        let value = Evaluator { scope, fuel, base }.eval(&self.node)?;
        match &value {
            Cow::Borrowed(data) => fuel.read(value::size(data), &self.node.span)?,
            Cow::Owned(made) => fuel.make(value::size(made), &self.node.span)?,
        }
        Ok(value.into_owned())
    }

    /// Its value, which must be true or false.
    ///
    /// # Errors
    /// As [`Self::eval`], and any other value.
    pub fn truth(&self, scope: &dyn Scope, fuel: &mut Fuel) -> Result<bool, EvalError> {
        Evaluator { scope, fuel, base: 0 }.truth(&self.node)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}
