//! The syntax tree: every node knows its place in the source.

use std::ops::Range;

use serde_json::Value;

use super::functions::Function;

/// A node with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Bytes of the source.
    pub span: Range<usize>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A text, number, boolean or null.
    Literal(Value),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{"a": b}`.
    Object(Vec<(String, Node)>),
    /// `steps.a.output[0]`: what data is read.
    Path(Vec<Segment>),
    /// `[n]` or `.name` behind something that is no path.
    Index(Box<Node>, Segment),
    /// `a[expression]`.
    At(Box<Node>, Box<Node>),
    /// `not a`, `-a`.
    Unary(UnaryOp, Box<Node>),
    /// `a + b` and the like.
    Binary(BinaryOp, Box<Node>, Box<Node>),
    /// `a is defined`, `a is not defined`.
    IsDefined(Box<Node>, bool),
    /// `a if c else b`: value, condition, otherwise.
    Choose(Box<Node>, Box<Node>, Box<Node>),
    /// `f(a, b)` and `a | f(b)`.
    Call(&'static Function, Vec<Node>),
}

/// A step along a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// `.name` or `["name"]`.
    Key(String),
    /// `[n]`; negative counts from the end.
    Index(i64),
}

/// An operator with one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`.
    Not,
    /// `-`.
    Minus,
}

/// An operator with two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `==`.
    Equal,
    /// `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `~`.
    Concat,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `//`.
    FloorDivide,
    /// `%`.
    Remainder,
}

impl BinaryOp {
    /// How strongly it binds; stronger is higher. The table stands in `docs/guide/language.md`.
    pub(super) const fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::Unequal
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::In
            | Self::NotIn => 4,
            Self::Add | Self::Subtract => 5,
            Self::Concat => 6,
            Self::Multiply | Self::Divide | Self::FloorDivide | Self::Remainder => 7,
        }
    }

    /// As written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Concat => "~",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Remainder => "%",
        }
    }
}

impl Node {
    /// The nodes right below this one, in the order they are written.
    pub(super) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            NodeKind::Literal(_) | NodeKind::Path(_) => Vec::new(),
            NodeKind::List(nodes) | NodeKind::Call(_, nodes) => nodes.iter().collect(),
            NodeKind::Object(fields) => fields.iter().map(|(_, field)| field).collect(),
            NodeKind::Index(inner, _) | NodeKind::Unary(_, inner) | NodeKind::IsDefined(inner, _) => {
                vec![inner]
            }
            NodeKind::At(left, right) | NodeKind::Binary(_, left, right) => vec![left, right],
            NodeKind::Choose(value, condition, otherwise) => vec![value, condition, otherwise],
        }
    }

    /// How many nodes lie on the longest way down, this one included.
    pub(super) fn height(&self) -> usize {
        let mut highest = 0;
        let mut open = vec![(self, 1)];
        while let Some((node, height)) = open.pop() {
            highest = highest.max(height);
            open.extend(node.children().into_iter().map(|child| (child, height + 1)));
        }
        highest
    }
}

/// A path as a person would write it.
#[must_use]
pub fn path_text(segments: &[Segment]) -> String {
    let mut text = String::new();
    for (index, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Key(key) if index == 0 => text.push_str(key),
            other => text.push_str(&segment_text(other)),
        }
    }
    text
}

/// A segment as it stands behind a path.
pub(super) fn segment_text(segment: &Segment) -> String {
    match segment {
        Segment::Index(index) => format!("[{index}]"),
        Segment::Key(key) if is_name(key) => format!(".{key}"),
        Segment::Key(key) => format!("[{}]", Value::from(key.as_str())),
    }
}

/// A name that needs no quotes behind a point: ASCII letters, digits and `_`.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
