//! Blobs in memory.

use std::io::Cursor;

use async_trait::async_trait;
use cauce_model::Time;
use sha2::{Digest, Sha256};

use super::{Blob, BlobId, Blobs, Content, Draft};
use crate::Error;
use crate::memory::Memory;

use std::sync::Arc;

/// Blobs of a journal in memory.
pub(crate) struct MemoryBlobs(pub(crate) Arc<Memory>);

struct Growing {
    memory: Arc<Memory>,
    bytes: Vec<u8>,
}

#[async_trait]
impl Draft for Growing {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    async fn keep(self: Box<Self>) -> Result<Blob, Error> {
        let id = BlobId::new(Sha256::digest(&self.bytes).into());
        let size = self.bytes.len() as u64;
        let now = self.memory.clock.now();
        self.memory.state().blobs.insert(id, (self.bytes.into(), now));
        Ok(Blob { id, size })
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn begin(&self) -> Result<Box<dyn Draft>, Error> {
        Ok(Box::new(Growing { memory: Arc::clone(&self.0), bytes: Vec::new() }))
    }

    async fn open(&self, id: BlobId) -> Result<Option<Box<dyn Content>>, Error> {
        let now = self.0.clock.now();
        let mut state = self.0.state();
        let content = state.blobs.get_mut(&id).map(|(bytes, at)| {
            *at = now;
            Cursor::new(Arc::clone(bytes))
        });
        Ok(content.map(|content| Box::new(content) as Box<dyn Content>))
    }

    async fn forget_before(&self, time: Time, limit: usize) -> Result<usize, Error> {
        let mut state = self.0.state();
        let old: Vec<BlobId> =
            state.blobs.iter().filter(|(_, (_, at))| *at < time).map(|(id, _)| *id).take(limit).collect();
        for id in &old {
            state.blobs.remove(id);
        }
        Ok(old.len())
    }
}
