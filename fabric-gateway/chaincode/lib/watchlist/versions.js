'use strict';

const Refusal = require('../refusal');
const input = require('../input');
const devices = require('../evidence/devices');
const { padded } = require('../ledger');
const { keccakText } = require('../crypto/signatures');

const VERSION = 'WL';
const HEAD = 'WH';
const ZERO = '0'.repeat(64);

const versionKey = (version) => padded(version, 9);

const message = ({ device, list, version, prevHash, hash }) => `wlversion-v1|${device}|${list}|${version}|${prevHash}|${hash}`;

async function publish(ctx, item) {
    const given = read(item);
    const { device, list, version, hash, prevHash, signature } = given;
    const known = await ctx.ledger.read(VERSION, device, list, versionKey(version));
    if (known && known.hash === hash && known.prevHash === prevHash) {
        return { status: 'exists', tx: known.tx };
    }
    const key = devices.verify(await devices.active(ctx, device), keccakText(message(given)), given, null);
    if (known) {
        throw new Refusal('EQUIVOCATION', `version ${version} of ${list} is on the ledger with hash ${known.hash}, transaction ${known.tx}`);
    }
    follows(await ctx.ledger.read(HEAD, device, list), given);
    const record = { device, list, version, hash, prevHash, signature, key, ...ctx.ledger.stamp(ctx.caller.msp) };
    await ctx.ledger.write(record, VERSION, device, list, versionKey(version));
    await ctx.ledger.write({ version, hash }, HEAD, device, list);
    ctx.ledger.emit('watchlist', { device, list, version, hash });
    return { status: 'ok', tx: ctx.ledger.tx };
}

/** The first one here may have any number: the list may be older than its place on the ledger. */
function follows(head, { version, prevHash }) {
    if (head && version !== head.version + 1) {
        throw new Refusal('VERSION_GAP', `version ${version} does not follow ${head.version}`);
    }
    const before = head?.hash ?? (version === 1 ? ZERO : prevHash);
    if (prevHash !== before) {
        throw new Refusal('PREV_MISMATCH', `prevHash of version ${version} must be ${before}`);
    }
}

function get(ctx, device, list, version) {
    const number = input.decimal(version, 'version', 1, input.MAX_VERSION);
    return ctx.ledger.find('no such version', VERSION, ...names(device, list), versionKey(number));
}

async function current(ctx, device, list) {
    const parts = names(device, list);
    const { version } = await ctx.ledger.find('no such list', HEAD, ...parts);
    return ctx.ledger.read(VERSION, ...parts, versionKey(version));
}

function page(ctx, device, list, size, bookmark) {
    const parts = list === '' ? [input.serial(device, 'device')] : names(device, list);
    return ctx.ledger.page(size, bookmark, VERSION, parts, (version) => version);
}

const names = (device, list) => [input.serial(device, 'device'), input.serial(list, 'list')];

function read(item) {
    const given = input.object(item, 'version');
    return {
        device: input.serial(given.device, 'device'),
        list: input.serial(given.list, 'list'),
        version: input.integer(given.version, 'version', 1, input.MAX_VERSION),
        hash: input.hash(given.hash, 'hash'),
        prevHash: input.hash(given.prevHash, 'prevHash'),
        signature: input.signature(given.signature, 'signature'),
        signer: given.signer ? input.address(given.signer, 'signer') : '',
    };
}

module.exports = { publish, get, current, list: page, message };
