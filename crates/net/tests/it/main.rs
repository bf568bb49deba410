//! The way out, through its public verbs, against servers on loopback.

#[cfg(test)]
mod connections;
#[cfg(test)]
mod dialling;
#[cfg(test)]
mod exchanges;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod guarding;
#[cfg(test)]
mod redirects;
#[cfg(test)]
mod resolving;
#[cfg(test)]
mod tls;
