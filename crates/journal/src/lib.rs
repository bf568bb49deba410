//! Durable truth, the only SQL: events, runs, timers, flows, access; SQLite and memory under one contract.
