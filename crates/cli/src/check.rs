//! `cauce check`: everything that is wrong with workflow files, at once.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use cauce_model::Problem;
use cauce_model::render;

use crate::args::{CheckArgs, Format};
use crate::out;
use crate::wiring::components;

pub(crate) fn check(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let components = components();
    let mut files = Vec::new();
    for path in &args.paths {
        collect(path, &mut files)?;
    }
    anyhow::ensure!(!files.is_empty(), "there is no workflow file there");
    let (mut errors, mut warnings) = (0, 0);
    for file in &files {
        let text = std::fs::read(file).with_context(|| format!("`{}` could not be read", file.display()))?;
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let checked = cauce_server::flows::check(name, &text, &components, &components.sources);
        let shown = file.display().to_string();
        for problem in &checked.problems {
            if problem.is_error() {
                errors += 1
            } else {
                warnings += 1
            }
            out::line(say(problem, &shown, &text, args.format))?;
        }
    }
    if args.format == Format::Text {
        out::line(verdict(files.len(), errors, warnings))?;
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(problem: &Problem, file: &str, text: &[u8], format: Format) -> String {
    match format {
        Format::Text => {
            render::text(problem, file, &String::from_utf8_lossy(text), std::io::stdout().is_terminal())
        }
        Format::Json => render::json(problem, file),
        Format::Github => render::github(problem, file),
    }
}

fn verdict(files: usize, errors: usize, warnings: usize) -> String {
    let plural =
        |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let files = plural(files, "file");
    match (errors, warnings) {
        (0, 0) => format!("{files} checked: all good"),
        (0, warnings) => format!("{files} checked: {}", plural(warnings, "warning")),
        (errors, 0) => format!("{files} checked: {}", plural(errors, "error")),
        (errors, warnings) => {
            format!("{files} checked: {}, {}", plural(errors, "error"), plural(warnings, "warning"))
        }
    }
}

/// A file, or the workflow files of a folder in order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let listed =
        std::fs::read_dir(path).with_context(|| format!("`{}` could not be read", path.display()))?;
    let mut found = Vec::new();
    for entry in listed {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".yaml") && !name.ends_with(".test.yaml") {
            found.push(path);
        }
    }
    found.sort();
    files.append(&mut found);
    Ok(())
}
