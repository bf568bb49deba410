//! Standard output, for answers that may be piped: a reader who has seen enough is no error.

use std::io::{ErrorKind, Write};

/// Writes one line.
///
/// # Errors
/// When the line cannot be written, except that nobody reads any more.
pub(crate) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
