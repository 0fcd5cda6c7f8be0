'use strict';

const { Context, Contract } = require('fabric-contract-api');
const { Ledger } = require('./ledger');
const Identity = require('./identity');
const Refusal = require('./refusal');
const { isObject, list } = require('./input');

/** Per transaction: the ledger as it sees it, and who asks. */
class AnchorContext extends Context {
    #ledger;
    #caller;

    get ledger() {
        return this.#ledger ??= new Ledger(this.stub);
    }

    get caller() {
        return this.#caller ??= new Identity(this.clientIdentity);
    }
}

/** What the three contracts share. Its methods are not transactions: the runtime takes those of the derived class only. */
class AnchorContract extends Contract {
    createContext() {
        return new AnchorContext();
    }

    async afterTransaction(ctx) {
        ctx.ledger.flush();
    }
}

/**
 * Takes each item of a JSON list for itself, in order.
 * @param {(item: any) => Promise<{status: string, tx: string}>} take throws Refusal before it writes anything
 * @param {string[]} names of the fields that name an item in its result
 */
async function takeEach(text, names, take) {
    const results = [];
    for (const item of list(text)) {
        results.push({ ...label(item, names), ...await attempt(item, take) });
    }
    return { results };
}

async function attempt(item, take) {
    try {
        return await take(item);
    } catch (error) {
        if (error instanceof Refusal) {
            return { status: error.word, tx: '', detail: error.detail };
        }
        throw error;
    }
}

/** A refused item is named back as it came, but never at length. */
function label(item, names) {
    const short = (value) => (typeof value === 'number' || (typeof value === 'string' && value.length <= 64) ? value : null);
    return Object.fromEntries(names.map((name) => [name, isObject(item) ? short(item[name]) : null]));
}

module.exports = { AnchorContract, takeEach };
