'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const { padded } = require('../ledger');
const { includes } = require('../crypto/merkle');

const ROUND = 'FR';

const number = (round) => input.decimal(round, 'round', 1, input.MAX_VERSION);
const keyOf = (round) => padded(round, 9);

async function open(ctx, job, round, base) {
    ctx.caller.needs('admin', 'coordinator');
    const key = { job: input.serial(job, 'job'), round: number(round) };
    input.hash(base, 'base');
    const known = await ctx.ledger.read(ROUND, key.job, keyOf(key.round));
    if (known) {
        if (known.base !== base || known.msp !== ctx.caller.msp) {
            throw new Refusal('ROUND_CONFLICT', `opened by ${known.msp} with base ${known.base}`);
        }
        return { ...key, status: 'exists', tx: known.tx };
    }
    const record = { ...key, base, status: 'open', model: '', updatesRoot: '', clients: 0, ...ctx.ledger.stamp(ctx.caller.msp), closed: null };
    return save(ctx, record, 'opened');
}

async function close(ctx, job, round, outcome) {
    ctx.caller.needs('admin', 'coordinator');
    const { base, model, updatesRoot, clients } = readOutcome(outcome);
    const record = await get(ctx, job, round);
    if (record.msp !== ctx.caller.msp) {
        throw new Refusal('NOT_ALLOWED', `the round was opened by ${record.msp}`);
    }
    if (record.base !== base) {
        throw new Refusal('ROUND_CONFLICT', `the round was opened with base ${record.base}`);
    }
    if (record.status === 'closed') {
        if (record.model !== model || record.updatesRoot !== updatesRoot || record.clients !== clients) {
            throw new Refusal('ROUND_CLOSED', `closed with model ${record.model}, transaction ${record.closed.tx}`);
        }
        return { job, round: record.round, status: 'exists', tx: record.closed.tx };
    }
    const { tx, time } = ctx.ledger;
    Object.assign(record, { status: 'closed', model, updatesRoot, clients, closed: { time, tx } });
    return save(ctx, record, 'closed');
}

/** A round that nobody opened takes updates as well: a site may anchor them without a coordinator on the ledger. */
async function refuseClosed(ctx, job, round) {
    const record = await ctx.ledger.read(ROUND, job, keyOf(round));
    if (record?.status === 'closed') {
        throw new Refusal('ROUND_CLOSED', `round ${round} of ${job} was closed at ${record.closed.time}`);
    }
}

async function get(ctx, job, round) {
    return ctx.ledger.find('no such round', ROUND, input.serial(job, 'job'), keyOf(number(round)));
}

/** Was this update used for the model of the round? */
async function verifyUpdate(ctx, job, round, hash, index, proof) {
    const record = await get(ctx, job, round);
    if (record.status !== 'closed') {
        throw new Refusal('NOT_FOUND', 'the round is not closed yet');
    }
    const entry = input.hash(hash, 'hash');
    const place = input.decimal(index, 'index', 0, input.MAX_SIZE);
    const included = includes(entry, place, record.clients, input.proof(proof), record.updatesRoot);
    return { included, job, round: record.round, hash: entry, index: place, clients: record.clients, updatesRoot: record.updatesRoot };
}

async function save(ctx, record, action) {
    const { job, round } = record;
    await ctx.ledger.write(record, ROUND, job, keyOf(round));
    ctx.ledger.emit('round', { job, round, action });
    return { job, round, status: 'ok', tx: ctx.ledger.tx };
}

function readOutcome(text) {
    const outcome = input.object(input.json(text, 'outcome'), 'outcome');
    return {
        base: input.hash(outcome.base, 'base'),
        model: input.hash(outcome.model, 'model'),
        updatesRoot: input.hash(outcome.updatesRoot, 'updatesRoot'),
        clients: input.integer(outcome.clients, 'clients', 1, input.MAX_SIZE),
    };
}

module.exports = { number, keyOf, open, close, refuseClosed, get, verifyUpdate };
