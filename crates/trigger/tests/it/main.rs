//! The behaviour of the crate through its public verbs.

#[cfg(test)]
mod croner_oracle;
#[cfg(test)]
mod named;
mod never_panics;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod webhook;
#[cfg(test)]
mod world;
