//! The closed lists of words that a result is made of.

use serde::{Deserialize, Serialize};

/// What an address is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing speaks against it.
    Deliverable,
    /// There is positive evidence that no mail can arrive.
    Undeliverable,
    /// Mail can arrive, and something speaks against sending it.
    Risky,
    /// It could not be found out.
    Unknown,
}

/// Why the verdict is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The server confirmed the mailbox and refuses made-up ones.
    OkMailboxConfirmed,
    /// The domain takes mail; its server was not asked about the mailbox.
    OkProviderUnprobed,
    /// The text is no address.
    SyntaxInvalid,
    /// A part is longer than SMTP allows.
    AddressTooLong,
    /// The domain is set apart from DNS or for documents.
    SpecialUseDomain,
    /// The domain does not exist.
    DomainNxdomain,
    /// The domain exists and has neither mail host nor address.
    DomainNoMailHost,
    /// The domain says that it takes no mail (RFC 7505).
    NullMx,
    /// Every mail host is a name that cannot be reached from the internet.
    UnroutableMx,
    /// The server says that there is no such mailbox.
    MailboxNotFound,
    /// The server says that the mailbox is closed.
    MailboxDisabled,
    /// The mailbox is full.
    MailboxFull,
    /// The server takes mail for made-up mailboxes too.
    CatchAll,
    /// Throw-away mailboxes.
    DisposableDomain,
    /// A task and not a person.
    RoleAddress,
    /// The domain is a known slip of the finger.
    TypoSuspected,
    /// The server wants to be asked again later.
    Greylisted,
    /// The server limits how often it may be asked.
    RateLimited,
    /// The server does not talk to us.
    ProberBlocked,
    /// The server refuses for a policy of its own.
    PolicyRejected,
    /// The server has a passing trouble.
    ServerTemporaryError,
    /// It took too long.
    Timeout,
    /// The server broke off.
    ConnectionDropped,
    /// The server does not keep to SMTP.
    SmtpProtocolError,
    /// DNS has a passing trouble.
    DnsTemporaryError,
    /// The address needs SMTPUTF8 and the server has none.
    EaiNotSupported,
    /// The network was not asked.
    SmtpSkipped,
    /// The address is on the caller's list of those never to write to.
    Suppressed,
}

/// How much the evidence carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It cannot be otherwise.
    Certain,
    /// It could only be otherwise by a mistake in a list or on a server.
    Strong,
    /// A sign, no more.
    Weak,
}

/// What to do with the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recommendation {
    /// Take it.
    Accept,
    /// Take it and look at it, or ask the person.
    Warn,
    /// Do not take it.
    Reject,
    /// Ask again later.
    Recheck,
}

/// What seems to be wrong with an address that has a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// The domain's name.
    DomainTypo,
    /// The ending after the domain's name.
    TldTypo,
}

/// The plainest rules that an address keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// What a browser's email field takes.
    Html5,
    /// SMTP's mailbox, with a quoted local part (RFC 5321).
    Rfc5321,
    /// What only a message's header may hold (RFC 5322).
    Rfc5322,
    /// With Unicode before the `@` (RFC 6531).
    Eai,
}

/// How asking DNS ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DnsStatus {
    /// There is somewhere to deliver to.
    Ok,
    /// The domain does not exist.
    Nxdomain,
    /// The domain has neither mail host nor address, or says that it takes no mail.
    NoMailHost,
    /// It could not be found out.
    TemporaryError,
}

/// How a domain matched the disposable list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisposableKind {
    /// The domain itself is listed.
    Domain,
    /// A domain above it is listed.
    Parent,
}

/// Whether a server takes mail for made-up mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchAllState {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It was asked and did not tell.
    Undetermined,
    /// It was not asked.
    Skipped,
}

/// Whether a mailbox exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exists {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The server did not tell.
    Unknown,
}

/// Why a server does not talk to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedKind {
    /// Our address is on a block list.
    IpReputation,
    /// Our address has no fitting name.
    Rdns,
    /// A rule of its own.
    Policy,
    /// We asked too often.
    Rate,
}
