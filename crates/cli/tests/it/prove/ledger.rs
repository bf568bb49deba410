//! The sender's own book: what was acknowledged, on disk and synced before it counts.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use tokio::sync::{mpsc, oneshot};

/// What the server said of an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Receipt {
    pub(crate) key: String,
    pub(crate) event: String,
    pub(crate) run: String,
}

#[derive(Debug)]
struct Line {
    text: String,
    written: oneshot::Sender<()>,
}

/// Where acknowledgements are written down. Clones write into the same file.
#[derive(Clone)]
pub(crate) struct Ledger {
    lines: mpsc::UnboundedSender<Line>,
    path: PathBuf,
}

impl Ledger {
    pub(crate) fn new(folder: &Path) -> Self {
        let path = folder.join("acknowledged");
        let file = OpenOptions::new().create(true).append(true).open(&path).expect("a ledger");
        let (lines, queue) = mpsc::unbounded_channel();
        std::thread::spawn(move || write(file, queue));
        Self { lines, path }
    }

    /// Returns when the receipt is synced.
    pub(crate) async fn keep(&self, receipt: &Receipt) {
        let text = format!("{} {} {}\n", receipt.key, receipt.event, receipt.run);
        let (written, done) = oneshot::channel();
        self.lines.send(Line { text, written }).expect("the ledger is open");
        done.await.expect("a synced line");
    }

    /// The file, read back: every receipt by its key. Two different ones of one key fail.
    pub(crate) fn read(&self) -> BTreeMap<String, Receipt> {
        let mut known = BTreeMap::new();
        for line in std::fs::read_to_string(&self.path).expect("the ledger").lines() {
            let [key, event, run] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("half a line: {line}")
            };
            let receipt = Receipt { key: key.to_owned(), event: event.to_owned(), run: run.to_owned() };
            if let Some(before) = known.insert(receipt.key.clone(), receipt.clone()) {
                assert_eq!(before, receipt, "two answers to one key");
            }
        }
        known
    }
}

/// Writes what waits, and syncs once for all of it.
fn write(mut file: File, mut queue: mpsc::UnboundedReceiver<Line>) {
    while let Some(first) = queue.blocking_recv() {
        let mut lines = vec![first];
        while let Ok(line) = queue.try_recv() {
            lines.push(line);
        }
        let text: String = lines.iter().map(|line| line.text.as_str()).collect();
        file.write_all(text.as_bytes()).expect("a line is written");
        file.sync_data().expect("the ledger is synced");
        for line in lines {
            // Who went away does not wait for it.
            line.written.send(()).unwrap_or(());
        }
    }
}
