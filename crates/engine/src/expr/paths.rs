//! Which paths an expression reads, and whether a missing one is provided for.

use std::ops::Range;

use super::ast::{Node, NodeKind, Segment};
use super::functions::Does;

/// A path that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRef {
    /// From the root name on.
    pub segments: Vec<Segment>,
    /// Bytes of the source.
    pub span: Range<usize>,
    /// Whether it stands under `default`, `coalesce` or `is defined`.
    pub guarded: bool,
}

pub(super) fn collect(node: &Node, guarded: bool, found: &mut Vec<PathRef>) {
    match &node.kind {
        NodeKind::Literal(_) => {}
        NodeKind::Path(segments) => {
            found.push(PathRef { segments: segments.clone(), span: node.span.clone(), guarded });
        }
        NodeKind::List(items) => items.iter().for_each(|item| collect(item, guarded, found)),
        NodeKind::Object(fields) => fields.iter().for_each(|(_, field)| collect(field, guarded, found)),
        NodeKind::Index(inner, _) | NodeKind::Unary(_, inner) => collect(inner, guarded, found),
        NodeKind::At(left, right) | NodeKind::Binary(_, left, right) => {
            collect(left, guarded, found);
            collect(right, guarded, found);
        }
        NodeKind::IsDefined(inner, _) => collect(inner, true, found),
        NodeKind::Choose(value, condition, otherwise) => {
            for node in [value, condition, otherwise] {
                collect(node, guarded, found);
            }
        }
        NodeKind::Call(function, arguments) => {
            let provides = matches!(function.does, Does::Default | Does::Coalesce);
            let last = arguments.len().saturating_sub(1);
            for (place, argument) in arguments.iter().enumerate() {
                collect(argument, guarded || (provides && place < last), found);
            }
        }
    }
}
