-- Named events and who waits for them, calls of other runs, the mark before dangerous work, turns among workflows.

-- `marked`: the session that marked it. `inputs` and `parent`: JSON, NULL where there are none.
-- `trail`: what else has to go when it is over: 1 wait rows, 2 entries of its first revision.
ALTER TABLE run_open ADD COLUMN marked BLOB;
ALTER TABLE run_open ADD COLUMN inputs BLOB;
ALTER TABLE run_open ADD COLUMN parent BLOB;
ALTER TABLE run_open ADD COLUMN trail INTEGER NOT NULL DEFAULT 0;

-- Workflows take turns, so each one's longest due run is one step along the index.
DROP INDEX run_due;
CREATE INDEX run_due ON run_open (workspace, workflow, wake_at, id) WHERE owner IS NULL AND wake_at IS NOT NULL;

-- `looked`: whether those who wait were told. `data` is the whole event.
CREATE TABLE named_event (
    workspace INTEGER NOT NULL,
    id        BLOB NOT NULL,
    name      TEXT NOT NULL,
    key       TEXT,
    at        INTEGER NOT NULL,
    looked    INTEGER NOT NULL DEFAULT 0,
    data      BLOB NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT;
CREATE UNIQUE INDEX named_event_key ON named_event (workspace, name, key) WHERE key IS NOT NULL;
CREATE INDEX named_event_of_name ON named_event (workspace, name, at, id);
CREATE INDEX named_event_looked ON named_event (workspace, looked, at, id);
CREATE INDEX named_event_unlooked ON named_event (workspace, name, at, id) WHERE looked = 0;

-- `caught_up`: whether all events kept before it opened were looked at, so that only those without a look are left.
CREATE TABLE wait (
    workspace INTEGER NOT NULL,
    run       BLOB NOT NULL,
    path      TEXT NOT NULL,
    event     TEXT NOT NULL,
    field     TEXT NOT NULL,
    key       TEXT NOT NULL,
    since     INTEGER NOT NULL,
    caught_up INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace, run, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX wait_for ON wait (workspace, event, field, key, run, path);

-- A named event is told to a wait once.
ALTER TABLE inbox ADD COLUMN path TEXT;
ALTER TABLE inbox ADD COLUMN event BLOB;
CREATE UNIQUE INDEX inbox_hit ON inbox (workspace, run, path, event) WHERE event IS NOT NULL;
