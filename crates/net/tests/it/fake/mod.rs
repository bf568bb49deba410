//! Servers that answer by script.

pub(crate) mod dns;
pub(crate) mod web;
