//! What each check found.

use serde::{Deserialize, Serialize};

use super::words::{BlockedKind, CatchAllState, DisposableKind, DnsStatus, Exists, Level};

/// The checks, in the order they are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// The spelling.
    pub syntax: SyntaxCheck,
    /// Whether the domain is set apart from DNS or for documents.
    pub special_use: Option<bool>,
    /// The mail hosts.
    pub dns: DnsCheck,
    /// Whose mail service the mail hosts belong to, where that is known.
    pub mx_provider: Option<String>,
    /// Throw-away mailboxes.
    pub disposable: Disposable,
    /// Whether the domain forwards to a person's real mailbox under an alias; never called disposable.
    pub relay_alias: Option<bool>,
    /// Whether anybody can open a mailbox there without paying.
    pub free: Option<bool>,
    /// Names that stand for a task.
    pub role: Role,
    /// The tag after `+`, as in `ana+news@`.
    pub subaddress: Option<String>,
    /// What the mail server said.
    pub smtp: SmtpCheck,
    /// Whether the server takes mail for made-up mailboxes.
    pub catch_all: CatchAll,
    /// The mailbox itself.
    pub mailbox: Mailbox,
    /// Whether the server wants to be asked again later.
    pub greylisted: Option<bool>,
    /// Why the server does not talk to us.
    pub blocked: Option<Blocked>,
}

/// What the spelling says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntaxCheck {
    /// Whether it is an address that SMTP can carry.
    pub ok: bool,
    /// The plainest rules that it keeps; null when it is none.
    pub level: Option<Level>,
    /// What is wrong or odd with it, for people.
    pub warnings: Vec<String>,
}

/// What DNS says of the domain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsCheck {
    /// How asking ended.
    pub status: Option<DnsStatus>,
    /// The mail hosts, the preferred first.
    pub mx: Option<Vec<MxHost>>,
    /// Whether the domain's own address stands in for a mail host (RFC 5321 section 5.1).
    pub implicit_mx: Option<bool>,
    /// Whether the domain says that it takes no mail (RFC 7505).
    pub null_mx: Option<bool>,
    /// The domain's IPv4 addresses, asked for only without MX records.
    pub a: Option<Vec<String>>,
    /// The domain's IPv6 addresses, likewise.
    pub aaaa: Option<Vec<String>>,
    /// Whether the domain says that it sends no mail (`v=spf1 -all`).
    pub spf_reject_all: Option<bool>,
}

/// A mail host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxHost {
    /// Lower is tried first.
    pub preference: u16,
    /// Its name.
    pub host: String,
}

/// Whether the domain is on a list of throw-away mailboxes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposable {
    /// Whether it is; null when it was not looked up.
    pub hit: Option<bool>,
    /// The list: `builtin` or `extra`.
    pub list: Option<String>,
    /// How it matched.
    pub kind: Option<DisposableKind>,
}

/// Whether the local part stands for a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Whether it does; null when it was not looked up.
    pub hit: Option<bool>,
    /// The kind of task, for example `sales`.
    pub category: Option<String>,
}

/// What the mail server said; all null unless it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpCheck {
    /// Whether it was asked.
    pub attempted: bool,
    /// The host.
    pub host: Option<String>,
    /// Its address.
    pub ip: Option<String>,
    /// Its greeting.
    pub banner: Option<String>,
    /// The deciding reply's code.
    pub code: Option<u16>,
    /// Its enhanced status code.
    pub enhanced: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// The command it replied to.
    pub phase: Option<String>,
    /// How long the talk took in milliseconds.
    pub ms: Option<u64>,
    /// Whether the talk was under TLS.
    pub starttls: Option<bool>,
}

/// Whether the server takes mail for made-up mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatchAll {
    /// Whether it does.
    pub state: CatchAllState,
    /// How many made-up mailboxes were tried.
    pub probes: u8,
}

/// The mailbox itself; all null unless the server was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Whether it exists.
    pub exists: Option<Exists>,
    /// Whether it is full.
    pub full: Option<bool>,
    /// Whether it is closed.
    pub disabled: Option<bool>,
}

/// Why a server does not talk to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// The kind of block.
    pub kind: BlockedKind,
}

impl Checks {
    /// Nothing checked but the spelling.
    pub(crate) fn of(syntax: SyntaxCheck) -> Self {
        Self {
            syntax,
            special_use: None,
            dns: DnsCheck::default(),
            mx_provider: None,
            disposable: Disposable::default(),
            relay_alias: None,
            free: None,
            role: Role::default(),
            subaddress: None,
            smtp: SmtpCheck::default(),
            catch_all: CatchAll { state: CatchAllState::Skipped, probes: 0 },
            mailbox: Mailbox::default(),
            greylisted: None,
            blocked: None,
        }
    }
}
