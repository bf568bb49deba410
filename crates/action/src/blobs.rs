//! The port to where files are kept.

use async_trait::async_trait;

/// Why bytes could not be kept.
pub type BlobError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps files by their content.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Begins a file.
    ///
    /// # Errors
    /// When there is no place for one.
    async fn begin(&self) -> Result<Box<dyn Draft>, BlobError>;

    /// The most bytes that a file may have.
    fn largest(&self) -> u64;
}

/// A file that is being written. Dropping it leaves nothing behind.
#[async_trait]
pub trait Draft: Send {
    /// Adds to it.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError>;

    /// Ends it: when this returns, it is on disk. The same content is kept once.
    ///
    /// # Errors
    /// When it cannot be kept; nothing of it is left.
    async fn keep(self: Box<Self>) -> Result<Kept, BlobError>;
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is found by.
    pub file: String,
    /// How many bytes it has.
    pub size: u64,
}

/// No place for files.
#[derive(Clone, Copy, Debug)]
pub struct NoBlobs;

#[async_trait]
impl Blobs for NoBlobs {
    async fn begin(&self) -> Result<Box<dyn Draft>, BlobError> {
        Err("there is no place for files here".into())
    }

    fn largest(&self) -> u64 {
        0
    }
}
