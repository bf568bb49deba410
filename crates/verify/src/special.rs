//! Domains that are set apart: they never take mail from the internet, so DNS is not asked for them.

/// Names from the IANA special-use domain name registry, and others that are set apart from the public DNS.
static ZONES: &[(&str, &str)] = &[
    ("alt", "RFC 9476"),
    ("arpa", "RFC 3172"),
    ("corp", "ICANN resolution 2018.02.04.12"),
    ("example", "RFC 6761"),
    ("example.com", "RFC 6761"),
    ("example.net", "RFC 6761"),
    ("example.org", "RFC 6761"),
    ("home", "ICANN resolution 2018.02.04.12"),
    ("internal", "ICANN resolution 2024.07.29.06"),
    ("invalid", "RFC 6761"),
    ("local", "RFC 6762"),
    ("localdomain", "hosts files"),
    ("localhost", "RFC 6761"),
    ("mail", "ICANN resolution 2018.02.04.12"),
    ("onion", "RFC 7686"),
    ("test", "RFC 6761"),
];

/// Whether the domain, in lower-case ASCII, is one of these or under one.
pub fn is_special_use(domain: &str) -> bool {
    zone(domain).is_some()
}

/// The zone that sets the domain apart, and the document that says so.
pub fn zone(domain: &str) -> Option<(&'static str, &'static str)> {
    ZONES.iter().copied().find(|(zone, _)| {
        domain.strip_suffix(zone).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_what_is_under_them_are_special() {
        for domain in ["test", "a.test", "example.com", "mail.example.com", "printer.local", "x.home.arpa"] {
            assert!(is_special_use(domain), "{domain}");
        }
    }

    #[test]
    fn names_that_only_look_alike_are_not() {
        for domain in
            ["contest", "myexample.com", "example.com.mx", "local.gov.uk", "test.com", "localhost.com"]
        {
            assert!(!is_special_use(domain), "{domain}");
        }
    }
}
