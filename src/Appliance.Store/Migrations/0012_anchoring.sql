-- What the box swears to about itself (models, updates): leaves of the evidence log beside the alerts'. body: canonical JSON.
-- job, round, update_signature: of an update for a federation, which the ledger gets by itself.
CREATE TABLE evidence_notes (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    digest BLOB NOT NULL,
    signer TEXT NOT NULL,
    signature BLOB NOT NULL,
    batch INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    job TEXT,
    round INTEGER,
    update_signature BLOB
) STRICT;
CREATE TRIGGER evidence_note_is_final BEFORE UPDATE ON evidence_notes BEGIN SELECT raise(ABORT, 'the evidence log is append-only'); END;
CREATE TRIGGER evidence_note_is_kept BEFORE DELETE ON evidence_notes BEGIN SELECT raise(ABORT, 'the evidence log is append-only'); END;

-- States of the watchlist, hashes only. changes: appliance.watchlist_version that the hash was taken at.
CREATE TABLE watchlist_versions (
    version INTEGER PRIMARY KEY,
    changes INTEGER NOT NULL,
    persons INTEGER NOT NULL,
    model TEXT NOT NULL,
    hash TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    signer TEXT NOT NULL,
    signature BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER watchlist_version_is_final BEFORE UPDATE ON watchlist_versions BEGIN SELECT raise(ABORT, 'versions are final'); END;
CREATE TRIGGER watchlist_version_is_kept BEFORE DELETE ON watchlist_versions BEGIN SELECT raise(ABORT, 'versions are kept'); END;

-- How far each way to the companion got, by AnchorKind; batches have their receipt instead.
CREATE TABLE anchor_cursors (
    way TEXT NOT NULL,
    kind INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (way, kind)
) STRICT, WITHOUT ROWID;

-- What the companion refused for good.
CREATE TABLE anchor_refusals (
    kind INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item TEXT NOT NULL,
    error TEXT NOT NULL,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (kind, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_batches_unanchored ON evidence_batches (seq) WHERE receipt IS NULL;
CREATE INDEX evidence_critical ON evidence (batch, leaf) WHERE severity = 2 AND batch IS NOT NULL;
