//! Replies: a code, and text that begins with an enhanced code (RFC 2034, RFC 3463).

use super::command::Wrong;

/// Our name in greetings.
pub(crate) const NAME: &str = "mail.cauce-good.dev";
/// The largest mail, in bytes (RFC 1870).
pub(crate) const LARGEST_MAIL: usize = 10_000_000;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    text: String,
}

impl Reply {
    pub(crate) fn new(code: u16, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    pub(crate) fn greeting() -> Self {
        Self::new(220, format!("{NAME} ESMTP demo mailbox, nothing leaves this machine"))
    }

    /// What we offer, a line each.
    pub(crate) fn offers() -> Self {
        Self::new(
            250,
            format!("{NAME}\nPIPELINING\nSIZE {LARGEST_MAIL}\n8BITMIME\nENHANCEDSTATUSCODES\nHELP"),
        )
    }

    pub(crate) fn too_large() -> Self {
        Self::new(552, format!("5.3.4 a mail is at most {LARGEST_MAIL} bytes"))
    }

    pub(crate) fn out_of_order(first: &str) -> Self {
        Self::new(503, format!("5.5.1 send {first} first"))
    }

    /// A fault that was asked for.
    pub(crate) fn fault(code: u16) -> Self {
        Self::new(code, format!("{}.3.0 the fault switch is on", code / 100))
    }

    pub(crate) fn wrong(wrong: &Wrong) -> Self {
        match wrong {
            Wrong::Unknown => Self::new(500, "5.5.1 unknown command"),
            Wrong::NotOffered => Self::new(502, "5.5.1 this command is not offered"),
            Wrong::Said => Self::new(501, "5.5.4 this command is not said so"),
            Wrong::Parameter => Self::new(555, "5.5.4 this parameter is not offered"),
            Wrong::Address => Self::new(553, "5.6.7 addresses are ASCII here"),
        }
    }

    /// As it goes over the wire: a hyphen behind the code of every line but the last.
    pub(crate) fn wire(&self) -> String {
        let last = self.text.lines().count().saturating_sub(1);
        let line = |(place, text)| {
            let mark = if place == last { ' ' } else { '-' };
            format!("{}{mark}{text}\r\n", self.code)
        };
        self.text.lines().enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_but_the_last_has_a_hyphen() {
        assert_eq!(Reply::new(250, "a\nb\nc").wire(), "250-a\r\n250-b\r\n250 c\r\n");
        assert_eq!(Reply::fault(451).wire(), "451 4.3.0 the fault switch is on\r\n");
    }
}
