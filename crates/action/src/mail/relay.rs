//! The mail relay over SMTP: dialled through the guard, talked to by lettre, one connection a mail.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cauce_net::{DialError, Dialer, Tls};
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::pipe::{Lent, Secured};
use super::relay_url::{Begin, RelayUrl};
use super::{Envelope, Mail, MailError};
use crate::Error;

/// How long the relay may take to say good-bye.
const GOODBYE: Duration = Duration::from_secs(2);
/// What the client reads behind STARTTLS in place of a greeting.
const READY: &[u8] = b"220 ready\r\n";
/// The most characters kept of what the relay says.
const MOST_SAID: usize = 300;

/// A mail relay over SMTP.
///
/// `smtps://` is TLS from the first byte; `smtp://` takes TLS when the relay offers it, and sends a password without TLS
/// only to this machine.
#[derive(Debug)]
pub struct SmtpRelay {
    url: RelayUrl,
    from: Option<String>,
    hello: ClientId,
    dialer: Dialer,
    tls: Tls,
}

impl SmtpRelay {
    /// The relay at `smtp://user:password@host:port` (587 without a port, 465 for `smtps://`); `from` is the sender of
    /// mails that name none. Dials nothing yet.
    ///
    /// # Errors
    /// When the URL or the sender cannot be read.
    pub fn parse(url: &str, from: Option<String>, dialer: Dialer, tls: Tls) -> Result<Self, Error> {
        let url = RelayUrl::parse(url)?;
        let mut hello = ClientId::default();
        if let Some(from) = &from {
            let read: Result<Mailbox, _> = from.parse();
            let sender = read.map_err(|source| Error::From { from: from.clone(), source })?;
            if sender.email.domain().is_ascii() {
                hello = ClientId::Domain(sender.email.domain().to_owned());
            }
        }
        Ok(Self { url, from, hello, dialer, tls })
    }

    /// An open connection, under TLS and signed in as far as the URL asks for it.
    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let stream = self.dialer.dial(&self.url.host, self.url.port).await.map_err(undialled)?;
        let local = stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
        let mut talk = match self.url.tls {
            Begin::AtOnce => self.secure(stream, b"").await?,
            Begin::WhenOffered => self.upgrade(stream).await?,
        };
        if let Some(credentials) = &self.url.credentials {
            if self.url.tls == Begin::WhenOffered && !talk.encrypted && !local {
                return Err(MailError::Unable {
                    reason: "it offers no TLS, and a password is not sent without",
                });
            }
            sign_in(&mut talk.connection, credentials).await?;
        }
        Ok(talk.connection)
    }

    async fn upgrade(&self, stream: TcpStream) -> Result<Talk, MailError> {
        let lent = Lent::new(stream);
        let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(lent.clone()), &self.hello).await;
        let mut connection = greeted.map_err(|error| refused(&error, "the greeting"))?;
        if !connection.can_starttls() {
            return Ok(Talk { connection, encrypted: false });
        }
        connection.command(Starttls).await.map_err(|error| refused(&error, "STARTTLS"))?;
        drop(connection);
        self.secure(lent.take().map_err(|error| unreachable("taking up TLS", error))?, READY).await
    }

    async fn secure(&self, stream: TcpStream, greeting: &'static [u8]) -> Result<Talk, MailError> {
        let within = self.dialer.timeouts().tls;
        let peer = stream.peer_addr().map_err(|error| unreachable("taking up TLS", error))?;
        let secured = self.tls.connect(&self.url.host, stream, within).await;
        let stream = secured.map_err(|error| unreachable("taking up TLS", error))?;
        let transport = Box::new(Secured { greeting, peer, stream });
        let greeted = AsyncSmtpConnection::connect_with_transport(transport, &self.hello).await;
        let connection = greeted.map_err(|error| refused(&error, "the greeting"))?;
        Ok(Talk { connection, encrypted: true })
    }

    async fn deliver(
        &self,
        envelope: &Envelope,
        message: &[u8],
        ended: &AtomicBool,
    ) -> Result<String, MailError> {
        let mut connection = Box::pin(self.connect()).await?;
        let said = hand_over(&mut connection, envelope, message, ended).await;
        // Who waits for the result need not wait for the good-bye.
        tokio::spawn(async move { drop(timeout(GOODBYE, connection.abort()).await) });
        said
    }
}

