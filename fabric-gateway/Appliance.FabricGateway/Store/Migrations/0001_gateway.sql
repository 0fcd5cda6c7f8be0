-- Which key may sign for a box from which batch on. Numbers are the order in which they came to us.
CREATE TABLE device_keys (
    device      TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    address     TEXT    NOT NULL,
    first_batch INTEGER NOT NULL,
    source      TEXT    NOT NULL,           -- configuration, operator, rotation
    record      TEXT,                       -- the signed key record of a rotation, with both signatures
    added_at    INTEGER NOT NULL,           -- Unix milliseconds, UTC, as every time here
    revoked_at  INTEGER,
    PRIMARY KEY (device, number)
) STRICT, WITHOUT ROWID;

-- One call of the contract: what the peers signed is kept until its fate is known.
CREATE TABLE transactions (
    id             INTEGER PRIMARY KEY,
    transaction_id TEXT    NOT NULL UNIQUE,
    function       TEXT    NOT NULL,
    state          INTEGER NOT NULL,        -- 1 endorsed, 2 submitted, 3 committed, 4 not valid
    envelope       BLOB,                    -- signed, ready to be submitted again; NULL when it is over
    endorsed_at    INTEGER NOT NULL,
    submitted_at   INTEGER,
    ended_at       INTEGER,
    block          INTEGER,
    code           INTEGER                  -- TxValidationCode when it is over
) STRICT;
CREATE INDEX transactions_open ON transactions (id) WHERE state < 3;

-- What is to be anchored. The ledger key is the idempotency key: one row for ever.
CREATE TABLE items (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           INTEGER NOT NULL,        -- 1 batch, 2 evidence, 3 watchlist version, 4 FL update, 5 device key, 6 FL round
    key            TEXT    NOT NULL,
    device         TEXT    NOT NULL,
    seq            INTEGER NOT NULL,        -- of batches; 0 otherwise
    content        TEXT    NOT NULL,        -- what was signed: another text under the same key is equivocation
    argument       TEXT    NOT NULL,        -- for the contract
    lane           TEXT,                    -- what must keep an order among themselves
    barrier        INTEGER NOT NULL,        -- 1: alone in its lane, and what follows waits for it
    via            INTEGER NOT NULL,        -- 1 HTTPS, 2 MQTT, 3 operator
    received_at    INTEGER NOT NULL,
    state          INTEGER NOT NULL,        -- 0 pending, 1 in a transaction, 2 committed, 3 parked, 4 dropped
    reason         TEXT,                    -- why it is parked or dropped
    tx             INTEGER REFERENCES transactions (id),
    transaction_id TEXT,                    -- of the commit
    block          INTEGER,
    committed_at   INTEGER,
    notified       INTEGER NOT NULL,        -- 1: told over MQTT, or not to be told; below: it waits, another number each time it asks
    UNIQUE (kind, key)
) STRICT;
CREATE INDEX items_pending ON items (id) WHERE state = 0;
CREATE INDEX items_parked ON items (id) WHERE state = 3;
CREATE INDEX items_carried ON items (tx) WHERE state = 1;
CREATE INDEX items_barrier ON items (lane, id) WHERE barrier = 1 AND state IN (0, 1, 3);
CREATE INDEX items_lane ON items (lane, id) WHERE lane IS NOT NULL AND state IN (0, 1);
CREATE INDEX items_receipts ON items (device, seq) WHERE kind = 1 AND state = 2;
CREATE INDEX items_unnotified ON items (id) WHERE notified < 1;
CREATE INDEX items_committed ON items (committed_at) WHERE state = 2;

-- Two signed statements of one box that cannot both be true. Kept for ever: it is the proof.
CREATE TABLE equivocations (
    id          INTEGER PRIMARY KEY,
    kind        INTEGER NOT NULL,
    device      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    first       TEXT    NOT NULL,
    second      TEXT    NOT NULL,
    argument    TEXT    NOT NULL,           -- the second, with its signature
    received_at INTEGER NOT NULL,
    UNIQUE (kind, key, second)
) STRICT;

-- Where the replay of chaincode events stands; moves in the transaction of what an event changed.
CREATE TABLE checkpoint (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    block          INTEGER NOT NULL,
    transaction_id TEXT
) STRICT;

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;
