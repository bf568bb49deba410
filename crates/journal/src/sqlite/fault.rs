//! What an error of SQLite means for the batch it met.

/// What to do after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// One row is to blame: split the batch until it is found.
    Row,
    /// A name that must be unique is taken by one row.
    Taken,
    /// The store cannot write now; nothing of the batch was written.
    Store,
    /// Nobody knows what is on disk: a failed sync must never be tried again, the process has to go.
    Fatal,
}

/// Primary result codes, <https://www.sqlite.org/rescode.html>.
const IOERR: u32 = 10;
const FULL: u32 = 13;
const TOOBIG: u32 = 18;
const CONSTRAINT: u32 = 19;
const MISMATCH: u32 = 20;
/// Extended codes: a sync of a file or of its folder failed.
const IOERR_FSYNC: u32 = 1034;
const IOERR_DIR_FSYNC: u32 = 1290;
const CONSTRAINT_PRIMARYKEY: u32 = 1555;
const CONSTRAINT_UNIQUE: u32 = 2067;

/// Judges an error; `committing`: it came from COMMIT.
pub(crate) fn judge(error: &sqlx::Error, committing: bool) -> Fault {
    match error {
        sqlx::Error::WorkerCrashed => Fault::Fatal,
        sqlx::Error::Encode(_) => Fault::Row,
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse().ok()).unwrap_or(0);
            judge_code(code, committing)
        }
        _ => Fault::Store,
    }
}

/// Whether there is no room for what was to be written.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == FULL)
}

fn judge_code(code: u32, committing: bool) -> Fault {
    match (code, code & 0xff) {
        (IOERR_FSYNC | IOERR_DIR_FSYNC, _) => Fault::Fatal,
        (_, IOERR) if committing => Fault::Fatal,
        (CONSTRAINT_PRIMARYKEY | CONSTRAINT_UNIQUE, _) => Fault::Taken,
        (_, TOOBIG | CONSTRAINT | MISMATCH) => Fault::Row,
        _ => Fault::Store,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_sync_is_the_end_and_a_full_disk_is_not() {
        assert_eq!(judge_code(1034, false), Fault::Fatal);
        assert_eq!(judge_code(1034, true), Fault::Fatal);
        assert_eq!(
            judge_code(778, false),
            Fault::Store,
            "a write that failed before the commit was rolled back"
        );
        assert_eq!(judge_code(778, true), Fault::Fatal, "a write that failed in the commit");
        assert_eq!(judge_code(13, true), Fault::Store, "disk full");
        assert_eq!(judge_code(5, false), Fault::Store, "busy");
        assert_eq!(judge_code(2067, false), Fault::Taken);
        assert_eq!(judge_code(1299, false), Fault::Row, "not null");
        assert_eq!(judge(&sqlx::Error::WorkerCrashed, false), Fault::Fatal);
    }
}
