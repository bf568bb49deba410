//! SQLite alone, as fast as it goes on one thread: rows as an accept writes them (an event, its run, a key), with prepared
//! statements, in write-ahead mode with `synchronous=FULL`, so many accepts in one commit.
//!
//! `insert FOLDER` prints a JSON object a line.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16000;
    CREATE TABLE event (workspace INTEGER NOT NULL, id BLOB NOT NULL, workflow TEXT NOT NULL, trigger_id TEXT NOT NULL,
        received_at INTEGER NOT NULL, dedupe BLOB, run BLOB, data BLOB NOT NULL, PRIMARY KEY (workspace, id)) STRICT;
    CREATE TABLE run_open (workspace INTEGER NOT NULL, id BLOB NOT NULL, rev INTEGER NOT NULL, owner BLOB,
        status INTEGER NOT NULL, workflow TEXT NOT NULL, event BLOB NOT NULL, accepted_at INTEGER NOT NULL,
        brief BLOB NOT NULL, PRIMARY KEY (workspace, id)) STRICT;
    CREATE INDEX run_owned ON run_open (workspace, owner, id) WHERE owner IS NOT NULL;
    CREATE INDEX run_of_workflow ON run_open (workspace, workflow, id);
    CREATE TABLE run_key (workspace INTEGER NOT NULL, key TEXT NOT NULL, run BLOB NOT NULL,
        PRIMARY KEY (workspace, key, run)) STRICT, WITHOUT ROWID;";

const SPAN: Duration = Duration::from_secs(3);

fn main() -> Outcome<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: insert FOLDER")?);
    for batch in [1_u32, 16, 64, 512] {
        std::fs::create_dir_all(&folder)?;
        measure(&folder, batch)?;
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement is about the real clock")]
fn measure(folder: &std::path::Path, batch: u32) -> Outcome<()> {
    let mut connection = Connection::open(folder.join("insert.db"))?;
    connection.execute_batch(SCHEMA)?;
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < SPAN {
        let transaction = connection.transaction()?;
        for _ in 0..batch {
            count += 1;
            accept(&transaction, count)?;
        }
        transaction.commit()?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let name = format!("SQLite alone, {batch} accepts a commit");
    let row = json!({ "name": name, "answers_per_second": f64::from(count) / seconds, "syncs_per_run": 1.0 / f64::from(batch) });
    println!("{row}");
    Ok(())
}

/// The ids rise with time, as those of a run do, with as much chance in them.
fn accept(connection: &Connection, count: u32) -> Outcome<()> {
    let id = (u128::from(count) << 64 | u128::from(count.wrapping_mul(0x9e37_79b9))).to_be_bytes();
    let data = [b'x'; 420];
    connection
        .prepare_cached("INSERT INTO event VALUES (1, ?1, 'parked', 'arrived', ?2, NULL, ?1, ?3)")?
        .execute(params![id, count, data])?;
    connection
        .prepare_cached("INSERT INTO run_open VALUES (1, ?1, 1, ?2, 1, 'parked', ?1, ?3, ?4)")?
        .execute(params![id, [7_u8; 16], count, [b'y'; 120]])?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO run_key VALUES (1, ?1, ?2)")?
        .execute(params![format!("ada.{}@example.com", count % 1000), id])?;
    Ok(())
}
