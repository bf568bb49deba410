//! The world to Event: webhook, schedule, manual.
