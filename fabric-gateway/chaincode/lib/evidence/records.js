'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const devices = require('./devices');

const EVIDENCE = 'EV';
const BY_DAY = 'ED';
const FIELDS = ['device', 'digest', 'kind', 'captured', 'metaHash'];

/**
 * Takes one signed manifest's digest (critical alerts, which do not wait for their batch). The signature covers the digest; kind, time and
 * metaHash are the sender's words about it, checked by whoever holds the manifest, and fixed from now on.
 */
async function submit(ctx, item) {
    const evidence = read(item);
    const { device, digest } = evidence;
    const known = await ctx.ledger.read(EVIDENCE, digest);
    if (known && FIELDS.every((field) => known[field] === evidence[field])) {
        return { status: 'exists', tx: known.tx };
    }
    const record = await devices.active(ctx, device);
    const key = devices.verify(record, digest, evidence, null);
    if (known) {
        throw new Refusal('EVIDENCE_CONFLICT', `${digest} is on the ledger with another kind, time, hash or device, transaction ${known.tx}`);
    }
    // The box's owner has it, not whoever was first to bring the digest here.
    const custody = { custodian: record.msp, offer: null, holds: [], destroyed: null };
    const { kind, captured, metaHash, signature } = evidence;
    const stamp = ctx.ledger.stamp(ctx.caller.msp);
    await save(ctx, { digest, device, kind, captured, metaHash, signature, key, ...custody, ...stamp });
    await ctx.ledger.index(BY_DAY, device, captured.slice(0, 10), digest);
    ctx.ledger.emit('evidence', { device, digest, kind, captured });
    return { status: 'ok', tx: ctx.ledger.tx };
}

const get = (ctx, digest) => ctx.ledger.find('no such evidence', EVIDENCE, input.hash(digest, 'digest'));

const save = (ctx, record) => ctx.ledger.write(record, EVIDENCE, record.digest);

function listByDevice(ctx, device, day, size, bookmark) {
    const parts = [input.serial(device, 'device'), ...(day === '' ? [] : [input.day(day, 'day')])];
    return ctx.ledger.page(size, bookmark, BY_DAY, parts, (_, [serial, on, digest]) => ({ device: serial, day: on, digest }));
}

function read(item) {
    const evidence = input.object(item, 'evidence');
    return {
        device: input.serial(evidence.device, 'device'),
        digest: input.hash(evidence.digest, 'digest'),
        kind: input.kind(evidence.kind, 'kind'),
        captured: input.instant(evidence.captured, 'captured'),
        metaHash: input.optionalHash(evidence.metaHash, 'metaHash'),
        signature: input.signature(evidence.signature, 'signature'),
        signer: evidence.signer ? input.address(evidence.signer, 'signer') : '',
    };
}

module.exports = { submit, get, save, listByDevice };
