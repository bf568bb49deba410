//! A hand-held SMTP client for the tests, line by line.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::soon;

pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    /// Connected; the greeting is read.
    pub(crate) async fn to(address: SocketAddr) -> Self {
        let mut client = Self(BufReader::new(soon(TcpStream::connect(address)).await.unwrap()));
        let greeting = client.reply().await;
        assert!(greeting.starts_with("220 "), "{greeting}");
        client
    }

    /// Connected and greeted.
    pub(crate) async fn greeted(address: SocketAddr) -> Self {
        let mut client = Self::to(address).await;
        assert!(client.say("EHLO client.dev").await.starts_with("250-"));
        client
    }

    /// With an envelope from and to the good domain.
    pub(crate) async fn with_envelope(address: SocketAddr) -> Self {
        let mut client = Self::greeted(address).await;
        client.say("MAIL FROM:<shop@cauce-good.dev>").await;
        client.say("RCPT TO:<ana@cauce-good.dev>").await;
        client
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        soon(self.0.write_all(bytes)).await.unwrap();
    }

    /// A whole reply, all its lines.
    pub(crate) async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            let read = soon(self.0.read_line(&mut reply)).await.unwrap();
            if read == 0 || reply.as_bytes().get(start + 3) == Some(&b' ') {
                return reply;
            }
        }
    }

    pub(crate) async fn say(&mut self, line: &str) -> String {
        self.write(format!("{line}\r\n").as_bytes()).await;
        self.reply().await
    }

    /// Nothing more comes: the server has hung up.
    pub(crate) async fn is_over(&mut self) -> bool {
        self.reply().await.is_empty()
    }
}
