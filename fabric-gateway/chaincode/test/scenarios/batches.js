'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { MVCC_READ_CONFLICT, VALID } = require('../support/world');
const { Box, ZERO, digestOf, json, treePath, treeRoot } = require('../support/box');
const { secondSignature } = require('../support/malleability');

module.exports = (newNetwork) => describe('batches', () => {
    async function site(...boxes) {
        const network = newNetwork();
        for (const box of boxes) {
            await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        }
        return network;
    }

    const anchor = (network, items, as = 'site-companion') => network.submit(as, 'evidence:SubmitBatches', [json(items)]);
    const statuses = ({ result }) => result.results.map((one) => one.status);

    test('SubmitBatches_HundredOfSeveralBoxes_OneTransactionOneEvent', async () => {
        const boxes = ['a', 'b', 'c', 'd'].map((serial) => new Box(serial)), network = await site(...boxes);
        const items = boxes.flatMap((box) => box.chain(25));

        const { result, event, tx } = await anchor(network, items);

        assert.equal(result.results.length, 100);
        assert.deepEqual(result.results[26], { device: 'b', seq: 2, status: 'ok', tx });
        assert.equal(event.name, 'batches');
        assert.deepEqual(event.items.map(({ device, seq, root }) => [device, seq, root]), items.map(({ device, seq, root }) => [device, seq, root]));
        const batch = await network.evaluate('court-client', 'evidence:GetBatch', ['d', '25']);
        assert.equal(batch.signature, items[99].signature);
        assert.deepEqual([batch.tx, batch.msp, batch.key], [tx, 'SiteMSP', 1]);
    });

    test('SubmitBatches_OneBadItem_DoesNotFailTheOthers', async () => {
        const box = new Box('a'), network = await site(box);
        const good = box.batch(1);
        const items = [good, { ...good, seq: 0 }, new Box('unknown').batch(1), { ...box.batch(2), root: digestOf('other') },
            box.batch(3, { wallet: new Box('companion').wallet }), 'text', null, box.batch(4)];

        const { result, event, tx } = await anchor(network, items);

        assert.deepEqual(statuses({ result }), ['ok', 'MALFORMED', 'NO_DEVICE', 'BAD_SIGNATURE', 'BAD_SIGNATURE', 'MALFORMED', 'MALFORMED', 'ok']);
        assert.deepEqual(result.results.map((one) => one.tx), [tx, '', '', '', '', '', '', tx]);
        assert.deepEqual(event.items.map((item) => item.seq), [1, 4]);
        assert.match(result.results[1].detail, /seq/);
    });

    test('SubmitBatches_SameAgain_ExistsWithTheFirstTransaction', async () => {
        const box = new Box('a'), network = await site(box);
        const first = await anchor(network, [box.batch(1)]);

        const again = await anchor(network, [box.batch(1)], 'court-client');

        assert.deepEqual(again.result.results, [{ device: 'a', seq: 1, status: 'exists', tx: first.tx }]);
        assert.deepEqual([again.writes, again.event], [[], null]);
    });

    test('SubmitBatches_SameNumberTwiceInOneList_MeetsItself', async () => {
        const box = new Box('a'), network = await site(box);

        const submitted = await anchor(network, [box.batch(1), box.batch(1), box.batch(1, { root: digestOf('other') })]);

        assert.deepEqual(statuses(submitted), ['ok', 'exists', 'EQUIVOCATION']);
        assert.equal((await network.evaluate('site-admin', 'evidence:GetBatch', ['a', '1'])).root, box.batch(1).root);
    });

    test('SubmitBatches_OtherContentUnderTheNumber_IsEquivocation', async () => {
        const box = new Box('a'), network = await site(box);
        await anchor(network, [box.batch(1)]);

        const root = await anchor(network, [box.batch(1, { root: digestOf('other') })]);
        const size = await anchor(network, [box.batch(1, { size: 11 })]);

        assert.deepEqual([...statuses(root), ...statuses(size)], ['EQUIVOCATION', 'EQUIVOCATION']);
    });

    test('SubmitBatches_ForgedUnderATakenNumber_IsNotBlamedOnTheBox', async () => {
        const box = new Box('a'), network = await site(box);
        await anchor(network, [box.batch(1)]);

        const forged = await anchor(network, [box.batch(1, { root: digestOf('other'), wallet: new Box('companion').wallet })]);

        assert.deepEqual(statuses(forged), ['BAD_SIGNATURE']);
    });

    test('SubmitBatches_BatchForgedByTheCompanion_IsRefused', async () => {
        const box = new Box('a'), network = await site(box), companion = new Box('companion').wallet;
        const forged = box.batch(1, { wallet: companion });

        const submitted = await anchor(network, [forged, { ...forged, signer: box.address }, { ...forged, signer: undefined }]);

        assert.deepEqual(statuses(submitted), ['BAD_SIGNATURE', 'BAD_SIGNATURE', 'BAD_SIGNATURE']);
    });

    test('SubmitBatches_SignatureOfAnotherBoxOrNumber_IsRefused', async () => {
        const box = new Box('a'), other = new Box('b'), network = await site(box, other);

        const submitted = await anchor(network, [{ ...other.batch(1), device: 'a' }, { ...box.batch(1), seq: 2 }]);

        assert.deepEqual(statuses(submitted), ['BAD_SIGNATURE', 'BAD_SIGNATURE']);
    });

    test('SubmitBatches_HighSOrOtherV_IsRefused', async () => {
        const box = new Box('a'), network = await site(box), header = box.batch(1);
        const rawV = header.signature.slice(0, -2) + (header.signature.endsWith('1b') ? '00' : '01');

        const submitted = await anchor(network, [
            { ...header, signature: secondSignature(header.signature) }, { ...header, signature: rawV },
            { ...header, signature: '0x' + '0'.repeat(128) + '1b' }, { ...header, signature: '0x' + 'f'.repeat(128) + '1b' }, header]);

        assert.deepEqual(statuses(submitted), ['BAD_SIGNATURE', 'BAD_SIGNATURE', 'BAD_SIGNATURE', 'BAD_SIGNATURE', 'ok']);
    });

    test('SubmitBatches_KeyOfItsTime_OldKeyStolenAfterRotationIsRefused', async () => {
        const box = new Box('a'), old = box.wallet, network = await site(box);
        await network.submit('site-admin', 'evidence:RotateDevice', ['a', json([box.addKey(10, 'second')])]);

        const submitted = await anchor(network, [
            box.batch(9, { wallet: old }), box.batch(10), box.batch(10, { wallet: old, root: digestOf('stolen') }),
            box.batch(11, { wallet: old }), box.batch(8)]);

        assert.deepEqual(statuses(submitted), ['ok', 'ok', 'BAD_SIGNATURE', 'BAD_SIGNATURE', 'BAD_SIGNATURE']);
        assert.equal((await network.evaluate('site-admin', 'evidence:GetBatch', ['a', '10'])).key, 2);
    });

    test('SubmitBatches_OutOfOrderAndWithGaps_IsTaken', async () => {
        const box = new Box('a'), network = await site(box);

        assert.deepEqual(statuses(await anchor(network, [box.batch(7), box.batch(2)])), ['ok', 'ok']);
        assert.deepEqual(statuses(await anchor(network, [box.batch(1, { prev: digestOf('not zero') }), box.batch(999_999_999_999)])),
            ['PREV_MISMATCH', 'ok']);
    });

    test('SubmitBatches_TwoOrganisationsInOneBlock_OneIsValidTheOtherExistsLater', async () => {
        const box = new Box('a'), network = await site(box), args = [json([box.batch(1)])];
        const site1 = await network.endorse('site-companion', 'evidence:SubmitBatches', args);
        const court = await network.endorse('court-client', 'evidence:SubmitBatches', args);

        assert.deepEqual([network.commit(site1), network.commit(court)], [VALID, MVCC_READ_CONFLICT]);

        const again = await network.submit('court-client', 'evidence:SubmitBatches', args);
        assert.deepEqual(again.result.results, [{ device: 'a', seq: 1, status: 'exists', tx: site1.tx }]);
    });

    test('SubmitBatches_NeighboursInOneBlock_DoNotConflict', async () => {
        const box = new Box('a'), network = await site(box), [one, two] = box.chain(2);
        const first = await network.endorse('site-companion', 'evidence:SubmitBatches', [json([one])]);
        const second = await network.endorse('site-companion', 'evidence:SubmitBatches', [json([two])]);

        assert.deepEqual([network.commit(first), network.commit(second)], [VALID, VALID]);
    });

    test('SubmitBatches_RevokedInTheSameBlock_IsNotTaken', async () => {
        const box = new Box('a'), network = await site(box);
        const batch = await network.endorse('site-companion', 'evidence:SubmitBatches', [json([box.batch(1)])]);
        await network.submit('site-admin', 'evidence:RevokeDevice', ['a', 'key stolen']);

        assert.equal(network.commit(batch), MVCC_READ_CONFLICT);
    });

    test('SubmitBatches_NoneOrTooManyOrNoList_IsRefused', async () => {
        const box = new Box('a'), network = await site(box);

        await refused(anchor(network, []), 'TOO_MANY');
        await refused(anchor(network, Array(101).fill(box.batch(1))), 'TOO_MANY');
        await refused(anchor(network, { header: 1 }), 'MALFORMED');
        await refused(network.submit('site-companion', 'evidence:SubmitBatches', ['[{']), 'MALFORMED');
        await refused(network.submit('site-companion', 'evidence:SubmitBatches', ['['.repeat(600_000)]), 'MALFORMED');
    });

    test('SubmitBatches_BadForms_NameTheField', async () => {
        const box = new Box('a'), network = await site(box), good = box.batch(1);
        const cases = { seq: [0, -1, 1.5, '1', 1e15, null], size: [0, 100_001, '7'], root: ['', 'AB'.repeat(32), '0x' + 'ab'.repeat(31), 7],
            prev: [null, ZERO + '0'], device: ['', 'a|b', 'a b', 'ä', '\u0000', 7], signature: ['', '0x', good.signature.toUpperCase(), good.signature + '00'],
            signer: ['0x12', 'me'] };

        for (const [field, values] of Object.entries(cases)) {
            const { result } = await anchor(network, values.map((value) => ({ ...good, [field]: value })));
            for (const one of result.results) {
                assert.equal(one.status, 'MALFORMED', `${field}: ${one.detail}`);
                assert.ok(one.detail.startsWith(field), one.detail);
            }
        }
    });

    test('ReportEquivocation_SecondSignedHeader_IsKeptForEver', async () => {
        const box = new Box('a'), network = await site(box), second = box.batch(1, { root: digestOf('other') });
        await anchor(network, [box.batch(1)]);
        await network.submit('site-admin', 'evidence:RevokeDevice', ['a', 'said two things']);

        const reported = await network.submit('court-client', 'evidence:ReportEquivocation', [json(second)]);
        const again = await network.submit('court-client', 'evidence:ReportEquivocation', [json(second)]);

        assert.deepEqual([reported.result.status, again.result.status, again.result.tx], ['ok', 'exists', reported.tx]);
        assert.deepEqual(reported.event, { name: 'equivocation', items: [{ device: 'a', seq: 1, root: box.batch(1).root, otherRoot: second.root }] });
        const chain = await network.evaluate('court-client', 'evidence:CheckChain', ['a', '1', '5']);
        assert.deepEqual(chain.equivocations, [{ seq: 1, root: second.root }]);
    });

    test('ReportEquivocation_NoOrForgedContradiction_IsRefused', async () => {
        const box = new Box('a'), network = await site(box);
        await anchor(network, [box.batch(1)]);
        const report = (header) => network.submit('court-client', 'evidence:ReportEquivocation', [json(header)]);

        await refused(report(box.batch(1)), 'MALFORMED');
        await refused(report(box.batch(2)), 'NOT_FOUND');
        await refused(report(box.batch(1, { root: digestOf('x'), wallet: new Box('slander').wallet })), 'BAD_SIGNATURE');
    });

    test('CheckChain_MissingAndBrokenLinks_AreNamed', async () => {
        const box = new Box('a'), network = await site(box), chain = box.chain(6);
        await anchor(network, [chain[0], chain[1], chain[3], box.batch(5, { prev: digestOf('cut') }), chain[5]]);

        const result = await network.evaluate('court-client', 'evidence:CheckChain', ['a', '1', '7']);

        assert.deepEqual(result, { device: 'a', from: 1, to: 7, found: 5, missing: [3, 7], broken: [5, 6], equivocations: [] });
    });

    test('ListBatches_Pages_AreInOrderOfNumbers', async () => {
        const box = new Box('a'), network = await site(box, new Box('ab'));
        await anchor(network, [10, 9, 2, 100, 1].map((seq) => box.batch(seq)));
        await anchor(network, [new Box('ab').batch(1)]);

        const seen = [];
        let bookmark = '';
        do {
            const page = await network.evaluate('court-client', 'evidence:ListBatches', ['a', '2', bookmark]);
            seen.push(...page.items.map((item) => item.seq));
            bookmark = page.bookmark;
        } while (bookmark !== '');

        assert.deepEqual(seen, [1, 2, 9, 10, 100]);
        await refused(network.evaluate('court-client', 'evidence:ListBatches', ['a', '201', '']), 'MALFORMED');
        await refused(network.evaluate('court-client', 'evidence:ListBatches', ['a', '2', 'AA==']), 'MALFORMED');
    });

    test('FindBatch_RootSignedByTwoBoxes_ShowsBoth', async () => {
        const box = new Box('a'), copier = new Box('b'), network = await site(box, copier), { root } = box.batch(1);
        await anchor(network, [box.batch(1)]);
        await anchor(network, [copier.batch(5, { root })]);

        assert.deepEqual(await network.evaluate('court-client', 'evidence:FindBatch', [root]), { items: [{ device: 'a', seq: 1 }, { device: 'b', seq: 5 }] });
        assert.deepEqual(await network.evaluate('court-client', 'evidence:FindBatch', [digestOf('no')]), { items: [] });
    });

    test('VerifyInclusion_EachLeaf_OnlyAtItsPlace', async () => {
        const box = new Box('a'), network = await site(box);
        const entries = Array.from({ length: 11 }, (_, i) => digestOf(`leaf ${i}`));
        await anchor(network, [box.batch(1, { root: treeRoot(entries).toString('hex'), size: 11 })]);
        const ask = async (digest, index, proof) =>
            (await network.evaluate('court-client', 'evidence:VerifyInclusion', ['a', '1', digest, String(index), json(proof)])).included;

        for (const index of [0, 7, 8, 10]) {
            const proof = treePath(entries, index);
            assert.equal(await ask(entries[index], index, proof), true);
            assert.equal(await ask(entries[index], (index + 1) % 11, proof), false, 'another index');
            assert.equal(await ask(digestOf('removed leaf'), index, proof), false, 'another leaf');
            assert.equal(await ask(entries[index], index, proof.slice(1)), false, 'a shorter path');
            assert.equal(await ask(entries[index], index, [...proof, ZERO]), false, 'a longer path');
        }
        assert.equal(await ask(entries[0], 11, treePath(entries, 0)), false);
        await refused(ask(entries[0], 0, ['AB']), 'MALFORMED');
        await refused(ask(entries[0], '01', []), 'MALFORMED');
        await refused(network.evaluate('court-client', 'evidence:VerifyInclusion', ['a', '2', entries[0], '0', '[]']), 'NOT_FOUND');
    });

    test('VerifyInclusion_LeafTakenOutOfTheLog_DoesNotReachTheAnchoredRoot', async () => {
        const box = new Box('a'), network = await site(box);
        const entries = Array.from({ length: 6 }, (_, i) => digestOf(`leaf ${i}`)), cut = entries.filter((_, i) => i !== 2);
        await anchor(network, [box.batch(1, { root: treeRoot(entries).toString('hex'), size: 6 })]);

        const { included } = await network.evaluate('court-client', 'evidence:VerifyInclusion', ['a', '1', cut[4], '4', json(treePath(cut, 4))]);
        const again = await anchor(network, [box.batch(1, { root: treeRoot(cut).toString('hex'), size: 5 })]);

        assert.equal(included, false);
        assert.deepEqual(statuses(again), ['EQUIVOCATION']);
    });
});
