//! The verification itself: each check in turn, then the judgement.

use jiff::{SignedDuration, Timestamp};

use crate::judge::{Findings, rating, weigh};
use crate::syntax::{Address, SyntaxError};
use crate::typo::{self, Mail};
use crate::{
    Checks, Disposable, DisposableKind, Evidence, Mode, Options, Reason, Recommendation, Resolve, Role,
    SyntaxCheck, Verification, dns, lists, special,
};

/// How long to wait before asking again after a passing trouble.
const AGAIN: SignedDuration = SignedDuration::from_mins(15);

/// Finds out what can be known of an address without talking to its mail server.
///
/// `now` is the time to stamp the result with. Whatever the text is, there is a result; it fails never.
pub async fn verify(email: &str, options: &Options, resolver: &dyn Resolve, now: Timestamp) -> Verification {
    let address = match Address::parse(email) {
        Ok(address) => address,
        Err(error) => return misspelled(email, error, now),
    };
    let mut result = spelled(email, &address, now);
    result.checks.special_use = Some(special::is_special_use(&address.domain_ascii));
    if let Some((zone, source)) = special::zone(&address.domain_ascii) {
        result.note("special_use", None, format!("`{zone}` is set apart ({source})"));
        result.conclude(Reason::SpecialUseDomain);
        return result;
    }
    let mut findings = look_up_lists(&mut result, &address, options);
    let mut mail = Mail::Unknown;
    if options.mode == Mode::Fast {
        mail = ask_dns(&mut result, &mut findings, &address, resolver).await;
    }
    result.suggestion = typo::suggest(&address.local, &address.domain_ascii, mail);
    result.conclude(weigh(findings));
    result.apply(options);
    result
}

fn look_up_lists(result: &mut Verification, address: &Address, options: &Options) -> Findings {
    let domain = address.domain_ascii.as_str();
    result.checks.relay_alias = Some(lists::is_relay_alias(domain));
    result.checks.free = Some(lists::is_free(domain));
    result.checks.subaddress = address.subaddress().map(str::to_owned);
    let category = lists::role(address.without_tag());
    result.checks.role = Role { hit: Some(category.is_some()), category: category.map(str::to_owned) };
    let listed = on_disposable_list(domain, options);
    if let Some((list, listed)) = listed {
        result.note("list", None, format!("`{listed}` is on the `{list}` list of disposable domains"));
    }
    result.checks.disposable = Disposable {
        hit: Some(listed.is_some()),
        list: listed.map(|(list, _)| list.to_owned()),
        kind: listed.map(
            |(_, listed)| if listed == domain { DisposableKind::Domain } else { DisposableKind::Parent },
        ),
    };
    Findings {
        disposable: listed.is_some(),
        known_typo: lists::typo(domain).is_some(),
        role: category.is_some(),
        ..Findings::default()
    }
}

/// The list and the entry that the domain is on. The caller's own list comes first, over relay aliases too.
fn on_disposable_list<'a>(domain: &'a str, options: &Options) -> Option<(&'static str, &'a str)> {
    let extra = |name: &&str| options.extra_disposable.iter().any(|listed| listed == name);
    if let Some(listed) = lists::parents(domain).find(extra) {
        return Some(("extra", listed));
    }
    lists::disposable(domain).map(|listed| ("builtin", listed))
}

async fn ask_dns(
    result: &mut Verification,
    findings: &mut Findings,
    address: &Address,
    resolver: &dyn Resolve,
) -> Mail {
    let found = dns::mail_hosts(&address.domain_ascii, resolver).await;
    for (asked, said) in found.said {
        result.note("dns", Some(asked), said);
    }
    if found.check.implicit_mx == Some(true) {
        let warning = "the domain names no mail host; its own address would take the mail";
        result.checks.syntax.warnings.push(warning.to_owned());
    }
    result.checks.mx_provider = found.check.mx.as_deref().and_then(dns::provider).map(str::to_owned);
    result.checks.dns = found.check;
    findings.asked_dns = true;
    findings.dns = found.against;
    match found.against {
        None => Mail::Yes,
        Some(Reason::DnsTemporaryError) => Mail::Unknown,
        Some(_) => Mail::No,
    }
}

fn misspelled(email: &str, error: SyntaxError, now: Timestamp) -> Verification {
    let warnings = vec![error.to_string(), error.hint().to_owned()];
    let mut result = Verification::blank(email, SyntaxCheck { ok: false, level: None, warnings }, now);
    result.note("syntax", None, error.to_string());
    result.conclude(error.reason());
    result
}

fn spelled(email: &str, address: &Address, now: Timestamp) -> Verification {
    let check = SyntaxCheck { ok: true, level: Some(address.level), warnings: Vec::new() };
    let mut result = Verification::blank(email, check, now);
    result.normalized = Some(address.normalized());
    result.ascii = address.ascii();
    result.local = Some(address.local.clone());
    result.domain = Some(address.domain.clone());
    result.domain_ascii = Some(address.domain_ascii.clone());
    result.unicode = Some(!address.local.is_ascii());
    result
}

impl Verification {
    /// A result that knows the spelling alone.
    fn blank(email: &str, syntax: SyntaxCheck, now: Timestamp) -> Self {
        let rating = rating(Reason::SmtpSkipped);
        Self {
            email: email.to_owned(),
            normalized: None,
            ascii: None,
            local: None,
            domain: None,
            domain_ascii: None,
            unicode: None,
            verdict: rating.verdict,
            reason: Reason::SmtpSkipped,
            confidence: rating.confidence,
            score: rating.score,
            recommendation: rating.recommendation,
            suggestion: None,
            checks: Checks::of(syntax),
            evidence: Vec::new(),
            next_check_at: None,
            checked_at: now,
            cache_age_s: None,
            ms: None,
            engine: concat!("cauce-verify/", env!("CARGO_PKG_VERSION")).to_owned(),
            lists_version: lists::VERSION.to_owned(),
        }
    }

    fn note(&mut self, step: &str, command: Option<String>, text: String) {
        self.evidence.push(Evidence {
            t: self.checked_at,
            step: step.to_owned(),
            server: None,
            command,
            code: None,
            enhanced: None,
            text,
        });
    }

    /// Sets what the reason means by the table.
    fn conclude(&mut self, reason: Reason) {
        let rating = rating(reason);
        self.reason = reason;
        self.verdict = rating.verdict;
        self.confidence = rating.confidence;
        self.score = rating.score;
        self.recommendation = rating.recommendation;
        if rating.recommendation == Recommendation::Recheck {
            self.next_check_at = self.checked_at.checked_add(AGAIN).ok();
        }
    }

    /// Lets the caller's policy speak: on the reason, and on what is no reason by itself.
    fn apply(&mut self, options: &Options) {
        let policy = &options.policy;
        let listed = self.checks.disposable.hit == Some(true);
        let spoken_for = if self.reason == Reason::TypoSuspected && listed {
            Some(policy.disposable)
        } else {
            policy.on(self.reason)
        };
        if let Some(recommendation) = spoken_for {
            self.recommendation = recommendation;
        }
        if self.reason == Reason::OkProviderUnprobed {
            if self.checks.dns.implicit_mx == Some(true) {
                self.recommendation = policy.implicit_mx;
                self.score = 60;
            } else if self.checks.free == Some(true) {
                self.recommendation = policy.free;
            }
        }
    }
}
