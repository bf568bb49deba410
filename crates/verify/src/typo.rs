//! What a mistyped domain may have meant.

use crate::{Suggestion, SuggestionKind, lists};

/// How sure DNS made us that nobody has mail at the domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mail {
    /// It takes mail.
    Yes,
    /// It cannot take mail.
    No,
    /// Not asked, or not found out.
    Unknown,
}

/// A suggestion for an address whose domain (in lower-case ASCII) is a known or likely slip.
///
/// A domain that takes mail is somebody's, so it is doubted only when the slip is known by name.
pub(crate) fn suggest(local: &str, domain: &str, mail: Mail) -> Option<Suggestion> {
    let meant = lists::typo(domain).or_else(|| match mail {
        Mail::Yes => None,
        Mail::No => nearest(domain, 2),
        Mail::Unknown => nearest(domain, 1),
    })?;
    let name = |domain: &str| domain.split('.').next().map(str::to_owned);
    let kind = if name(meant) == name(domain) { SuggestionKind::TldTypo } else { SuggestionKind::DomainTypo };
    Some(Suggestion {
        email: format!("{local}@{meant}"),
        kind,
        distance: strsim::osa_distance(domain, meant),
    })
}

/// The nearest common provider within so many slips; short names are too alike for more than one.
fn nearest(domain: &str, within: usize) -> Option<&'static str> {
    if lists::is_free(domain) || lists::disposable(domain).is_some() {
        return None;
    }
    let within = if domain.len() < 8 { within.min(1) } else { within };
    lists::common()
        .iter()
        .map(|common| (strsim::osa_distance(domain, common), *common))
        .filter(|(distance, _)| (1..=within).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, common)| common)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(domain: &str, mail: Mail) -> Option<(String, SuggestionKind)> {
        suggest("ana", domain, mail).map(|suggestion| (suggestion.email, suggestion.kind))
    }

    #[test]
    fn a_known_slip_is_suggested_even_when_the_domain_takes_mail() {
        let gmail = Some(("ana@gmail.com".to_owned(), SuggestionKind::DomainTypo));
        assert_eq!(meant("gmial.com", Mail::Yes), gmail);
        let tld = Some(("ana@gmail.com".to_owned(), SuggestionKind::TldTypo));
        assert_eq!(meant("gmail.con", Mail::Unknown), tld);
    }

    #[test]
    fn a_likely_slip_is_suggested_only_without_a_mail_host() {
        assert_eq!(meant("outtlook.com", Mail::Yes), None);
        let outlook = Some(("ana@outlook.com".to_owned(), SuggestionKind::DomainTypo));
        assert_eq!(meant("outtlook.com", Mail::Unknown), outlook);
        assert_eq!(meant("outtlok.con", Mail::No), None, "three slips are too many");
        assert_eq!(meant("outtlok.com", Mail::No), outlook);
    }

    #[test]
    fn real_providers_and_far_names_are_left_alone() {
        for domain in
            ["email.com", "ymail.com", "mail.com", "gmx.net", "cauce.dev", "mailinator.com", "aon.com"]
        {
            assert_eq!(meant(domain, Mail::Yes), None, "{domain}");
        }
        for domain in ["email.com", "ymail.com", "mailinator.com", "shop-of-ana.com"] {
            assert_eq!(meant(domain, Mail::No), None, "{domain}");
        }
    }
}
