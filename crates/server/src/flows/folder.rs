//! The folder of `serve --workflows`: a file that checks clean is published; one that does not shows its problems while
//! the last good version goes on; one that is gone is switched off and kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cauce_journal::Error;
use cauce_journal::flows::{Origin, Publish};

use super::check;
use crate::app::App;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// Larger files are not read: the loader would refuse them.
const LARGEST: u64 = 2 * 1024 * 1024;

/// What is known of a file: enough to see that it did not change.
#[derive(Clone, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<std::time::SystemTime>,
}

/// The watched folder.
pub struct Folder {
    path: PathBuf,
    known: BTreeMap<String, (Stamp, Vec<u8>)>,
}

impl Folder {
    /// A folder that was not looked at yet.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path, known: BTreeMap::new() }
    }

    /// Looks once, and publishes what changed.
    ///
    /// # Errors
    /// When the journal cannot keep a version. Files that cannot be read are logged and tried again.
    pub async fn look(&mut self, app: &App) -> Result<(), Error> {
        let path = self.path.clone();
        let listed = tokio::task::spawn_blocking(move || list(&path)).await;
        let files = match listed {
            Ok(Ok(files)) => files,
            Ok(Err(error)) => {
                tracing::warn!(folder = %self.path.display(), %error, "the workflow folder cannot be read");
                return Ok(());
            }
            Err(_) => return Ok(()),
        };
        let gone: Vec<String> = self.known.keys().filter(|id| !files.contains_key(*id)).cloned().collect();
        for id in gone {
            self.known.remove(&id);
            app.flows.set_problems(&id, Vec::new());
            app.journal.flows.retire(&id, app.clock.now()).await?;
        }
        for (id, stamp) in files {
            self.look_at(&id, stamp, app).await?;
        }
        app.flows.refresh(&app.journal, &app.plans).await
    }

    async fn look_at(&mut self, id: &str, stamp: Stamp, app: &App) -> Result<(), Error> {
        if self.known.get(id).is_some_and(|(known, _)| *known == stamp) {
            return Ok(());
        }
        let file = self.path.join(format!("{id}.yaml"));
        let text = match tokio::fs::read(&file).await {
            Ok(text) => text,
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "a workflow file cannot be read");
                return Ok(());
            }
        };
        let same = self.known.get(id).is_some_and(|(_, known)| *known == text);
        if !same {
            publish(id, &text, app).await?;
        }
        self.known.insert(id.to_owned(), (stamp, text));
        Ok(())
    }

    /// Looks every second until the process ends.
    pub async fn watch(mut self, app: App) {
        loop {
            tokio::select! {
                () = app.pause.pause(EVERY) => {}
                () = app.stopping.cancelled() => return,
            }
            if let Err(error) = self.look(&app).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the workflow folder could not be published"
                );
            }
        }
    }

    /// Switches off the workflows of the folder whose files went while the server was down.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub async fn retire_missing(&self, app: &App) -> Result<(), Error> {
        for flow in app.journal.flows.all().await? {
            let missing = !self.known.contains_key(&flow.id);
            if flow.origin == Origin::Folder && !flow.retired && missing {
                app.journal.flows.retire(&flow.id, app.clock.now()).await?;
            }
        }
        Ok(())
    }
}

async fn publish(id: &str, text: &[u8], app: &App) -> Result<(), Error> {
    let file = format!("{id}.yaml");
    let checked = check(&file, text, app.plans.catalog().as_ref(), &app.sources);
    let errors = checked.problems.iter().filter(|problem| problem.is_error()).count();
    app.flows.set_problems(id, checked.problems);
    if errors > 0 {
        tracing::warn!(file, errors, "a workflow file has problems; the last good version goes on");
        return Ok(());
    }
    let publish = Publish {
        id: id.to_owned(),
        text: text.to_vec(),
        origin: Origin::Folder,
        author: "folder".to_owned(),
        at: app.clock.now(),
    };
    let version = app.journal.flows.publish(publish).await?;
    tracing::info!(workflow = id, version, "published from the folder");
    Ok(())
}

/// `<id>.yaml` files, without the tests beside them.
fn list(folder: &Path) -> std::io::Result<BTreeMap<String, Stamp>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(id) = name.to_str().and_then(|name| name.strip_suffix(".yaml")) else { continue };
        let meta = entry.metadata()?;
        if meta.is_file() && !id.ends_with(".test") && meta.len() <= LARGEST {
            files.insert(id.to_owned(), Stamp { size: meta.len(), modified: meta.modified().ok() });
        }
    }
    Ok(files)
}
