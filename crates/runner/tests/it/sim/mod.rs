//! The simulator: the real runner and decider over a store and a network that fail by chance, in a time that passes at
//! once. The same seed gives the same simulation. See `docs/decisions/006-simulator.md`.
//!
//! - `world`: what will happen next, and everything outside of nodes. `dice`: chance. `time`: a node's ports on it.
//! - `node`: the real runner in a runtime of its own. `simulation`: the loop, and what is done to nodes.
//! - `store` and `network`: what stands between a node and the journal, and between an action and the other side.
//! - `flows`: the workflows. `senders`: who starts them. `tellers`: who tells of named events. `gates`: limits by key, and
//!   who fires them. `replays`: runs that are done again.
//! - `oracle`: what was acknowledged, written and sent, and every `promise` about it.
//! - `seeds`: many simulations.

pub(crate) mod dice;
pub(crate) mod flows;
pub(crate) mod gates;
pub(crate) mod log;
pub(crate) mod network;
pub(crate) mod node;
pub(crate) mod oracle;
pub(crate) mod promise;
pub(crate) mod replays;
pub(crate) mod sabotage;
pub(crate) mod seeds;
pub(crate) mod seen;
pub(crate) mod senders;
pub(crate) mod setup;
pub(crate) mod simulation;
pub(crate) mod store;
pub(crate) mod tellers;
pub(crate) mod time;
pub(crate) mod trace;
pub(crate) mod weather;
pub(crate) mod world;
