//! The HTTP edge: intake, API, live streams, web files, sign-in. HTTP status codes live here and nowhere else.
//!
//! In reading order:
//! - [`App`]: what every request can reach. [`router()`]: every address in one place.
//! - [`flows`]: workflows as triggers see them; the watched folder.
//! - [`intake`]: events come in: hooks, schedules, starts by hand.
//! - [`notices`]: owners are told, people are asked.
//! - [`api`]: `/api/v1`. [`access`]: who asks, and what they may do.
//! - [`retention`]: forgetting what is old.
//! - [`problem`]: every refusal. [`health`]: for machines. `web`: the embedded app.
//!
//! It talks to the runner through the journal alone.

pub mod access;
pub mod api;
mod app;
mod body;
pub mod flows;
pub mod health;
pub mod intake;
pub mod notices;
pub mod problem;
pub mod retention;
mod router;
mod web;

pub use app::{App, AppParts, Components, DemoPages, Setting};
pub use router::{openapi, router};
