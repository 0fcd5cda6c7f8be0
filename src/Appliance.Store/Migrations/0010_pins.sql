-- What of the evidence lies on an IPFS node. pinning: PinState; a destroyed record's pins are taken back.
ALTER TABLE evidence ADD COLUMN pinning INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN pin_reason TEXT NOT NULL DEFAULT '';
UPDATE evidence SET pinning = 2 WHERE state = 5;
CREATE INDEX evidence_to_pin ON evidence (alert_seq) WHERE pinning = 0 AND batch IS NOT NULL;
CREATE INDEX evidence_to_unpin ON evidence (alert_seq) WHERE pinning = 3;

CREATE TABLE evidence_pins (
    alert_seq INTEGER NOT NULL REFERENCES evidence (alert_seq) ON DELETE CASCADE,
    name TEXT NOT NULL,            -- manifest.json, proof.json, clip.mp4, clip.mp4.wpe (encrypted), masked/clip.mp4, ...
    cid TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    pinned_at INTEGER NOT NULL,
    PRIMARY KEY (alert_seq, name)
) STRICT, WITHOUT ROWID;
