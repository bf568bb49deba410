//! Email address verification that says what it knows and how. It stands alone: DNS comes through a port.
//!
//! - [`verify`] does it all: syntax, special-use domains, lists, mail hosts by DNS, judgement.
//! - [`Options`] says how deep ([`Mode`]) and what a finding shall lead to ([`Policy`]).
//! - [`Resolve`] is the port to DNS; it keeps "no such name", "no records" and "could not find out" apart.
//! - [`Verification`] is the result: every field is always there, and null means not checked.
//! - [`syntax`] reads addresses, [`special`] knows the domains set apart, [`lists`] the known ones, `dns`
//!   the mail hosts, `judge` the table from findings to verdicts.
//!
//! The rule that the judgement keeps: `undeliverable` only with positive evidence.

mod dns;
mod judge;
pub mod lists;
mod options;
mod resolve;
mod result;
pub mod special;
pub mod syntax;
mod typo;
mod verify;

pub use judge::{Rating, rating};
pub use options::{Error, Mode, Options, Policy};
pub use resolve::{Mx, Resolve, ResolveError};
pub use result::{
    Blocked, BlockedKind, CatchAll, CatchAllState, Checks, Confidence, Disposable, DisposableKind, DnsCheck,
    DnsStatus, Evidence, Exists, Level, Mailbox, MxHost, Reason, Recommendation, Role, SmtpCheck, Suggestion,
    SuggestionKind, SyntaxCheck, Verdict, Verification,
};
pub use verify::verify;
