//! What a gate is known by, and the order that its parts stand in.

use super::{Hold, Limits};

/// Stands between the parts; no UTF-8 text has this byte.
const SEPARATOR: u8 = 0xFF;

/// What a gate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Concurrency,
    Reentry,
    Throttle,
    Debounce,
    Batch,
}

impl Kind {
    const fn letter(self) -> u8 {
        match self {
            Self::Concurrency => b'c',
            Self::Reentry => b'r',
            Self::Throttle => b't',
            Self::Debounce => b'd',
            Self::Batch => b'b',
        }
    }
}

/// Workflow, kind, trigger (empty for a gate of the whole workflow), key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name(Vec<u8>);

impl Name {
    pub(crate) fn new(workflow: &str, kind: Kind, trigger: &str, key: &str) -> Self {
        let parts = [workflow.as_bytes(), &[kind.letter()], trigger.as_bytes(), key.as_bytes()];
        Self(parts.join(&SEPARATOR))
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Workflow, trigger and key.
    pub(crate) fn parts(&self) -> (String, String, String) {
        let mut parts = self
            .0
            .splitn(4, |byte| *byte == SEPARATOR)
            .map(|part| String::from_utf8_lossy(part).into_owned());
        let mut next = || parts.next().unwrap_or_default();
        let workflow = next();
        next();
        (workflow, next(), next())
    }
}

/// The names of the gates that one event asks.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) reentry: Option<Name>,
    pub(crate) throttle: Option<Name>,
    pub(crate) hold: Option<Name>,
    pub(crate) concurrency: Option<Name>,
}

impl Names {
    pub(crate) fn new(workflow: &str, trigger: &str, limits: &Limits) -> Self {
        let of_flow = |kind, key: &str| Name::new(workflow, kind, "", key);
        let of_trigger = |kind, key: &str| Name::new(workflow, kind, trigger, key);
        Self {
            reentry: limits.reentry.as_ref().map(|ask| of_flow(Kind::Reentry, &ask.key)),
            throttle: limits.throttle.as_ref().map(|ask| of_trigger(Kind::Throttle, &ask.key)),
            hold: limits.hold.as_ref().map(|hold| match hold {
                Hold::Debounce { key, .. } => of_trigger(Kind::Debounce, key),
                Hold::Batch { key, .. } => of_trigger(Kind::Batch, key),
            }),
            concurrency: limits.concurrency.as_ref().map(|ask| of_flow(Kind::Concurrency, &ask.key)),
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Name> {
        [&self.reentry, &self.throttle, &self.hold, &self.concurrency].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_of_different_flows_kinds_triggers_and_keys_never_share_a_name() {
        let name = Name::new("a", Kind::Throttle, "hook", "b\u{0}c");
        assert_eq!(name.parts(), ("a".to_owned(), "hook".to_owned(), "b\u{0}c".to_owned()));
        let others = [
            Name::new("a", Kind::Batch, "hook", "b\u{0}c"),
            Name::new("a", Kind::Throttle, "hoo", "kb\u{0}c"),
            Name::new("at", Kind::Throttle, "hook", "b\u{0}c"),
            Name::new("a", Kind::Throttle, "", "b\u{0}c"),
        ];
        assert!(others.iter().all(|other| *other != name));
        assert_eq!(Name::from_bytes(name.as_bytes().to_vec()), name);
    }
}
