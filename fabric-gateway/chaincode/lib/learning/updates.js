'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const devices = require('../evidence/devices');
const rounds = require('./rounds');
const { keccakText } = require('../crypto/signatures');

const UPDATE = 'FU';

const message = ({ device, job, round, hash }) => `flupdate-v1|${device}|${job}|${round}|${hash}`;

async function commit(ctx, item) {
    const update = read(item);
    const { device, job, round, hash, signature } = update;
    const parts = [job, rounds.keyOf(round), device];
    const known = await ctx.ledger.read(UPDATE, ...parts);
    if (known && known.hash === hash) {
        return { status: 'exists', tx: known.tx };
    }
    const key = devices.verify(await devices.active(ctx, device), keccakText(message(update)), update, null);
    if (known) {
        throw new Refusal('EQUIVOCATION', `${device} committed ${known.hash} to that round, transaction ${known.tx}`);
    }
    await rounds.refuseClosed(ctx, job, round);
    const record = { device, job, round, hash, signature, key, ...ctx.ledger.stamp(ctx.caller.msp) };
    await ctx.ledger.write(record, UPDATE, ...parts);
    ctx.ledger.emit('update', { device, job, round, hash });
    return { status: 'ok', tx: ctx.ledger.tx };
}

function list(ctx, job, round, size, bookmark) {
    const parts = [input.serial(job, 'job'), rounds.keyOf(rounds.number(round))];
    return ctx.ledger.page(size, bookmark, UPDATE, parts, (update) => update);
}

function read(item) {
    const update = input.object(item, 'update');
    return {
        device: input.serial(update.device, 'device'),
        job: input.serial(update.job, 'job'),
        round: input.integer(update.round, 'round', 1, input.MAX_VERSION),
        hash: input.hash(update.hash, 'hash'),
        signature: input.signature(update.signature, 'signature'),
        signer: update.signer ? input.address(update.signer, 'signer') : '',
    };
}

module.exports = { commit, list, message };
