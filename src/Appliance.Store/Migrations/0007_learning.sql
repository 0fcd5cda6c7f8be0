-- What the box learns from. body: sealed, 32-bit floats, little-endian: twelve features of an alert, no picture and no template. Gone with the alert.
CREATE TABLE learning_samples (
    seq INTEGER PRIMARY KEY REFERENCES alerts (seq) ON DELETE CASCADE,
    body BLOB NOT NULL
) STRICT;

-- Versions of the trained heads. body: sealed JSON, parameters included.
CREATE TABLE learning_models (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    head TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX learning_models_by_head ON learning_models (head, id);

-- Rounds, for the audit: counts, lengths, losses and hashes.
CREATE TABLE learning_rounds (
    key INTEGER PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- Figures that must outlive a restart, e.g. the privacy spent.
CREATE TABLE learning_numbers (
    name TEXT PRIMARY KEY,
    value REAL NOT NULL
) STRICT, WITHOUT ROWID;
