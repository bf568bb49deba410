//! Drives runs: claims, asks the engine, runs actions, appends what happened.
