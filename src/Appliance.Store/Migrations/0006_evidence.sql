-- What is kept of an alert. The row is born in the alert's own transaction (state 0), so that none is without an answer.
-- body: sealed manifest. digest, signature and place in the log outlive the destruction of everything else.
CREATE TABLE evidence (
    alert_seq INTEGER PRIMARY KEY,
    alert TEXT NOT NULL UNIQUE,
    utc INTEGER NOT NULL,
    camera TEXT NOT NULL,
    severity INTEGER NOT NULL,
    state INTEGER NOT NULL,        -- EvidenceState
    reason TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    keep_until INTEGER,
    hold TEXT,                     -- why it must not be destroyed; NULL = it may
    sealed_at INTEGER,
    digest BLOB,
    signer TEXT,
    signature BLOB,
    batch INTEGER,
    leaf INTEGER,
    body BLOB
) STRICT;
CREATE INDEX evidence_by_state ON evidence (state, alert_seq);
CREATE INDEX evidence_by_age ON evidence (keep_until) WHERE bytes > 0;
CREATE UNIQUE INDEX evidence_by_digest ON evidence (digest) WHERE digest IS NOT NULL;

-- Encrypted artefacts. key: the file's own key, sealed; a removed row makes its file unreadable.
CREATE TABLE evidence_files (
    id INTEGER PRIMARY KEY,
    alert_seq INTEGER NOT NULL REFERENCES evidence (alert_seq) ON DELETE CASCADE,
    alert TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    path TEXT NOT NULL UNIQUE,
    key BLOB NOT NULL,
    UNIQUE (alert_seq, name)
) STRICT;

-- The Merkle log. Leaves of the open batch have the number after the last closed one.
CREATE TABLE evidence_leaves (
    batch INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    digest BLOB NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (batch, leaf)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER evidence_leaf_is_final BEFORE UPDATE ON evidence_leaves BEGIN SELECT raise(ABORT, 'the evidence log is append-only'); END;
CREATE TRIGGER evidence_leaf_is_kept BEFORE DELETE ON evidence_leaves BEGIN SELECT raise(ABORT, 'the evidence log is append-only'); END;
CREATE TABLE evidence_batches (
    seq INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    prev BLOB NOT NULL,
    root BLOB NOT NULL,
    signer TEXT NOT NULL,
    signature BLOB NOT NULL,
    closed_at INTEGER NOT NULL,
    receipt TEXT                   -- the ledger's, JSON
) STRICT;
CREATE TRIGGER evidence_batch_is_final BEFORE UPDATE OF seq, size, prev, root, signer, signature, closed_at ON evidence_batches
BEGIN SELECT raise(ABORT, 'the evidence log is append-only'); END;
CREATE TRIGGER evidence_batch_is_kept BEFORE DELETE ON evidence_batches BEGIN SELECT raise(ABORT, 'the evidence log is append-only'); END;

-- The box's evidence keys, one after the other. record: canonical JSON, signed by the old key and by the new one.
CREATE TABLE evidence_keys (
    number INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    first_batch INTEGER NOT NULL,
    record BLOB NOT NULL,
    old_signature BLOB,
    new_signature BLOB NOT NULL
) STRICT;

-- Write volume per day (days since 1970, UTC).
CREATE TABLE evidence_days (
    day INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL,
    records INTEGER NOT NULL
) STRICT;
