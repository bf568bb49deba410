//! What is said in the end: a line for people, an object for programs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::args::Args;
use crate::post::Posted;

/// The value below which this part of the sorted times lies, in milliseconds.
fn percentile(sorted: &[u32], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let index = (last as f64 * part).round() as usize;
    f64::from(sorted.get(index).copied().unwrap_or(0)) / 1000.0
}

fn per_second(count: u64, took: Duration) -> f64 {
    if took.is_zero() { 0.0 } else { count as f64 / took.as_secs_f64() }
}

/// For people.
pub(crate) fn line(args: &Args, posted: &Posted) -> String {
    format!(
        "{:<44} {:>8.0} answers/s   p50 {:>6.2} ms   p99 {:>6.2} ms   refused {}",
        args.name,
        per_second(posted.accepted, posted.took),
        percentile(&posted.micros, 0.50),
        percentile(&posted.micros, 0.99),
        posted.refused,
    )
}

/// For programs.
pub(crate) fn json(args: &Args, posted: &Posted) -> Value {
    let times = &posted.micros;
    json!({
        "name": args.name,
        "connections": args.connections,
        "rate": args.rate,
        "accepted": posted.accepted,
        "refused": posted.refused,
        "seconds": posted.took.as_secs_f64(),
        "answers_per_second": per_second(posted.accepted, posted.took),
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
        "max_ms": percentile(times, 1.0),
    })
}
