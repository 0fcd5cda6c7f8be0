'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const records = require('./records');

const EVENT = 'CE';

/** Who answers for the artefacts. Handing over takes both sides; each step is an event that is never written again. */

async function offer(ctx, digest, toMsp, reason) {
    ctx.caller.needs('admin', 'custodian');
    const to = toMsp === '' ? '' : input.mspId(toMsp, 'toMsp');
    const why = input.reason(reason);
    const record = await inCustody(ctx, digest);
    if (to === record.custodian) {
        throw new Refusal('MALFORMED', 'toMsp must be another than the custodian');
    }
    if (to === (record.offer?.to ?? '')) {
        return { digest, status: 'exists', tx: record.offer?.tx ?? record.tx };
    }
    const { tx, time } = ctx.ledger;
    record.offer = to === '' ? null : { to, reason: why, time, tx };
    return change(ctx, record, to === '' ? 'withdrawn' : 'offered', { to, reason: why });
}

async function accept(ctx, digest, reason) {
    ctx.caller.needs('admin', 'custodian');
    const why = input.reason(reason);
    const record = await standing(ctx, digest);
    if (record.offer?.to !== ctx.caller.msp) {
        throw new Refusal('NO_OFFER', `nothing is offered to ${ctx.caller.msp}`);
    }
    const from = record.custodian;
    record.custodian = ctx.caller.msp;
    record.offer = null;
    return change(ctx, record, 'accepted', { to: ctx.caller.msp, from, reason: why });
}

/** Each organisation holds for itself and releases only its own hold. */
async function hold(ctx, digest, on, reason) {
    ctx.caller.needs('admin');
    if (on !== 'true' && on !== 'false') {
        input.malformed('on', 'true or false');
    }
    const why = input.reason(reason);
    const record = await records.get(ctx, digest);
    const mine = record.holds.find((one) => one.msp === ctx.caller.msp);
    if ((on === 'true') === Boolean(mine)) {
        return { digest, status: 'exists', tx: mine?.tx ?? record.tx };
    }
    if (record.destroyed) {
        throw new Refusal('DESTROYED', `destroyed at ${record.destroyed.time}`);
    }
    const { tx, msp, time } = ctx.ledger.stamp(ctx.caller.msp);
    record.holds = on === 'true' ? [...record.holds, { msp, reason: why, time, tx }] : record.holds.filter((one) => one !== mine);
    return change(ctx, record, on === 'true' ? 'hold' : 'release', { reason: why });
}

/** Says that the artefacts are gone. The digest, the signature and the place in the log stay. */
async function destroy(ctx, digest, reason) {
    ctx.caller.needs('admin');
    const why = input.reason(reason);
    const before = await records.get(ctx, digest);
    if (before.destroyed && before.custodian === ctx.caller.msp) {
        return { digest, status: 'exists', tx: before.destroyed.tx };
    }
    const record = await inCustody(ctx, digest);
    refuseHeld(record);
    const { tx, msp, time } = ctx.ledger.stamp(ctx.caller.msp);
    record.offer = null;
    record.destroyed = { msp, reason: why, time, tx };
    return change(ctx, record, 'destroyed', { reason: why });
}

async function current(ctx, digest) {
    const { custodian, offer: offered, holds, destroyed } = await records.get(ctx, digest);
    return { digest, custodian, offer: offered, holds, destroyed };
}

async function history(ctx, digest, size, bookmark) {
    const record = await records.get(ctx, digest);
    const page = await ctx.ledger.page(size, bookmark, EVENT, [digest], (event) => event);
    // The beginning is the record itself; it costs no entry of its own.
    const first = { action: 'recorded', msp: record.msp, actor: record.device, time: record.time, tx: record.tx };
    return bookmark === '' ? { ...page, items: [first, ...page.items] } : page;
}

function refuseHeld(record) {
    if (record.holds.length > 0) {
        throw new Refusal('LEGAL_HOLD', `held by ${record.holds.map((one) => one.msp).join(', ')}`);
    }
}

async function standing(ctx, digest) {
    const record = await records.get(ctx, digest);
    if (record.destroyed) {
        throw new Refusal('DESTROYED', `destroyed at ${record.destroyed.time}`);
    }
    return record;
}

async function inCustody(ctx, digest) {
    const record = await standing(ctx, digest);
    if (record.custodian !== ctx.caller.msp) {
        throw new Refusal('NOT_CUSTODIAN', `custodian is ${record.custodian}`);
    }
    return record;
}

async function change(ctx, record, action, more) {
    const { tx, msp, time } = ctx.ledger.stamp(ctx.caller.msp);
    await records.save(ctx, record);
    await ctx.ledger.write({ action, msp, actor: ctx.caller.name, time, tx, ...more }, EVENT, record.digest, time, tx);
    ctx.ledger.emit('custody', { digest: record.digest, action, msp, to: more.to ?? '' });
    return { digest: record.digest, status: 'ok', tx };
}

module.exports = { offer, accept, hold, destroy, current, history, refuseHeld };
