//! The connections: one thread drives them all, each with one request under way, until the time is over.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use load::time::now;
use load::wire;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::args::Args;

/// An answer later than this is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all connections did together.
pub(crate) struct Posted {
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// Answers with 2xx.
    pub(crate) accepted: u64,
    /// Other answers.
    pub(crate) refused: u64,
    /// How long each answer took, in microseconds, sorted.
    pub(crate) micros: Vec<u32>,
}

/// A connection, and the request that is under way on it.
struct Caller {
    stream: TcpStream,
    /// From when the time of its request counts; nothing while none is under way.
    since: Option<Instant>,
    /// When its next request is due; with a rate only.
    due: Instant,
    answer: Vec<u8>,
}

struct Load<'a> {
    args: &'a Args,
    began: Instant,
    pace: Option<Duration>,
    callers: Vec<Caller>,
    /// Connections whose next request is not due yet, the earliest on top.
    waiting: BinaryHeap<Reverse<(Instant, usize)>>,
    count: u64,
    under_way: usize,
    posted: Posted,
}

/// Posts over all connections.
pub(crate) fn post(args: &Args) -> Result<Posted, String> {
    run(args).map_err(|error| format!("{}: {error}", args.to))
}

fn run(args: &Args) -> io::Result<Posted> {
    let mut poll = Poll::new()?;
    let address = args.to.parse().map_err(io::Error::other)?;
    let began = now();
    let pace = args.rate.map(|rate| Duration::from_secs_f64(f64::from(args.connections) / f64::from(rate)));
    let mut callers = Vec::new();
    for place in 0..args.connections {
        let mut stream = TcpStream::from_std(connect(address)?);
        poll.registry().register(&mut stream, Token(callers.len()), Interest::READABLE)?;
        let due = began + pace.map_or(Duration::ZERO, |pace| pace * place / args.connections);
        callers.push(Caller { stream, since: None, due, answer: Vec::with_capacity(1024) });
    }
    let posted = Posted { took: Duration::ZERO, accepted: 0, refused: 0, micros: Vec::new() };
    let waiting = BinaryHeap::new();
    let mut load = Load { args, began, pace, callers, waiting, count: 0, under_way: 0, posted };
    load.drive(&mut poll)?;
    load.posted.took = began.elapsed();
    load.posted.micros.sort_unstable();
    Ok(load.posted)
}

fn connect(address: std::net::SocketAddr) -> io::Result<std::net::TcpStream> {
    let stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

impl Load<'_> {
    fn drive(&mut self, poll: &mut Poll) -> io::Result<()> {
        for place in 0..self.callers.len() {
            self.next(place)?;
        }
        let mut events = Events::with_capacity(1024);
        while self.under_way > 0 || !self.waiting.is_empty() {
            let present = now();
            let span = match self.waiting.peek() {
                Some(Reverse((due, _))) => due.saturating_duration_since(present),
                None => PATIENCE,
            };
            poll.poll(&mut events, Some(span))?;
            if events.is_empty() && self.waiting.is_empty() {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "no answer within a minute"));
            }
            for event in &events {
                self.read(event.token().0)?;
            }
            let present = now();
            while let Some(Reverse((_, place))) =
                self.waiting.peek().copied().filter(|top| top.0.0 <= present)
            {
                self.waiting.pop();
                // That this program wakes up a little late is not the server's doing.
                self.send(place, present)?;
            }
        }
        Ok(())
    }

    /// The next request of a connection: at once, when it is due, or never when the time is over. With a rate each request
    /// has its moment; one that had to wait behind a slow answer counts from there, so that it is slow itself.
    fn next(&mut self, place: usize) -> io::Result<()> {
        let end = self.began + self.args.span;
        let present = now();
        let Some(pace) = self.pace else {
            return if present < end { self.send(place, present) } else { Ok(()) };
        };
        let caller = &mut self.callers[place];
        let due = caller.due;
        caller.due += pace;
        if due.max(present) >= end {
            return Ok(());
        }
        if due <= present {
            return self.send(place, due);
        }
        self.waiting.push(Reverse((due, place)));
        Ok(())
    }

    fn send(&mut self, place: usize, since: Instant) -> io::Result<()> {
        self.count += 1;
        let number = self.count;
        let (to, path) = (&self.args.to, &self.args.path);
        let body =
            self.args.body.replace("{n}", &number.to_string()).replace("{m}", &(number % 1000).to_string());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {to}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let caller = &mut self.callers[place];
        caller.since = Some(since);
        self.under_way += 1;
        // A request is far smaller than the socket's buffer, which is empty: one is under way at a time.
        caller.stream.write_all(request.as_bytes())
    }

    fn read(&mut self, place: usize) -> io::Result<()> {
        let caller = &mut self.callers[place];
        let mut chunk = [0; 4096];
        loop {
            match caller.stream.read(&mut chunk) {
                Ok(0) => {
                    return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the connection was closed"));
                }
                Ok(length) => caller.answer.extend_from_slice(&chunk[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let whole = wire::frame(&caller.answer).is_some_and(|frame| frame.whole <= caller.answer.len());
        let Some(since) = caller.since.filter(|_| whole) else { return Ok(()) };
        let status = wire::status(&caller.answer);
        caller.answer.clear();
        caller.since = None;
        self.under_way -= 1;
        if (200..300).contains(&status) {
            self.posted.accepted += 1;
        } else {
            self.posted.refused += 1;
        }
        self.posted.micros.push(u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX));
        self.next(place)
    }
}
