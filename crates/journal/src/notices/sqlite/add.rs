//! What goes with the write that moves a run: its notice, its questions, the end of a row of failures. Many runs that fail
//! at once are few statements: one for each cause.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use cauce_model::{RunId, Time};
use sqlx::SqliteConnection;

use super::super::{Group, IN_A_ROW, Kind, Letter, Notice, Question, grouped, in_a_row};
use super::{find, merge};
use crate::sqlite::{MAIN, Packed, to_json};

/// What goes with a write.
#[derive(Default)]
pub(crate) struct NewNotices {
    notice: Option<(Notice, RunId)>,
    letters: Vec<Letter>,
    /// The workflow whose failures in a row are over.
    ends_row: Option<String>,
}

impl NewNotices {
    /// None where there is nothing.
    pub(crate) fn new(
        run: RunId,
        notice: Option<Notice>,
        questions: Vec<Question>,
        ends_row: Option<String>,
    ) -> Option<Self> {
        if notice.is_none() && questions.is_empty() && ends_row.is_none() {
            return None;
        }
        let letters = questions.into_iter().map(Letter::asking).collect();
        Some(Self { notice: notice.map(|notice| (notice, run)), letters, ends_row })
    }

    /// About how many bytes they write.
    pub(crate) fn size(&self) -> usize {
        2048 * (usize::from(self.notice.is_some()) + self.letters.len()) + 64
    }
}

/// Writes what goes with writes that matched. Ends come before failures: who is to say which was first?
pub(crate) async fn write(
    conn: &mut SqliteConnection,
    new: impl Iterator<Item = &NewNotices> + Clone,
) -> Result<(), sqlx::Error> {
    let mut rows = Packed::default();
    for workflow in new.clone().filter_map(|new| new.ends_row.as_ref()) {
        rows.row().bytes(workflow.as_bytes());
    }
    rows.execute(conn, END_ROWS).await?;
    for group in grouped(new.clone().filter_map(|new| new.notice.clone())) {
        merge(conn, group).await?;
    }
    for failed in failures(new.clone()).into_values() {
        count_in_a_row(conn, &failed).await?;
    }
    let mut letters = Packed::default();
    for letter in new.flat_map(|new| &new.letters) {
        pack(&mut letters, letter);
    }
    letters.execute(conn, KEEP_LETTERS).await
}

pub(crate) const END_ROWS: &str = "
    DELETE FROM streak WHERE workspace = 1 AND workflow IN (
        SELECT CAST(substr(?2, value ->> 0, value ->> 1) AS TEXT) FROM json_each(?1))";

/// A letter that is known stays as it is.
pub(super) const KEEP_LETTERS: &str = "
    INSERT OR IGNORE INTO letter (workspace, id, receiver, digest, at, attempts, next_at, body)
    SELECT 1, substr(?2, v ->> 0, v ->> 1), CAST(substr(?2, v ->> 2, v ->> 3) AS TEXT), v ->> 4, v ->> 5, v ->> 6,
        v ->> 7, substr(?2, v ->> 8, v ->> 9)
    FROM (SELECT value AS v FROM json_each(?1))";

pub(super) fn pack(letters: &mut Packed, letter: &Letter) {
    letters
        .row()
        .bytes(letter.id.as_bytes())
        .bytes(letter.receiver.as_bytes())
        .int(i64::from(letter.is_digest()))
        .int(letter.at.micros())
        .int(i64::from(letter.attempts))
        .int(letter.next_at.micros())
        .bytes(&to_json(&letter.body));
}

/// The failures of each workflow, whatever their causes.
fn failures<'a>(new: impl Iterator<Item = &'a NewNotices>) -> BTreeMap<&'a str, Group> {
    let mut failures = BTreeMap::<&str, Group>::new();
    let failed = new.filter_map(|new| new.notice.as_ref()).filter(|(notice, _)| notice.kind == Kind::Failed);
    for (notice, run) in failed {
        let group = Group::new(notice.clone(), *run);
        match failures.entry(&notice.workflow) {
            Entry::Vacant(free) => drop(free.insert(group)),
            Entry::Occupied(mut known) => known.get_mut().merge(group),
        }
    }
    failures
}

async fn count_in_a_row(conn: &mut SqliteConnection, failed: &Group) -> Result<(), sqlx::Error> {
    let (count, since): (i64, i64) = sqlx::query_as(
        "INSERT INTO streak (workspace, workflow, count, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET count = count + excluded.count RETURNING count, since",
    )
    .bind(MAIN)
    .bind(&failed.notice.workflow)
    .bind(i64::try_from(failed.count).unwrap_or(i64::MAX))
    .bind(failed.first_at.micros())
    .fetch_one(&mut *conn)
    .await?;
    let count = u64::try_from(count).unwrap_or_default();
    let Some(row) = in_a_row(failed, count, Time::from_micros(since)) else { return Ok(()) };
    let is_new = count.saturating_sub(failed.count) < IN_A_ROW;
    if is_new || find(conn, &row).await?.is_some() {
        merge(conn, row).await?;
    }
    Ok(())
}
