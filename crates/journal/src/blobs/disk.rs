//! Blobs as files: `blobs/ab/cdef...` in the data folder. A file is written under a name of its own, synced, and only then
//! gets the name that its content gives it; the folder is synced too, or a power cut could take the name away again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use cauce_model::{Clock, Time};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use super::{Blob, BlobId, Blobs, Content, Draft};
use crate::Error;

/// The folder in the data folder.
const FOLDER: &str = "blobs";
/// Who opens a blob within this time of its last use does not write that down.
const SAME_USE: Duration = Duration::from_secs(60 * 60);

/// Blobs of a journal on disk.
pub(crate) struct DiskBlobs {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    /// Numbers the files that are being written.
    drafts: AtomicU64,
    /// Held while a name is given or a blob opened, and while an old one is judged and deleted: who wants a blob in the
    /// moment of its sweep has it afterwards, or learns that it is gone.
    sweeping: Arc<Mutex<()>>,
}

impl DiskBlobs {
    pub(crate) fn new(data: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { folder: data.join(FOLDER), clock, drafts: AtomicU64::new(0), sweeping: Arc::default() }
    }

    fn path(&self, id: BlobId) -> PathBuf {
        path_in(&self.folder, id)
    }
}

fn path_in(folder: &Path, id: BlobId) -> PathBuf {
    let name = id.to_string();
    let (first, rest) = name.split_at(2);
    folder.join(first).join(rest)
}

fn failed(doing: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::Unavailable { doing, source: Box::new(source) }
}

struct Growing {
    folder: PathBuf,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// None once it is kept.
    file: Option<File>,
    hash: Sha256,
    size: u64,
    sweeping: Arc<Mutex<()>>,
}

impl Drop for Growing {
    fn drop(&mut self) {
        // What was kept has another name by now, and what could not be removed goes with the next sweep.
        if self.file.is_some()
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(%error, "a blob that was not kept could not be removed");
        }
    }
}

#[async_trait]
impl Draft for Growing {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Some(file) = &mut self.file else { return Err(Error::Closed) };
        file.write_all(bytes).await.map_err(failed("write a blob"))?;
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    async fn keep(mut self: Box<Self>) -> Result<Blob, Error> {
        let doing = failed("keep a blob");
        let Some(file) = &mut self.file else { return Err(Error::Closed) };
        file.flush().await.map_err(&doing)?;
        let file = file.try_clone().await.map_err(&doing)?.into_std().await;
        let now = self.clock.now();
        tokio::task::spawn_blocking(move || seal(&file, now))
            .await
            .map_err(|_| Error::Closed)?
            .map_err(&doing)?;
        let id = BlobId::new(self.hash.clone().finalize().into());
        let to = path_in(&self.folder, id);
        let parent = to.parent().unwrap_or(&self.folder).to_owned();
        fs::create_dir_all(&parent).await.map_err(&doing)?;
        // Over one of the same content: its time is the newer one, so that it is kept as long as the last who wanted it.
        let (from, sweeping) = (self.path.clone(), Arc::clone(&self.sweeping));
        let name = move || {
            let _turn = sweeping.lock().unwrap_or_else(PoisonError::into_inner);
            std::fs::rename(&from, &to)
        };
        tokio::task::spawn_blocking(name).await.map_err(|_| Error::Closed)?.map_err(&doing)?;
        self.file = None;
        for folder in [&parent, &self.folder] {
            File::open(folder).await.map_err(&doing)?.sync_all().await.map_err(&doing)?;
        }
        Ok(Blob { id, size: self.size })
    }
}

#[async_trait]
impl Blobs for DiskBlobs {
    async fn begin(&self) -> Result<Box<dyn Draft>, Error> {
        let doing = failed("begin a blob");
        fs::create_dir_all(&self.folder).await.map_err(&doing)?;
        let number = self.drafts.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("draft-{}-{number}", self.clock.now().micros()));
        let file = File::create_new(&path).await.map_err(&doing)?;
        let (folder, clock) = (self.folder.clone(), Arc::clone(&self.clock));
        let sweeping = Arc::clone(&self.sweeping);
        Ok(Box::new(Growing {
            folder,
            path,
            clock,
            file: Some(file),
            hash: Sha256::new(),
            size: 0,
            sweeping,
        }))
    }

    async fn open(&self, id: BlobId) -> Result<Option<Box<dyn Content>>, Error> {
        let (path, sweeping, now) = (self.path(id), Arc::clone(&self.sweeping), self.clock.now());
        let open = move || {
            let _turn = sweeping.lock().unwrap_or_else(PoisonError::into_inner);
            let file = std::fs::File::open(path)?;
            touch(&file, now).map(|()| file)
        };
        match tokio::task::spawn_blocking(open).await.map_err(|_| Error::Closed)? {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read a blob")(error)),
        }
    }

    async fn forget_before(&self, time: Time, limit: usize) -> Result<usize, Error> {
        let (folder, sweeping) = (self.folder.clone(), Arc::clone(&self.sweeping));
        tokio::task::spawn_blocking(move || sweep(&folder, &sweeping, time, limit))
            .await
            .map_err(|_| Error::Closed)?
            .map_err(failed("delete old blobs"))
    }
}

/// Gives the file the time by the journal's clock, by which it is found when it is old, and syncs it.
fn seal(file: &std::fs::File, now: Time) -> io::Result<()> {
    file.set_modified(system(now))?;
    file.sync_all()
}

/// Says that the file is wanted. Not synced: a power cut may make it as old as it was an hour ago.
fn touch(file: &std::fs::File, now: Time) -> io::Result<()> {
    let last = file.metadata()?.modified()?;
    match system(now).duration_since(last) {
        Ok(age) if age > SAME_USE => file.set_modified(system(now)),
        _ => Ok(()),
    }
}

fn system(time: Time) -> SystemTime {
    SystemTime::UNIX_EPOCH + time.since(Time::from_micros(0))
}

/// Deletes old files in the folder and in the folders below it, drafts that a crash left among them.
fn sweep(folder: &Path, sweeping: &Mutex<()>, time: Time, limit: usize) -> io::Result<usize> {
    let mut gone = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            if gone >= limit {
                return Ok(gone);
            }
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let _turn = sweeping.lock().unwrap_or_else(PoisonError::into_inner);
            if kind.is_file() && changed_at(&entry)? < time {
                std::fs::remove_file(entry.path())?;
                gone += 1;
            }
        }
    }
    Ok(gone)
}

fn changed_at(entry: &std::fs::DirEntry) -> io::Result<Time> {
    let since = entry.metadata()?.modified()?.duration_since(SystemTime::UNIX_EPOCH);
    Ok(Time::from_micros(0).after(since.unwrap_or_default()))
}
