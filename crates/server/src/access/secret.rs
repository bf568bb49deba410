//! Tokens, cookies and set-up links: 256 random bits, of which the journal keeps the SHA-256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cauce_journal::access::Hash;
use sha2::{Digest, Sha256};

/// A new secret. Shown once, to whoever it is for.
pub struct Secret(String);

impl Secret {
    /// 256 bits from the machine, with a prefix that tells leaked ones apart.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn new(prefix: &str) -> Result<Self, getrandom::Error> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits))))
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the journal keeps.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Self::hash_of(&self.0)
    }

    /// What the journal would keep of this text. With 256 random bits behind it a plain hash is enough, and looking it
    /// up by its hash takes the same time for a near miss as for a far one.
    #[must_use]
    pub fn hash_of(text: &str) -> Hash {
        Sha256::digest(text.as_bytes()).into()
    }
}
