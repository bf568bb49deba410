//! The codes of this crate. Each has a page in `docs/errors/`.

/// An input has the wrong type or form.
pub const INPUT: &str = "A001";
/// The address guard refuses to go there.
pub const GUARDED: &str = "A002";
/// The host is not found, or nobody answers there.
pub const UNREACHED: &str = "A003";
/// The connection broke, or no answer came in time, after something was sent.
pub const NO_ANSWER: &str = "A004";
/// The other side is busy or broken: 408, 425, 429, 5xx.
pub const BUSY: &str = "A005";
/// The other side refuses the request: another 4xx.
pub const REFUSED: &str = "A006";
/// The other side refuses the credentials.
pub const LOGIN: &str = "A007";
/// The answer cannot be used: too large, or no HTTP.
pub const ANSWER: &str = "A008";
/// There is no mail relay, or no sender.
pub const NO_RELAY: &str = "A009";
/// The mail cannot be made: a wrong address or header.
pub const MAIL: &str = "A010";
/// The mail server refuses the mail.
pub const MAIL_REFUSED: &str = "A011";
/// The mail server cannot take the mail now.
pub const MAIL_BUSY: &str = "A012";

/// The answer is to be kept as a file, and cannot be.
pub const UNKEPT: &str = "A013";

/// Every code, sorted.
pub const CODES: &[&str] = &[
    INPUT,
    GUARDED,
    UNREACHED,
    NO_ANSWER,
    BUSY,
    REFUSED,
    LOGIN,
    ANSWER,
    NO_RELAY,
    MAIL,
    MAIL_REFUSED,
    MAIL_BUSY,
    UNKEPT,
];
