//! What can be wrong with the spelling of an address: one message and one hint for each cause.

use crate::Reason;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// Nothing was given.
    #[error("the address is empty")]
    Empty,
    /// White space before or after.
    #[error("there is white space before or after the address")]
    SpaceAround,
    /// `Name <address>` or brackets alone.
    #[error("there is a name or there are angle brackets around the address")]
    DisplayName,
    /// No `@`.
    #[error("the address has no `@`")]
    NoAt,
    /// A sign that only looks like `@`.
    #[error("the address has `{symbol}` in place of `@`")]
    OddAt {
        /// The sign.
        symbol: char,
    },
    /// More than one `@`.
    #[error("the address has more than one `@`")]
    TwoAts,
    /// Nothing before the `@`.
    #[error("nothing stands before the `@`")]
    NoLocal,
    /// A dot where an atom should begin or end.
    #[error("a dot stands at the start or the end of the part before the `@`")]
    LocalDotAtEdge,
    /// Two dots in a row.
    #[error("two dots in a row stand before the `@`")]
    LocalTwoDots,
    /// A character that may not stand there.
    #[error("`{}` may not stand before the `@`", symbol.escape_debug())]
    LocalCharacter {
        /// The character.
        symbol: char,
    },
    /// A character that is not shown, or changes how others are.
    #[error("an unseen character (U+{:04X}) stands before the `@`", u32::from(*symbol))]
    LocalUnseen {
        /// The character.
        symbol: char,
    },
    /// More octets than SMTP allows.
    #[error("the part before the `@` has {octets} octets; 64 are allowed")]
    LocalTooLong {
        /// Its length in UTF-8.
        octets: usize,
    },
    /// A quote that does not end.
    #[error("the quoted part before the `@` does not end")]
    QuoteOpen,
    /// Something between the closing quote and the `@`.
    #[error("something stands between the closing quote and the `@`")]
    AfterQuote,
    /// Nothing after the `@`.
    #[error("nothing stands after the `@`")]
    NoDomain,
    /// An IP address in square brackets.
    #[error("an address literal in square brackets stands in place of the domain")]
    AddressLiteral,
    /// A dot at an edge of the domain.
    #[error("the domain starts or ends with a dot")]
    DomainDotAtEdge,
    /// Two dots in a row.
    #[error("the domain has two dots in a row")]
    DomainTwoDots,
    /// A hyphen at an edge of a label.
    #[error("a part of the domain starts or ends with a hyphen")]
    LabelHyphen,
    /// Hyphens in the third and fourth place that are no A-label.
    #[error("a part of the domain has `--` in its third and fourth place and is no `xn--` name")]
    LabelReserved,
    /// A character that no host name has.
    #[error("`{}` may not stand in a domain", symbol.escape_debug())]
    DomainCharacter {
        /// The character.
        symbol: char,
    },
    /// IDNA does not allow it.
    #[error("the domain is not a valid international name")]
    Idna,
    /// A label of more than 63 octets.
    #[error("a part of the domain has {octets} octets; 63 are allowed")]
    LabelTooLong {
        /// Its length as an A-label.
        octets: usize,
    },
    /// A domain of more than 253 octets.
    #[error("the domain has {octets} octets; 253 are allowed")]
    DomainTooLong {
        /// Its length in ASCII.
        octets: usize,
    },
    /// No dot in the domain.
    #[error("the domain has no dot")]
    OneLabel,
    /// No top-level domain has such a name.
    #[error("the domain does not end in a top-level domain")]
    TopLevel,
    /// The whole is too long.
    #[error("the address has {octets} octets; 254 are allowed")]
    AddressTooLong {
        /// Its length.
        octets: usize,
    },
}

/// A text that is no address, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct SyntaxError {
    /// What is wrong.
    #[from]
    pub cause: Cause,
}

impl SyntaxError {
    /// The next step for the person who reads the message.
    pub fn hint(self) -> &'static str {
        match self.cause {
            Cause::Empty => "write an address such as `ana@example.com`",
            Cause::SpaceAround => "remove the white space around the address",
            Cause::DisplayName => "write only the part between the angle brackets",
            Cause::NoAt | Cause::NoLocal | Cause::NoDomain => "an address is `name@domain`",
            Cause::OddAt { .. } => "type the sign `@` itself",
            Cause::TwoAts => "write one address, with one `@`",
            Cause::LocalDotAtEdge | Cause::LocalTwoDots | Cause::DomainDotAtEdge | Cause::DomainTwoDots => {
                "write single dots, and only between other characters"
            }
            Cause::LocalCharacter { .. } | Cause::DomainCharacter { .. } => "remove that character",
            Cause::LocalUnseen { .. } => "type the address by hand; it seems to be pasted with hidden signs",
            Cause::LocalTooLong { .. }
            | Cause::LabelTooLong { .. }
            | Cause::DomainTooLong { .. }
            | Cause::AddressTooLong { .. } => "look whether something was pasted twice",
            Cause::QuoteOpen | Cause::AfterQuote => "remove the quotes",
            Cause::AddressLiteral => "write the domain and not its IP address",
            Cause::LabelHyphen | Cause::LabelReserved | Cause::Idna => "look at the spelling of the domain",
            Cause::OneLabel | Cause::TopLevel => "end the domain as in `example.com`",
        }
    }

    /// The reason code of a result.
    pub fn reason(self) -> Reason {
        match self.cause {
            Cause::LocalTooLong { .. }
            | Cause::LabelTooLong { .. }
            | Cause::DomainTooLong { .. }
            | Cause::AddressTooLong { .. } => Reason::AddressTooLong,
            _ => Reason::SyntaxInvalid,
        }
    }
}
