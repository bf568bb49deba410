//! Blobs: what is too large for a row, by the hash of its content. A blob is whole and synced before the commit that names it.

pub(crate) mod disk;
pub(crate) mod memory;

use std::fmt;
use std::io::{Read, Seek};
use std::str::FromStr;

use async_trait::async_trait;
use cauce_model::Time;

use crate::Error;

/// What a blob is called: the SHA-256 of its content, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 32]);

impl BlobId {
    pub(crate) const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A text that is no blob's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a blob is named by 64 hexadecimal digits")]
pub struct NotABlob;

impl FromStr for BlobId {
    type Err = NotABlob;

    fn from_str(text: &str) -> Result<Self, NotABlob> {
        let digits = text.as_bytes();
        let fine = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        if digits.len() != 64 || !digits.iter().all(fine) {
            return Err(NotABlob);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotABlob)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotABlob)?;
        }
        Ok(Self(hash))
    }
}

/// A blob that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its name.
    pub id: BlobId,
    /// Its size in bytes.
    pub size: u64,
}

/// The content of a blob, to be read from any place. Reading blocks: do it where that is allowed.
pub trait Content: Read + Seek + Send {}

impl<T: Read + Seek + Send> Content for T {}

/// A blob that is being written. Dropping it leaves nothing behind.
#[async_trait]
pub trait Draft: Send {
    /// Adds to it.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error>;
    /// Ends it: when this returns, it is on disk. Content that is there already is kept once.
    async fn keep(self: Box<Self>) -> Result<Blob, Error>;
}

/// Blobs.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Begins a blob.
    async fn begin(&self) -> Result<Box<dyn Draft>, Error>;
    /// The content of a blob; none where there is no such blob. Who opens one wants it: it counts as kept again.
    async fn open(&self, id: BlobId) -> Result<Option<Box<dyn Content>>, Error>;
    /// Deletes up to `limit` blobs that nobody kept or opened since `time`. Returns how many. Uses within an hour may count
    /// as one.
    async fn forget_before(&self, time: Time, limit: usize) -> Result<usize, Error>;
}
