'use strict';

const { createHash } = require('node:crypto');

const IMPLICIT = '_implicit_org_';

/** Codes of TxValidationCode that matter here. */
const VALID = 0;
const MVCC_READ_CONFLICT = 11;
const PHANTOM_READ_CONFLICT = 12;

/**
 * The committed state of one channel, as all its peers have it. Private values are kept per organisation, their hashes by all.
 * Commit is Fabric's: a transaction whose reads are stale changes nothing.
 */
class World {
    #version = 0;
    #state = new Map();
    #hashes = new Map();
    #values = new Map();

    /** What a peer of an organisation does when it endorses. */
    simulate(peerMsp) {
        return new Simulation(this, peerMsp);
    }

    committed(collection, key) {
        return (collection === '' ? this.#state : this.#values).get(slot(collection, key));
    }

    committedHash(collection, key) {
        return this.#hashes.get(slot(collection, key));
    }

    /** Committed keys of [start, end) in the order of their bytes, which is LevelDB's. */
    keys(start, end) {
        const bytes = (key) => Buffer.from(key, 'utf8');
        const [from, to] = [bytes(start), bytes(end)];
        return [...this.#state.keys()]
            .filter((key) => Buffer.compare(bytes(key), from) >= 0 && Buffer.compare(bytes(key), to) < 0)
            .sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
    }

    commit(simulation) {
        for (const [key, version] of simulation.reads) {
            if ((this.#state.get(key)?.version ?? 0) !== version) {
                return MVCC_READ_CONFLICT;
            }
        }
        for (const { start, end, seen } of simulation.ranges) {
            if (JSON.stringify(this.keys(start, end)) !== JSON.stringify(seen)) {
                return PHANTOM_READ_CONFLICT;
            }
        }
        this.#version++;
        for (const { collection, key, value } of simulation.writes) {
            this.#apply(collection, key, value);
        }
        return VALID;
    }

    #apply(collection, key, value) {
        const at = slot(collection, key);
        const [values, hashes] = collection === '' ? [this.#state, new Map()] : [this.#values, this.#hashes];
        if (value === null) {
            values.delete(at);
            hashes.delete(at);
            return;
        }
        values.set(at, { value, version: this.#version });
        hashes.set(at, createHash('sha256').update(value).digest());
    }
}

/** One endorsement: reads come from the committed state only, writes are kept aside. */
class Simulation {
    reads = new Map();
    ranges = [];
    writes = [];
    #paginated = false;

    constructor(world, peerMsp) {
        this.world = world;
        this.peerMsp = peerMsp;
    }

    getState(collection, key) {
        requireKey(key);
        if (collection === '') {
            const entry = this.world.committed('', key);
            this.reads.set(key, entry?.version ?? 0);
            return entry?.value ?? Buffer.alloc(0);
        }
        if (collection !== IMPLICIT + this.peerMsp) {
            throw new Error(`private data matching public hash version is not available: ${collection} is not kept by ${this.peerMsp}`);
        }
        return this.world.committed(collection, key)?.value ?? Buffer.alloc(0);
    }

    getPrivateDataHash(collection, key) {
        return this.world.committedHash(collection, key) ?? Buffer.alloc(0);
    }

    putState(collection, key, value) {
        requireKey(key);
        if (value.length === 0) {
            throw new Error('a key cannot have an empty value');
        }
        this.#write({ collection, key, value: Buffer.from(value) });
    }

    deleteState(collection, key) {
        this.#write({ collection, key, value: null });
    }

    /** @returns {{results: {key: string, value: Buffer}[], bookmark?: string}} */
    range(collection, start, end, page) {
        if (collection !== '') {
            throw new Error('ranges over private data are not part of this double');
        }
        const from = page?.bookmark || start;
        const keys = this.world.keys(from, end);
        const taken = page ? keys.slice(0, page.pageSize) : keys;
        if (page) {
            if (this.writes.length > 0) {
                throw new Error('paginated queries are not supported in transactions that write');
            }
            this.#paginated = true;
        } else {
            this.ranges.push({ start, end, seen: keys });
        }
        const results = taken.map((key) => ({ key, value: this.getState('', key) }));
        return page ? { results, bookmark: keys[page.pageSize] ?? '' } : { results };
    }

    #write(write) {
        if (this.#paginated) {
            throw new Error('Transaction has already performed a paginated query. Writes are not allowed');
        }
        this.writes = [...this.writes.filter((one) => one.collection !== write.collection || one.key !== write.key), write];
    }
}

const slot = (collection, key) => (collection === '' ? key : `${collection}\u0000${key}`);

function requireKey(key) {
    if (!key) {
        throw new Error('key must not be an empty string');
    }
}

module.exports = { World, VALID, MVCC_READ_CONFLICT, PHANTOM_READ_CONFLICT };
