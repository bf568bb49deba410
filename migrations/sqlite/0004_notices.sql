-- What owners are to be told, the mails that tell it, and the questions of `approve`.

-- What nobody was told of yet. `kind`: its place in `Kind::ALL`. `last`: the last such notice and its run, as JSON.
CREATE TABLE notice (
    workspace INTEGER NOT NULL,
    workflow  TEXT NOT NULL,
    kind      INTEGER NOT NULL,
    cause     TEXT NOT NULL,
    count     INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    last      BLOB NOT NULL,
    PRIMARY KEY (workspace, workflow, kind, cause)
) STRICT, WITHOUT ROWID;

-- How often a workflow has failed since it last ended well. Only workflows that failed have a row.
CREATE TABLE streak (
    workspace INTEGER NOT NULL,
    workflow  TEXT NOT NULL,
    count     INTEGER NOT NULL,
    since     INTEGER NOT NULL,
    PRIMARY KEY (workspace, workflow)
) STRICT, WITHOUT ROWID;

-- Letters on their way, each until the other side has taken it. `digest`: 1 where it tells of notices.
CREATE TABLE letter (
    workspace INTEGER NOT NULL,
    id        BLOB NOT NULL,
    receiver  TEXT NOT NULL,
    digest    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    next_at   INTEGER NOT NULL,
    body      BLOB NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT;
CREATE UNIQUE INDEX letter_digest ON letter (workspace, receiver) WHERE digest = 1;
CREATE INDEX letter_due ON letter (workspace, next_at, id);

-- From when on a receiver may be told again. `attempts`: how often telling failed since it last did not.
CREATE TABLE receiver (
    workspace INTEGER NOT NULL,
    receiver  TEXT NOT NULL,
    attempts  INTEGER NOT NULL,
    next_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace, receiver)
) STRICT, WITHOUT ROWID;
