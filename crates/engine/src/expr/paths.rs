//! Which paths an expression reads, and whether a missing one is provided for.

use std::ops::Range;

use super::ast::{Node, NodeKind, Segment};

/// A path that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRef {
    /// From the root name on.
    pub segments: Vec<Segment>,
    /// Bytes of the source.
    pub span: Range<usize>,
    /// Whether it meets `default`, `coalesce` or `is defined`, so that it may be missing.
    pub guarded: bool,
}

/// The same places where the evaluator lets a missing path pass.
pub(super) fn collect(node: &Node, guarded: bool, found: &mut Vec<PathRef>) {
    match &node.kind {
        NodeKind::Path(segments) => {
            found.push(PathRef { segments: segments.clone(), span: node.span.clone(), guarded });
        }
        NodeKind::Index(inner, _) => collect(inner, guarded, found),
        NodeKind::At(inner, index) => {
            collect(inner, guarded, found);
            collect(index, false, found);
        }
        NodeKind::IsDefined(inner, _) => collect(inner, true, found),
        NodeKind::Choose(value, condition, otherwise) => {
            collect(value, guarded, found);
            collect(condition, false, found);
            collect(otherwise, guarded, found);
        }
        NodeKind::Call(function, arguments) if function.does.provides() => {
            let last = arguments.len().saturating_sub(1);
            for (place, argument) in arguments.iter().enumerate() {
                collect(argument, guarded || place < last, found);
            }
        }
        _ => node.children().into_iter().for_each(|child| collect(child, false, found)),
    }
}
