'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { Box, digestOf, json } = require('../support/box');

module.exports = (newNetwork) => describe('watchlist versions', () => {
    async function site(...boxes) {
        const network = newNetwork();
        for (const box of boxes) {
            await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        }
        return network;
    }

    const publish = (network, items) => network.submit('site-companion', 'watchlist:Publish', [json(items)]);
    const statuses = ({ result }) => result.results.map((one) => one.status);

    test('Publish_VersionsInOneList_FollowEachOther', async () => {
        const box = new Box('a'), network = await site(box), items = [1, 2, 3].map((version) => box.version('staff', version));

        const { result, event, tx } = await publish(network, items);

        assert.deepEqual(result.results[2], { device: 'a', list: 'staff', version: 3, status: 'ok', tx });
        assert.deepEqual([event.name, event.items.length], ['watchlist', 3]);
        const current = await network.evaluate('court-client', 'watchlist:Current', ['a', 'staff']);
        assert.deepEqual([current.version, current.hash, current.signature], [3, items[2].hash, items[2].signature]);
        assert.equal((await network.evaluate('court-client', 'watchlist:Get', ['a', 'staff', '2'])).hash, items[1].hash);
    });

    test('Publish_GapOrWrongPredecessor_IsRefused', async () => {
        const box = new Box('a'), network = await site(box);
        await publish(network, [box.version('staff', 1)]);

        const submitted = await publish(network, [box.version('staff', 3), box.version('staff', 2, { prevHash: digestOf('x') }),
            box.version('other', 1, { prevHash: digestOf('x') })]);

        assert.deepEqual(statuses(submitted), ['VERSION_GAP', 'PREV_MISMATCH', 'PREV_MISMATCH']);
        assert.deepEqual([submitted.writes, submitted.event], [[], null]);
    });

    test('Publish_OlderList_MayBeginAnywhere', async () => {
        const box = new Box('a'), network = await site(box);

        assert.deepEqual(statuses(await publish(network, [box.version('staff', 57), box.version('staff', 58), box.version('staff', 56)])),
            ['ok', 'ok', 'VERSION_GAP']);
    });

    test('Publish_SameAgainOrOtherContent_ExistsOrEquivocation', async () => {
        const box = new Box('a'), network = await site(box);
        const { tx } = await publish(network, [box.version('staff', 1)]);

        const { result } = await publish(network, [box.version('staff', 1), box.version('staff', 1, { hash: digestOf('x') }),
            { ...new Box('a', 'forger').version('staff', 1, { hash: digestOf('x') }), signer: undefined }]);

        assert.deepEqual(result.results.map((one) => [one.status, one.tx]), [['exists', tx], ['EQUIVOCATION', ''], ['BAD_SIGNATURE', '']]);
    });

    test('Publish_TwoBoxesWithOneListName_AreApart', async () => {
        const a = new Box('a'), b = new Box('b'), network = await site(a, b);

        const submitted = await publish(network, [a.version('staff', 1), b.version('staff', 1, { hash: digestOf('other') })]);

        assert.deepEqual(statuses(submitted), ['ok', 'ok']);
    });

    test('List_OneOrAllLists_ComesInPages', async () => {
        const box = new Box('a'), network = await site(box);
        await publish(network, [9, 10, 11].map((version) => box.version('staff', version)).concat(box.version('guests', 1)));

        const first = await network.evaluate('court-client', 'watchlist:List', ['a', 'staff', '2', '']);
        const rest = await network.evaluate('court-client', 'watchlist:List', ['a', 'staff', '2', first.bookmark]);
        const all = await network.evaluate('court-client', 'watchlist:List', ['a', '', '10', '']);

        assert.deepEqual([...first.items, ...rest.items].map((item) => item.version), [9, 10, 11]);
        assert.equal(all.items.length, 4);
        await refused(network.evaluate('court-client', 'watchlist:Current', ['a', 'none']), 'NOT_FOUND');
        await refused(network.evaluate('court-client', 'watchlist:Get', ['a', 'staff', '1']), 'NOT_FOUND');
    });
});
