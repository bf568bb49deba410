//! The relay's URL: `smtp://user:password@host:port` or `smtps://...`.

use std::fmt;

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::Error;

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// With the first byte (RFC 8314).
    AtOnce,
    /// When the relay offers it (RFC 3207).
    WhenOffered,
}

/// Where the relay is and who we are to it.
pub(super) struct RelayUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Begin,
    pub(super) credentials: Option<Credentials>,
}

/// The credentials stay out.
impl fmt::Debug for RelayUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RelayUrl")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl RelayUrl {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |reason| Error::Relay { reason };
        let url = Url::parse(text.trim()).map_err(|_| wrong("it is no URL"))?;
        let (tls, usual) = match url.scheme() {
            "smtp" => (Begin::WhenOffered, 587),
            "smtps" => (Begin::AtOnce, 465),
            _ => return Err(wrong("it begins with neither `smtp://` nor `smtps://`")),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("something follows the port"));
        }
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_ascii_lowercase(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            Some(Host::Domain(_)) | None => return Err(wrong("it names no host")),
        };
        let port = url.port().unwrap_or(usual);
        if port == 0 {
            return Err(wrong("no server listens on port 0"));
        }
        Ok(Self { host, port, tls, credentials: credentials(&url)? })
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Error> {
    let wrong = |reason| Error::Relay { reason };
    let decode = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
        decoded.map_err(|_| wrong("the user name or password is not UTF-8"))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(wrong("it has a password and no user name")),
        (_, None) => Err(wrong("it has a user name and no password")),
        (user, Some(password)) => Ok(Some(Credentials::new(decode(user)?, decode(password)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_read_from_its_url() {
        for (text, host, port, tls, signs_in) in [
            ("smtp://mail.example", "mail.example", 587, Begin::WhenOffered, false),
            ("smtps://mail.example", "mail.example", 465, Begin::AtOnce, false),
            ("smtp://ana%40shop:p%3Aw@Mail.example:25/", "mail.example", 25, Begin::WhenOffered, true),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Begin::WhenOffered, false),
            ("smtp://[::1]:2525", "::1", 2525, Begin::WhenOffered, false),
            ("smtp://localhost", "localhost", 587, Begin::WhenOffered, false),
        ] {
            let read = RelayUrl::parse(text).unwrap();
            assert_eq!(
                (read.host.as_str(), read.port, read.tls, read.credentials.is_some()),
                (host, port, tls, signs_in),
                "{text}"
            );
        }
    }

    #[test]
    fn wrong_urls_are_refused_without_repeating_the_password() {
        for text in [
            "mail.example:25",
            "http://u:s3cret@mail.example",
            "smtp://u:s3cret@",
            "smtp://u@mail.example",
            "smtp://:s3cret@mail.example",
            "smtp://u:s3cret@mail.example/path",
            "smtp://u:s3cret@mail.example:0",
            "smtp://u:s3cret@mail.example?tls=no",
        ] {
            let error = RelayUrl::parse(text).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("mail relay is wrong") && !shown.contains("s3cret"), "{text}: {shown}");
        }
        assert!(!format!("{:?}", RelayUrl::parse("smtp://u:s3cret@h").unwrap()).contains("s3cret"));
    }
}
