//! The loader through its public verbs (mistakes and what is said of them, good files and what they become), and the
//! house rules of the whole workspace (`tidy`).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests, which the lints do not take for tests"
)]

mod codes;
mod documents;
mod good;
mod guide;
mod limits;
mod mistakes;
mod random;
mod tidy;
mod verbs;
