//! One SMTP conversation: greeting, envelopes and mails, until somebody leaves.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, split};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::command::{self, Command};
use super::lines::{Line, Lines};
use super::reply::{LARGEST_MAIL, NAME, Reply};
use crate::dns::DEAD;
use crate::mailbox::Mailbox;
use crate::mailbox::decode;
use crate::mailbox::store::Mail;

/// 512 (RFC 5321, 4.5.3.1.4), and 26 for SIZE (RFC 1870) and 17 for BODY (RFC 6152).
const COMMAND_LINE: usize = 512 + 26 + 17;
/// RFC 5321, 4.5.3.1.6.
const TEXT_LINE: usize = 1000;
const MOST_RECIPIENTS: usize = 100;
const MOST_MISTAKES: u8 = 20;
/// Who sends more than a multiple of what is allowed is not listened to any longer.
const PATIENCE: usize = 4 * LARGEST_MAIL;

/// How long the other side may be silent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) silence: Duration,
}

impl Default for Limits {
    /// RFC 5321, 4.5.3.2.7.
    fn default() -> Self {
        Self { silence: Duration::from_secs(300) }
    }
}

#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

struct Session<'box_, R, W> {
    lines: Lines<R>,
    writer: W,
    mailbox: &'box_ Mailbox,
    limits: Limits,
    greeted: bool,
    envelope: Option<Envelope>,
    mistakes: u8,
}

/// Talks until the client leaves or the demo stops.
pub(crate) async fn converse<S: AsyncRead + AsyncWrite>(
    stream: S,
    mailbox: &Mailbox,
    stop: &CancellationToken,
    limits: Limits,
) -> io::Result<()> {
    let (reader, writer) = split(stream);
    let lines = Lines::new(reader);
    let mut session = Session { lines, writer, mailbox, limits, greeted: false, envelope: None, mistakes: 0 };
    let ended = tokio::select! {
        ended = session.talk() => ended,
        () = stop.cancelled() => Ok(Some(Reply::new(421, format!("4.3.2 {NAME} is stopping")))),
    };
    if let Some(farewell) = ended? {
        session.write(&farewell).await?;
    }
    timeout(limits.silence, session.writer.shutdown()).await?
}

