'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const records = require('./records');
const { refuseHeld } = require('./custody');
const { sha256Text } = require('../crypto/signatures');

const PRIVATE = 'PV';
const FIELD = 'private';
const MAX_BYTES = 64 * 1024;

/** Fabric gives every organisation this collection without configuration; only its own peers keep the values. */
const collectionOf = (msp) => `_implicit_org_${msp}`;

/**
 * What one organisation may know about a record. The value comes as transient data, is never part of a block, and must hash to the public
 * metaHash. A transaction of its own that writes nothing public: with a public write the gateway would have to show the value to the
 * other organisations' peers, and refuses.
 */
async function put(ctx, digest) {
    const record = await records.get(ctx, digest);
    const text = readTransient(ctx);
    if (sha256Text(text) !== record.metaHash) {
        throw new Refusal('META_MISMATCH', 'SHA-256 of the private data is not the metaHash of the record');
    }
    if (record.destroyed) {
        throw new Refusal('DESTROYED', `destroyed at ${record.destroyed.time}`);
    }
    const collection = collectionOf(ctx.caller.msp);
    await ctx.stub.putPrivateData(collection, keyOf(ctx, digest), Buffer.from(text, 'utf8'));
    return { digest, collection, hash: record.metaHash };
}

/** Evaluate only: the answer of a submitted transaction is in the block for all to read. */
async function get(ctx, digest) {
    await records.get(ctx, digest);
    const bytes = await ctx.stub.getPrivateData(collectionOf(ctx.caller.msp), keyOf(ctx, digest));
    if (!bytes || bytes.length === 0) {
        throw new Refusal('NOT_FOUND', `${ctx.caller.msp} keeps no private data of it`);
    }
    return { digest, value: Buffer.from(bytes).toString('utf8') };
}

/** Every organisation may see the hash of what another one keeps. */
async function hash(ctx, digest, msp) {
    const record = await records.get(ctx, digest);
    const found = await hashOf(ctx, digest, input.mspId(msp, 'msp'));
    return { digest, msp, hash: found, matches: found !== '' && found === record.metaHash };
}

/** Takes value and private hash out of the peers' databases, past blocks' private data included; the public metaHash stays. */
async function purge(ctx, digest, reason) {
    ctx.caller.needs('admin');
    input.reason(reason);
    const record = await records.get(ctx, digest);
    refuseHeld(record);
    const { msp } = ctx.caller;
    const collection = collectionOf(msp);
    if (await hashOf(ctx, digest, msp) === '') {
        return { digest, collection, status: 'exists' };
    }
    await ctx.stub.purgePrivateData(collection, keyOf(ctx, digest));
    ctx.ledger.emit('purge', { digest, msp });
    return { digest, collection, status: 'ok' };
}

async function hashOf(ctx, digest, msp) {
    const bytes = await ctx.stub.getPrivateDataHash(collectionOf(msp), keyOf(ctx, digest));
    return bytes && bytes.length > 0 ? Buffer.from(bytes).toString('hex') : '';
}

function readTransient(ctx) {
    const bytes = ctx.stub.getTransient()?.get(FIELD);
    if (!bytes || bytes.length === 0 || bytes.length > MAX_BYTES) {
        input.malformed(`transient ${FIELD}`, `JSON of 1 to ${MAX_BYTES} bytes`);
    }
    const text = Buffer.from(bytes).toString('utf8');
    const { salt } = input.object(input.json(text, `transient ${FIELD}`), `transient ${FIELD}`);
    // Without it a hash of a name or a plate number is found by trying them all.
    if (typeof salt !== 'string' || !/^[0-9a-fA-F]{32,128}$/.test(salt)) {
        input.malformed('salt', 'at least 16 bytes in hexadecimal digits');
    }
    return text;
}

const keyOf = (ctx, digest) => ctx.stub.createCompositeKey(PRIVATE, [digest]);

module.exports = { put, get, hash, purge };
