//! A mail relay that says what a test tells it to, line by line.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;

/// What the relay does on a line of the client's.
#[derive(Clone, Copy)]
pub(crate) enum Say {
    /// Answers so.
    Line(&'static str),
    /// Closes the connection.
    Close,
    /// Says nothing, and listens on.
    Silence,
}

pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    lines: Arc<Mutex<Vec<String>>>,
}

/// The answers of a relay that takes every mail. The end of a mail is asked about as `.`, the greeting as nothing.
pub(crate) fn willing(line: &str) -> Say {
    match line.split([' ', ':']).next().unwrap_or_default() {
        "" => Say::Line("220 mail.demo ready"),
        "EHLO" => Say::Line("250-mail.demo\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"),
        "AUTH" => Say::Line("235 welcome"),
        "DATA" => Say::Line("354 go on"),
        "QUIT" => Say::Close,
        _ => Say::Line("250 fine"),
    }
}

impl Scripted {
    pub(crate) async fn start(answer: impl Fn(&str) -> Say + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&lines), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move { talk(&mut BufStream::new(stream), true, &seen, &*answer).await });
            }
        });
        Self { address, lines }
    }

    /// The lines of the client's so far, the mails' among them.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, user: &str) -> String {
        format!("smtp://{user}{}", self.address)
    }
}

/// Talks until the connection ends or a line is answered by closing it.
pub(crate) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    greet: bool,
    seen: &Mutex<Vec<String>>,
    answer: &(dyn Fn(&str) -> Say + Send + Sync),
) -> Option<()> {
    if greet {
        say(stream, answer("")).await?;
    }
    let mut in_mail = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end_matches("\r\n").to_owned();
        seen.lock().unwrap().push(line.clone());
        if in_mail && line != "." {
            continue;
        }
        in_mail = line == "DATA";
        let answered = answer(&line);
        in_mail &= matches!(answered, Say::Line(text) if text.starts_with("354"));
        say(stream, answered).await?;
        if line == "STARTTLS" {
            return Some(());
        }
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, what: Say) -> Option<()> {
    match what {
        Say::Close => None,
        Say::Silence => Some(()),
        Say::Line(text) => {
            stream.write_all(format!("{text}\r\n").as_bytes()).await.ok()?;
            stream.flush().await.ok()
        }
    }
}
