//! The service that W1 calls: answers each request 201 with a short JSON object, on one thread, and does nothing else.
//! It prints `listening on ADDRESS` and serves until it is ended.

use std::collections::HashMap;
use std::io::{self, Read, Write};

use load::wire;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(0);
const ANSWER: &[u8] =
    b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n{\"id\":\"c-1\",\"ok\":true  }";

struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
}

fn main() -> io::Result<()> {
    let mut listener = TcpListener::bind("127.0.0.1:0".parse().map_err(io::Error::other)?)?;
    println!("listening on {}", listener.local_addr()?);
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let (mut callers, mut next) = (HashMap::new(), 1);
    let mut events = Events::with_capacity(256);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    poll.registry().register(&mut stream, Token(next), Interest::READABLE)?;
                    callers.insert(Token(next), Caller { stream, buffer: Vec::new() });
                    next += 1;
                }
            } else if let Some(caller) = callers.get_mut(&event.token())
                && !serve(caller)
            {
                callers.remove(&event.token());
            }
        }
    }
}

/// Answers what came; `false` when the caller is gone.
fn serve(caller: &mut Caller) -> bool {
    let mut chunk = [0; 16 * 1024];
    loop {
        match caller.stream.read(&mut chunk) {
            Ok(0) => return false,
            Ok(length) => caller.buffer.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
            Err(_) => return false,
        }
        while let Some(frame) = wire::frame(&caller.buffer).filter(|frame| frame.whole <= caller.buffer.len())
        {
            caller.buffer.drain(..frame.whole);
            if caller.stream.write_all(ANSWER).is_err() {
                return false;
            }
        }
    }
}
