//! People, their sign-ins, API tokens and the one-time set-up link. Secrets are stored as SHA-256 of 256 random bits;
//! passwords as Argon2id strings. Hashing is the caller's work: this crate never sees a secret.

mod memory;
mod sqlite;

use async_trait::async_trait;
use cauce_model::Time;
use uuid::Uuid;

use crate::Error;

/// What somebody may do; each may what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Edits drafts and starts runs by hand.
    Editor,
    /// Publishes, switches, resumes and cancels.
    Publisher,
    /// Everything.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Publisher, Self::Admin];

    /// The word in API and command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// A secret as stored: SHA-256.
pub type Hash = [u8; 32];

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: Uuid,
    /// The address they sign in with, in lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// `en` or `es`.
    pub language: String,
    /// Argon2id string.
    pub password: String,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// SHA-256 of the cookie.
    pub hash: Hash,
    /// Who.
    pub user: Uuid,
    /// When it ends, whatever happens.
    pub expires_at: Time,
    /// When it ends unless used.
    pub idle_until: Time,
}

/// Whether the end of a sign-in's idle time moves far enough to be worth a write.
pub(crate) fn is_worth_moving(from: Time, to: Time) -> bool {
    to.since(from) >= std::time::Duration::from_secs(60)
}

/// An API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub hash: Hash,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Time,
}

/// People and tokens.
#[async_trait]
pub trait Access: Send + Sync {
    /// Whether anybody exists.
    async fn has_users(&self) -> Result<bool, Error>;
    /// Puts down the hash of the set-up link, in place of an earlier one.
    async fn offer_setup(&self, hash: Hash) -> Result<(), Error>;
    /// Uses up the set-up link and makes the first person, in one commit. `false`: wrong or used link, or somebody
    /// exists.
    async fn set_up(&self, hash: Hash, user: User) -> Result<bool, Error>;
    /// The person with that address (lower case).
    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error>;
    /// The first of those who may do everything.
    async fn first_admin(&self) -> Result<Option<User>, Error>;
    /// Keeps a sign-in.
    async fn sign_in(&self, sign_in: SignIn) -> Result<(), Error>;
    /// Who is signed in with this cookie at `now`. Moves `idle_until` to `idle`, at most once a minute.
    async fn signed_in(&self, hash: &Hash, now: Time, idle: Time) -> Result<Option<User>, Error>;
    /// Ends a sign-in.
    async fn sign_out(&self, hash: &Hash) -> Result<(), Error>;
    /// Keeps an API token.
    async fn add_token(&self, token: Token) -> Result<(), Error>;
    /// The token with this hash.
    async fn token(&self, hash: &Hash) -> Result<Option<Token>, Error>;
}
