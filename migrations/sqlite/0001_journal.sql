-- The journal's first schema.
--
-- Ids are 16 bytes, moments unix microseconds, payloads JSON as bytes (never text: `\u0000` must not fail a batch).
-- Every key begins with the workspace; `main` is 1. A status is its place in the order of a run's life:
-- 0 queued, 1 running, 2 waiting, 3 held, 4 succeeded, 5 failed, 6 cancelled.

CREATE TABLE session (
    born INTEGER PRIMARY KEY AUTOINCREMENT,
    id   BLOB NOT NULL UNIQUE,
    dead INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX session_alive ON session (id) WHERE dead = 0;

CREATE TABLE heartbeat (
    session BLOB NOT NULL PRIMARY KEY,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `dedupe` is workflow, 0xFF, trigger, 0xFF, key; `run` is the run the event started.
CREATE TABLE event (
    workspace   INTEGER NOT NULL,
    id          BLOB NOT NULL,
    workflow    TEXT NOT NULL,
    trigger_id  TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    dedupe      BLOB,
    run         BLOB,
    data        BLOB NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT;
CREATE UNIQUE INDEX event_dedupe ON event (workspace, dedupe) WHERE dedupe IS NOT NULL;

-- Small, so that its indexes stay small: only runs that are open. `data` is NULL where it equals the event's.
-- `wake_at` of an owned run is NULL, or the moment of the last signal since its owner's last write.
CREATE TABLE run_open (
    workspace   INTEGER NOT NULL,
    id          BLOB NOT NULL,
    rev         INTEGER NOT NULL,
    owner       BLOB,
    wake_at     INTEGER,
    status      INTEGER NOT NULL,
    crashes     INTEGER NOT NULL DEFAULT 0,
    inbox       INTEGER NOT NULL DEFAULT 0,
    inbox_read  INTEGER NOT NULL DEFAULT 0,
    workflow    TEXT NOT NULL,
    version     INTEGER NOT NULL,
    trigger_id  TEXT NOT NULL,
    event       BLOB NOT NULL,
    accepted_at INTEGER NOT NULL,
    replay_of   BLOB,
    brief       BLOB NOT NULL,
    data        BLOB,
    PRIMARY KEY (workspace, id)
) STRICT;
CREATE INDEX run_due ON run_open (workspace, wake_at, id) WHERE owner IS NULL AND wake_at IS NOT NULL;
CREATE INDEX run_owned ON run_open (workspace, owner, id) WHERE owner IS NOT NULL;
CREATE INDEX run_signalled ON run_open (workspace, owner, id) WHERE owner IS NOT NULL AND wake_at IS NOT NULL;
CREATE INDEX run_of_workflow ON run_open (workspace, workflow, id);
CREATE INDEX run_held ON run_open (workspace, id) WHERE status = 3;

-- What happened, a row a write; `rev` is the revision that the write gave its run.
CREATE TABLE journal (
    workspace INTEGER NOT NULL,
    run       BLOB NOT NULL,
    rev       INTEGER NOT NULL,
    entries   BLOB NOT NULL,
    PRIMARY KEY (workspace, run, rev)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    workspace INTEGER NOT NULL,
    run       BLOB NOT NULL,
    number    INTEGER NOT NULL,
    sent_at   INTEGER NOT NULL,
    signal    BLOB NOT NULL,
    PRIMARY KEY (workspace, run, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_key (
    workspace INTEGER NOT NULL,
    key       TEXT NOT NULL,
    run       BLOB NOT NULL,
    PRIMARY KEY (workspace, key, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
    workspace   INTEGER NOT NULL,
    id          BLOB NOT NULL,
    workflow    TEXT NOT NULL,
    version     INTEGER NOT NULL,
    trigger_id  TEXT NOT NULL,
    status      INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    finished_at INTEGER,
    brief       BLOB NOT NULL,
    record      BLOB NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT;
CREATE INDEX history_of_workflow ON history (workspace, workflow, id);
CREATE INDEX history_unwell ON history (workspace, id) WHERE status <> 4;

CREATE TABLE schedule (
    workspace  INTEGER NOT NULL,
    workflow   TEXT NOT NULL,
    trigger_id TEXT NOT NULL,
    slot       INTEGER NOT NULL,
    PRIMARY KEY (workspace, workflow, trigger_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    workspace  INTEGER NOT NULL,
    id         TEXT NOT NULL,
    is_on      INTEGER NOT NULL,
    retired    INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    origin     INTEGER NOT NULL, -- 0 folder, 1 server
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow_version (
    workspace    INTEGER NOT NULL,
    flow         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    text         BLOB NOT NULL,
    author       TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (workspace, flow, version)
) STRICT;

CREATE TABLE generation (
    workspace INTEGER NOT NULL PRIMARY KEY,
    number    INTEGER NOT NULL
) STRICT;
INSERT INTO generation (workspace, number) VALUES (1, 0);

CREATE TABLE user (
    workspace INTEGER NOT NULL,
    id        BLOB NOT NULL,
    email     TEXT NOT NULL,
    name      TEXT NOT NULL,
    role      TEXT NOT NULL,
    language  TEXT NOT NULL,
    password  TEXT NOT NULL,
    PRIMARY KEY (workspace, id),
    UNIQUE (workspace, email)
) STRICT;

CREATE TABLE sign_in (
    workspace  INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    user       BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    PRIMARY KEY (workspace, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    workspace  INTEGER NOT NULL,
    id         BLOB NOT NULL,
    hash       BLOB NOT NULL,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace, id),
    UNIQUE (workspace, hash)
) STRICT;

CREATE TABLE setup (
    workspace INTEGER NOT NULL PRIMARY KEY,
    hash      BLOB NOT NULL
) STRICT;
