//! What can go wrong in the journal, told by what the caller should do.

/// Why the journal did not do it. Nothing of the call was written, except where [`Error::Unavailable`] says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This session is dead: drop all work in hand and open a new one.
    #[error("the session is dead")]
    Fenced,
    /// The store cannot write now (disk full, busy, gone): try again later, acknowledge nothing.
    #[error("the store cannot do this now: {doing}")]
    Unavailable {
        /// What was tried.
        doing: &'static str,
        /// The store's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The queue of writes is full: try again later, acknowledge nothing.
    #[error("too many writes wait for the store")]
    Full,
    /// A row does not read back: written by a newer version, or damaged.
    #[error("what is stored does not read back: {what}")]
    Corrupt {
        /// Which row.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another process holds the data folder.
    #[error("the data folder `{folder}` is in use by another process")]
    Locked {
        /// The folder.
        folder: String,
    },
    /// The schema is newer than this binary.
    #[error("the database has schema {found}, this binary knows {known}")]
    Newer {
        /// The schema's number.
        found: i64,
        /// The newest number this binary knows.
        known: i64,
    },
    /// A name that must be unique is taken.
    #[error("`{what}` exists already")]
    Exists {
        /// Which name.
        what: String,
    },
    /// The writer stopped: the process is on its way out.
    #[error("the journal is closed")]
    Closed,
}
