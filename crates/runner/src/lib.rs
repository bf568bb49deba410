//! Drives runs: claims, asks the engine, runs actions, appends what happened.
//!
//! In reading order:
//! - [`begin`]: what can be decided before a run is accepted. [`Runner`]: a node's loops.
//! - `load`: from a run's row to memory. `drive`: one run: decide, write, act, and again; `live` is the run in memory, `signals`
//!   what is sent to it, `children` what it calls, `items` and `results` what its loops read and give, `flights` its attempts under way, `effect` one attempt.
//! - `seats`: who is in memory. `lanes`: whose turn it is. `destinations`: who takes nothing for now. `tell`: what becomes of runs, as events.
//! - [`Plans`]: compiled workflow versions. [`Variables`]: filled in late, masked in what comes back.
//! - [`Files`]: where actions keep files. [`Pause`]: how to wait. [`Setting`]: limits and rhythms.
//!
//! Nothing here knows HTTP or SQL; it talks to the server through the journal alone.

mod begin;
mod children;
mod destinations;
mod drive;
mod effect;
mod files;
mod flights;
mod items;
mod lanes;
mod live;
mod load;
mod node;
mod pause;
mod plans;
mod results;
mod runner;
mod seats;
mod secrets;
mod setting;
mod signals;
mod tell;

pub use begin::begin;
pub use files::Files;
pub use node::Parts;
pub use pause::{Pause, RuntimePause};
pub use plans::{Current, PlanError, Plans};
pub use runner::Runner;
pub use secrets::Variables;
pub use setting::{NotARate, Rate, Setting};
