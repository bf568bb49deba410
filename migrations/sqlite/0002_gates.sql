-- Limits by key. A gate is known by workflow, kind, trigger (empty for a gate of the whole workflow) and key, with 0xFF
-- between them; what it remembers is JSON. Who holds a place, and who waits for one, stands with the runs: `slot` is
-- 0 waits in line, 1 holds a place, 2 holds one and was told to make room.

CREATE TABLE gate (
    workspace INTEGER NOT NULL,
    name      BLOB NOT NULL,
    due_at    INTEGER, -- its events start a run then
    stale_at  INTEGER, -- from then on it limits nothing
    memo      BLOB NOT NULL,
    PRIMARY KEY (workspace, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX gate_due ON gate (workspace, due_at, name) WHERE due_at IS NOT NULL;
CREATE INDEX gate_stale ON gate (workspace, stale_at) WHERE stale_at IS NOT NULL;

-- Events that wait on a batch, in order of arrival.
CREATE TABLE gate_event (
    workspace INTEGER NOT NULL,
    gate      BLOB NOT NULL,
    number    INTEGER NOT NULL,
    event     BLOB NOT NULL,
    came_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace, gate, number)
) STRICT, WITHOUT ROWID;

ALTER TABLE run_open ADD COLUMN gate BLOB;
ALTER TABLE run_open ADD COLUMN slot INTEGER;
CREATE INDEX run_gated ON run_open (workspace, gate, slot, id) WHERE gate IS NOT NULL;
