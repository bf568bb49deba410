//! What every journal promises, a file a noun.

mod access;
mod blobs;
mod children;
mod claims;
mod events;
mod flows;
mod gates;
mod large;
mod lists;
mod notices;
mod progress;
mod recovery;
mod retention;
mod search;
mod sessions;
mod signals;
mod timers;
mod turns;
mod waits;
