//! What an expression can see, and how far a path leads into a value.

use std::borrow::Cow;

use serde_json::Value;

use super::ast::Segment;

/// Where a path led.
#[derive(Debug)]
pub enum Lookup<'a> {
    /// To a value.
    Found(Cow<'a, Value>),
    /// Nowhere: the segment with this number is absent.
    Missing {
        /// Counts from 0, the root.
        at: usize,
    },
}

/// What an expression can see.
pub trait Scope {
    /// Follows a path from its root name.
    fn lookup(&self, path: &[Segment]) -> Lookup<'_>;
    /// What `now()` says, in unix microseconds.
    fn now(&self) -> i64;
    /// What `random()` and `uuid()` are made of: the same for the same step of the same run.
    fn seed(&self) -> &str;
}

/// Follows `path` into `value`. `at` is the number of its first segment, for [`Lookup::Missing`].
#[must_use]
pub fn walk<'a>(value: Cow<'a, Value>, path: &[Segment], at: usize) -> Lookup<'a> {
    match value {
        Cow::Borrowed(value) => match follow(value, path) {
            Ok(found) => Lookup::Found(Cow::Borrowed(found)),
            Err(offset) => Lookup::Missing { at: at + offset },
        },
        Cow::Owned(mut value) => {
            for (offset, segment) in path.iter().enumerate() {
                match take(value, segment) {
                    Some(inner) => value = inner,
                    None => return Lookup::Missing { at: at + offset },
                }
            }
            Lookup::Found(Cow::Owned(value))
        }
    }
}

/// The value at the end of `path`, or the number of the segment that leads nowhere.
fn follow<'a>(mut value: &'a Value, path: &[Segment]) -> Result<&'a Value, usize> {
    for (offset, segment) in path.iter().enumerate() {
        value = member(value, segment).ok_or(offset)?;
    }
    Ok(value)
}

/// One step into a value.
pub(super) fn member<'a>(value: &'a Value, segment: &Segment) -> Option<&'a Value> {
    match (value, segment) {
        (Value::Object(fields), Segment::Key(key)) => fields.get(key),
        (Value::Array(items), Segment::Index(index)) => items.get(place(*index, items.len())?),
        _ => None,
    }
}

/// One step into a value of which the rest is not needed.
pub(super) fn take(value: Value, segment: &Segment) -> Option<Value> {
    match (value, segment) {
        (Value::Object(mut fields), Segment::Key(key)) => fields.swap_remove(key),
        (Value::Array(mut items), Segment::Index(index)) => {
            let place = place(*index, items.len()).filter(|place| *place < items.len())?;
            Some(items.swap_remove(place))
        }
        _ => None,
    }
}

/// Where an index points; negative ones count from the end.
fn place(index: i64, length: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 { length.checked_sub(distance) } else { Some(distance) }
}

/// A scope over one object of roots, for simple callers and tests.
#[derive(Clone, Debug)]
pub struct ValueScope {
    /// An object: root name to value.
    pub roots: Value,
    /// What `now()` says.
    pub now: i64,
    /// What `random()` and `uuid()` are made of.
    pub seed: String,
}

impl ValueScope {
    /// A scope at the beginning of time.
    #[must_use]
    pub const fn new(roots: Value) -> Self {
        Self { roots, now: 0, seed: String::new() }
    }
}

impl Scope for ValueScope {
    fn lookup(&self, path: &[Segment]) -> Lookup<'_> {
        walk(Cow::Borrowed(&self.roots), path, 0)
    }

    fn now(&self) -> i64 {
        self.now
    }

    fn seed(&self) -> &str {
        &self.seed
    }
}
