//! The table from what was found to what it means. The README prints it; a test keeps the two alike.

use crate::{Confidence, Reason, Recommendation, Verdict};

/// What a reason means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    /// What the address is good for.
    pub verdict: Verdict,
    /// How much the evidence carries.
    pub confidence: Confidence,
    /// 0 to 100.
    pub score: u8,
    /// What to do when the caller's policy says nothing else.
    pub recommendation: Recommendation,
}

const fn row(verdict: Verdict, confidence: Confidence, score: u8, recommendation: Recommendation) -> Rating {
    Rating { verdict, confidence, score, recommendation }
}

/// The published table.
pub const fn rating(reason: Reason) -> Rating {
    use Confidence::{Certain, Strong, Weak};
    use Recommendation::{Accept, Recheck, Reject, Warn};
    use Verdict::{Deliverable, Risky, Undeliverable, Unknown};
    match reason {
        Reason::OkMailboxConfirmed => row(Deliverable, Strong, 98, Accept),
        Reason::OkProviderUnprobed => row(Deliverable, Weak, 75, Accept),
        Reason::SyntaxInvalid
        | Reason::AddressTooLong
        | Reason::SpecialUseDomain
        | Reason::DomainNxdomain
        | Reason::DomainNoMailHost
        | Reason::NullMx
        | Reason::UnroutableMx => row(Undeliverable, Certain, 0, Reject),
        Reason::MailboxNotFound | Reason::MailboxDisabled => row(Undeliverable, Strong, 2, Reject),
        Reason::MailboxFull => row(Risky, Strong, 25, Recheck),
        Reason::CatchAll => row(Risky, Weak, 50, Warn),
        Reason::DisposableDomain => row(Risky, Strong, 15, Reject),
        Reason::RoleAddress => row(Risky, Weak, 60, Warn),
        Reason::TypoSuspected => row(Risky, Weak, 30, Warn),
        Reason::Greylisted
        | Reason::RateLimited
        | Reason::ProberBlocked
        | Reason::PolicyRejected
        | Reason::ServerTemporaryError
        | Reason::Timeout
        | Reason::ConnectionDropped
        | Reason::SmtpProtocolError
        | Reason::DnsTemporaryError => row(Unknown, Weak, 50, Recheck),
        Reason::EaiNotSupported => row(Risky, Strong, 25, Warn),
        Reason::SmtpSkipped => row(Unknown, Weak, 50, Accept),
        Reason::Suppressed => row(Risky, Certain, 5, Reject),
    }
}

/// What speaks for and against an address that is spelled well and not set apart.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Findings {
    /// What DNS has against the domain.
    pub dns: Option<Reason>,
    pub asked_dns: bool,
    pub disposable: bool,
    pub known_typo: bool,
    pub role: bool,
}

/// The one reason that weighs most: proof that no mail arrives, then what lists say, then doubt.
pub(crate) fn weigh(findings: Findings) -> Reason {
    match findings.dns {
        Some(reason) if reason != Reason::DnsTemporaryError => reason,
        // Some slips are on the disposable list too. Who typed one most likely meant the provider.
        _ if findings.known_typo => Reason::TypoSuspected,
        _ if findings.disposable => Reason::DisposableDomain,
        Some(doubt) => doubt,
        None if findings.role => Reason::RoleAddress,
        None if findings.asked_dns => Reason::OkProviderUnprobed,
        None => Reason::SmtpSkipped,
    }
}
