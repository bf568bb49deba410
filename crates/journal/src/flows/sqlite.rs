//! Workflows on SQLite.

use async_trait::async_trait;
use cauce_model::Time;
use sqlx::SqliteConnection;

use super::{Flow, Flows, Origin, Publish};
use crate::sqlite::{Bytes, Halt, MAIN, Sqlite, Write, corrupt, unreadable};
use crate::{Change, Error};

/// Switches a workflow.
struct Switch {
    id: String,
    on: bool,
    at: i64,
}

/// Switches a workflow off for good.
struct Retire {
    id: String,
    at: i64,
}

/// A newest version as the writer looks at it.
type Newest = (i64, i64, bool, Bytes);

#[async_trait]
impl Write for Publish {
    /// The newest version's number, and whether anything changed.
    type Answer = (u32, bool);

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(u32, bool), Halt> {
        let newest: Option<Newest> = sqlx::query_as(
            "SELECT f.version, f.origin, f.retired, v.text FROM flow AS f
             JOIN flow_version AS v ON v.workspace = f.workspace AND v.flow = f.id AND v.version = f.version
             WHERE f.workspace = ?1 AND f.id = ?2",
        )
        .bind(MAIN)
        .bind(&self.id)
        .fetch_optional(&mut *conn)
        .await?;
        let origin = origin_number(self.origin);
        let (version, is_new_text) = match &newest {
            None => (1, true),
            Some((version, _, _, text)) if *text != self.text => (version + 1, true),
            Some((version, ..)) => (*version, false),
        };
        let number = u32::try_from(version).map_err(|error| corrupt("the version of a workflow", error))?;
        if newest.is_some_and(|(_, old, retired, _)| old == origin && !retired) && !is_new_text {
            return Ok((number, false));
        }
        if is_new_text {
            self.add_version(conn, version).await?;
        }
        sqlx::query(
            "INSERT INTO flow (workspace, id, is_on, retired, version, origin, updated_at)
             VALUES (?1, ?2, 1, 0, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET is_on = max(is_on, retired), retired = 0, version = excluded.version,
                 origin = excluded.origin, updated_at = excluded.updated_at",
        )
        .bind(MAIN)
        .bind(&self.id)
        .bind(version)
        .bind(origin)
        .bind(self.at.micros())
        .execute(&mut *conn)
        .await?;
        raise(conn).await?;
        Ok((number, true))
    }
}

impl Publish {
    async fn add_version(&self, conn: &mut SqliteConnection, version: i64) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO flow_version (workspace, flow, version, text, author, published_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(MAIN)
        .bind(&self.id)
        .bind(version)
        .bind(&*self.text)
        .bind(&self.author)
        .bind(self.at.micros())
        .execute(conn)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for Switch {
    /// Whether there is such a workflow, and whether anything changed.
    type Answer = (bool, bool);

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(bool, bool), Halt> {
        let is_on: Option<bool> =
            sqlx::query_scalar("SELECT is_on FROM flow WHERE workspace = ?1 AND id = ?2 AND retired = 0")
                .bind(MAIN)
                .bind(&self.id)
                .fetch_optional(&mut *conn)
                .await?;
        if is_on.is_none_or(|is_on| is_on == self.on) {
            return Ok((is_on.is_some(), false));
        }
        sqlx::query("UPDATE flow SET is_on = ?3, updated_at = ?4 WHERE workspace = ?1 AND id = ?2")
            .bind(MAIN)
            .bind(&self.id)
            .bind(self.on)
            .bind(self.at)
            .execute(&mut *conn)
            .await?;
        raise(conn).await?;
        Ok((true, true))
    }
}

#[async_trait]
impl Write for Retire {
    /// Whether anything changed.
    type Answer = bool;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<bool, Halt> {
        let retired = sqlx::query(
            "UPDATE flow SET is_on = 0, retired = 1, updated_at = ?3 WHERE workspace = ?1 AND id = ?2 AND retired = 0",
        )
        .bind(MAIN)
        .bind(&self.id)
        .bind(self.at)
        .execute(&mut *conn)
        .await?;
        if retired.rows_affected() == 0 {
            return Ok(false);
        }
        raise(conn).await?;
        Ok(true)
    }
}

/// Says that something changed here.
async fn raise(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE generation SET number = number + 1 WHERE workspace = ?1")
        .bind(MAIN)
        .execute(conn)
        .await?;
    Ok(())
}

const fn origin_number(origin: Origin) -> i64 {
    match origin {
        Origin::Folder => 0,
        Origin::Server => 1,
    }
}

/// Id, on, retired, version, text, origin, last change.
type Row = (String, bool, bool, u32, Bytes, i64, i64);

fn flow((id, on, retired, version, text, origin, updated_at): Row) -> Flow {
    let origin = if origin == origin_number(Origin::Folder) { Origin::Folder } else { Origin::Server };
    Flow { id, on, retired, version, text, origin, updated_at: Time::from_micros(updated_at) }
}

#[async_trait]
impl Flows for Sqlite {
    async fn publish(&self, publish: Publish) -> Result<u32, Error> {
        let id = publish.id.clone();
        let (version, changed) = self.writer.write(publish).await?;
        self.tell_flow(id, changed);
        Ok(version)
    }

    async fn switch(&self, id: &str, on: bool, at: Time) -> Result<bool, Error> {
        let switch = Switch { id: id.to_owned(), on, at: at.micros() };
        let (exists, changed) = self.writer.write(switch).await?;
        self.tell_flow(id.to_owned(), changed);
        Ok(exists)
    }

    async fn retire(&self, id: &str, at: Time) -> Result<(), Error> {
        let changed = self.writer.write(Retire { id: id.to_owned(), at: at.micros() }).await?;
        self.tell_flow(id.to_owned(), changed);
        Ok(())
    }

    async fn all(&self) -> Result<Vec<Flow>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT f.id, f.is_on, f.retired, f.version, v.text, f.origin, f.updated_at FROM flow AS f
             JOIN flow_version AS v ON v.workspace = f.workspace AND v.flow = f.id AND v.version = f.version
             WHERE f.workspace = ?1 ORDER BY f.id",
        )
        .bind(MAIN)
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the workflows"))?;
        Ok(rows.into_iter().map(flow).collect())
    }

    async fn text(&self, id: &str, version: u32) -> Result<Option<Vec<u8>>, Error> {
        sqlx::query_scalar(
            "SELECT text FROM flow_version WHERE workspace = ?1 AND flow = ?2 AND version = ?3",
        )
        .bind(MAIN)
        .bind(id)
        .bind(version)
        .fetch_optional(&self.readers)
        .await
        .map_err(unreadable("read a workflow"))
    }

    async fn generation(&self) -> Result<i64, Error> {
        sqlx::query_scalar("SELECT number FROM generation WHERE workspace = ?1")
            .bind(MAIN)
            .fetch_one(&self.readers)
            .await
            .map_err(unreadable("read the generation of workflows"))
    }
}

impl Sqlite {
    fn tell_flow(&self, id: String, changed: bool) {
        if changed {
            self.hints.tell(Change::Flow(id));
        }
    }
}
