//! The little of an HTTP client that looking from outside takes: one GET on a connection of its own.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::wire;

/// An answer later than this is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// The body that a path is answered with; an error where the status is not 200.
pub fn get(to: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let status = wire::status(&answer);
    if status != 200 {
        return Err(io::Error::other(format!("{path} was answered {status}")));
    }
    let head = wire::frame(&answer).map_or(answer.len(), |frame| frame.head);
    Ok(String::from_utf8_lossy(&answer[head..]).into_owned())
}
