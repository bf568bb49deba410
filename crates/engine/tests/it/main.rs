//! The engine through its public verbs.

mod analysis;
mod checks;
mod decide;
mod missing;
mod moves;
mod random;
mod repeated;
mod replay;
mod rests;
mod shapes;
mod verbs;
mod world;
