//! Posts to a hook over many connections and says how fast it was answered; with `--drain` also how fast the runs ended.
//!
//! In reading order: `args`, `post` (the connections), `drain` (waiting for the runs), `report`; `http` is the little of
//! HTTP that it takes. A line for people goes to standard error, a JSON object to standard output.

mod args;
mod drain;
mod http;
mod post;
mod report;

use std::process::ExitCode;

use crate::args::Args;

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(problem) => {
            eprintln!("{problem}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match measure(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{}: {problem}", args.name);
            ExitCode::FAILURE
        }
    }
}

fn measure(args: &Args) -> Result<(), String> {
    let posted = post::post(args)?;
    let drained = args.drain.as_ref().map(|api| drain::wait(args, api, posted.began)).transpose()?;
    eprintln!("{}", report::line(args, &posted, drained.as_ref()));
    println!("{}", report::json(args, &posted, drained.as_ref()));
    Ok(())
}
