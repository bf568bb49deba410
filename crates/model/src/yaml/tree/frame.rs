//! A list or object that is being read.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::yaml::place::{Place, Style};

/// A list or object that is being read.
pub(super) struct Frame {
    pub(super) start: usize,
    /// Where the last thing in it ends.
    pub(super) end: usize,
    pub(super) style: Style,
    pub(super) body: Body,
}

pub(super) enum Body {
    List(Vec<Value>, Vec<Place>),
    Object {
        fields: Map<String, Value>,
        places: Vec<(String, Place)>,
        seen: HashMap<String, usize>,
        next: Next,
    },
}

/// What an object reads next.
pub(super) enum Next {
    Key,
    ValueOf(String, Range<usize>),
    /// The value of a key that was refused.
    Nothing,
}

impl Body {
    pub(super) fn list() -> Self {
        Self::List(Vec::new(), Vec::new())
    }

    pub(super) fn object() -> Self {
        Self::Object { fields: Map::new(), places: Vec::new(), seen: HashMap::new(), next: Next::Key }
    }
}
