//! The connections: a thread each, posting until the time is over.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::args::Args;
use crate::http::Connection;

/// What all connections did together.
pub(crate) struct Posted {
    pub(crate) began: Instant,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// Answers with 202.
    pub(crate) accepted: u64,
    /// Other answers.
    pub(crate) refused: u64,
    /// How long each answer took, in microseconds, sorted.
    pub(crate) micros: Vec<u32>,
}

/// What one connection did.
#[derive(Default)]
struct Part {
    accepted: u64,
    refused: u64,
    micros: Vec<u32>,
}

/// Posts over all connections.
pub(crate) fn post(args: &Args) -> Result<Posted, String> {
    let connections: Vec<Connection> = (0..args.connections)
        .map(|_| Connection::open(&args.to).map_err(|error| format!("{}: {error}", args.to)))
        .collect::<Result<_, _>>()?;
    let (count, began) = (&AtomicU64::new(0), now());
    let parts: Vec<Result<Part, String>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..)
            .zip(connections)
            .map(|(place, connection)| scope.spawn(move || one(args, connection, place, began, count)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a connection broke down".to_owned())))
            .collect()
    });
    let mut posted = Posted { began, took: began.elapsed(), accepted: 0, refused: 0, micros: Vec::new() };
    for part in parts {
        let part = part?;
        posted.accepted += part.accepted;
        posted.refused += part.refused;
        posted.micros.extend(part.micros);
    }
    posted.micros.sort_unstable();
    Ok(posted)
}

/// One connection. With a rate each request has its moment, and its time counts from there: a request that had to wait
/// behind a slow one is slow itself.
fn one(
    args: &Args,
    mut connection: Connection,
    place: u32,
    began: Instant,
    count: &AtomicU64,
) -> Result<Part, String> {
    let pace = args.rate.map(|rate| Duration::from_secs_f64(f64::from(args.connections) / f64::from(rate)));
    let mut part = Part::default();
    let mut due = began + pace.map_or(Duration::ZERO, |pace| pace * place / args.connections);
    while due.max(now()) < began + args.span {
        let start = match pace {
            None => now(),
            Some(pace) => {
                pause(due.saturating_duration_since(now()));
                let start = due;
                due += pace;
                start
            }
        };
        let number = count.fetch_add(1, Ordering::Relaxed);
        let body = args.body.replace("{n}", &number.to_string()).replace("{m}", &(number % 1000).to_string());
        let answer = connection.post(&args.path, &body).map_err(|error| format!("no answer: {error}"))?;
        part.micros.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
        if answer.status == 202 {
            part.accepted += 1;
        } else {
            part.refused += 1;
        }
    }
    Ok(part)
}

#[expect(clippy::disallowed_methods, reason = "a measurement is about the real clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a steady rate is made of waits")]
pub(crate) fn pause(span: Duration) {
    if !span.is_zero() {
        thread::sleep(span);
    }
}
