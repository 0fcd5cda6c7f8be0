-- What the Sparkplug edge node must still know after a power cut. bd_seq: of the last CONNECT, 255 = none yet.
CREATE TABLE sparkplug_node (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    bd_seq INTEGER NOT NULL CHECK (bd_seq BETWEEN 0 AND 255)
) STRICT;
INSERT INTO sparkplug_node VALUES (1, 255);

-- Alerts reported per camera. Nothing here says anything about a person.
CREATE TABLE sparkplug_alerts (
    camera TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_id TEXT NOT NULL,
    last_kind TEXT NOT NULL,
    last_score REAL NOT NULL
) STRICT, WITHOUT ROWID;
