//! Mails that the server writes itself: put together as those of flows are.

use std::collections::BTreeMap;

use cauce_model::{Failure, Time};

use super::Input;
use super::compose::compose;
use crate::input::OneOrMany;
use crate::mail::Envelope;

/// A mail that the server writes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMail {
    /// Whom it goes to.
    pub to: String,
    /// Whom it is from.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The mail as text.
    pub text: String,
    /// The mail as HTML.
    pub html: String,
    /// What its Message-ID is made of.
    pub key: String,
    /// Its date.
    pub at: Time,
}

impl OwnMail {
    /// The envelope and the whole of the mail: the same bytes each time. It asks out-of-office programs not to answer.
    ///
    /// # Errors
    /// When an address is none.
    pub fn write(self) -> Result<(Envelope, Vec<u8>), Failure> {
        let input = Input {
            to: OneOrMany::One(self.to),
            from: Some(self.from),
            subject: self.subject,
            text: Some(self.text),
            html: Some(self.html),
            reply_to: None,
            headers: BTreeMap::from([
                ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
                ("X-Auto-Response-Suppress".to_owned(), "All".to_owned()),
            ]),
        };
        let (message, _) = compose(input, &self.key, self.at, None)?;
        Ok((message.envelope().clone(), message.formatted()))
    }
}
