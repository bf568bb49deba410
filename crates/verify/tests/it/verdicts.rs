//! What each kind of address and each answer of DNS leads to.

use cauce_verify::{
    Confidence, DisposableKind, DnsStatus, Mode, Options, Reason, Recommendation, ResolveError,
    SuggestionKind, Verdict, Verification,
};

use crate::zone::{Zone, now};

fn outcome(result: &Verification) -> (Verdict, Reason, Recommendation) {
    (result.verdict, result.reason, result.recommendation)
}

const REFUSED: (Verdict, Recommendation) = (Verdict::Undeliverable, Recommendation::Reject);

fn refused(reason: Reason) -> (Verdict, Reason, Recommendation) {
    (REFUSED.0, reason, REFUSED.1)
}

fn shop() -> Zone {
    Zone::default().mx("cauce-good.dev", &[(20, "b.cauce-good.dev"), (10, "a.cauce-good.dev")])
}

#[tokio::test]
async fn a_domain_with_a_mail_host_is_deliverable_on_weak_evidence() {
    let zone = shop();
    let result = zone.verify("Ana+news@Cauce-Good.dev").await;
    assert_eq!(outcome(&result), (Verdict::Deliverable, Reason::OkProviderUnprobed, Recommendation::Accept));
    assert_eq!((result.confidence, result.score), (Confidence::Weak, 75));
    let hosts: Vec<&str> = result.checks.dns.mx.iter().flatten().map(|mx| mx.host.as_str()).collect();
    assert_eq!(hosts, ["a.cauce-good.dev", "b.cauce-good.dev"]);
    assert_eq!(result.normalized.as_deref(), Some("Ana+news@cauce-good.dev"));
    assert_eq!(result.checks.subaddress.as_deref(), Some("news"));
    assert_eq!(zone.asked(), ["MX cauce-good.dev"]);
}

#[tokio::test]
async fn a_domain_that_does_not_exist_is_undeliverable() {
    let result = Zone::default().verify("ana@cauce-gone.dev").await;
    assert_eq!(outcome(&result), refused(Reason::DomainNxdomain));
    assert_eq!(result.checks.dns.status, Some(DnsStatus::Nxdomain));
    assert_eq!((result.confidence, result.score), (Confidence::Certain, 0));
}

#[tokio::test]
async fn a_null_mx_is_undeliverable_without_asking_for_addresses() {
    let zone = Zone::default().mx("cauce-dead.dev", &[(0, "")]).ip("cauce-dead.dev", Ok(&["192.0.2.1"]));
    let result = zone.verify("ana@cauce-dead.dev").await;
    assert_eq!(outcome(&result), refused(Reason::NullMx));
    assert_eq!(result.checks.dns.null_mx, Some(true));
    assert_eq!(zone.asked(), ["MX cauce-dead.dev"]);
}

#[tokio::test]
async fn mail_hosts_that_nobody_can_reach_are_undeliverable() {
    let zone =
        Zone::default().mx("cauce-odd.dev", &[(10, "localhost"), (20, "10.0.0.1"), (30, "mx.invalid")]);
    assert_eq!(outcome(&zone.verify("ana@cauce-odd.dev").await), refused(Reason::UnroutableMx));
    let zone = Zone::default().mx("cauce-odd.dev", &[(10, "localhost"), (20, "mx.cauce-good.dev")]);
    assert_eq!(zone.verify("ana@cauce-odd.dev").await.reason, Reason::OkProviderUnprobed);
}

#[tokio::test]
async fn an_own_address_stands_in_for_a_missing_mail_host() {
    let zone = Zone::default()
        .no_mx("cauce-bare.dev", ResolveError::NoRecords)
        .ip("cauce-bare.dev", Ok(&["192.0.2.1", "2001:db8::1"]));
    let result = zone.verify("ana@cauce-bare.dev").await;
    assert_eq!(outcome(&result), (Verdict::Deliverable, Reason::OkProviderUnprobed, Recommendation::Warn));
    assert_eq!(result.score, 60);
    assert_eq!(result.checks.dns.implicit_mx, Some(true));
    assert_eq!(result.checks.dns.a.as_deref(), Some(&["192.0.2.1".to_owned()][..]));
    assert_eq!(result.checks.syntax.warnings.len(), 1);
}

#[tokio::test]
async fn neither_mail_host_nor_address_is_undeliverable() {
    let zone = Zone::default().no_mx("cauce-bare.dev", ResolveError::NoRecords);
    assert_eq!(outcome(&zone.verify("ana@cauce-bare.dev").await), refused(Reason::DomainNoMailHost));
}

