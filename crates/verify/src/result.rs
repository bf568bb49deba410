//! The result of a verification. Every field is always present; null means that it was not checked.

mod checks;
mod words;

pub use checks::{
    Blocked, CatchAll, Checks, Disposable, DnsCheck, Mailbox, MxHost, Role, SmtpCheck, SyntaxCheck,
};
pub use words::{
    BlockedKind, CatchAllState, Confidence, DisposableKind, DnsStatus, Exists, Level, Reason, Recommendation,
    SuggestionKind, Verdict,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// All that is known of one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The address as it was given.
    pub email: String,
    /// The address in one spelling: domain in lower case, Unicode composed, needless quotes gone.
    pub normalized: Option<String>,
    /// The address in ASCII, the domain as A-labels; null when the local part needs SMTPUTF8.
    pub ascii: Option<String>,
    /// The part before the `@`, in one spelling.
    pub local: Option<String>,
    /// The domain, in lower-case Unicode.
    pub domain: Option<String>,
    /// The domain in lower-case ASCII.
    pub domain_ascii: Option<String>,
    /// Whether the address needs SMTPUTF8 (RFC 6531).
    pub unicode: Option<bool>,
    /// What the address is good for.
    pub verdict: Verdict,
    /// Why, as one word of a closed list.
    pub reason: Reason,
    /// How much the evidence carries.
    pub confidence: Confidence,
    /// 0 (no mail can arrive) to 100 (a mailbox confirmed it), from the published table.
    pub score: u8,
    /// What to do, from the caller's policy.
    pub recommendation: Recommendation,
    /// The address that may have been meant.
    pub suggestion: Option<Suggestion>,
    /// What each check found.
    pub checks: Checks,
    /// What was seen, in order.
    pub evidence: Vec<Evidence>,
    /// When asking again may tell more.
    pub next_check_at: Option<Timestamp>,
    /// When it was checked.
    pub checked_at: Timestamp,
    /// How old the answer is in seconds when it comes from a cache; null when it does not.
    pub cache_age_s: Option<u64>,
    /// How long it took in milliseconds; null unless the caller measured it.
    pub ms: Option<u64>,
    /// What verified it: `cauce-verify/VERSION`.
    pub engine: String,
    /// Which lists it was compared with.
    pub lists_version: String,
}

/// An address that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The whole address.
    pub email: String,
    /// What seems to be wrong with the given one.
    pub kind: SuggestionKind,
    /// How many single slips apart they are (optimal string alignment).
    pub distance: usize,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When.
    pub t: Timestamp,
    /// The step: `syntax`, `special_use`, `list`, `dns`.
    pub step: String,
    /// The server that said it.
    pub server: Option<String>,
    /// What it was asked, for example `MX shop.demo`.
    pub command: Option<String>,
    /// Its reply code.
    pub code: Option<u16>,
    /// Its enhanced status code (RFC 3463).
    pub enhanced: Option<String>,
    /// What it said, or what was found.
    pub text: String,
}
