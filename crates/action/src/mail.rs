//! The port to the mail relay, and how handing a mail over can fail.

mod pipe;
mod relay;
mod relay_url;

use std::time::Duration;

use async_trait::async_trait;
use cauce_model::Happened;

pub use self::relay::SmtpRelay;
/// Who a mail is from and whom it goes to, as SMTP sees it (RFC 5321).
pub use lettre::address::Envelope;

/// Hands mails over to be delivered.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands one mail over within the time: `message` is the whole of it (RFC 5322), lines end in CR LF.
    /// Gives what the other side said.
    ///
    /// # Errors
    /// A [`MailError`] knows whether the mail may have gone out all the same.
    async fn send(&self, envelope: Envelope, message: Vec<u8>, within: Duration)
    -> Result<String, MailError>;

    /// The sender of mails that name none, such as `Shop <news@shop.example>`.
    fn default_from(&self) -> Option<&str>;
}

/// A mail that was not handed over, as far as is known.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// There is nobody to hand it to.
    #[error("no mail relay is set up")]
    NoRelay,
    /// The guard does not let the relay's address out.
    #[error("the mail relay is not dialled: {0}")]
    Refused(#[source] cauce_net::Refusal),
    /// It failed before the end of the mail was sent.
    #[error("the mail relay cannot be talked to: {doing}")]
    Unreachable {
        /// What was being done, for people.
        doing: &'static str,
        /// What went wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The relay refused the credentials, or wants some.
    #[error("the mail relay refused to sign us in: {text}")]
    Login {
        /// The status it answered with, where it did.
        status: Option<u16>,
        /// What it said.
        text: String,
    },
    /// The relay asked to try again later.
    #[error("the mail relay answered `{status}` to {to}: {text}")]
    Busy {
        /// 400 to 499.
        status: u16,
        /// Which part of the talk it answered.
        to: &'static str,
        /// What it said.
        text: String,
    },
    /// The relay refused the mail.
    #[error("the mail relay answered `{status}` to {to}: {text}")]
    Rejected {
        /// 500 to 599.
        status: u16,
        /// Which part of the talk it answered.
        to: &'static str,
        /// What it said.
        text: String,
    },
    /// The relay lacks something that the mail or the setting needs.
    #[error("the mail relay cannot take this mail: {reason}")]
    Unable {
        /// What it lacks.
        reason: &'static str,
    },
    /// The whole mail was sent and nothing came back.
    #[error("the mail was sent and the mail relay did not answer")]
    NoAnswer {
        /// What went wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl MailError {
    /// The SMTP status that was answered, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Login { status, .. } => *status,
            Self::Busy { status, .. } | Self::Rejected { status, .. } => Some(*status),
            Self::NoRelay
            | Self::Refused(_)
            | Self::Unreachable { .. }
            | Self::Unable { .. }
            | Self::NoAnswer { .. } => None,
        }
    }

    /// Whether it may pass by itself.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. } | Self::NoAnswer { .. })
    }

    /// Whether the mail may have gone out.
    #[must_use]
    pub fn happened(&self) -> Happened {
        if matches!(self, Self::NoAnswer { .. }) { Happened::InDoubt } else { Happened::No }
    }
}

/// No mail relay is set up: each mail waits for one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRelay;

#[async_trait]
impl Mail for NoRelay {
    async fn send(&self, _: Envelope, _: Vec<u8>, _: Duration) -> Result<String, MailError> {
        Err(MailError::NoRelay)
    }

    fn default_from(&self) -> Option<&str> {
        None
    }
}
