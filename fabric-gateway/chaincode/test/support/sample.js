'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');

const sample = path.join(__dirname, '..', '..', '..', '..', 'docs', 'samples', 'evidence-demo.zip');

/** Evidence that a box made (`docs/samples`). Its ZIP stores without compression, so the parts are slices. */
function readSample() {
    const zip = readFileSync(sample);
    const parts = new Map();
    for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
        const size = zip.readUInt32LE(at + 18), nameLength = zip.readUInt16LE(at + 26), start = at + 30 + nameLength + zip.readUInt16LE(at + 28);
        parts.set(zip.toString('utf8', at + 30, at + 30 + nameLength), zip.subarray(start, start + size));
        at = start + size;
    }
    return { manifest: parts.get('manifest.json'), proof: JSON.parse(parts.get('proof.json')) };
}

module.exports = { readSample };
