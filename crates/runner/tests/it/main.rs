//! The runner, driven by the simulator.

mod crash_points;
mod found_bugs;
mod promises;
mod seeded_bugs;
mod sim;
