//! Measures the release binary from outside: `bench quick|whole FOLDER-OF-PROGRAMS SCRATCH`, called by `bench/run`.
//! In reading order: this plan, `stored` (what stored runs change), `measure` (one load), `server`, `table`.

mod measure;
mod server;
mod stored;
mod table;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

use crate::measure::Load;
use crate::server::{Places, Program, Server};

/// What a part of the measurement gives.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How long, and how much.
pub(crate) struct Extent {
    /// Of each load.
    pub(crate) seconds: u32,
    pub(crate) connections: &'static [u32],
    /// Stored runs.
    pub(crate) stored: &'static [u64],
    pub(crate) waiting: u64,
}

const QUICK: Extent = Extent { seconds: 3, connections: &[64, 1], stored: &[10_000], waiting: 0 };
const WHOLE: Extent = Extent {
    seconds: 10,
    connections: &[64, 16, 1],
    stored: &[10_000, 100_000, 1_000_000],
    waiting: 1_000_000,
};

/// Name, hook, and whether its runs end.
const LOADS: [(&str, &str, bool); 5] = [
    ("acknowledgements", "parked/arrived", false),
    ("W1, answered when kept", "w1/order", true),
    ("W1, answered when finished", "w1-result/order", true),
    ("W1 without HTTP, answered when kept", "pure/order", true),
    ("W1 without HTTP, answered when finished", "pure-result/order", true),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let mut args = env::args().skip(1);
    let form = args.next().ok_or("usage: bench quick|whole PROGRAMS SCRATCH")?;
    let extent = if form == "whole" { WHOLE } else { QUICK };
    let programs = PathBuf::from(args.next().ok_or("where are the programs?")?);
    let scratch = PathBuf::from(args.next().ok_or("where may data lie?")?);
    let places = Places {
        cauce: programs.join("release/cauce"),
        fill: programs.join("release/examples/fill"),
        load: programs.join("bench/release/load"),
        target: programs.join("bench/release/target"),
        bare: programs.join("bench/release/bare"),
        insert: programs.join("bench/release/insert"),
        workflows: PathBuf::from("bench/workflows"),
        scratch,
    };
    println!("{}", table::head());
    let mut rows = floor(&places, &extent)?;
    rows.extend(loads(&places, &extent)?);
    rows.extend(stored::rows(&places, &extent)?);
    let report = json!({ "machine": machine()?, "form": form, "rows": rows });
    fs::write("bench/results/latest.json", format!("{report:#}\n"))?;
    Ok(())
}

pub(crate) fn show(row: Value) -> Value {
    println!("{}", table::line(&row));
    row
}

/// What the machine gives without us: an HTTP server that does nothing, SQLite alone.
fn floor(places: &Places, extent: &Extent) -> Outcome<Vec<Value>> {
    let mut rows = Vec::new();
    let bare = Program::start(&mut Command::new(&places.bare))?;
    for connections in extent.connections.iter().copied() {
        let before = bare.processor()?;
        let what = "a bare HTTP server (hyper), nothing kept";
        let load = Load { what, hook: "bare/any", connections, rate: None, seconds: extent.seconds };
        let mut row = load.post(places, &bare.address)?;
        let used = bare.processor()? - before;
        row["processor_seconds_per_1000"] = json!(used / row["accepted"].as_f64().unwrap_or(1.0) * 1000.0);
        rows.push(show(row));
    }
    drop(bare);
    let insert = Command::new(&places.insert).arg(places.scratch.join("insert")).output()?;
    for line in String::from_utf8(insert.stdout)?.lines() {
        rows.push(show(serde_json::from_str(line)?));
    }
    Ok(rows)
}

/// The loads on a server that begins with an empty folder; each load has its own.
fn loads(places: &Places, extent: &Extent) -> Outcome<Vec<Value>> {
    let mut rows = Vec::new();
    for (what, hook, ends) in LOADS {
        let data = places.scratch.join(hook.replace('/', "-"));
        let server = Server::start(places, &data)?;
        if rows.is_empty() {
            let idle = json!({ "name": "idle, empty folder", "memory_mb": server.program.memory()? });
            rows.push(show(idle));
        }
        for connections in extent.connections.iter().copied() {
            let load = Load { what, hook, connections, rate: None, seconds: extent.seconds };
            rows.push(show(load.measure(places, &server, ends)?));
        }
        if !ends {
            let load = Load { what, hook, connections: 64, rate: Some(10_000), seconds: extent.seconds };
            rows.push(show(load.measure(places, &server, ends)?));
        }
        drop(server);
        fs::remove_dir_all(&data)?;
    }
    Ok(rows)
}

fn machine() -> Outcome<Value> {
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let found = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        found.map_or_else(|| "?".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Ok(json!({
        "processors": std::thread::available_parallelism()?.get(),
        "model": line("/proc/cpuinfo", "model name"),
        "memory": line("/proc/meminfo", "MemTotal"),
        "kernel": system.trim(),
    }))
}
