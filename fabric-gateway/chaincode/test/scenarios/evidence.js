'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { Box, digestOf, json } = require('../support/box');

module.exports = (newNetwork) => describe('single evidence', () => {
    async function site(...boxes) {
        const network = newNetwork();
        for (const box of boxes) {
            await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        }
        return network;
    }

    const submit = (network, evidence, as = 'site-companion') => network.submit(as, 'evidence:SubmitEvidence', [json(evidence)]);

    test('SubmitEvidence_One_IsKeptWithItsOwnerAsCustodian', async () => {
        const box = new Box('a'), network = await site(box), evidence = box.evidence('x', { metaHash: digestOf('meta') });

        const { result, event, tx } = await submit(network, evidence, 'court-client');

        assert.deepEqual(result, { device: 'a', digest: evidence.digest, status: 'ok', tx });
        assert.deepEqual(event, { name: 'evidence', items: [{ device: 'a', digest: evidence.digest, kind: evidence.kind, captured: evidence.captured }] });
        const { custodian, msp, signature, metaHash, key, offer, holds, destroyed } =
            await network.evaluate('site-companion', 'evidence:GetEvidence', [evidence.digest]);
        assert.deepEqual({ custodian, msp, signature, metaHash, key, offer, holds, destroyed }, { custodian: 'SiteMSP', msp: 'CourtMSP',
            signature: evidence.signature, metaHash: digestOf('meta'), key: 1, offer: null, holds: [], destroyed: null });
    });

    test('SubmitEvidence_List_TakesEachForItself', async () => {
        const box = new Box('a'), network = await site(box), good = box.evidence('x');

        const { result } = await submit(network, [good, good, { ...good, kind: 'other' }, { ...box.evidence('y'), digest: digestOf('z') },
            new Box('unknown').evidence('x'), box.evidence('w', { captured: '2026-02-30T00:00:00Z' }), box.evidence('v', { metaHash: undefined })]);

        assert.deepEqual(result.results.map((one) => one.status),
            ['ok', 'exists', 'EVIDENCE_CONFLICT', 'BAD_SIGNATURE', 'NO_DEVICE', 'MALFORMED', 'ok']);
    });

    test('SubmitEvidence_SameAgainOrOtherWords_ExistsOrConflicts', async () => {
        const box = new Box('a'), network = await site(box), evidence = box.evidence('x');
        const { tx } = await submit(network, evidence);

        const again = await submit(network, evidence);

        assert.deepEqual([again.result.status, again.result.tx, again.writes], ['exists', tx, []]);
        for (const words of [{ kind: 'tamper' }, { captured: '2026-11-21T11:55:12Z' }, { metaHash: digestOf('m') }]) {
            await refused(submit(network, { ...evidence, ...words }), 'EVIDENCE_CONFLICT');
        }
    });

    test('SubmitEvidence_ForgedByTheCompanion_IsRefused', async () => {
        const box = new Box('a'), network = await site(box), forger = new Box('a', 'companion');

        await refused(submit(network, forger.evidence('x')), 'BAD_SIGNATURE');
        await refused(submit(network, { ...forger.evidence('x'), signer: box.address }), 'BAD_SIGNATURE');
        await refused(submit(network, { ...box.evidence('x'), digest: digestOf('swapped') }), 'BAD_SIGNATURE');
    });

    test('SubmitEvidence_RotatedKey_SignsNothingNew', async () => {
        const box = new Box('a'), network = await site(box), stolen = box.evidence('x');
        await network.submit('site-admin', 'evidence:RotateDevice', ['a', json([box.addKey(1, 'second')])]);

        await refused(submit(network, stolen), 'BAD_SIGNATURE');
        assert.equal((await submit(network, box.evidence('x'))).result.status, 'ok');
    });

    test('SubmitEvidence_BadForms_AreNamed', async () => {
        const box = new Box('a'), network = await site(box), good = box.evidence('x');
        const cases = { digest: ['', 'AB'.repeat(32), 7], kind: ['', 'Two Words', 'x'.repeat(65)], metaHash: ['ab', 7],
            captured: ['', 'today', '2026-11-21', '2026-11-21T11:55:11+01:00', '2026-13-01T00:00:00Z', '2026-11-21T25:00:00Z'] };

        for (const [field, values] of Object.entries(cases)) {
            for (const value of values) {
                await refused(submit(network, { ...good, [field]: value }), 'MALFORMED');
            }
        }
        await refused(network.evaluate('court-client', 'evidence:GetEvidence', ['x']), 'MALFORMED');
        await refused(network.evaluate('court-client', 'evidence:GetEvidence', [digestOf('none')]), 'NOT_FOUND');
    });

    test('ListByDevice_DayOrAll_PagesByDay', async () => {
        const box = new Box('a'), network = await site(box, new Box('b'));
        const days = ['2026-11-20', '2026-11-21', '2026-11-21', '2026-11-22', '2026-11-21'];
        await submit(network, days.map((day, i) => box.evidence(`${i}`, { captured: `${day}T10:00:00Z` })));
        await submit(network, new Box('b').evidence('other'));
        const list = (day, size, bookmark) => network.evaluate('court-client', 'evidence:ListByDevice', ['a', day, size, bookmark]);

        const first = await list('2026-11-21', '2', '');
        const rest = await list('2026-11-21', '2', first.bookmark);
        const all = await list('', '200', '');

        assert.deepEqual([first.items.length, rest.items.length, rest.bookmark], [2, 1, '']);
        assert.deepEqual(new Set([...first.items, ...rest.items].map((item) => item.digest)), new Set(['1', '2', '4'].map((i) => box.evidence(i).digest)));
        assert.deepEqual(all.items.map((item) => item.day), [...days].sort());
        await refused(list('2026-11-31', '2', ''), 'MALFORMED');
    });
});
