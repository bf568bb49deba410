//! The journal through its public verbs: one contract for memory and SQLite, and what only a disk can do.

#![expect(clippy::unwrap_used, reason = "a test whose ground gives way fails there")]

mod contract;
mod disk;
mod model;
mod sample;
mod store;
