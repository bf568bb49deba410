//! The lists that come with the crate: plain text in `lists/`, sorted by byte, looked up by bisection.

use std::sync::LazyLock;

/// Which lists these are. It changes whenever one of them does.
pub const VERSION: &str = "disposable-email-domains-js-1.26.0+1";

/// A list of words, each with the rest of its line.
struct List(LazyLock<Vec<(&'static str, &'static str)>>);

static DISPOSABLE: List = List(LazyLock::new(|| sorted(include_str!("../lists/disposable.txt"))));
static RELAY: List = List(LazyLock::new(|| sorted(include_str!("../lists/relay.txt"))));
static FREE: List = List(LazyLock::new(|| sorted(include_str!("../lists/free.txt"))));
static ROLES: List = List(LazyLock::new(|| sorted(include_str!("../lists/roles.txt"))));
static TYPOS: List = List(LazyLock::new(|| sorted(include_str!("../lists/typos.txt"))));
static COMMON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lines(include_str!("../lists/common.txt")).map(|(word, _)| word).collect());

fn lines(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once(' ').unwrap_or((line, "")))
}

fn sorted(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut words: Vec<_> = lines(text).collect();
    words.sort_unstable();
    words
}

impl List {
    fn get(&self, word: &str) -> Option<&'static str> {
        let place = self.0.binary_search_by_key(&word, |(listed, _)| listed).ok()?;
        self.0.get(place).map(|(_, rest)| *rest)
    }

    /// The listed domain that this is, or is under.
    fn above(&self, domain: &str) -> Option<&'static str> {
        parents(domain).find_map(|name| {
            let place = self.0.binary_search_by_key(&name, |(listed, _)| listed).ok()?;
            self.0.get(place).map(|(listed, _)| *listed)
        })
    }
}

/// The domain and every one above it.
pub(crate) fn parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, rest)| rest))
}

/// The throw-away domain that this one, in lower-case ASCII, is or is under. Relay aliases are none.
pub fn disposable(domain: &str) -> Option<&'static str> {
    if is_relay_alias(domain) { None } else { DISPOSABLE.above(domain) }
}

/// Whether mail to this domain is passed on to a person's own mailbox under an alias.
pub fn is_relay_alias(domain: &str) -> bool {
    RELAY.above(domain).is_some()
}

/// Whether anybody can open a mailbox here without paying.
pub fn is_free(domain: &str) -> bool {
    FREE.get(domain).is_some()
}

/// The category of a local part that stands for a task, for example `sales` for `ventas`.
pub fn role(local: &str) -> Option<&'static str> {
    let plain: String = local.chars().filter(|symbol| !".-_".contains(*symbol)).collect();
    ROLES.get(&plain.to_lowercase())
}

/// The domain that people mean who type this one, where that is known.
pub fn typo(domain: &str) -> Option<&'static str> {
    TYPOS.get(domain)
}

/// The providers that a mistyped domain most likely means, the likelier first.
pub fn common() -> &'static [&'static str] {
    &COMMON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_sorted_without_doubles_and_in_lower_case() {
        for (name, text) in [
            ("disposable", include_str!("../lists/disposable.txt")),
            ("relay", include_str!("../lists/relay.txt")),
            ("free", include_str!("../lists/free.txt")),
            ("roles", include_str!("../lists/roles.txt")),
            ("typos", include_str!("../lists/typos.txt")),
        ] {
            let words: Vec<&str> = lines(text).map(|(word, _)| word).collect();
            assert!(text.starts_with("# "), "{name} says where it comes from");
            assert!(words.is_sorted_by(|one, next| one < next), "{name} is sorted without doubles");
            assert!(words.iter().all(|word| *word == word.to_lowercase() && !word.is_empty()), "{name}");
        }
    }

    #[test]
    fn the_cc0_list_is_whole() {
        assert_eq!(DISPOSABLE.0.len(), 8883);
    }

    #[test]
    fn a_domain_is_on_one_side_only() {
        for domain in
            lines(include_str!("../lists/free.txt")).chain(lines(include_str!("../lists/relay.txt")))
        {
            assert_eq!(disposable(domain.0), None, "{} is not disposable", domain.0);
        }
        for (typed, meant) in lines(include_str!("../lists/typos.txt")) {
            assert!(!is_free(typed), "{typed} is no provider");
            assert!(common().contains(&meant), "{meant} is a common provider");
        }
    }

    #[test]
    fn subdomains_count_for_disposable_and_not_for_free() {
        assert_eq!(disposable("mailinator.com"), Some("mailinator.com"));
        assert_eq!(disposable("a.b.mailinator.com"), Some("mailinator.com"));
        assert_eq!(disposable("mailinator.com.shop.dev"), None);
        assert!(is_free("gmail.com") && !is_free("shop.gmail.com"));
    }

    #[test]
    fn roles_are_known_in_english_and_spanish_however_they_are_joined() {
        for (local, category) in [
            ("info", "general"),
            ("VENTAS", "sales"),
            ("customer-service", "support"),
            ("Recursos.Humanos", "people"),
            ("no_reply", "no_reply"),
        ] {
            assert_eq!(role(local), Some(category), "{local}");
        }
        for local in ["ana", "infoana", "maria.ventas", ""] {
            assert_eq!(role(local), None, "{local}");
        }
    }
}
