'use strict';

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { Network } = require('./support/network');
const { ProcessPeer } = require('./support/process-peer');
const scenarios = require('./scenarios');
const { Box, json } = require('./support/box');

describe('over the chaincode process', () => {
    let peer;
    before(async () => { peer = await ProcessPeer.start(); });
    after(() => peer?.close());

    // One process for all; each network has a world of its own.
    scenarios(() => new Network(peer));

    test('Register_Connect_NamesItsPackage', () => assert.equal(peer.chaincodeId, 'anchor_1.0:test'));

    test('Invoke_WrongFunctionOrArgumentCount_IsRefusedAndTheProcessLives', async () => {
        const network = new Network(peer);

        await assert.rejects(network.evaluate('site-admin', 'evidence:Nothing', []), /does not exist/);
        await assert.rejects(network.evaluate('site-admin', 'other:GetBatch', ['a', '1']), /not known/);
        await assert.rejects(network.evaluate('site-admin', 'evidence:GetBatch', ['a']), /Expected 2 parameters/);
        assert.deepEqual(await network.evaluate('site-admin', 'ListDevices', ['10', '']), { items: [], bookmark: '' });
    });

    test('Invoke_ManyTransactionsAtOnce_DoNotMix', async () => {
        const network = new Network(peer), box = new Box('a');
        await network.submit('site-admin', 'evidence:RegisterDevice', ['a', json(box.keyEntries)]);
        const numbers = Array.from({ length: 40 }, (_, i) => i + 1);

        const endorsed = await Promise.all(numbers.map((seq) =>
            network.endorse('site-companion', 'evidence:SubmitBatches', [json([box.batch(seq)])], { peers: ['SiteMSP'] })));

        assert.deepEqual(endorsed.map(({ event }) => event.items[0].seq), numbers);
        assert.deepEqual(endorsed.map((one) => network.commit(one)), numbers.map(() => 0));
    });

    test('GetMetadata_Contracts_AreTheThreeWithTheirFunctions', async () => {
        const { contracts } = await new Network(peer).evaluate('site-admin', 'org.hyperledger.fabric:GetMetadata', []);

        const counts = Object.fromEntries(Object.entries(contracts).map(([name, { transactions }]) => [name, transactions.length]));
        assert.deepEqual(counts, { evidence: 26, watchlist: 4, fl: 7, 'org.hyperledger.fabric': 1 });
    });
});
