'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { Box, digestOf, json } = require('../support/box');

module.exports = (newNetwork) => describe('private data', () => {
    const secret = json({ salt: '00112233445566778899aabbccddeeff', person: 'kept by the site alone' });

    async function recorded(metaHash = digestOf(secret)) {
        const network = newNetwork(), box = new Box('a'), evidence = box.evidence('x', { metaHash }), { digest } = evidence;
        await network.submit('site-admin', 'evidence:RegisterDevice', ['a', json(box.keyEntries)]);
        await network.submit('site-companion', 'evidence:SubmitEvidence', [json(evidence)]);
        return {
            network, digest,
            put: (text = secret, as = 'site-companion', peers = ['SiteMSP']) =>
                network.submit(as, 'evidence:PutPrivate', [digest], { transient: { private: text }, peers }),
            get: (as, peer) => network.evaluate(as, 'evidence:GetPrivate', [digest], { peer }),
            hash: (msp) => network.evaluate('court-client', 'evidence:PrivateHash', [digest, msp], { peer: 'CourtMSP' }),
            purge: (as, reason = 'request of the person') => network.submit(as, 'evidence:PurgePrivate', [digest, reason]),
        };
    }

    test('PutPrivate_SaltedJson_GoesOnlyToTheOwnCollection', async () => {
        const { digest, put, get, hash } = await recorded();

        const { result, writes, event } = await put();

        assert.deepEqual(result, { digest, collection: '_implicit_org_SiteMSP', hash: digestOf(secret) });
        assert.deepEqual(writes.map((write) => write.collection), ['_implicit_org_SiteMSP']);
        assert.equal(event, null);
        assert.equal((await get('site-companion', 'SiteMSP')).value, secret);
        assert.deepEqual(await hash('SiteMSP'), { digest, msp: 'SiteMSP', hash: digestOf(secret), matches: true });
        assert.deepEqual(await hash('CourtMSP'), { digest, msp: 'CourtMSP', hash: '', matches: false });
    });

    test('GetPrivate_OtherOrganisation_SeesNothing', async () => {
        const { put, get } = await recorded();
        await put();

        await refused(get('court-client', 'CourtMSP'), 'NOT_FOUND');
        await assert.rejects(get('site-companion', 'CourtMSP'), /private data/);
    });

    test('PutPrivate_OtherTextThanTheHash_IsRefused', async () => {
        const { put } = await recorded();

        await refused(put(secret.replace('site', 'sites')), 'META_MISMATCH');
    });

    test('PutPrivate_RecordWithoutHash_IsRefused', async () => {
        const { put } = await recorded('');

        await refused(put(), 'META_MISMATCH');
    });

    test('PutPrivate_NoOrShortSaltOrNoData_IsRefused', async () => {
        for (const text of [json({ person: 'x' }), json({ salt: 'abc' }), json({ salt: 7 }), '[]', 'text', 'x'.repeat(70_000)]) {
            const { put } = await recorded(digestOf(text));
            await refused(put(text), 'MALFORMED');
        }
        const { network, digest } = await recorded();
        await refused(network.submit('site-companion', 'evidence:PutPrivate', [digest]), 'MALFORMED');
    });

    test('PurgePrivate_TakesValueAndHash_ThePublicHashStays', async () => {
        const { network, digest, put, get, hash, purge } = await recorded();
        await put();

        const purged = await purge('site-admin');
        const again = await purge('site-admin');

        assert.deepEqual([purged.result.status, again.result.status], ['ok', 'exists']);
        assert.deepEqual(purged.event, { name: 'purge', items: [{ digest, msp: 'SiteMSP' }] });
        await refused(get('site-companion', 'SiteMSP'), 'NOT_FOUND');
        assert.equal((await hash('SiteMSP')).hash, '');
        assert.equal((await network.evaluate('court-client', 'evidence:GetEvidence', [digest])).metaHash, digestOf(secret));
    });

    test('PurgePrivate_WhileHeldOrWithoutRole_IsRefused', async () => {
        const { network, digest, put, purge } = await recorded();
        await put();
        await refused(purge('site-companion'), 'NOT_ALLOWED');
        await network.submit('court-admin', 'evidence:LegalHold', [digest, 'true', 'case 12']);

        await refused(purge('site-admin'), 'LEGAL_HOLD');
        assert.equal((await purge('court-admin').catch((error) => error)).word, 'LEGAL_HOLD');
    });

    test('PurgePrivate_OfAnotherOrganisation_ReachesOnlyTheOwn', async () => {
        const { put, purge, hash } = await recorded();
        await put();

        assert.equal((await purge('court-admin')).result.status, 'exists');
        assert.equal((await hash('SiteMSP')).matches, true);
    });
});
