//! The Action trait, the registry and the built-in actions.
