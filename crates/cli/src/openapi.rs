//! `cauce openapi`: the description of the API, from which the web app's types are made.

use std::process::ExitCode;

pub(crate) fn print() -> anyhow::Result<ExitCode> {
    crate::out::line(cauce_server::openapi().to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
