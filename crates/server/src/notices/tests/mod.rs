//! What is told, in which words, and when: everything through ports.

mod asking;
mod composing;
mod telling;
mod webhooks;
mod world;
