//! Waiting for the runs, from outside: until the API lists none that is open.

use std::time::{Duration, Instant};

use crate::args::Args;
use crate::http::Connection;
use crate::post::pause;

/// Often enough for a tenth of a second's precision, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(600);
const NONE: &str = "\"runs\":[]";

/// How the runs ended.
pub(crate) struct Drained {
    /// From the first request to the end of the last run.
    pub(crate) took: Duration,
    /// Runs that failed or are held; at most 200 are counted.
    pub(crate) failed: usize,
}

/// Waits until no run is open.
pub(crate) fn wait(args: &Args, api: &str, began: Instant) -> Result<Drained, String> {
    let mut connection = Connection::open(&args.to).map_err(|error| error.to_string())?;
    while !list(&mut connection, args, api)?.contains(NONE) {
        if began.elapsed() > LONGEST {
            return Err("the runs did not end within ten minutes".to_owned());
        }
        pause(EVERY);
    }
    let took = began.elapsed();
    let failed = list(&mut connection, args, &args.failed)?.matches("\"id\":").count();
    Ok(Drained { took, failed })
}

fn list(connection: &mut Connection, args: &Args, path: &str) -> Result<String, String> {
    let answer = connection.get(path, &args.token).map_err(|error| format!("no answer: {error}"))?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    if answer.status == 200 {
        Ok(text)
    } else {
        Err(format!("{path} was answered {}: {text}", answer.status))
    }
}
