'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const { checksummed, sameAddress, sha256Text, signerOf } = require('../crypto/signatures');

const FORMAT = 'watchpost-evidence-key-v1';
const DEVICE = 'DV';

/**
 * The register of boxes: whose signature counts, from which batch on. A box proves each key itself (docs/evidence.md, «Key record»);
 * the admin only says that this box is theirs.
 */

async function register(ctx, serial, keys) {
    ctx.caller.needs('admin');
    const device = input.serial(serial, 'device');
    const chain = readKeys(keys, device);
    const known = await ctx.ledger.read(DEVICE, device);
    if (known) {
        if (known.msp !== ctx.caller.msp || chain.length > known.keys.length || !chain.every((key, i) => sameKey(key, known.keys[i]))) {
            throw new Refusal('DEVICE_EXISTS', `${device} is registered by ${known.msp} since ${known.time} with other keys or owner`);
        }
        return answer(known, 'exists', known.tx);
    }
    verifyChain([], chain);
    const { tx, msp, time } = ctx.ledger.stamp(ctx.caller.msp);
    const record = { device, msp, status: 'active', keys: chain.map((key) => stored(key, tx, time)), tx, time, revoked: null };
    await ctx.ledger.write(record, DEVICE, device);
    ctx.ledger.emit('device', { device, action: 'registered', address: record.keys.at(-1).address });
    return answer(record, 'ok', tx);
}

async function rotate(ctx, serial, keys) {
    const device = input.serial(serial, 'device');
    const given = readKeys(keys, device);
    const record = await owned(ctx, device);
    const count = record.keys.length;
    const fresh = given.filter((key) => key.number > count);
    if (!given.every((key) => key.number > count || sameKey(key, record.keys[key.number - 1]))) {
        throw new Refusal('KEY_MISMATCH', `${device} has another key of that number`);
    }
    if (fresh.length === 0) {
        return answer(record, 'exists', record.keys.at(-1).tx);
    }
    if (record.status === 'revoked') {
        throw new Refusal('DEVICE_REVOKED', device);
    }
    verifyChain(record.keys, fresh);
    const { tx, time } = ctx.ledger.stamp(ctx.caller.msp);
    record.keys.push(...fresh.map((key) => stored(key, tx, time)));
    await ctx.ledger.write(record, DEVICE, device);
    ctx.ledger.emit('device', { device, action: 'rotated', address: record.keys.at(-1).address });
    return answer(record, 'ok', tx);
}

/**
 * A box that lost its key goes on with one that no old key vouches for. The admin does, by name and reason: everybody sees in the register
 * that the chain of keys is broken here, and by whom.
 */
async function replaceKey(ctx, serial, key, reason) {
    const device = input.serial(serial, 'device');
    const why = input.reason(reason);
    const [given, ...others] = readKeys(key, device);
    if (others.length > 0) {
        input.malformed('key', 'one key record in a JSON array');
    }
    const record = await owned(ctx, device);
    const known = record.keys[given.number - 1];
    if (known && sameKey(given, known)) {
        return answer(record, 'exists', known.tx);
    }
    if (record.status === 'revoked') {
        throw new Refusal('DEVICE_REVOKED', device);
    }
    verifyFollows(record.keys.at(-1), given);
    const { tx, time } = ctx.ledger.stamp(ctx.caller.msp);
    record.keys.push({ ...stored(given, tx, time), replaced: why });
    await ctx.ledger.write(record, DEVICE, device);
    ctx.ledger.emit('device', { device, action: 'replaced', address: given.address });
    return answer(record, 'ok', tx);
}

async function revoke(ctx, serial, reason) {
    const device = input.serial(serial, 'device');
    const why = input.reason(reason);
    const record = await owned(ctx, device);
    if (record.status === 'revoked') {
        return { device, status: 'exists', tx: record.revoked.tx };
    }
    const { tx, time } = ctx.ledger.stamp(ctx.caller.msp);
    record.status = 'revoked';
    record.revoked = { reason: why, time, tx };
    await ctx.ledger.write(record, DEVICE, device);
    ctx.ledger.emit('device', { device, action: 'revoked', address: record.keys.at(-1).address });
    return { device, status: 'ok', tx };
}

const get = (ctx, serial) => ctx.ledger.find('no such device', DEVICE, input.serial(serial, 'device'));

const list = (ctx, size, bookmark) => ctx.ledger.page(size, bookmark, DEVICE, [], (record) => record);

/** @returns the record of a device that may still sign */
async function active(ctx, device) {
    const record = await ctx.ledger.read(DEVICE, device);
    if (!record) {
        throw new Refusal('NO_DEVICE', `${device} is not registered`);
    }
    if (record.status === 'revoked') {
        throw new Refusal('DEVICE_REVOKED', `${device} was revoked at ${record.revoked.time}`);
    }
    return record;
}