#[tokio::test]
async fn trouble_with_dns_is_unknown_and_never_undeliverable() {
    let trouble = || ResolveError::Temporary("SERVFAIL".to_owned());
    let first = Zone::default().no_mx("cauce-slow.dev", trouble());
    let second =
        Zone::default().no_mx("cauce-slow.dev", ResolveError::NoRecords).ip("cauce-slow.dev", Err(trouble()));
    for zone in [first, second] {
        let result = zone.verify("ana@cauce-slow.dev").await;
        let unknown = (Verdict::Unknown, Reason::DnsTemporaryError, Recommendation::Recheck);
        assert_eq!(outcome(&result), unknown);
        assert_eq!(result.next_check_at, Some("2026-11-24T01:15:00Z".parse().unwrap()));
    }
}

#[tokio::test]
async fn special_use_domains_are_never_asked_for() {
    let zone = Zone::default();
    for email in [
        "a@localhost",
        "a@test",
        "a@x.test",
        "a@example.com",
        "a@printer.local",
        "a@b.onion",
        "a@c.home.arpa",
    ] {
        assert_eq!(outcome(&zone.verify(email).await), refused(Reason::SpecialUseDomain), "{email}");
    }
    assert_eq!(zone.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_no_address_is_refused_with_a_message_and_a_hint() {
    let zone = Zone::default();
    let result = zone.verify("ana.cauce-good.dev").await;
    assert_eq!(outcome(&result), refused(Reason::SyntaxInvalid));
    assert_eq!(result.checks.syntax.warnings, ["the address has no `@`", "an address is `name@domain`"]);
    assert_eq!((result.normalized, result.domain), (None, None));
    let result = zone.verify(&format!("{}@cauce-good.dev", "a".repeat(65))).await;
    assert_eq!(outcome(&result), refused(Reason::AddressTooLong));
    assert_eq!(zone.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn disposable_domains_are_risky_and_rejected() {
    let zone = Zone::default()
        .mx("mailinator.com", &[(10, "mx.mailinator.com")])
        .mx("x.mailinator.com", &[(10, "mx.mailinator.com")]);
    for (email, kind) in
        [("a@mailinator.com", DisposableKind::Domain), ("a@x.mailinator.com", DisposableKind::Parent)]
    {
        let result = zone.verify(email).await;
        assert_eq!(
            outcome(&result),
            (Verdict::Risky, Reason::DisposableDomain, Recommendation::Reject),
            "{email}"
        );
        let check = &result.checks.disposable;
        assert_eq!((check.hit, check.list.as_deref(), check.kind), (Some(true), Some("builtin"), Some(kind)));
    }
}

#[tokio::test]
async fn the_callers_own_disposable_domains_count_too() {
    let zone = Zone::default().mx("cauce-disposable.dev", &[(10, "mx.cauce-disposable.dev")]);
    let options = Options { extra_disposable: vec!["cauce-disposable.dev".to_owned()], ..Options::default() };
    let result = zone.verify_with("a@cauce-disposable.dev", &options).await;
    assert_eq!(result.reason, Reason::DisposableDomain);
    assert_eq!(result.checks.disposable.list.as_deref(), Some("extra"));
    assert_eq!(zone.verify("a@cauce-disposable.dev").await.reason, Reason::OkProviderUnprobed);
}

#[tokio::test]
async fn proof_that_no_mail_arrives_weighs_more_than_a_list() {
    let result = Zone::default().verify("a@mailinator.com").await;
    assert_eq!(outcome(&result), refused(Reason::DomainNxdomain));
    assert_eq!(result.checks.disposable.hit, Some(true));
}

#[tokio::test]
async fn relay_aliases_are_a_flag_of_their_own() {
    let zone = Zone::default().mx("duck.com", &[(10, "mx.duck.com")]);
    let result = zone.verify("x@duck.com").await;
    assert_eq!(result.reason, Reason::OkProviderUnprobed);
    assert_eq!((result.checks.relay_alias, result.checks.disposable.hit), (Some(true), Some(false)));
}

#[tokio::test]
async fn tasks_are_warned_of_in_english_and_spanish() {
    for (local, category) in
        [("info", "general"), ("ventas", "sales"), ("Support+x", "support"), ("rr.hh", "people")]
    {
        let result = shop().verify(&format!("{local}@cauce-good.dev")).await;
        assert_eq!(outcome(&result), (Verdict::Risky, Reason::RoleAddress, Recommendation::Warn), "{local}");
        assert_eq!(result.checks.role.category.as_deref(), Some(category));
    }
}

#[tokio::test]
async fn free_providers_are_accepted_and_named() {
    let zone = Zone::default().mx("gmail.com", &[(5, "gmail-smtp-in.l.google.com")]);
    let result = zone.verify("ana@gmail.com").await;
    assert_eq!(outcome(&result), (Verdict::Deliverable, Reason::OkProviderUnprobed, Recommendation::Accept));
    assert_eq!((result.checks.free, result.checks.mx_provider.as_deref()), (Some(true), Some("google")));
}

#[tokio::test]
async fn a_known_slip_that_takes_mail_is_risky_with_a_suggestion() {
    let zone =
        Zone::default().mx("gmil.com", &[(10, "mx.gmil.com")]).mx("gmial.com", &[(10, "mx.gmial.com")]);
    // The second is on the disposable list too, so its policy decides what to do.
    for (email, recommendation) in
        [("ana@gmil.com", Recommendation::Warn), ("ana@gmial.com", Recommendation::Reject)]
    {
        let result = zone.verify(email).await;
        assert_eq!(outcome(&result), (Verdict::Risky, Reason::TypoSuspected, recommendation), "{email}");
        let suggestion = result.suggestion.unwrap();
        assert_eq!((suggestion.email.as_str(), suggestion.distance), ("ana@gmail.com", 1));
    }
}

#[tokio::test]
async fn a_slip_without_a_mail_host_is_undeliverable_with_a_suggestion() {
    let result = Zone::default().verify("ana@hotmail.cmo").await;
    assert_eq!(outcome(&result), refused(Reason::DomainNxdomain));
    let suggestion = result.suggestion.unwrap();
    assert_eq!((suggestion.email.as_str(), suggestion.kind), ("ana@hotmail.com", SuggestionKind::TldTypo));
}

#[tokio::test]
async fn a_rare_domain_that_takes_mail_is_left_alone() {
    let zone = Zone::default().mx("gmall.com", &[(10, "mx.gmall.com")]);
    let result = zone.verify("ana@gmall.com").await;
    assert_eq!((result.reason, result.suggestion), (Reason::OkProviderUnprobed, None));
}

#[tokio::test]
async fn the_policy_decides_what_findings_lead_to() {
    let mut options = Options::default();
    options.policy.disposable = Recommendation::Accept;
    options.policy.role = Recommendation::Reject;
    options.policy.free = Recommendation::Reject;
    let zone =
        shop().mx("mailinator.com", &[(1, "mx.mailinator.com")]).mx("gmail.com", &[(1, "l.google.com")]);
    for (email, recommendation) in [
        ("a@mailinator.com", Recommendation::Accept),
        ("info@cauce-good.dev", Recommendation::Reject),
        ("ana@gmail.com", Recommendation::Reject),
        ("ana@cauce-good.dev", Recommendation::Accept),
    ] {
        assert_eq!(zone.verify_with(email, &options).await.recommendation, recommendation, "{email}");
    }
}

#[tokio::test]
async fn syntax_mode_asks_nothing_and_says_so() {
    let zone = shop();
    let options = Options { mode: Mode::Syntax, ..Options::default() };
    let result = zone.verify_with("ana@cauce-good.dev", &options).await;
    assert_eq!(outcome(&result), (Verdict::Unknown, Reason::SmtpSkipped, Recommendation::Accept));
    assert_eq!((result.checks.dns.status, result.checks.dns.mx), (None, None));
    assert_eq!(zone.verify_with("a@mailinator.com", &options).await.reason, Reason::DisposableDomain);
    assert_eq!(zone.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_mode_of_other_versions_is_an_error_and_not_a_lesser_check() {
    let error = "full".parse::<Mode>().unwrap_err();
    assert_eq!(error.to_string(), "the mode `full` is not available in this version");
    assert_eq!("best".parse::<Mode>().unwrap_err().hint(), "the modes are `syntax` and `fast`");
    assert_eq!("fast".parse::<Mode>().unwrap(), Mode::Fast);
}

#[tokio::test]
async fn unicode_is_asked_for_as_a_labels_and_told() {
    let zone = Zone::default().mx("xn--fiqq24b10vi0d.tw", &[(10, "mx.cauce-good.dev")]);
    let result = zone.verify("葉士豪@臺網中心.tw").await;
    assert_eq!(result.reason, Reason::OkProviderUnprobed);
    assert_eq!((result.unicode, result.ascii), (Some(true), None));
    let result = zone.verify("jeff@臺網中心.tw").await;
    assert_eq!(result.ascii.as_deref(), Some("jeff@xn--fiqq24b10vi0d.tw"));
    assert_eq!((result.unicode, result.checked_at), (Some(false), now()));
}
