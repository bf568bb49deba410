//! The binary cauce: arguments, configuration, wiring.
fn main() {}
