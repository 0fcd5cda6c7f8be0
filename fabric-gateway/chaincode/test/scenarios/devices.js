'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { Box, json, digestOf } = require('../support/box');

module.exports = (newNetwork) => describe('device register', () => {
    test('RegisterDevice_KeysOfTheBox_AreKeptAndAnnounced', async () => {
        const network = newNetwork(), box = new Box('gate-1');

        const { result, event, tx } = await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);

        assert.deepEqual(result, { device: 'gate-1', status: 'ok', tx, address: box.address, number: 1 });
        assert.deepEqual(event, { name: 'device', items: [{ device: 'gate-1', action: 'registered', address: box.address }] });
        const device = await network.evaluate('court-client', 'evidence:GetDevice', ['gate-1']);
        assert.equal(device.msp, 'SiteMSP');
        assert.equal(device.status, 'active');
        assert.deepEqual(device.keys.map(({ number, address, firstBatch }) => [number, address, firstBatch]), [[1, box.address, 1]]);
    });

    test('RegisterDevice_Twice_SaysExistsAndWritesNothing', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        const { tx } = await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);

        const again = await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);

        assert.deepEqual([again.result.status, again.result.tx], ['exists', tx]);
        assert.deepEqual([again.writes, again.event], [[], null]);
    });

    test('RegisterDevice_BoxThatRotatedBefore_TakesAllItsKeys', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        box.addKey(40, 'second');
        box.addKey(90, 'third');

        const { result } = await network.submit('court-clerk', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);

        assert.deepEqual([result.number, result.address], [3, box.address]);
    });

    for (const who of ['site-companion', 'site-custodian', 'site-impostor', 'court-client']) {
        test(`RegisterDevice_By_${who}_IsNotAllowed`, async () => {
            const network = newNetwork(), box = new Box('gate-1');

            await refused(network.submit(who, 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]), 'NOT_ALLOWED');
        });
    }

    test('RegisterDevice_SerialOfAnotherOrganisation_IsRefused', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);

        await refused(network.submit('court-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]), 'DEVICE_EXISTS');
        await refused(
            network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(new Box('gate-1', 'other').keyEntries)]), 'DEVICE_EXISTS');
    });

    test('RegisterDevice_KeyThatDidNotSignItself_IsRefused', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        const [entry] = box.keyEntries;
        const slipped = { ...entry, record: entry.record.replace(box.address, new Box('x').address) };

        await refused(network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json([slipped])]), 'KEY_MISMATCH');
    });

    test('RotateDevice_SignedByTheOldKey_IsTheNextVersion', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        const second = box.addKey(40, 'second');

        const rotated = await network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([second])]);
        const again = await network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json(box.keyEntries)]);

        assert.deepEqual([rotated.result.status, rotated.result.number, rotated.event.items[0].action], ['ok', 2, 'rotated']);
        assert.deepEqual([again.result.status, again.result.tx, again.writes], ['exists', rotated.tx, []]);
        const { keys } = await network.evaluate('site-companion', 'evidence:GetDevice', [box.serial]);
        assert.deepEqual(keys.map((key) => key.firstBatch), [1, 40]);
    });

    test('RotateDevice_KeySlippedInWithoutTheOldOne_IsRefused', async () => {
        const network = newNetwork(), box = new Box('gate-1'), thief = new Box('gate-1', 'thief');
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        const slipped = thief.addKey(40, 'slipped in');
        // Names the right key before it, but with the signature of another.
        const named = { ...box.addKey(40, 'slipped in'), oldSignature: slipped.oldSignature };

        await refused(network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([slipped])]), 'KEY_MISMATCH');
        await refused(network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([named])]), 'KEY_MISMATCH');
    });

    test('RotateDevice_KeyLeftOutOrDatedBack_IsRefused', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        box.addKey(40, 'second');
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        const datedBack = box.addKey(39, 'third');
        const leftOut = box.addKey(90, 'fourth');

        await refused(network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([datedBack])]), 'KEY_MISMATCH');
        await refused(network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([leftOut])]), 'KEY_MISMATCH');
    });

    test('RotateDevice_ByAnotherOrganisationsAdmin_IsNotAllowed', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);

        await refused(network.submit('court-admin', 'evidence:RotateDevice', [box.serial, json([box.addKey(2, 'b')])]), 'NOT_ALLOWED');
        await refused(network.submit('court-admin', 'evidence:RevokeDevice', [box.serial, 'not mine']), 'NOT_ALLOWED');
    });

    test('ReplaceKey_LostKey_IsVouchedForByTheAdminInTheOpen', async () => {
        const network = newNetwork(), box = new Box('gate-1'), lost = box.wallet;
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        const record = { ...box.addKey(40, 'second'), oldSignature: null };
        const replace = (as, entry, reason = 'disk broke, new key') => network.submit(as, 'evidence:ReplaceKey', [box.serial, json([entry]), reason]);

        await refused(network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([record])]), 'KEY_MISMATCH');
        await refused(replace('site-companion', record), 'NOT_ALLOWED');
        await refused(replace('court-admin', record), 'NOT_ALLOWED');
        await refused(replace('site-admin', record, ''), 'MALFORMED');
        await refused(replace('site-admin', { ...record, newSignature: box.keyEntries[0].newSignature }), 'KEY_MISMATCH');
        const replaced = await replace('site-admin', record);
        const again = await replace('site-admin', record);

        assert.deepEqual([replaced.event.items[0].action, again.result.status, again.result.tx], ['replaced', 'exists', replaced.tx]);
        const { keys } = await network.evaluate('court-client', 'evidence:GetDevice', [box.serial]);
        assert.deepEqual(keys.map((key) => key.replaced), [undefined, 'disk broke, new key']);
        const { result } = await network.submit('site-companion', 'evidence:SubmitBatches',
            [json([box.batch(40), box.batch(41, { wallet: lost }), box.batch(39, { wallet: lost })])]);
        assert.deepEqual(result.results.map((one) => one.status), ['ok', 'BAD_SIGNATURE', 'ok']);
    });

    test('RevokeDevice_NothingNewIsTaken_WhatIsThereStays', async () => {
        const network = newNetwork(), box = new Box('gate-1');
        await network.submit('site-admin', 'evidence:RegisterDevice', [box.serial, json(box.keyEntries)]);
        const first = await network.submit('site-companion', 'evidence:SubmitBatches', [json([box.batch(1)])]);

        const revoked = await network.submit('site-admin', 'evidence:RevokeDevice', [box.serial, 'stolen from the gate']);

        const { result } = await network.submit('site-companion', 'evidence:SubmitBatches', [json([box.batch(1), box.batch(2)])]);
        assert.deepEqual(result.results.map(({ status, tx }) => [status, tx]), [['exists', first.tx], ['DEVICE_REVOKED', '']]);
        await refused(network.submit('site-companion', 'evidence:SubmitEvidence', [json(box.evidence('a'))]), 'DEVICE_REVOKED');
        await refused(network.submit('site-admin', 'evidence:RotateDevice', [box.serial, json([box.addKey(3, 'b')])]), 'DEVICE_REVOKED');
        const again = await network.submit('site-admin', 'evidence:RevokeDevice', [box.serial, 'stolen from the gate']);
        assert.deepEqual([again.result.status, again.result.tx], ['exists', revoked.tx]);
        const device = await network.evaluate('court-client', 'evidence:GetDevice', [box.serial]);
        assert.deepEqual([device.status, device.revoked.reason, device.revoked.tx], ['revoked', 'stolen from the gate', revoked.tx]);
    });

    test('ListDevices_None_IsAnEmptyPage', async () => {
        assert.deepEqual(await newNetwork().evaluate('court-client', 'evidence:ListDevices', ['4', '']), { items: [], bookmark: '' });
    });

    test('ListDevices_ManyDevices_ComesInPages', async () => {
        const network = newNetwork();
        for (const serial of ['a', 'b', 'c', 'd', 'e']) {
            await network.submit('site-admin', 'evidence:RegisterDevice', [serial, json(new Box(serial).keyEntries)]);
        }

        const first = await network.evaluate('court-client', 'evidence:ListDevices', ['4', '']);
        const second = await network.evaluate('court-client', 'evidence:ListDevices', ['4', first.bookmark]);

        assert.deepEqual(first.items.map((item) => item.device), ['a', 'b', 'c', 'd']);
        assert.deepEqual(second.items.map((item) => item.device), ['e']);
        assert.equal(second.bookmark, '');
        await refused(network.evaluate('court-client', 'evidence:ListBatches', ['a', '4', first.bookmark]), 'MALFORMED');
    });

    test('RegisterDevice_BadForms_AreNamed', async () => {
        const network = newNetwork(), box = new Box('gate-1'), keys = json(box.keyEntries);
        const cases = [['gate|1', keys], ['', keys], ['x'.repeat(65), keys], ['gate-1', '{}'], ['gate-1', 'no'], ['gate-1', '[7]'],
            ['gate-1', json([{ record: '{}', newSignature: '0x' }])], ['gate-1', json([{ ...box.keyEntries[0], newSignature: '0x12' }])]];

        for (const args of cases) {
            await refused(network.submit('site-admin', 'evidence:RegisterDevice', args), 'MALFORMED');
        }
        await refused(network.submit('site-admin', 'evidence:RegisterDevice', ['gate-2', keys]), 'KEY_MISMATCH');
        await refused(network.evaluate('site-admin', 'evidence:GetDevice', [digestOf('none')]), 'NOT_FOUND');
    });
});
