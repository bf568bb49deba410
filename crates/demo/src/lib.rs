//! The stand-ins of `cauce serve --demo`: the services a newcomer has no account for, on loopback, in reading order.
//!
//! - [`Setting`] and [`Ports`]: where to listen, whom to post to, which secrets to ask for.
//! - [`Demo`]: all stand-ins running; it tells their real addresses and stops them.
//! - `shop`: a page with a sign-up and a cart form that posts signed webhooks, and an API of orders.
//! - `crm`: contacts behind a bearer token, with idempotency keys.
//! - `mailbox`: an SMTP listener, and a page and an API of what arrived.
//! - `dns`: a zone of three mail domains: [`GOOD`], [`DEAD`] and [`DISPOSABLE`].
//! - `page`: how the pages look, in English and Spanish; `door`: who may knock at them.
//! - `fault`: the switch that makes a stand-in misbehave for a while.
//!
//! They are strict: they refuse what a careful real service would refuse. Nothing they take in leaves the machine.

mod clock;
mod crm;
mod demo;
mod dns;
mod door;
mod error;
mod fault;
mod listen;
mod locked;
mod mailbox;
mod page;
mod setting;
mod shop;

pub use demo::Demo;
pub use dns::{DEAD, DISPOSABLE, GOOD};
pub use error::Error;
pub use setting::{Ports, Setting};
