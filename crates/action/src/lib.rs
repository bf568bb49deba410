//! What a step can do, in reading order:
//!
//! - [`Action`]: the port. [`Call`] is what it is called with, [`Cx`] the one door to the world that it gets.
//! - [`Registry`]: the actions there are; a doubled name stops the start.
//! - [`builtin`]: `data.log`, `email.send`, `email.verify`, `event.emit`, `http.request`.
//! - [`Mail`] and [`SmtpRelay`]: mail leaves through one relay. [`NetDns`]: DNS for the verifier.
//! - [`Blobs`]: files are kept through it.
//! - [`input`]: `with`, read into an action's own type. [`codes`]: every error code.
//!
//! An action never starts a run and knows nothing of the journal; whoever calls it keeps the result.

mod blobs;
pub mod builtin;
pub mod codes;
mod dns;
mod error;
pub mod input;
mod mail;
mod port;
mod registry;

pub use blobs::{BlobError, Blobs, Draft, Kept, NoBlobs};
pub use builtin::{OwnMail, verify_address};
pub use dns::NetDns;
pub use error::Error;
pub use mail::{Envelope, Mail, MailError, NoRelay, SmtpRelay};
pub use port::{Action, Call, Cx, Told, VerifySetting};
pub use registry::{DoubledName, Registry};
