-- Who this database is, and the last alert number. Numbers are never reset: see SequenceFile.
CREATE TABLE appliance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    database_id BLOB NOT NULL,
    last_seq INTEGER NOT NULL,
    watchlist_version INTEGER NOT NULL,
    claim_hash BLOB
) STRICT;
INSERT INTO appliance VALUES (1, randomblob(16), 0, 0, NULL);

-- Alerts. What lists are filtered by is in the clear and says nothing about a person: person_id is a random id.
-- body: sealed JSON of the alert, with name and category.
CREATE TABLE alerts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    utc INTEGER NOT NULL,          -- ms since 1970, of the frame
    stored_at INTEGER NOT NULL,    -- ms since 1970, retention counts from here
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    camera TEXT NOT NULL,
    person_id TEXT,
    state INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX alerts_by_utc ON alerts (utc);
CREATE INDEX alerts_by_age ON alerts (stored_at);
CREATE INDEX alerts_by_camera ON alerts (camera, seq);
CREATE INDEX alerts_by_person ON alerts (person_id, seq) WHERE person_id IS NOT NULL;
CREATE INDEX alerts_by_state ON alerts (state, seq);

-- What people did about an alert. body: sealed JSON of reviewer and comment.
CREATE TABLE alert_reviews (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL REFERENCES alerts (seq) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    action INTEGER NOT NULL,
    result INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX alert_reviews_by_alert ON alert_reviews (seq, id);

-- Where alerts go. A row per alert and destination; the number of the row is the order.
CREATE TABLE destinations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    destination INTEGER NOT NULL REFERENCES destinations (id),
    seq INTEGER NOT NULL REFERENCES alerts (seq),
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    completed_at INTEGER
) STRICT;
CREATE INDEX outbox_waiting ON outbox (destination, id) WHERE completed_at IS NULL;
CREATE INDEX outbox_by_alert ON outbox (seq);

-- The watchlist. Everything personal is sealed. staged: number of an import under way, 0 = in force.
CREATE TABLE persons (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    staged INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    digest BLOB NOT NULL,          -- SHA-256 over a sealed salt and all that is known: anchors, tells nothing
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX persons_by_id ON persons (id, staged);
CREATE TABLE photos (
    id TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES persons (key) ON DELETE CASCADE,
    added_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL,            -- sealed JSON: content type, quality
    image BLOB,                    -- sealed; NULL = not kept
    PRIMARY KEY (person, id)
) STRICT;
CREATE TABLE templates (
    key INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,
    photo TEXT NOT NULL,
    model TEXT NOT NULL,
    body BLOB NOT NULL,            -- sealed: 32-bit floats, little-endian
    FOREIGN KEY (person, photo) REFERENCES photos (person, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX templates_by_photo ON templates (person, photo, model);

-- Who changed what. Rows are chained by hash and refuse to be changed.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    summary TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_login_at INTEGER,
    password BLOB NOT NULL         -- PasswordHash: rounds, salt, derived key
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,     -- SHA-256 of the secret
    name TEXT NOT NULL,
    owner TEXT REFERENCES users (id) ON DELETE CASCADE,
    role INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    is_session INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_owner ON tokens (owner);
-- who: SHA-256 of a name or address, because passwords get typed into name fields.
CREATE TABLE login_failures (
    who BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Documents changed over REST. body: sealed JSON, because some hold stream passwords.
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
