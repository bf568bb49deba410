//! Workflows: every version as it was written, byte for byte, and whether the workflow is on.

pub(crate) mod memory;
mod sqlite;

use async_trait::async_trait;
use cauce_model::Time;

use crate::Error;

/// Where a workflow is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the folder given to `serve --workflows`.
    Folder,
    /// In the browser or through the API.
    Server,
}

/// A text to publish.
#[derive(Clone, Debug)]
pub struct Publish {
    /// The workflow's id.
    pub id: String,
    /// The file, byte for byte.
    pub text: Vec<u8>,
    /// Where it came from.
    pub origin: Origin,
    /// Who published it.
    pub author: String,
    /// When.
    pub at: Time,
}

/// A workflow with its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its id.
    pub id: String,
    /// Whether its triggers start runs.
    pub on: bool,
    /// Whether its file is gone: switched off and kept.
    pub retired: bool,
    /// The newest version; counts from 1.
    pub version: u32,
    /// That version's text.
    pub text: Vec<u8>,
    /// Where it is edited.
    pub origin: Origin,
    /// When it last changed.
    pub updated_at: Time,
}

/// Workflows.
#[async_trait]
pub trait Flows: Send + Sync {
    /// Makes `text` the newest version and returns its number. A text equal to the newest version makes no new one; a
    /// retired workflow comes back, on. A new workflow is on.
    async fn publish(&self, publish: Publish) -> Result<u32, Error>;
    /// Switches a workflow on or off; `false`: there is none of that id, or it is retired.
    async fn switch(&self, id: &str, on: bool, at: Time) -> Result<bool, Error>;
    /// Switches a workflow off because its file is gone; its open runs end.
    async fn retire(&self, id: &str, at: Time) -> Result<(), Error>;
    /// Every workflow, by id.
    async fn all(&self) -> Result<Vec<Flow>, Error>;
    /// The text of one version.
    async fn text(&self, id: &str, version: u32) -> Result<Option<Vec<u8>>, Error>;
    /// A number that rises with every change here: who holds compiled workflows reloads when it moved.
    async fn generation(&self) -> Result<i64, Error>;
}
