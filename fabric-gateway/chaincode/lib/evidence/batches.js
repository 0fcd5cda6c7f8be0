'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const devices = require('./devices');
const { padded } = require('../ledger');
const { keccakText } = require('../crypto/signatures');
const { includes } = require('../crypto/merkle');

const BATCH = 'BT';
const BY_ROOT = 'BR';
const EQUIVOCATION = 'EQ';
const ZERO = '0'.repeat(64);
const MAX_CHAIN = 500;

const seqKey = (seq) => padded(seq, 12);

/** What the box signs: keccak256 of this (docs/evidence.md, «Signature»). */
const message = ({ device, seq, size, prev, root }) => `evbatch-v1|${device}|${seq}|${size}|${prev}|${root}`;

/**
 * Takes one header. Gaps and links to the neighbours are not asked for: boxes send ahead and out of order, and a read of the neighbour
 * would make every two batches in one block conflict. Readers find them (checkChain).
 */
async function submit(ctx, item) {
    const header = read(item);
    const { device, seq } = header;
    const known = await ctx.ledger.read(BATCH, device, seqKey(seq));
    if (known && sameContent(known, header)) {
        return { status: 'exists', tx: known.tx };
    }
    const record = await devices.active(ctx, device);
    const key = devices.verify(record, keccakText(message(header)), header, seq);
    if (known) {
        throw new Refusal('EQUIVOCATION', `batch ${seq} of ${device} is on the ledger with root ${known.root}, transaction ${known.tx}`);
    }
    if (seq === 1 && header.prev !== ZERO) {
        throw new Refusal('PREV_MISMATCH', 'the first batch has 64 zeros as prev');
    }
    await ctx.ledger.write(stored(header, key, ctx), BATCH, device, seqKey(seq));
    await ctx.ledger.index(BY_ROOT, header.root, device, seqKey(seq));
    ctx.ledger.emit('batches', { device, seq, size: header.size, root: header.root });
    return { status: 'ok', tx: ctx.ledger.tx };
}

/** Keeps the second signed header of a number: with the first it proves that the box, or who holds its key, said two things. */
async function reportEquivocation(ctx, text) {
    const header = read(input.json(text, 'header'));
    const { device, seq, root } = header;
    const known = await ctx.ledger.find(`no batch ${seq} of ${device} to compare with`, BATCH, device, seqKey(seq));
    if (sameContent(known, header)) {
        throw new Refusal('MALFORMED', 'header must be another than the one on the ledger');
    }
    const digest = keccakText(message(header));
    const reported = await ctx.ledger.read(EQUIVOCATION, device, seqKey(seq), digest);
    if (reported) {
        return { device, seq, status: 'exists', tx: reported.tx };
    }
    // Also of a revoked device: that is when it matters.
    const key = devices.verify(await devices.get(ctx, device), digest, header, seq);
    await ctx.ledger.write(stored(header, key, ctx), EQUIVOCATION, device, seqKey(seq), digest);
    ctx.ledger.emit('equivocation', { device, seq, root: known.root, otherRoot: root });
    return { device, seq, status: 'ok', tx: ctx.ledger.tx };
}

function get(ctx, device, seq) {
    const number = input.decimal(seq, 'seq', 1, input.MAX_SEQ);
    return ctx.ledger.find(`no batch ${number} of ${device}`, BATCH, input.serial(device, 'device'), seqKey(number));
}

/** More than one answer means that a device signed the leaves of another; both stay visible. */
async function findByRoot(ctx, root) {
    const parts = [input.hash(root, 'root')];
    const items = await ctx.ledger.all(BY_ROOT, parts, (_, [, device, seq]) => ({ device, seq: Number(seq) }));
    return { items };
}

function list(ctx, device, size, bookmark) {
    return ctx.ledger.page(size, bookmark, BATCH, [input.serial(device, 'device')], (batch) => batch);
}

/** Which numbers are missing, which do not link to the one before, and which were signed twice. */
async function checkChain(ctx, device, from, count) {
    const serial = input.serial(device, 'device');
    const first = input.decimal(from, 'from', 1, input.MAX_SEQ - MAX_CHAIN);
    const last = first + input.decimal(count, 'count', 1, MAX_CHAIN) - 1;
    const result = { device: serial, from: first, to: last, found: 0, missing: [], broken: [], equivocations: [] };
    let before = first > 1 ? await ctx.ledger.read(BATCH, serial, seqKey(first - 1)) : null;
    for (let seq = first; seq <= last; seq++) {
        const batch = await ctx.ledger.read(BATCH, serial, seqKey(seq));
        if (!batch) {
            result.missing.push(seq);
        } else {
            result.found++;
            if (before && batch.prev !== keccakText(message(before))) {
                result.broken.push(seq);
            }
        }
        before = batch;
    }
    const reported = await ctx.ledger.all(EQUIVOCATION, [serial], ({ seq, root }) => ({ seq, root }));
    result.equivocations = reported.filter(({ seq }) => seq >= first && seq <= last);
    return result;
}

async function verifyInclusion(ctx, device, seq, digest, index, proof) {
    const batch = await get(ctx, device, seq);
    const entry = input.hash(digest, 'digest');
    const place = input.decimal(index, 'index', 0, input.MAX_SIZE);
    const included = includes(entry, place, batch.size, input.proof(proof), batch.root);
    return { included, device, seq: batch.seq, digest: entry, index: place, size: batch.size, root: batch.root, tx: batch.tx };
}

function read(item) {
    const header = input.object(item, 'batch');
    return {
        device: input.serial(header.device, 'device'),
        seq: input.integer(header.seq, 'seq', 1, input.MAX_SEQ),
        size: input.integer(header.size, 'size', 1, input.MAX_SIZE),
        prev: input.hash(header.prev, 'prev'),
        root: input.hash(header.root, 'root'),
        signature: input.signature(header.signature, 'signature'),
        signer: header.signer ? input.address(header.signer, 'signer') : '',
    };
}

function stored({ device, seq, size, prev, root, signature }, key, ctx) {
    return { device, seq, size, prev, root, signature, key, ...ctx.ledger.stamp(ctx.caller.msp) };
}

const sameContent = (a, b) => a.root === b.root && a.size === b.size && a.prev === b.prev;

module.exports = { submit, reportEquivocation, get, findByRoot, list, checkChain, verifyInclusion, message };
