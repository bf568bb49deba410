//! People and tokens on SQLite.

use async_trait::async_trait;
use cauce_model::Time;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Access, Hash, Role, SignIn, Token, User, is_worth_moving};
use crate::Error;
use crate::sqlite::{Halt, MAIN, Raw, Sqlite, Write, corrupt, id_from, id_of, unreadable};

/// Puts down a set-up link.
struct Offer(Hash);

/// Uses up a set-up link.
struct SetUp {
    hash: Hash,
    user: User,
}

/// Keeps a sign-in, and forgets those that are over.
struct Enter {
    sign_in: SignIn,
    now: i64,
}

/// Moves the end of a sign-in's idle time.
struct Touch {
    hash: Hash,
    idle_until: i64,
}

/// Ends a sign-in.
struct Leave(Hash);

#[async_trait]
impl Write for Offer {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query("INSERT OR REPLACE INTO setup (workspace, hash) VALUES (?1, ?2)")
            .bind(MAIN)
            .bind(self.0.as_slice())
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for SetUp {
    type Answer = bool;

    async fn write(&self, conn: &mut SqliteConnection) -> Result<bool, Halt> {
        let used = sqlx::query(
            "DELETE FROM setup WHERE workspace = ?1 AND hash = ?2
                 AND NOT EXISTS (SELECT 1 FROM user WHERE workspace = ?1)",
        )
        .bind(MAIN)
        .bind(self.hash.as_slice())
        .execute(&mut *conn)
        .await?;
        if used.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO user (workspace, id, email, name, role, language, password)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(MAIN)
        .bind(id_of(self.user.id))
        .bind(&self.user.email)
        .bind(&self.user.name)
        .bind(self.user.role.word())
        .bind(&self.user.language)
        .bind(&self.user.password)
        .execute(conn)
        .await?;
        Ok(true)
    }
}

#[async_trait]
impl Write for Enter {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        let made = sqlx::query(
            "INSERT OR IGNORE INTO sign_in (workspace, hash, user, expires_at, idle_until) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(MAIN)
        .bind(self.sign_in.hash.as_slice())
        .bind(id_of(self.sign_in.user))
        .bind(self.sign_in.expires_at.micros())
        .bind(self.sign_in.idle_until.micros())
        .execute(&mut *conn)
        .await?;
        if made.rows_affected() == 0 {
            return Err(Error::Exists { what: "sign-in".to_owned() }.into());
        }
        sqlx::query(
            "DELETE FROM sign_in WHERE workspace = ?1 AND (expires_at <= ?2 OR idle_until <= ?2) AND hash <> ?3",
        )
        .bind(MAIN)
        .bind(self.now)
        .bind(self.sign_in.hash.as_slice())
        .execute(conn)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for Touch {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query("UPDATE sign_in SET idle_until = max(idle_until, ?3) WHERE workspace = ?1 AND hash = ?2")
            .bind(MAIN)
            .bind(self.hash.as_slice())
            .bind(self.idle_until)
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for Leave {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        sqlx::query("DELETE FROM sign_in WHERE workspace = ?1 AND hash = ?2")
            .bind(MAIN)
            .bind(self.0.as_slice())
            .execute(conn)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Write for Token {
    type Answer = ();

    async fn write(&self, conn: &mut SqliteConnection) -> Result<(), Halt> {
        let made = sqlx::query(
            "INSERT OR IGNORE INTO token (workspace, id, hash, name, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(MAIN)
        .bind(id_of(self.id))
        .bind(self.hash.as_slice())
        .bind(&self.name)
        .bind(self.role.word())
        .bind(self.created_at.micros())
        .execute(conn)
        .await?;
        if made.rows_affected() == 0 {
            return Err(Error::Exists { what: format!("token {}", self.name) }.into());
        }
        Ok(())
    }
}

/// Id, address, name, role, language, password.
type UserRow = (Raw, String, String, String, String, String);

fn user_from((id, email, name, role, language, password): UserRow) -> Result<User, Error> {
    let id = id_from(&id, |id: Uuid| id)?;
    Ok(User { id, email, name, role: role_from(&role)?, language, password })
}

fn role_from(word: &str) -> Result<Role, Error> {
    Role::from_word(word).ok_or_else(|| corrupt("a role", format!("`{word}` is no role")))
}

#[async_trait]
impl Access for Sqlite {
    async fn has_users(&self) -> Result<bool, Error> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM user WHERE workspace = ?1)")
            .bind(MAIN)
            .fetch_one(&self.readers)
            .await
            .map_err(unreadable("read the people"))
    }

    async fn offer_setup(&self, hash: Hash) -> Result<(), Error> {
        self.writer.write(Offer(hash)).await
    }

    async fn set_up(&self, hash: Hash, user: User) -> Result<bool, Error> {
        self.writer.write(SetUp { hash, user }).await
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = sqlx::query_as(
            "SELECT id, email, name, role, language, password FROM user WHERE workspace = ?1 AND email = ?2",
        )
        .bind(MAIN)
        .bind(email)
        .fetch_optional(&self.readers)
        .await
        .map_err(unreadable("read a person"))?;
        row.map(user_from).transpose()
    }

    async fn first_admin(&self) -> Result<Option<User>, Error> {
        let rows: Vec<UserRow> = sqlx::query_as(
            "SELECT id, email, name, role, language, password FROM user WHERE workspace = ?1 ORDER BY id",
        )
        .bind(MAIN)
        .fetch_all(&self.readers)
        .await
        .map_err(unreadable("read the people"))?;
        let users: Result<Vec<User>, Error> = rows.into_iter().map(user_from).collect();
        Ok(users?.into_iter().find(|user| user.role == Role::Admin))
    }

    async fn sign_in(&self, sign_in: SignIn) -> Result<(), Error> {
        self.writer.write(Enter { sign_in, now: self.clock.now().micros() }).await
    }

    async fn signed_in(&self, hash: &Hash, now: Time, idle: Time) -> Result<Option<User>, Error> {
        let found: Option<(Raw, i64)> = sqlx::query_as(
            "SELECT user, idle_until FROM sign_in
             WHERE workspace = ?1 AND hash = ?2 AND expires_at > ?3 AND idle_until > ?3",
        )
        .bind(MAIN)
        .bind(hash.as_slice())
        .bind(now.micros())
        .fetch_optional(&self.readers)
        .await
        .map_err(unreadable("read a sign-in"))?;
        let Some((user, idle_until)) = found else { return Ok(None) };
        if is_worth_moving(Time::from_micros(idle_until), idle) {
            self.writer.write(Touch { hash: *hash, idle_until: idle.micros() }).await?;
        }
        let row: Option<UserRow> = sqlx::query_as(
            "SELECT id, email, name, role, language, password FROM user WHERE workspace = ?1 AND id = ?2",
        )
        .bind(MAIN)
        .bind(user)
        .fetch_optional(&self.readers)
        .await
        .map_err(unreadable("read a person"))?;
        row.map(user_from).transpose()
    }

    async fn sign_out(&self, hash: &Hash) -> Result<(), Error> {
        self.writer.write(Leave(*hash)).await
    }

    async fn add_token(&self, token: Token) -> Result<(), Error> {
        self.writer.write(token).await
    }

    async fn token(&self, hash: &Hash) -> Result<Option<Token>, Error> {
        let row: Option<(Raw, String, String, i64)> =
            sqlx::query_as("SELECT id, name, role, created_at FROM token WHERE workspace = ?1 AND hash = ?2")
                .bind(MAIN)
                .bind(hash.as_slice())
                .fetch_optional(&self.readers)
                .await
                .map_err(unreadable("read a token"))?;
        let Some((id, name, role, created_at)) = row else { return Ok(None) };
        Ok(Some(Token {
            id: id_from(&id, |id: Uuid| id)?,
            hash: *hash,
            name,
            role: role_from(&role)?,
            created_at: Time::from_micros(created_at),
        }))
    }
}
