//! The engine through its public verbs.

mod analysis;
mod decide;
mod moves;
mod replay;
mod world;
