//! `cauce openapi`: the description of the API, from which the web app's types are made.

use std::process::ExitCode;

#[expect(clippy::print_stdout, reason = "the description is this command's answer")]
pub(crate) fn print() -> anyhow::Result<ExitCode> {
    println!("{}", cauce_server::openapi().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
