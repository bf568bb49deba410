//! The server under measurement, seen from outside: started, asked for its figures, ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use load::http;
use load::time::now;

use crate::Outcome;

/// A program that says on its first lines where it listens; ended when it is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
    /// From the start of the process to its word that it listens.
    pub(crate) ready_after: Duration,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Outcome<Self> {
        let began = now();
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let lines = child.stdout.take().ok_or("no standard output")?;
        for line in BufReader::new(lines).lines() {
            if let Some(address) = line?.strip_prefix("listening on ") {
                let address = address.trim_start_matches("http://").to_owned();
                return Ok(Self { child, address, ready_after: began.elapsed() });
            }
        }
        Err(format!("{command:?} ended before it listened").into())
    }

    /// Processor seconds so far, those of the kernel for it included.
    pub(crate) fn processor(&self) -> Outcome<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks =
            behind_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok());
        // The kernel's USER_HZ, 100 on every Linux of today.
        Ok(ticks.sum::<f64>() / 100.0)
    }

    /// Resident memory in MB.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if asked.is_err() {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// Where the programs and the folders are.
pub(crate) struct Places {
    pub(crate) cauce: PathBuf,
    pub(crate) load: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) bare: PathBuf,
    pub(crate) insert: PathBuf,
    pub(crate) fill: PathBuf,
    pub(crate) workflows: PathBuf,
    pub(crate) scratch: PathBuf,
}

/// A server on a data folder, with the service that W1 calls.
pub(crate) struct Server {
    pub(crate) program: Program,
    _target: Program,
}

impl Server {
    pub(crate) fn start(places: &Places, data: &Path) -> Outcome<Self> {
        let target = Program::start(&mut Command::new(&places.target))?;
        let mut serve = Command::new(&places.cauce);
        serve.args(["--log", "warn", "serve", "--listen", "127.0.0.1:0", "--allow-net", "127.0.0.1/32"]);
        serve.arg("--data").arg(data).arg("--workflows").arg(&places.workflows);
        serve.env("CAUCE_ENV_TARGET", format!("http://{}", target.address));
        Ok(Self { program: Program::start(&mut serve)?, _target: target })
    }

    /// The sum of a counter over all its labels.
    pub(crate) fn counter(&self, name: &str) -> Outcome<f64> {
        let text = http::get(&self.program.address, "/metrics")?;
        let lines = text.lines().filter(|line| line.starts_with(name));
        Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
    }

    pub(crate) fn finished(&self) -> Outcome<f64> {
        self.counter("cauce_runs_finished_total")
    }

    pub(crate) fn commits(&self) -> Outcome<f64> {
        self.counter("cauce_journal_commits_total")
    }
}
