'use strict';

const Refusal = require('./refusal');
const { decimal, malformed } = require('./input');

const MAX_PAGE = 200;

/** Number as part of a key: text order is number order. */
const padded = (number, digits) => String(number).padStart(digits, '0');

/**
 * The world state as this transaction sees it. A peer answers reads from the committed state only, so what this transaction wrote is
 * remembered here: a number that comes twice in one list must meet itself.
 */
class Ledger {
    #written = new Map();
    #event = null;
    #items = [];

    /** @param {import('fabric-shim').ChaincodeStub} stub */
    constructor(stub) {
        this.stub = stub;
        this.tx = stub.getTxID();
        // The client's clock out of the proposal: the same on every endorser, and only a claim.
        const { seconds, nanos } = stub.getTxTimestamp();
        this.time = new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
    }

    /** @returns {Promise<any|null>} */
    async read(type, ...parts) {
        const key = this.stub.createCompositeKey(type, parts);
        if (this.#written.has(key)) {
            return JSON.parse(this.#written.get(key));
        }
        const bytes = await this.stub.getState(key);
        return bytes && bytes.length > 0 ? JSON.parse(Buffer.from(bytes).toString('utf8')) : null;
    }

    /** Reads what must be there. */
    async find(what, type, ...parts) {
        return await this.read(type, ...parts) ?? refuseMissing(what);
    }

    async write(value, type, ...parts) {
        const key = this.stub.createCompositeKey(type, parts);
        const text = JSON.stringify(value);
        this.#written.set(key, text);
        await this.stub.putState(key, Buffer.from(text));
    }

    /** An entry that is nothing but its key. Fabric takes an empty value for «none», so it is one zero byte. */
    async index(type, ...parts) {
        await this.stub.putState(this.stub.createCompositeKey(type, parts), Buffer.from([0]));
    }

    /** Who wrote, when and in which transaction: part of every record. */
    stamp(msp) {
        return { tx: this.tx, msp, time: this.time };
    }

    /** Fabric keeps one event per transaction, the last; so items are collected and sent once. */
    emit(name, item) {
        this.#event = name;
        this.#items.push(item);
    }

    flush() {
        if (this.#event) {
            this.stub.setEvent(this.#event, Buffer.from(JSON.stringify({ items: this.#items })));
        }
    }

    /**
     * One page of a key prefix. Evaluate only: Fabric refuses writes beside it.
     * @param {(value: any, parts: string[]) => any} map
     */
    async page(size, bookmark, type, parts, map) {
        const count = decimal(size, 'size', 1, MAX_PAGE);
        const prefix = this.stub.createCompositeKey(type, parts);
        const found = await this.stub.getStateByPartialCompositeKeyWithPagination(type, parts, count, decodeBookmark(bookmark, prefix));
        const items = [];
        for (let next = await found.iterator.next(); !next.done; next = await found.iterator.next()) {
            items.push(this.#item(next.value, map));
        }
        await found.iterator.close();
        // An empty page has no metadata: zero records and no bookmark are zero bytes on the wire.
        return { items, bookmark: Buffer.from(found.metadata?.bookmark ?? '', 'utf8').toString('base64url') };
    }

    /** All of a prefix that is known to be short. Evaluate only: in a submit it would conflict with every new neighbour. */
    async all(type, parts, map) {
        const iterator = await this.stub.getStateByPartialCompositeKey(type, parts);
        const items = [];
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
            items.push(this.#item(next.value, map));
        }
        await iterator.close();
        return items;
    }

    #item({ key, value }, map) {
        const bytes = Buffer.from(value);
        const isIndex = bytes.length === 1 && bytes[0] === 0;
        return map(isIndex ? null : JSON.parse(bytes.toString('utf8')), this.stub.splitCompositeKey(key).attributes);
    }
}

/** @returns {never} */
function refuseMissing(what) {
    throw new Refusal('NOT_FOUND', what);
}

/** Bookmarks are keys, NUL bytes and all: sent as base64url, and taken back only for the list they came from. */
function decodeBookmark(text, prefix) {
    if (text === '') {
        return '';
    }
    const key = /^[A-Za-z0-9_-]{1,2000}$/.test(text) ? Buffer.from(text, 'base64url').toString('utf8') : '';
    return key.startsWith(prefix) ? key : malformed('bookmark', 'one that this list gave');
}

module.exports = { Ledger, padded };
