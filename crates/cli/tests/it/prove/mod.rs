//! What Cauce survives, shown with the real binary and judged from outside. `cargo nextest` runs a short form of each trial,
//! `make prove` the long one; each prints its seed and a line of figures.
//!
//! - [`kills`]: killed again and again under load.
//! - [`service`] and [`ledger`] are the two books that are kept outside, [`senders`] and [`observer`] the load, [`judge`] the
//!   rules. [`lives`] starts servers.

mod database;
mod dice;
mod figures;
mod judge;
mod kills;
mod ledger;
mod lives;
mod observer;
mod senders;
mod service;
mod trial;
