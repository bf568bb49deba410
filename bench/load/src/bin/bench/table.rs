//! The table for people.

use serde_json::Value;

/// Name of a field, head of its column, digits behind the point.
const COLUMNS: [(&str, &str, usize); 9] = [
    ("connections", "conns", 0),
    ("rate", "asked/s", 0),
    ("answers_per_second", "answers/s", 0),
    ("runs_per_second", "runs/s", 0),
    ("p50_ms", "p50 ms", 2),
    ("p99_ms", "p99 ms", 2),
    ("processor_seconds_per_1000", "cpu s/1000", 3),
    ("syncs_per_run", "syncs/run", 3),
    ("memory_mb", "rss MB", 0),
];

pub(crate) fn head() -> String {
    let columns: String = COLUMNS.iter().map(|(_, head, _)| format!("{head:>11}")).collect();
    format!("{:<46}{columns}", "")
}

pub(crate) fn line(row: &Value) -> String {
    let columns: String = COLUMNS
        .iter()
        .map(|(field, _, digits)| match row[field].as_f64() {
            Some(number) => format!("{number:>11.digits$}"),
            None => format!("{:>11}", ""),
        })
        .collect();
    let refused = row["refused"].as_f64().filter(|refused| *refused > 0.0);
    let refused = refused.map_or_else(String::new, |refused| format!("  refused {refused}"));
    format!("{:<46}{columns}{refused}", row["name"].as_str().unwrap_or_default())
}
