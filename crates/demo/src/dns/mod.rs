//! The DNS zone of the demo: answers over UDP and TCP, asks nobody.

mod answer;
mod server;
mod zone;

pub(crate) use server::serve;
pub use zone::{DEAD, DISPOSABLE, GOOD};
pub(crate) use zone::{PROVIDERS, Zone};
