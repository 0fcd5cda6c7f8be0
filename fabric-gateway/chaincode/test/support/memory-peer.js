'use strict';

const ChaincodeFromContract = require('fabric-shim/lib/contract-spi/chaincodefromcontract');
const ChaincodeStub = require('fabric-shim/lib/stub');
const { peer } = require('@hyperledger/fabric-protos');
const { JSONSerializer } = require('fabric-contract-api');
const { contracts } = require('../..');

/** Runs the contracts in this process: the runtime's own dispatch and stub, over a simulation instead of a stream. */
class MemoryPeer {
    #chaincode = new ChaincodeFromContract([...contracts], {
        transaction: 'jsonSerializer', serializers: { jsonSerializer: JSONSerializer },
    }, {}, 'watchpost-anchor', 'test');

    /** @returns {Promise<{status: number, message: string, payload: Buffer, event: {name: string, payload: Buffer}|null}>} */
    async run({ input, signed, txId, channel }, simulation) {
        const stub = new ChaincodeStub(new SimulationHandler(simulation), channel, txId, input, signed);
        const { status, message, payload } = await this.#chaincode.Invoke(stub);
        const event = stub.chaincodeEvent;
        return {
            status, message, payload: Buffer.from(payload ?? ''),
            event: event ? { name: event.getEventName(), payload: Buffer.from(event.getPayload_asU8()) } : null,
        };
    }

    async close() {}
}

/** What the stub asks the peer, answered by the simulation. */
class SimulationHandler {
    constructor(simulation) {
        this.simulation = simulation;
    }

    async handleGetState(collection, key) {
        return this.simulation.getState(collection, key);
    }

    async handlePutState(collection, key, value) {
        return this.simulation.putState(collection, key, value);
    }

    async handleDeleteState(collection, key) {
        return this.simulation.deleteState(collection, key);
    }

    async handlePurgeState(collection, key) {
        return this.simulation.deleteState(collection, key);
    }

    async handleGetPrivateDataHash(collection, key) {
        return this.simulation.getPrivateDataHash(collection, key);
    }

    async handleGetStateByRange(collection, start, end, channel, tx, metadata) {
        const { results, bookmark } = this.simulation.range(collection, start, end, readPage(metadata));
        const values = results[Symbol.iterator]();
        return {
            iterator: { next: async () => values.next(), close: async () => {} },
            // As fabric-shim reads it off the wire: zero records and no bookmark are no bytes at all.
            ...(results.length > 0 || bookmark ? { metadata: { bookmark, fetchedRecordsCount: results.length } } : {}),
        };
    }
}

function readPage(metadata) {
    if (!metadata) {
        return null;
    }
    const page = peer.QueryMetadata.deserializeBinary(metadata);
    return { pageSize: page.getPagesize(), bookmark: page.getBookmark() };
}

module.exports = { MemoryPeer, readPage };
