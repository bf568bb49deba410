//! What the tools of `make bench` share: the little of HTTP/1.1 that they take, the clock, and waiting.

pub mod http;
pub mod time;
pub mod wire;
