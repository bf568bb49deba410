//! What every journal promises, a file a noun.

mod access;
mod claims;
mod events;
mod flows;
mod gates;
mod lists;
mod progress;
mod sessions;
mod signals;
mod timers;
