//! Drives runs: claims, asks the engine, runs actions, appends what happened.
//!
//! In reading order:
//! - [`Runner`]: a node's loops.
//! - `drive`: one run: decide, write, act, and again; `live` is the run in memory, `effect` one attempt.
//! - [`Plans`]: compiled workflow versions. [`Variables`]: filled in late, masked in what comes back.
//! - [`Pause`]: how to wait. [`Setting`]: limits and rhythms.
//!
//! Nothing here knows HTTP or SQL; it talks to the server through the journal alone.

mod drive;
mod effect;
mod handover;
mod live;
mod node;
mod pause;
mod plans;
mod runner;
mod secrets;
mod setting;

pub use node::Parts;
pub use pause::{Pause, RuntimePause};
pub use plans::{PlanError, Plans};
pub use runner::Runner;
pub use secrets::Variables;
pub use setting::Setting;
