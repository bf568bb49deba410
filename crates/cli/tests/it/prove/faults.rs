//! Faults below the server: syncs that fail, power that goes, a clock that jumps. `faults.c` makes them; here it is
//! compiled and told what to do.

use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::dice::Dice;
use super::lives::Lives;

/// What a disk writes at once or not at all.
const SECTOR: usize = 512;
/// The head of what is kept of a write: where it begins, how many old bytes follow, how long the file was.
const HEAD: usize = 24;

/// What becomes of the writes to a file that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// None was made.
    All,
    /// Those up to some moment were made.
    Newest,
    /// Any sectors were written.
    Sectors,
}

/// A folder with the compiled library and what it is told.
pub(crate) struct Faults {
    folder: tempfile::TempDir,
}

impl Faults {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/prove/faults.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(folder.path().join("faults.so"))
            .arg(source)
            .args(["-ldl", "-lpthread"])
            .status();
        assert!(made.expect("cc: `.ci/install rust` installs it").success());
        std::fs::write(folder.path().join("clock"), [0; 8]).expect("a clock");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Loads the library into each server that starts from now on.
    pub(crate) fn load(&self, lives: &mut Lives) {
        self.load_clock(lives);
        std::fs::create_dir_all(self.path("undo")).expect("a folder");
        for (name, file) in [("FAULTS_UNDO", "undo"), ("FAULTS_BROKEN", "broken"), ("FAULTS_LYING", "lying")]
        {
            lives.set(name, &self.path(file).display().to_string());
        }
    }

    /// Loads the library for its clock alone: the disk stays as quick as it is.
    pub(crate) fn load_clock(&self, lives: &mut Lives) {
        for (name, file) in [("LD_PRELOAD", "faults.so"), ("FAULTS_CLOCK", "clock")] {
            lives.set(name, &self.path(file).display().to_string());
        }
    }

    /// From now on the disk confirms nothing.
    pub(crate) fn break_syncs(&self) {
        std::fs::write(self.path("broken"), "").expect("a file");
    }

    /// From now on the disk confirms what it does not do.
    pub(crate) fn lie_about_syncs(&self) {
        std::fs::write(self.path("lying"), "").expect("a file");
    }

    /// The disk confirms again.
    pub(crate) fn mend_syncs(&self) {
        std::fs::remove_file(self.path("broken")).expect("the file goes");
    }

    /// By how many seconds the wall clock of running servers is off.
    pub(crate) fn set_clock(&self, seconds: i64) {
        let file = std::fs::OpenOptions::new().write(true).open(self.path("clock")).expect("the clock");
        file.write_all_at(&(seconds * 1_000_000_000).to_ne_bytes(), 0).expect("the clock is set");
    }

    /// The power goes while the server is dead: what was written to each file and not synced is lost in a way that the
    /// dice say. Returns how many writes were not synced.
    pub(crate) fn cut_power(&self, data: &Path, dice: &mut Dice) -> usize {
        let mut way =
            || [Loss::All, Loss::Newest, Loss::Sectors][usize::try_from(dice.between(0, 3)).expect("small")];
        let ways = [way(), way()];
        self.lose(data, ways, dice)
    }

    /// The power goes, and takes everything that was not synced.
    pub(crate) fn take_all(&self, data: &Path) -> usize {
        self.lose(data, [Loss::All; 2], &mut Dice::new(0, 0))
    }

    fn lose(&self, data: &Path, ways: [Loss; 2], dice: &mut Dice) -> usize {
        // A memory-mapped file of no worth after a loss of power; it is made anew.
        drop(std::fs::remove_file(data.join("cauce.db-shm")));
        let files = [("db", "cauce.db"), ("wal", "cauce.db-wal")];
        let lost = files.iter().zip(ways).map(|((name, file), way)| {
            let undo = self.path("undo").join(name);
            let kept = std::fs::read(&undo).unwrap_or_default();
            std::fs::write(&undo, "").expect("the undo is done");
            lose(&data.join(file), &kept, way, dice)
        });
        lost.sum()
    }
}

/// One write that was not synced: the bytes it replaced, in `kept`.
struct Write {
    at: usize,
    old: Range<usize>,
    size: usize,
}

fn writes(kept: &[u8]) -> Vec<Write> {
    let number = |at: usize| {
        let bytes = kept.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map(|bytes| usize::try_from(u64::from_ne_bytes(bytes)).expect("an offset"))
    };
    let (mut writes, mut at) = (Vec::new(), 0);
    // The last one may be half there: then the write itself never happened.
    while let (Some(begin), Some(length), Some(size)) = (number(at), number(at + 8), number(at + 16)) {
        let old = at + HEAD..at + HEAD + length;
        at = old.end;
        if at > kept.len() {
            break;
        }
        writes.push(Write { at: begin, old, size });
    }
    writes
}

fn lose(file: &Path, kept: &[u8], way: Loss, dice: &mut Dice) -> usize {
    let writes = writes(kept);
    if writes.is_empty() || !file.exists() {
        return writes.len();
    }
    let new = std::fs::read(file).expect("the file");
    let count = u64::try_from(writes.len()).expect("a count");
    let newest = way == Loss::Newest;
    let survive = if newest { usize::try_from(dice.between(0, count + 1)).expect("small") } else { 0 };
    let mut image = new.clone();
    for write in writes.iter().skip(survive).rev() {
        image.resize(write.size.max(write.at + write.old.len()), 0);
        image[write.at..write.at + write.old.len()].copy_from_slice(&kept[write.old.clone()]);
        image.truncate(write.size);
    }
    if way == Loss::Sectors {
        image = torn(&image, &new, dice);
    }
    std::fs::write(file, image).expect("the file as the power left it");
    writes.len()
}

/// Of each sector the old or the new.
fn torn(old: &[u8], new: &[u8], dice: &mut Dice) -> Vec<u8> {
    let size = if dice.percent(50) { old.len() } else { new.len() };
    let mut image = vec![0; size];
    for (number, sector) in image.chunks_mut(SECTOR).enumerate() {
        let from = if dice.percent(50) { old } else { new };
        let source = from.get(number * SECTOR..).unwrap_or_default();
        let there = sector.len().min(source.len());
        sector[..there].copy_from_slice(&source[..there]);
    }
    image
}

#[test]
fn what_was_not_synced_is_taken_away_write_by_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, b"AAbbbb").expect("a file");
    // First `AAAA` at 0 became `AAbb` at 2, then the file grew by `bb`.
    let mut kept = Vec::new();
    for (at, old, size) in [(2_u64, &b"AA"[..], 4_u64), (4, b"", 4)] {
        for number in [at, u64::try_from(old.len()).expect("small"), size] {
            kept.extend(number.to_ne_bytes());
        }
        kept.extend(old);
    }
    assert_eq!(lose(&file, &kept, Loss::All, &mut Dice::new(0, 0)), 2);
    assert_eq!(std::fs::read(&file).expect("the file"), b"AAAA");
}
