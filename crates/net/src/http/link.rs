//! One open connection, driven by the request that uses it. So an exchange is one task from its first byte to its last, and
//! no other has to be woken on the way.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;

use super::HttpErrorKind;
use super::wire::Pipe;

/// The most bytes that the head of a response may have.
const HEAD: usize = 256 * 1024;

/// A request on its way.
pub(super) type Message = Request<Full<Bytes>>;

/// An open connection.
pub(super) struct Link {
    sender: SendRequest<Full<Bytes>>,
    connection: Connection<TokioIo<Pipe>, Full<Bytes>>,
    is_over: bool,
}

impl Link {
    /// HTTP/1.1 over an open stream.
    pub(super) async fn over(pipe: Pipe) -> Result<Self, HttpErrorKind> {
        let shaken = Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(pipe)).await;
        let (sender, connection) =
            shaken.map_err(|error| HttpErrorKind::Protocol { source: Box::new(error) })?;
        Ok(Self { sender, connection, is_over: false })
    }

    /// Sends a request and reads the head of its response. A message that comes back with the error was not sent.
    pub(super) async fn send(
        &mut self,
        message: Message,
    ) -> Result<Response<Incoming>, Box<TrySendError<Message>>> {
        let sending = self.sender.try_send_request(message);
        self.drive(sending).await.map_err(Box::new)
    }

    /// Moves the connection on for as long as something waits for what it brings.
    pub(super) async fn drive<F: Future>(&mut self, what: F) -> F::Output {
        let mut what = pin!(what);
        poll_fn(|cx| {
            self.advance(cx);
            if let Poll::Ready(done) = what.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            // Asking for more is what makes the connection read on.
            self.advance(cx);
            what.as_mut().poll(cx)
        })
        .await
    }

    /// Whether another request can go over it. Asked without waiting: bytes or an end that have come are seen.
    pub(super) fn is_free(&mut self) -> bool {
        self.advance(&mut Context::from_waker(Waker::noop()));
        !self.is_over && self.sender.is_ready()
    }

    fn advance(&mut self, cx: &mut Context<'_>) {
        // What ended it, the request under way hears by itself.
        if !self.is_over && Pin::new(&mut self.connection).poll(cx).is_ready() {
            self.is_over = true;
        }
    }
}
