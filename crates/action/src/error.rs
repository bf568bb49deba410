//! What can go wrong while the mail relay is set up.

/// A mail relay that cannot be used. No message repeats the URL: it carries the password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The relay's URL cannot be read.
    #[error("the URL of the mail relay is wrong: {reason}")]
    Relay {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The sender is no address.
    #[error("`{from}` is no sender's address")]
    From {
        /// What was given.
        from: String,
        /// What is wrong with it.
        #[source]
        source: lettre::address::AddressError,
    },
}

impl Error {
    /// The next step for the person who reads the message.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Relay { .. } => {
                "write `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte"
            }
            Self::From { .. } => "write `news@shop.example` or `Shop <news@shop.example>`",
        }
    }
}