/// There is no place for this client.
pub(crate) async fn turn_away<S: AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    let reply = Reply::new(421, format!("4.3.2 {NAME} has too many guests, come back later"));
    timeout(Limits::default().silence, stream.write_all(reply.wire().as_bytes())).await??;
    stream.shutdown().await
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Session<'_, R, W> {
    /// Ends with the last words, if any are left to say.
    async fn talk(&mut self) -> io::Result<Option<Reply>> {
        self.write(&Reply::greeting()).await?;
        loop {
            let reply = match self.next(COMMAND_LINE).await? {
                Some(Line::Whole(line)) => match command::read(&line) {
                    Ok(Command::Quit) => {
                        return Ok(Some(Reply::new(221, format!("2.0.0 {NAME} says goodbye"))));
                    }
                    Ok(Command::Data) if self.may_send() => {
                        self.write(&Reply::new(354, "end with a line of one dot")).await?;
                        self.take_mail().await?
                    }
                    Ok(command) => self.answer(command),
                    Err(wrong) => Reply::wrong(&wrong),
                },
                Some(Line::TooLong) => Reply::new(500, "5.5.2 line too long"),
                Some(Line::Bare) => return Ok(Some(bare())),
                Some(Line::End) => return Ok(None),
                None => return Ok(Some(Reply::new(421, "4.4.2 nothing was said for too long"))),
            };
            let is_last = matches!(reply.code, 421 | 521) || self.counts_too_many(&reply);
            if is_last {
                return Ok(Some(reply));
            }
            self.write(&reply).await?;
        }
    }

    fn counts_too_many(&mut self, reply: &Reply) -> bool {
        if (500..=503).contains(&reply.code) {
            self.mistakes += 1;
        }
        self.mistakes >= MOST_MISTAKES
    }

    /// Nothing when the other side was silent for too long.
    async fn next(&mut self, limit: usize) -> io::Result<Option<Line>> {
        match timeout(self.limits.silence, self.lines.next(limit)).await {
            Ok(line) => line.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn write(&mut self, reply: &Reply) -> io::Result<()> {
        timeout(self.limits.silence, self.writer.write_all(reply.wire().as_bytes())).await?
    }

    fn may_send(&self) -> bool {
        self.envelope.as_ref().is_some_and(|envelope| !envelope.to.is_empty())
    }

    fn answer(&mut self, command: Command) -> Reply {
        match command {
            Command::Ehlo | Command::Helo => {
                self.greeted = true;
                self.envelope = None;
                if command == Command::Ehlo { Reply::offers() } else { Reply::new(250, NAME) }
            }
            Command::Mail { from, size } => self.begin(from, size),
            Command::Rcpt { to } => self.address(to),
            Command::Data if self.envelope.is_some() => Reply::out_of_order("RCPT"),
            Command::Data => Reply::out_of_order("MAIL"),
            Command::Rset => {
                self.envelope = None;
                Reply::new(250, "2.0.0 forgotten")
            }
            Command::Noop => Reply::new(250, "2.0.0 nothing done"),
            Command::Vrfy => Reply::new(252, "2.1.5 send a mail and see"),
            Command::Help => Reply::new(214, "2.0.0 RFC 5321 has it all"),
            Command::Quit => Reply::new(221, "2.0.0 goodbye"),
        }
    }

    fn begin(&mut self, from: String, size: Option<u64>) -> Reply {
        if !self.greeted {
            return Reply::out_of_order("EHLO");
        }
        if self.envelope.is_some() {
            return Reply::new(503, "5.5.1 there is a mail under way, send RSET to drop it");
        }
        if size.is_some_and(|size| size > LARGEST_MAIL as u64) {
            return Reply::too_large();
        }
        if let Some(code) = self.mailbox.faults.take() {
            return Reply::fault(code);
        }
        self.envelope = Some(Envelope { from, to: Vec::new() });
        Reply::new(250, "2.1.0 sender taken")
    }

    fn address(&mut self, to: String) -> Reply {
        let Some(envelope) = &mut self.envelope else { return Reply::out_of_order("MAIL") };
        if envelope.to.len() >= MOST_RECIPIENTS {
            return Reply::new(452, format!("4.5.3 a mail has at most {MOST_RECIPIENTS} recipients"));
        }
        if to.rsplit_once('@').is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(DEAD)) {
            return Reply::new(550, "5.1.10 this domain takes no mail (null MX)");
        }
        envelope.to.push(to);
        Reply::new(250, "2.1.5 recipient taken")
    }

    async fn take_mail(&mut self) -> io::Result<Reply> {
        let raw = match self.receive().await? {
            Ok(raw) => raw,
            Err(reply) => {
                self.envelope = None;
                return Ok(reply);
            }
        };
        let Envelope { from, to } = self.envelope.take().unwrap_or_default();
        let content = decode::content(&raw);
        let received_at = (self.mailbox.clock)();
        let mail = Mail { number: 0, from, to, content, raw, received_at };
        let number = self.mailbox.store.with(|store| store.add(mail));
        Ok(Reply::new(250, format!("2.0.0 kept as mail {number}")))
    }

    /// The mail up to the line of one dot, without the dots that were put before others (RFC 5321, 4.5.2).
    async fn receive(&mut self) -> io::Result<Result<Vec<u8>, Reply>> {
        let mut raw = Vec::new();
        let mut wrong = None;
        let mut read = 0;
        loop {
            let line = match self.next(TEXT_LINE).await? {
                Some(Line::Whole(line)) if line == b"." => return Ok(wrong.map_or(Ok(raw), Err)),
                Some(Line::Whole(line)) => line,
                Some(Line::TooLong) => {
                    wrong = Some(Reply::new(500, "5.6.0 a line of the mail is too long"));
                    read += TEXT_LINE;
                    continue;
                }
                Some(Line::Bare) => return Ok(Err(bare())),
                Some(Line::End) => return Err(io::ErrorKind::UnexpectedEof.into()),
                None => return Ok(Err(Reply::new(421, "4.4.2 the mail did not come to its end"))),
            };
            read += line.len() + 2;
            if read > PATIENCE {
                return Ok(Err(Reply::new(421, "4.3.4 this mail has no end")));
            }
            if wrong.is_none() {
                raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                raw.extend_from_slice(b"\r\n");
            }
            if raw.len() > LARGEST_MAIL {
                raw = Vec::new();
                wrong = Some(Reply::too_large());
            }
        }
    }
}

fn bare() -> Reply {
    Reply::new(521, "5.5.2 lines end in CR LF, and neither stands alone")
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, duplex};

    use super::*;
    use crate::page::Links;

    fn mailbox() -> Mailbox {
        let (shop, crm, mailbox, cauce) = <(String, String, String, String)>::default();
        Mailbox::new(Links { shop, crm, mailbox, cauce }, || 0)
    }

    /// What the server says to a client that sends this and then keeps still.
    async fn heard(said: &[u8]) -> String {
        let (mut client, server) = duplex(4096);
        client.write_all(said).await.unwrap();
        let (mailbox, limits) = (mailbox(), Limits { silence: Duration::from_millis(20) });
        converse(server, &mailbox, &CancellationToken::new(), limits).await.unwrap();
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test]
    async fn a_client_that_keeps_still_is_sent_away() {
        assert!(heard(b"").await.ends_with("421 4.4.2 nothing was said for too long\r\n"));
        let half = b"HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.dev>\r\nDATA\r\nSubject: half\r\n";
        assert!(heard(half).await.ends_with("421 4.4.2 the mail did not come to its end\r\n"));
    }

    #[tokio::test]
    async fn a_guest_without_a_place_is_told_to_come_back() {
        let (mut client, server) = duplex(4096);
        turn_away(server).await.unwrap();
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.unwrap();
        assert!(heard.starts_with("421 4.3.2 "), "{heard}");
    }
}
