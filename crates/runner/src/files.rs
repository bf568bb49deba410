//! The journal's blobs, as actions see them.

use std::sync::Arc;

use async_trait::async_trait;
use cauce_action::{BlobError, Kept};
use cauce_journal::{Journal, blobs};

/// Keeps the files of actions among the journal's blobs.
pub struct Files {
    blobs: Arc<dyn blobs::Blobs>,
    largest: u64,
}

struct Draft(Box<dyn blobs::Draft>);

impl Files {
    /// In this journal, up to this many bytes each.
    #[must_use]
    pub fn new(journal: &Journal, largest: u64) -> Self {
        Self { blobs: Arc::clone(&journal.blobs), largest }
    }
}

#[async_trait]
impl cauce_action::Blobs for Files {
    async fn begin(&self) -> Result<Box<dyn cauce_action::Draft>, BlobError> {
        Ok(Box::new(Draft(self.blobs.begin().await?)))
    }

    fn largest(&self) -> u64 {
        self.largest
    }
}

#[async_trait]
impl cauce_action::Draft for Draft {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        Ok(self.0.write(bytes).await?)
    }

    async fn keep(self: Box<Self>) -> Result<Kept, BlobError> {
        let blob = self.0.keep().await?;
        Ok(Kept { file: blob.id.to_string(), size: blob.size })
    }
}
