-- A row may wait for consumers after the destination took it: accepted_at is set and completed_at is not; due_at is when it is
-- sent again. A row that is sent again is a new row at the end, so that the order of rows stays the order of sending.
ALTER TABLE outbox ADD COLUMN accepted_at INTEGER;
ALTER TABLE outbox ADD COLUMN due_at INTEGER;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_to_send ON outbox (destination, id) WHERE completed_at IS NULL AND accepted_at IS NULL;
CREATE INDEX outbox_unacknowledged ON outbox (destination, due_at) WHERE completed_at IS NULL AND accepted_at IS NOT NULL;

-- What each consumer of a destination has: every alert up to high, and those of beyond ("a-b,c-d", ascending).
CREATE TABLE consumers (
    destination INTEGER NOT NULL REFERENCES destinations (id),
    name TEXT NOT NULL,
    high INTEGER NOT NULL,
    beyond TEXT NOT NULL,
    seen_at INTEGER,               -- ms since 1970; NULL = never
    PRIMARY KEY (destination, name)
) STRICT, WITHOUT ROWID;