/**
 * Checks who signed for a device.
 * @param {object} record of the device
 * @param {string} digest 64 hex digits
 * @param {{signature: string, signer?: string}} item
 * @param {number|null} seq number of a batch: the key of that time counts. null: the newest key, because nothing in what was signed
 *     says when, and a key that was rotated away may have been stolen since
 * @returns {number} number of the key
 */
function verify(record, digest, item, seq) {
    const signer = signerOf(digest, item.signature);
    if (signer === null) {
        throw new Refusal('BAD_SIGNATURE', 'not a signature: s in the upper half, v not 27 or 28, or no point');
    }
    if (item.signer && !sameAddress(signer, item.signer)) {
        throw new Refusal('BAD_SIGNATURE', `signed by ${signer}, not by the signer it names`);
    }
    const key = seq === null ? record.keys.at(-1) : keyOf(record, seq);
    if (!key || !sameAddress(signer, key.address)) {
        const where = seq === null ? '' : ` for batch ${seq}`;
        throw new Refusal('BAD_SIGNATURE', `signed by ${signer}; ${record.device} signs${where} with ${key ? key.address : 'no key'}`);
    }
    return key.number;
}

/** Two keys may begin with the same batch (rotated twice with none between): the later one signs. */
function keyOf(record, seq) {
    return record.keys.findLast((key) => key.firstBatch <= seq);
}

async function owned(ctx, device) {
    ctx.caller.needs('admin');
    const record = await ctx.ledger.read(DEVICE, device);
    if (!record) {
        throw new Refusal('NO_DEVICE', `${device} is not registered`);
    }
    if (record.msp !== ctx.caller.msp) {
        throw new Refusal('NOT_ALLOWED', `${device} belongs to ${record.msp}`);
    }
    return record;
}

function readKeys(text, device) {
    return input.list(text, 'keys').map((item, i) => {
        const name = `keys[${i}]`;
        const { record, oldSignature, newSignature } = input.object(item, name);
        if (typeof record !== 'string' || record.length > 2000) {
            input.malformed(`${name}.record`, 'the text of a key record');
        }
        const fields = input.object(input.json(record, `${name}.record`), `${name}.record`);
        if (fields.format !== FORMAT) {
            input.malformed(`${name}.record`, FORMAT);
        }
        if (fields.device !== device) {
            throw new Refusal('KEY_MISMATCH', `${name} is of another device`);
        }
        const number = input.integer(fields.number, `${name}.number`, 1, 100_000);
        const first = number === 1;
        return {
            number,
            digest: sha256Text(record),
            oldAddress: first ? '' : input.address(fields.oldAddress, `${name}.oldAddress`),
            address: checksummed(input.address(fields.newAddress, `${name}.newAddress`)),
            firstBatch: input.integer(fields.firstBatch, `${name}.firstBatch`, 1, input.MAX_SEQ),
            // None beside a later key: the one before was lost (ReplaceKey).
            oldSignature: first || !oldSignature ? '' : input.signature(oldSignature, `${name}.oldSignature`),
            newSignature: input.signature(newSignature, `${name}.newSignature`),
        };
    });
}

/** Each key but the first is signed by the one before as well. */
function verifyChain(known, fresh) {
    let before = known.at(-1) ?? null;
    for (const key of fresh) {
        verifyFollows(before, key);
        if (before && (key.oldSignature === '' || signerOf(key.digest, key.oldSignature) !== before.address)) {
            throw new Refusal('KEY_MISMATCH', `key ${key.number} is not signed by key ${before.number}`);
        }
        before = key;
    }
}

/** The next number, naming the key before, from its batches or later ones on, and signed by itself. */
function verifyFollows(before, key) {
    if (key.number !== (before?.number ?? 0) + 1 || (before && !sameAddress(key.oldAddress, before.address))) {
        throw new Refusal('KEY_MISMATCH', `key ${key.number} does not follow key ${before?.number ?? 0}`);
    }
    if (signerOf(key.digest, key.newSignature) !== key.address) {
        throw new Refusal('KEY_MISMATCH', `key ${key.number} did not sign its own record`);
    }
    if (before && key.firstBatch < before.firstBatch) {
        throw new Refusal('KEY_MISMATCH', `key ${key.number} would sign batches before those of key ${before.number}`);
    }
}

const stored = ({ number, address, firstBatch }, tx, time) => ({ number, address, firstBatch, time, tx });
const sameKey = (a, b) => a.number === b.number && a.firstBatch === b.firstBatch && sameAddress(a.address, b.address);
const answer = ({ device, keys }, status, tx) => ({ device, status, tx, address: keys.at(-1).address, number: keys.at(-1).number });

module.exports = { register, rotate, replaceKey, revoke, get, list, active, verify };
