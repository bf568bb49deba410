//! Statements that nobody needs an answer from yet, sent to SQLite together: each trip to the connection's thread costs two
//! changes of thread, however little is done there.

use std::fmt::Write;

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, SqliteConnection};

use super::Packed;

/// Statements over packed rows, in order.
#[derive(Default)]
pub(crate) struct Pile {
    sql: String,
    arguments: SqliteArguments,
    count: usize,
}

impl Pile {
    /// Adds a statement that takes its rows as `?1` and `?2`; nothing where there is no row.
    pub(crate) fn add(&mut self, packed: Packed, sql: &'static str) -> Result<(), sqlx::Error> {
        if packed.is_empty() {
            return Ok(());
        }
        let (rows, bytes) = packed.finish();
        self.arguments.add(rows).map_err(sqlx::Error::Encode)?;
        self.arguments.add(bytes).map_err(sqlx::Error::Encode)?;
        // The statements share one list of arguments, so each one's `?1` and `?2` become the names of its own. Names, since
        // a number of its own would leave a statement with all the smaller ones too, for the driver to fill.
        let mut rest = sql;
        while let Some((before, behind)) = rest.split_once('?') {
            let number = if behind.starts_with('1') { 1 } else { 2 };
            write!(self.sql, "{before}${}", 2 * self.count + number).expect("a String takes every write");
            rest = behind.get(1..).unwrap_or_default();
        }
        self.sql.push_str(rest);
        self.sql.push(';');
        self.count += 1;
        Ok(())
    }

    /// Runs them. The first that fails is the last that runs.
    pub(crate) async fn run(self, conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if self.count > 0 {
            sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).execute(conn).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, SqliteConnection};

    use super::*;

    #[tokio::test]
    async fn each_statement_gets_its_own_rows() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::query("CREATE TABLE kept (place, number)").execute(&mut conn).await.unwrap();
        let mut pile = Pile::default();
        for number in 0..6 {
            let mut packed = Packed::default();
            if number != 3 {
                packed.row().int(number).bytes(&[b'0' + u8::try_from(number).unwrap()]);
            }
            let sql =
                "INSERT INTO kept SELECT value ->> 0, CAST(substr(?2, value ->> 1, value ->> 2) AS TEXT)
                 FROM json_each(?1)";
            pile.add(packed, sql).unwrap();
        }
        pile.run(&mut conn).await.unwrap();
        let kept: String = sqlx::query_scalar("SELECT group_concat(place || number, ' ') FROM kept")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(kept, "00 11 22 44 55", "the one without rows did not run");
        Pile::default().run(&mut conn).await.unwrap();
    }
}
