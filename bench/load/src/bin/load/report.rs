//! What is said in the end: a line for people, an object for programs.

use std::time::Duration;

use crate::args::Args;
use crate::drain::Drained;
use crate::post::Posted;

/// The value below which this part of the sorted times lies.
fn percentile(sorted: &[u32], part: f64) -> u32 {
    let last = sorted.len().saturating_sub(1);
    let index = (last as f64 * part).round() as usize;
    sorted.get(index).copied().unwrap_or(0)
}

fn per_second(count: u64, took: Duration) -> f64 {
    if took.is_zero() { 0.0 } else { count as f64 / took.as_secs_f64() }
}

fn millis(micros: u32) -> f64 {
    f64::from(micros) / 1000.0
}

/// For people.
pub(crate) fn line(args: &Args, posted: &Posted, drained: Option<&Drained>) -> String {
    let times = &posted.micros;
    let mut line = format!(
        "{:<44} {:>8.0} acknowledged/s   p50 {:>6.2} ms   p99 {:>6.2} ms   refused {}",
        args.name,
        per_second(posted.accepted, posted.took),
        millis(percentile(times, 0.50)),
        millis(percentile(times, 0.99)),
        posted.refused,
    );
    if let Some(drained) = drained {
        line += &format!(
            "\n{:<44} {:>8.0} runs/s           of {} in {:.1} s, not succeeded {}",
            "",
            per_second(posted.accepted, drained.took),
            posted.accepted,
            drained.took.as_secs_f64(),
            drained.failed,
        );
    }
    line
}

/// For programs: one object on one line. The name is ours and needs no escapes.
pub(crate) fn json(args: &Args, posted: &Posted, drained: Option<&Drained>) -> String {
    let times = &posted.micros;
    let mut fields = vec![
        format!("\"name\":\"{}\"", args.name),
        format!("\"connections\":{}", args.connections),
        format!("\"accepted\":{}", posted.accepted),
        format!("\"refused\":{}", posted.refused),
        format!("\"seconds\":{:.3}", posted.took.as_secs_f64()),
        format!("\"acknowledged_per_second\":{:.1}", per_second(posted.accepted, posted.took)),
        format!("\"p50_ms\":{:.3}", millis(percentile(times, 0.50))),
        format!("\"p99_ms\":{:.3}", millis(percentile(times, 0.99))),
        format!("\"max_ms\":{:.3}", millis(times.last().copied().unwrap_or(0))),
    ];
    if let Some(rate) = args.rate {
        fields.push(format!("\"rate\":{rate}"));
    }
    if let Some(drained) = drained {
        fields.push(format!("\"runs_per_second\":{:.1}", per_second(posted.accepted, drained.took)));
        fields.push(format!("\"runs_seconds\":{:.3}", drained.took.as_secs_f64()));
        fields.push(format!("\"not_succeeded\":{}", drained.failed));
    }
    format!("{{{}}}", fields.join(","))
}
