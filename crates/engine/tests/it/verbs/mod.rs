//! Verb by verb: what happens next.

mod approve;
mod call;
mod each;
mod ending;
mod listen;
mod parallel;
mod repeat;
mod switch;
