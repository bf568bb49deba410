//! Many rows as two parameters: their numbers as one JSON array a row, their bytes behind one another in a blob.
//!
//! Each row's array stands as a text in the outer one: SQLite hands a text out as it is, and would write an inner array
//! anew for every column that is read of it.
//!
//! A statement reads them with `json_each(?1)` and cuts the bytes with `substr(?2, from, length)`. So a batch of any
//! size is one statement with one plan, and no text of the world ever passes through SQLite's JSON.

use std::fmt::Write;

use sqlx::SqliteConnection;

/// Rows under construction.
#[derive(Default)]
pub(crate) struct Packed {
    rows: String,
    bytes: Vec<u8>,
    fresh: bool,
}

impl Packed {
    /// Begins a row.
    pub(crate) fn row(&mut self) -> &mut Self {
        self.rows.push_str(if self.rows.is_empty() { "[\"[" } else { "]\",\"[" });
        self.fresh = true;
        self
    }

    /// One column: a number.
    pub(crate) fn int(&mut self, number: i64) -> &mut Self {
        self.comma();
        write!(self.rows, "{number}").expect("a String takes every write");
        self
    }

    /// One column: a number or NULL.
    pub(crate) fn maybe_int(&mut self, number: Option<i64>) -> &mut Self {
        match number {
            Some(number) => self.int(number),
            None => self.null(),
        }
    }

    /// Two columns: where some bytes begin, counted from 1, and how many they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.comma();
        write!(self.rows, "{},{}", self.bytes.len() + 1, bytes.len()).expect("a String takes every write");
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Two columns: some bytes or NULL.
    pub(crate) fn maybe_bytes(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        match bytes {
            Some(bytes) => self.bytes(bytes),
            None => self.null().null(),
        }
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The two parameters.
    pub(crate) fn finish(mut self) -> (String, Vec<u8>) {
        self.rows.push_str(if self.rows.is_empty() { "[]" } else { "]\"]" });
        (self.rows, self.bytes)
    }

    /// Runs a statement over the rows; none where there is no row.
    pub(crate) async fn execute(
        self,
        conn: &mut SqliteConnection,
        sql: &'static str,
    ) -> Result<(), sqlx::Error> {
        if !self.is_empty() {
            let (rows, bytes) = self.finish();
            sqlx::query(sql).bind(rows).bind(bytes).execute(conn).await?;
        }
        Ok(())
    }

    fn null(&mut self) -> &mut Self {
        self.comma();
        self.rows.push_str("null");
        self
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.fresh) {
            self.rows.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbers_and_places_of_bytes() {
        let mut packed = Packed::default();
        assert!(packed.is_empty());
        packed.row().int(7).bytes(b"ab").maybe_int(None).maybe_bytes(None);
        packed.row().int(-1).bytes(b"").maybe_int(Some(2)).maybe_bytes(Some(b"\0c"));
        let (rows, bytes) = packed.finish();
        assert_eq!(rows, r#"["[7,1,2,null,null,null]","[-1,3,0,2,3,2]"]"#);
        assert_eq!(bytes, b"ab\0c");
    }

    #[test]
    fn no_rows_are_an_empty_list() {
        assert_eq!(Packed::default().finish().0, "[]");
    }
}
