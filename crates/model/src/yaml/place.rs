//! Where each value of a document stands in its text.

use std::ops::Range;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    Literal,
    Folded,
    /// `{ }` or `[ ]`.
    Flow,
    /// A list or object by indentation.
    Block,
}

/// The places of one value and of what it holds. A tree rather than a table by pointer: pointers of deep values are
/// long, and are only made for the few that have a problem.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) key: Option<Range<usize>>,
    pub(super) value: Range<usize>,
    pub(super) style: Style,
    pub(super) children: Children,
}

#[derive(Clone, Debug)]
pub(super) enum Children {
    None,
    List(Vec<Place>),
    Object(Vec<(String, Place)>),
}

impl Place {
    /// The place a JSON pointer leads to, or the last on the way that exists; and whether it is the one asked for.
    pub(super) fn find(&self, pointer: &str) -> (&Self, bool) {
        let mut here = self;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            match here.child(&token) {
                Some(child) => here = child,
                None => return (here, false),
            }
        }
        (here, true)
    }

    fn child(&self, token: &str) -> Option<&Self> {
        match &self.children {
            Children::None => None,
            Children::List(items) => items.get(token.parse::<usize>().ok()?),
            Children::Object(fields) => fields.iter().find(|(key, _)| key == token).map(|(_, place)| place),
        }
    }
}
