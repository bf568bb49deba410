//! The binary `cauce`: its `match` is the table of contents.

mod args;
mod check;
mod openapi;
mod out;
mod run;
mod serve;
mod stand_ins;
mod token;
mod wiring;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::args::{Args, Command};

/// What one thread takes another gives back all the time here, and the system's allocator has threads wait for one another
/// over that: see `docs/decisions/007-what-bounds-each-figure.md`.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    start_log(&args);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("the runtime could not be started")),
    };
    let done = runtime.block_on(async {
        match args.command {
            Command::Serve(args) => serve::serve(args).await,
            Command::Check(args) => check::check(&args),
            Command::Run(args) => run::run(args).await,
            Command::Token(args) => token::token(args).await,
            Command::Openapi => openapi::print(),
        }
    });
    done.unwrap_or_else(|error| failed(&error))
}

/// Logs go to standard error, so that what a command answers can be piped.
fn start_log(args: &Args) {
    let quiet = !matches!(args.command, Command::Serve(_));
    let usual = if quiet { "warn" } else { "info" };
    let filter = tracing_subscriber::EnvFilter::try_new(args.log.as_deref().unwrap_or(usual))
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    if args.log_json {
        log.json().init();
    } else {
        log.init();
    }
}

#[expect(clippy::print_stderr, reason = "the last word of a command that failed")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    ExitCode::FAILURE
}
