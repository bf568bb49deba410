//! The database file of a server that has ended.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// What SQLite says of the file: `ok`, or what is wrong with it.
pub(crate) async fn integrity(data: &Path) -> String {
    let options = SqliteConnectOptions::new().filename(data.join("cauce.db")).create_if_missing(false);
    let mut conn = options.connect().await.expect("the database opens");
    let said: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut conn).await.expect("a check");
    conn.close().await.expect("it closes");
    said.join("; ")
}
