//! What the caller chooses.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Reason, Recommendation};

/// How deep a verification goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The address alone: spelling, special-use domains and lists. Nothing is asked of the network.
    Syntax,
    /// That, and the mail hosts by DNS.
    #[default]
    Fast,
}

/// A choice that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A mode that other versions have.
    #[error("the mode `{0}` is not available in this version")]
    ModeNotAvailable(String),
    /// Not a mode.
    #[error("`{0}` is not a mode")]
    UnknownMode(String),
}

impl Error {
    /// The next step for the person who reads the message.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::ModeNotAvailable(_) => "use `fast`, which checks all but the mailbox itself",
            Self::UnknownMode(_) => "the modes are `syntax` and `fast`",
        }
    }
}

impl FromStr for Mode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "syntax" => Ok(Self::Syntax),
            "fast" => Ok(Self::Fast),
            "full" => Err(Error::ModeNotAvailable(text.to_owned())),
            _ => Err(Error::UnknownMode(text.to_owned())),
        }
    }
}

/// What to do about addresses that can take mail and yet may not be wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Throw-away mailboxes. Default: reject.
    pub disposable: Recommendation,
    /// Names such as `info@` and `ventas@`. Default: warn.
    pub role: Recommendation,
    /// Domains known as slips of the finger. Default: warn.
    pub typo: Recommendation,
    /// Free mailboxes. Default: accept.
    pub free: Recommendation,
    /// Domains that name no mail host and would take mail at their own address. Default: warn.
    pub implicit_mx: Recommendation,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            disposable: Recommendation::Reject,
            role: Recommendation::Warn,
            typo: Recommendation::Warn,
            free: Recommendation::Accept,
            implicit_mx: Recommendation::Warn,
        }
    }
}

impl Policy {
    /// What the policy has to say on a reason; `None` where the table decides alone.
    pub(crate) fn on(&self, reason: Reason) -> Option<Recommendation> {
        match reason {
            Reason::DisposableDomain => Some(self.disposable),
            Reason::RoleAddress => Some(self.role),
            Reason::TypoSuspected => Some(self.typo),
            _ => None,
        }
    }
}

/// How to verify.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How deep.
    pub mode: Mode,
    /// What findings lead to.
    pub policy: Policy,
    /// More throw-away domains, in lower-case ASCII; their subdomains count too.
    pub extra_disposable: Vec<String>,
}
