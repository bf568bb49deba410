//! What stored runs change: the start, the memory, the figures; and a great many runs that wait.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use load::time::{now, pause};
use serde_json::{Value, json};

use crate::measure::Load;
use crate::server::{Places, Server};
use crate::{Extent, Outcome, show};

/// Of the waiting runs, how many are due when the server starts.
const DUE: u64 = 100_000;
const LONGEST: Duration = Duration::from_secs(600);

pub(crate) fn rows(places: &Places, extent: &Extent) -> Outcome<Vec<Value>> {
    let mut rows = Vec::new();
    for count in extent.stored.iter().copied() {
        rows.extend(history(places, extent, count)?);
    }
    if extent.waiting > 0 {
        rows.extend(waiting(places, extent.waiting)?);
    }
    Ok(rows)
}

fn fill(places: &Places, data: &Path, args: &[&str]) -> Outcome<()> {
    let filled = Command::new(&places.fill).arg(data).args(args).status()?;
    if filled.success() { Ok(()) } else { Err("the data folder could not be filled".into()) }
}

/// A server on a folder with so many runs that are over.
fn history(places: &Places, extent: &Extent, count: u64) -> Outcome<Vec<Value>> {
    let data = places.scratch.join("history");
    fill(places, &data, &["--over", &count.to_string()])?;
    // The first start publishes the workflows; the second is what a restart is.
    drop(Server::start(places, &data)?);
    let server = Server::start(places, &data)?;
    let mut rows = vec![show(json!({
        "name": format!("start to ready, {count} stored runs"),
        "ready_ms": server.program.ready_after.as_secs_f64() * 1000.0,
        "p50_ms": server.program.ready_after.as_secs_f64() * 1000.0,
        "memory_mb": server.program.memory()?,
    }))];
    for (what, hook, ends) in [("acknowledgements", "parked/arrived", false), ("W1", "w1/order", true)] {
        let what = &format!("{what}, {count} stored runs");
        let load = Load { what, hook, connections: 64, rate: None, seconds: extent.seconds };
        rows.push(show(load.measure(places, &server, ends)?));
    }
    drop(server);
    fs::remove_dir_all(&data)?;
    Ok(rows)
}

/// A server on a folder with so many runs that wait, of which some are due at once.
fn waiting(places: &Places, count: u64) -> Outcome<Vec<Value>> {
    let data = places.scratch.join("waiting");
    fill(places, &data, &["--waiting", &(count - DUE).to_string()])?;
    fill(places, &data, &["--due", &DUE.to_string()])?;
    let server = Server::start(places, &data)?;
    let ready = server.program.ready_after.as_secs_f64() * 1000.0;
    let (began, used) = (now(), server.program.processor()?);
    while server.finished()? < DUE as f64 {
        if began.elapsed() > LONGEST {
            return Err("the runs that were due did not end within ten minutes".into());
        }
        pause(Duration::from_millis(500));
    }
    let took = began.elapsed().as_secs_f64();
    let rows = vec![
        show(
            json!({ "name": format!("start to ready, {count} waiting runs"), "ready_ms": ready, "p50_ms": ready }),
        ),
        show(json!({
            "name": format!("{DUE} of them due at once: woken and finished"),
            "runs_per_second": DUE as f64 / took,
            "processor_seconds_per_1000": (server.program.processor()? - used) / DUE as f64 * 1000.0,
            "memory_mb": server.program.memory()?,
        })),
    ];
    drop(server);
    fs::remove_dir_all(&data)?;
    Ok(rows)
}
