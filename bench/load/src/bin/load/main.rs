//! Posts to one address over many connections and says how fast it was answered. In reading order: `args`, `post` (the
//! connections), `report`. A line for people goes to standard error, a JSON object to standard output.

mod args;
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
    eprintln!("{}", report::line(args, &posted));
    println!("{}", report::json(args, &posted));
    Ok(())
}
