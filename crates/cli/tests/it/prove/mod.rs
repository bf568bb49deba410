//! What Cauce survives, shown with the real binary and judged from outside. `cargo nextest` runs a short form of each trial,
//! `make prove` the long one; each prints its seed and a line of figures.
//!
//! - [`kills`]: killed again and again under load. [`power`]: with the power gone, or syncs that fail.
//! - [`service`] and [`ledger`] are the two books that are kept outside, [`senders`] and [`observer`] the load, [`judge`] the
//!   rules. [`lives`] starts servers,
//!   [`faults`] stands between them and the disk and the clock.

mod backlog;
mod clock;
mod counting;
mod crowd;
mod database;
mod dice;
mod faults;
mod figures;
mod full_disk;
mod judge;
mod kills;
mod ledger;
mod lives;
pub(crate) mod memory;
mod neighbour;
mod observer;
mod oversize;
mod poison;
mod power;
mod quarter;
mod senders;
mod service;
mod slow_remote;
mod storm;
mod table;
mod trial;
