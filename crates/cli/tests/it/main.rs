//! The binary from outside: real processes, real sockets, real files.

mod bad_input;
mod check;
mod crash;
mod fallback;
mod files;
mod flows;
mod limits;
mod notices;
mod process;
mod prove;
mod retention;
mod stand_ins;
mod steering;
mod web_api;
mod webhook;
