-- Forgetting what is old, and finding runs by the step at which they stopped.

-- What the event's run is found by, with 0xFF between: so its rows of `run_key` are found again when it is forgotten.
ALTER TABLE event ADD COLUMN keys BLOB;

-- The same of runs that no event of their own began.
CREATE TABLE run_key_apart (
    workspace INTEGER NOT NULL,
    run       BLOB NOT NULL,
    keys      BLOB NOT NULL,
    PRIMARY KEY (workspace, run)
) STRICT;
INSERT INTO run_key_apart (workspace, run, keys)
    SELECT workspace, run, CAST(group_concat(key, CAST(x'FF' AS TEXT)) AS BLOB) FROM run_key GROUP BY workspace, run;

-- The id of the step is the last part of its path. Runs that go well have no row here.
CREATE INDEX history_stopped ON history (workspace, workflow, replace(
    json_extract(CAST(brief AS TEXT), '$.error.step'),
    rtrim(json_extract(CAST(brief AS TEXT), '$.error.step'),
        replace(json_extract(CAST(brief AS TEXT), '$.error.step'), '/', '')), ''), id) WHERE status <> 4;
CREATE INDEX run_stopped ON run_open (workspace, workflow, replace(
    json_extract(CAST(brief AS TEXT), '$.error.step'),
    rtrim(json_extract(CAST(brief AS TEXT), '$.error.step'),
        replace(json_extract(CAST(brief AS TEXT), '$.error.step'), '/', '')), ''), id) WHERE status = 3;
