'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { MVCC_READ_CONFLICT, VALID } = require('../support/world');
const { Box, digestOf, json, treePath, treeRoot } = require('../support/box');

module.exports = (newNetwork) => describe('federated rounds', () => {
    const base = digestOf('base'), model = digestOf('model');

    async function site(...boxes) {
        const network = newNetwork();
        for (const box of boxes) {
            await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        }
        return network;
    }

    const open = (network, as = 'site-custodian', hash = base) => network.submit(as, 'fl:OpenRound', ['faces', '3', hash]);
    const commit = (network, items) => network.submit('site-companion', 'fl:CommitUpdates', [json(items)]);
    const close = (network, outcome = {}, as = 'site-custodian') => network.submit(as, 'fl:CloseRound',
        ['faces', '3', json({ base, model, updatesRoot: digestOf('root'), clients: 2, ...outcome })]);

    test('Round_OpenedUpdatedClosed_ProvesThatAnUpdateWasUsed', async () => {
        const boxes = ['a', 'b', 'c'].map((serial) => new Box(serial)), network = await site(...boxes);
        const updates = boxes.map((box) => box.update('faces', 3)), hashes = updates.map((update) => update.hash);

        const opened = await open(network);
        const committed = await commit(network, updates);
        const closed = await close(network, { updatesRoot: treeRoot(hashes).toString('hex'), clients: 3 });

        assert.deepEqual([opened, committed, closed].map(({ event }) => event.name), ['round', 'update', 'round']);
        assert.deepEqual(committed.result.results[1], { device: 'b', job: 'faces', round: 3, status: 'ok', tx: committed.tx });
        const round = await network.evaluate('court-client', 'fl:GetRound', ['faces', '3']);
        assert.deepEqual([round.status, round.base, round.model, round.clients, round.closed.tx], ['closed', base, model, 3, closed.tx]);
        const ask = async (hash, index, proof) =>
            (await network.evaluate('court-client', 'fl:VerifyUpdate', ['faces', '3', hash, String(index), json(proof)])).included;
        assert.equal(await ask(hashes[1], 1, treePath(hashes, 1)), true);
        assert.equal(await ask(digestOf('not used'), 1, treePath(hashes, 1)), false);
        const page = await network.evaluate('court-client', 'fl:Updates', ['faces', '3', '2', '']);
        assert.deepEqual(page.items.map((item) => item.device), ['a', 'b']);
    });

    test('CommitUpdate_One_ThrowsItsRefusal', async () => {
        const box = new Box('a'), network = await site(box), { hash, signature } = box.update('faces', 3);
        const one = (...args) => network.submit('site-companion', 'fl:CommitUpdate', args);

        const { result, tx } = await one('faces', '3', 'a', hash, signature);
        const again = await one('faces', '3', 'a', hash, signature);

        assert.deepEqual(result, { job: 'faces', round: 3, device: 'a', status: 'ok', tx });
        assert.deepEqual([again.result.status, again.result.tx, again.writes], ['exists', tx, []]);
        await refused(one('faces', '4', 'a', hash, signature), 'BAD_SIGNATURE');
        await refused(one('faces', 'x', 'a', hash, signature), 'MALFORMED');
    });

    test('CommitUpdates_SecondForgedOrUnknown_IsRefused', async () => {
        const box = new Box('a'), network = await site(box);
        await commit(network, [box.update('faces', 3)]);

        const { result } = await commit(network, [box.update('faces', 3, digestOf('second')), new Box('a', 'forger').update('faces', 4),
            new Box('unknown').update('faces', 3), { ...box.update('faces', 5), round: '5' }]);

        assert.deepEqual(result.results.map((one) => one.status), ['EQUIVOCATION', 'BAD_SIGNATURE', 'NO_DEVICE', 'MALFORMED']);
    });

    test('CommitUpdates_AfterTheRoundClosed_IsRefused', async () => {
        const a = new Box('a'), b = new Box('b'), network = await site(a, b);
        await open(network);
        await commit(network, [a.update('faces', 3)]);
        await close(network);

        const { result } = await commit(network, [a.update('faces', 3), b.update('faces', 3), b.update('faces', 4)]);

        assert.deepEqual(result.results.map((one) => one.status), ['exists', 'ROUND_CLOSED', 'ok']);
    });

    test('CommitUpdates_ClosedInTheSameBlock_IsNotTaken', async () => {
        const box = new Box('a'), network = await site(box);
        await open(network);
        const update = await network.endorse('site-companion', 'fl:CommitUpdates', [json([box.update('faces', 3)])]);
        const closing = await network.endorse('site-custodian', 'fl:CloseRound',
            ['faces', '3', json({ base, model, updatesRoot: digestOf('root'), clients: 1 })]);

        assert.deepEqual([network.commit(closing), network.commit(update)], [VALID, MVCC_READ_CONFLICT]);
    });

    test('OpenRound_AgainOrOtherwise_ExistsOrConflicts', async () => {
        const network = await site();
        const { tx } = await open(network);

        const again = await open(network);

        assert.deepEqual([again.result.status, again.result.tx, again.writes], ['exists', tx, []]);
        await refused(open(network, 'site-custodian', digestOf('other base')), 'ROUND_CONFLICT');
        await refused(open(network, 'court-admin'), 'ROUND_CONFLICT');
        await refused(open(network, 'site-companion'), 'NOT_ALLOWED');
    });

    test('CloseRound_ByAnotherOrOtherwise_IsRefused', async () => {
        const network = await site();
        await refused(close(network), 'NOT_FOUND');
        await open(network);

        await refused(close(network, {}, 'court-admin'), 'NOT_ALLOWED');
        await refused(close(network, {}, 'site-companion'), 'NOT_ALLOWED');
        await refused(close(network, { base: digestOf('other base') }), 'ROUND_CONFLICT');
        await refused(close(network, { clients: 0 }), 'MALFORMED');
        const closed = await close(network);
        assert.deepEqual((await close(network)).result, { job: 'faces', round: 3, status: 'exists', tx: closed.tx });
        await refused(close(network, { model: digestOf('other model') }), 'ROUND_CLOSED');
    });

    test('VerifyUpdate_OpenRound_IsNotFound', async () => {
        const network = await site();
        await open(network);

        await refused(network.evaluate('court-client', 'fl:VerifyUpdate', ['faces', '3', base, '0', '[]']), 'NOT_FOUND');
    });
});
