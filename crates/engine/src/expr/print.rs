//! An expression as text again: it reads back as the same tree, with no more brackets than that takes.

use std::fmt;

use serde_json::Value;

use super::ast::{BinaryOp, Node, NodeKind, UnaryOp, path_text, segment_text};
use super::does::Does;
use super::functions::Function;

/// How strongly a comparison binds; `not` stands right below it.
const COMPARISON: u8 = BinaryOp::Equal.strength();
/// Weaker than a comparison, stronger than `and`.
const NOT: u8 = COMPARISON - 1;
/// Filters and tests stand behind an operand with its sign.
const FILTER: u8 = BinaryOp::Multiply.strength() + 1;
const MINUS: u8 = FILTER + 1;
/// What needs no brackets anywhere.
const CLOSED: u8 = MINUS + 1;

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            NodeKind::Literal(value) => write!(f, "{value}"),
            NodeKind::Path(segments) => f.write_str(&path_text(segments)),
            NodeKind::List(items) => listed(f, "[", items, "]"),
            NodeKind::Object(fields) => object(f, fields),
            NodeKind::Index(inner, segment) => {
                inside(f, inner, CLOSED)?;
                f.write_str(&segment_text(segment))
            }
            NodeKind::At(inner, index) => {
                inside(f, inner, CLOSED)?;
                write!(f, "[{index}]")
            }
            NodeKind::Unary(UnaryOp::Not, inner) => {
                f.write_str("not ")?;
                inside(f, inner, NOT)
            }
            NodeKind::Unary(UnaryOp::Minus, inner) => {
                f.write_str("-")?;
                inside(f, inner, MINUS)
            }
            NodeKind::Binary(op, left, right) => {
                let strength = op.strength();
                // Comparisons cannot be chained, the others go from left to right.
                inside(f, left, if strength == COMPARISON { strength + 1 } else { strength })?;
                write!(f, " {} ", op.sign())?;
                inside(f, right, strength + 1)
            }
            NodeKind::IsDefined(inner, wanted) => {
                inside(f, inner, FILTER)?;
                f.write_str(if *wanted { " is defined" } else { " is not defined" })
            }
            NodeKind::Choose(value, condition, otherwise) => {
                inside(f, value, 1)?;
                f.write_str(" if ")?;
                inside(f, condition, 1)?;
                write!(f, " else {otherwise}")
            }
            NodeKind::Call(function, arguments) => call(f, function, arguments),
        }
    }
}

fn inside(f: &mut fmt::Formatter<'_>, node: &Node, weakest: u8) -> fmt::Result {
    if strength(node) < weakest { write!(f, "({node})") } else { write!(f, "{node}") }
}

fn strength(node: &Node) -> u8 {
    match &node.kind {
        NodeKind::Choose(..) => 0,
        NodeKind::Binary(op, ..) => op.strength(),
        NodeKind::Unary(UnaryOp::Not, _) => NOT,
        NodeKind::IsDefined(..) => FILTER,
        NodeKind::Call(function, _) if is_filter(function) => FILTER,
        NodeKind::Unary(UnaryOp::Minus, _) => MINUS,
        // `1.a` reads badly, and a negative number is a minus in front of one.
        NodeKind::Literal(Value::Number(_)) => MINUS,
        NodeKind::Literal(_)
        | NodeKind::List(_)
        | NodeKind::Object(_)
        | NodeKind::Path(_)
        | NodeKind::Index(..)
        | NodeKind::At(..)
        | NodeKind::Call(..) => CLOSED,
    }
}

/// Whether it is written behind its first argument.
fn is_filter(function: &Function) -> bool {
    function.least > 0 && !matches!(function.does, Does::Coalesce | Does::Max | Does::Min)
}

fn call(f: &mut fmt::Formatter<'_>, function: &Function, arguments: &[Node]) -> fmt::Result {
    match arguments {
        [receiver, others @ ..] if is_filter(function) => {
            inside(f, receiver, FILTER)?;
            write!(f, " | {}", function.name)?;
            if others.is_empty() { Ok(()) } else { listed(f, "(", others, ")") }
        }
        _ => {
            f.write_str(function.name)?;
            listed(f, "(", arguments, ")")
        }
    }
}

fn listed(f: &mut fmt::Formatter<'_>, open: &str, nodes: &[Node], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, node) in nodes.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{node}")?;
    }
    f.write_str(close)
}

fn object(f: &mut fmt::Formatter<'_>, fields: &[(String, Node)]) -> fmt::Result {
    f.write_str("{")?;
    for (index, (key, value)) in fields.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{}: {value}", Value::from(key.as_str()))?;
    }
    f.write_str("}")
}
