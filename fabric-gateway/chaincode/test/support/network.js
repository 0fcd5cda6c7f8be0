'use strict';

const assert = require('node:assert/strict');
const { buildProposal } = require('./proposal');
const { MemoryPeer } = require('./memory-peer');
const { World, VALID } = require('./world');

const ORGANISATIONS = ['SiteMSP', 'CourtMSP'];

/** A channel of two organisations with the chaincode on it. Calls are made as the owner of a certificate in test/fixtures. */
class Network {
    #nonce = 0;

    constructor(peer = new MemoryPeer()) {
        this.peer = peer;
        this.world = new World();
        this.clock = Date.parse('2026-11-21T12:00:00.000Z');
    }

    /** Endorsed by a peer of each organisation (of one only with `peers`), which must come to the same, and committed. */
    async submit(as, fn, args, options = {}) {
        const endorsed = await this.endorse(as, fn, args, options);
        assert.equal(this.commit(endorsed), VALID, 'the transaction is valid');
        return endorsed;
    }

    async endorse(as, fn, args, { transient, peers = ORGANISATIONS } = {}) {
        const proposal = this.#propose(as, fn, args, transient);
        const runs = [];
        for (const msp of peers) {
            const simulation = this.world.simulate(msp);
            runs.push({ simulation, ...await this.peer.run(proposal, simulation) });
        }
        const [first] = runs;
        refuse(first);
        for (const other of runs.slice(1)) {
            assert.deepEqual(visible(other), visible(first), 'two peers come to the same result');
        }
        return {
            tx: proposal.txId, result: parse(first.payload), writes: first.simulation.writes, simulation: first.simulation,
            event: first.event && { name: first.event.name, ...JSON.parse(first.event.payload.toString()) },
        };
    }

    commit({ simulation }) {
        return this.world.commit(simulation);
    }

    async evaluate(as, fn, args, { transient, peer = 'SiteMSP' } = {}) {
        const run = await this.peer.run(this.#propose(as, fn, args, transient), this.world.simulate(peer));
        refuse(run);
        return parse(run.payload);
    }

    async close() {
        await this.peer.close();
    }

    #propose(as, fn, args, transient) {
        this.#nonce++;
        this.clock += 1000;
        const nonce = Buffer.alloc(24);
        nonce.writeUInt32BE(this.#nonce, 20);
        return buildProposal({ as, fn, args, transient, nonce, time: new Date(this.clock) });
    }
}

/** A thrown refusal as the gateway would give it, split at the first colon. */
class ChaincodeError extends Error {
    constructor(message) {
        super(message);
        this.word = message.split(':')[0];
    }
}

function refuse({ status, message }) {
    if (status >= 400) {
        throw new ChaincodeError(message);
    }
}

const parse = (payload) => (payload.length > 0 ? JSON.parse(payload.toString()) : null);

const visible = ({ status, message, payload, event, simulation }) =>
    ({ status, message, payload, event, reads: [...simulation.reads], writes: simulation.writes });

/** Expects a refusal with a word. */
const refused = (promise, word) => assert.rejects(promise, (error) => {
    assert.equal(error.word, word, error.message);
    return true;
});

module.exports = { Network, refused };
