//! Who asks: cookies of browsers, tokens of programs, and what each may do.

mod guard;
mod password;
mod secret;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cauce_journal::access::{Role, User};

use crate::app::App;
use crate::problem::Refusal;

pub use guard::SignInGuard;
pub use password::{hash_password, matches_password};
pub use secret::Secret;

/// The cookie's name.
pub const COOKIE: &str = "cauce_session";
/// A sign-in ends this long after its last use, in seconds.
pub const IDLE: u64 = 14 * 24 * 60 * 60;
/// A sign-in ends this long after it began, in seconds.
pub const LONGEST: u64 = 90 * 24 * 60 * 60;

/// Whoever asks.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What they may do.
    pub role: Role,
    /// What is written down about who did it.
    pub name: String,
    /// The person, when it is one.
    pub user: Option<User>,
}

impl Caller {
    /// Nothing unless the caller may do what `needed` may.
    ///
    /// # Errors
    /// A refusal that names the role.
    pub fn may(&self, needed: Role) -> Result<(), Refusal> {
        if self.role >= needed { Ok(()) } else { Err(Refusal::role(needed.word())) }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        caller(&parts.headers, app).await?.ok_or_else(Refusal::not_signed_in)
    }
}

/// Who sent these headers, where they say so.
///
/// # Errors
/// When the journal cannot be asked. A token or cookie that is not good is nobody.
pub async fn caller(headers: &HeaderMap, app: &App) -> Result<Option<Caller>, Refusal> {
    if let Some(token) = bearer(headers) {
        let found = app.journal.access.token(&Secret::hash_of(token)).await?;
        return Ok(found.map(|token| Caller {
            role: token.role,
            name: format!("token {}", token.name),
            user: None,
        }));
    }
    let Some(cookie) = cookie(headers) else { return Ok(None) };
    let now = app.clock.now();
    let idle = now.after(std::time::Duration::from_secs(IDLE));
    let user = app.journal.access.signed_in(&Secret::hash_of(&cookie), now, idle).await?;
    Ok(user.map(|user| Caller { role: user.role, name: user.email.clone(), user: Some(user) }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The session cookie's value.
#[must_use]
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}
