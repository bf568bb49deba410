//! Passwords: Argon2id (RFC 9106), a few at a time, never on the threads that serve requests.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// Each takes 19 MiB for a moment; more at once would let anybody fill the memory.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Compared against when there is no such account, so that both answers take the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The string to keep for a password.
///
/// # Errors
/// When the machine gives no randomness.
pub async fn hash_password(password: String) -> Result<String, String> {
    let _place = PLACES.acquire().await.map_err(|error| error.to_string())?;
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

/// Whether the password is the one kept; `None` takes as long and is never right.
pub async fn matches_password(password: String, kept: Option<String>) -> bool {
    let Ok(_place) = PLACES.acquire().await else { return false };
    let compared = tokio::task::spawn_blocking(move || {
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| NOBODY.to_owned());
        let Ok(hash) = PasswordHash::new(&kept) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known
    });
    compared.await.unwrap_or(false)
}