/// A connection, and whether it is under TLS: the client does not know of ours.
struct Talk {
    connection: AsyncSmtpConnection,
    encrypted: bool,
}

#[async_trait]
impl Mail for SmtpRelay {
    async fn send(
        &self,
        envelope: Envelope,
        message: Vec<u8>,
        within: Duration,
    ) -> Result<String, MailError> {
        let ended = AtomicBool::new(false);
        match timeout(within, Box::pin(self.deliver(&envelope, &message, &ended))).await {
            Ok(said) => said,
            Err(late) if ended.load(Ordering::Relaxed) => Err(MailError::NoAnswer { source: Box::new(late) }),
            Err(late) => Err(unreachable("it took too long", late)),
        }
    }

    fn default_from(&self) -> Option<&str> {
        self.from.as_deref()
    }
}

async fn sign_in(connection: &mut AsyncSmtpConnection, credentials: &Credentials) -> Result<(), MailError> {
    match connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_client() => Err(MailError::Login {
            status: None,
            text: "it offers neither AUTH PLAIN nor AUTH LOGIN".to_owned(),
        }),
        Err(error) => Err(match refused(&error, "signing in") {
            MailError::Rejected { status, text, .. } => MailError::Login { status: Some(status), text },
            other => other,
        }),
    }
}

/// One mail to all of its recipients or to none: a recipient that is refused ends the talk before the mail is sent.
async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    message: &[u8],
    ended: &AtomicBool,
) -> Result<String, MailError> {
    let options = options(connection, envelope, message)?;
    let from = MailFrom::new(envelope.from().cloned(), options);
    connection.command(from).await.map_err(|error| refused(&error, "the sender"))?;
    for to in envelope.to() {
        let recipient = Rcpt::new(to.clone(), Vec::new());
        connection.command(recipient).await.map_err(|error| refused(&error, "a recipient"))?;
    }
    connection.command(Data).await.map_err(|error| refused(&error, "the mail"))?;
    // The client asks for the next part when the one before is written, and ends the mail when there is none.
    let end = std::iter::from_fn(|| {
        ended.store(true, Ordering::Relaxed);
        None
    });
    let answer = connection.message_iter(std::iter::once(message).chain(end)).await;
    let answer = answer.map_err(|error| match refused(&error, "the mail") {
        MailError::Unreachable { source, .. } if ended.load(Ordering::Relaxed) => {
            MailError::NoAnswer { source }
        }
        other => other,
    })?;
    let lines: Vec<&str> = answer.message().collect();
    Ok(plain(&lines.join(" ")))
}

fn options(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
    message: &[u8],
) -> Result<Vec<MailParameter>, MailError> {
    let server = connection.server_info();
    let mut options = Vec::new();
    let addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses.map(AsRef::<str>::as_ref).any(|address| !address.is_ascii()) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            return Err(MailError::Unable { reason: "an address needs SMTPUTF8, which it does not offer" });
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() {
        if !server.supports_feature(Extension::EightBitMime) {
            return Err(MailError::Unable { reason: "the mail needs 8BITMIME, which it does not offer" });
        }
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(options)
}

fn undialled(error: DialError) -> MailError {
    match error {
        DialError::Refused(refusal) => MailError::Refused(refusal),
        error @ (DialError::Resolve(_) | DialError::Connect { .. } | DialError::Timeout { .. }) => {
            unreachable("connecting", error)
        }
    }
}

fn unreachable(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> MailError {
    MailError::Unreachable { doing, source: source.into() }
}

/// What an answer that is no consent means. Without an answer: the relay was not to be talked to.
fn refused(error: &SmtpError, to: &'static str) -> MailError {
    let text = plain(&error.source().map(ToString::to_string).unwrap_or_default());
    let Some(status) = error.status().map(u16::from) else {
        return unreachable(to, error.to_string());
    };
    match status {
        530 | 534 | 535 | 538 => MailError::Login { status: Some(status), text },
        400..=499 => MailError::Busy { status, to, text },
        _ => MailError::Rejected { status, to, text },
    }
}

/// What the relay said, as one line of a fair length.
fn plain(said: &str) -> String {
    said.split(char::is_control)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(MOST_SAID)
        .collect()
}
