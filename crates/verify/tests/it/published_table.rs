//! The README's table is the program's.

use cauce_verify::{Reason, Verdict, rating};
use serde_json::Value;

const ALL: [Reason; 28] = [
    Reason::OkMailboxConfirmed,
    Reason::OkProviderUnprobed,
    Reason::SyntaxInvalid,
    Reason::AddressTooLong,
    Reason::SpecialUseDomain,
    Reason::DomainNxdomain,
    Reason::DomainNoMailHost,
    Reason::NullMx,
    Reason::UnroutableMx,
    Reason::MailboxNotFound,
    Reason::MailboxDisabled,
    Reason::MailboxFull,
    Reason::CatchAll,
    Reason::DisposableDomain,
    Reason::RoleAddress,
    Reason::TypoSuspected,
    Reason::Greylisted,
    Reason::RateLimited,
    Reason::ProberBlocked,
    Reason::PolicyRejected,
    Reason::ServerTemporaryError,
    Reason::Timeout,
    Reason::ConnectionDropped,
    Reason::SmtpProtocolError,
    Reason::DnsTemporaryError,
    Reason::EaiNotSupported,
    Reason::SmtpSkipped,
    Reason::Suppressed,
];

fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value).unwrap() {
        Value::String(word) => word,
        other => other.to_string(),
    }
}

#[test]
fn the_readme_prints_the_table_of_the_program() {
    let readme = include_str!("../../README.md");
    let printed: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let table: Vec<String> = ALL
        .iter()
        .map(|reason| {
            let rating = rating(*reason);
            let (verdict, confidence) = (word(rating.verdict), word(rating.confidence));
            let (score, recommendation) = (rating.score, word(rating.recommendation));
            format!("| `{}` | {verdict} | {confidence} | {score} | {recommendation} |", word(reason))
        })
        .collect();
    assert_eq!(printed, table);
}

#[test]
fn only_proof_makes_an_address_undeliverable() {
    let proof = [
        "syntax_invalid",
        "address_too_long",
        "special_use_domain",
        "domain_nxdomain",
        "domain_no_mail_host",
        "null_mx",
        "unroutable_mx",
        "mailbox_not_found",
        "mailbox_disabled",
    ];
    for reason in ALL {
        let undeliverable = rating(reason).verdict == Verdict::Undeliverable;
        assert_eq!(undeliverable, proof.contains(&word(reason).as_str()), "{reason:?}");
    }
}
