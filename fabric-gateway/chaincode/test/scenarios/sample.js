'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { refused } = require('../support/network');
const { digestOf, json } = require('../support/box');
const { secondSignature } = require('../support/malleability');
const { readSample } = require('../support/sample');

module.exports = (newNetwork) => describe('evidence made by a box (docs/samples)', () => {
    const { manifest, proof } = readSample();
    const { batch, keys, manifestDigest, index, path } = proof;
    const { alert } = JSON.parse(manifest);

    async function registered() {
        const network = newNetwork();
        await network.submit('site-admin', 'evidence:RegisterDevice', [batch.device, json(keys)]);
        return network;
    }

    test('Sample_KeyBatchManifestAndProof_AreTaken', async () => {
        const network = await registered();
        const evidence = { device: batch.device, digest: manifestDigest, kind: alert.kind, captured: alert.utc, metaHash: '',
            signer: proof.signer, signature: proof.signature };

        const batches = await network.submit('site-companion', 'evidence:SubmitBatches', [json([batch])]);
        const single = await network.submit('site-companion', 'evidence:SubmitEvidence', [json([evidence])]);

        assert.equal(createHash('sha256').update(manifest).digest('hex'), manifestDigest);
        assert.deepEqual([batches.result.results[0].status, single.result.results[0].status], ['ok', 'ok']);
        const args = [batch.device, String(batch.seq), manifestDigest, String(index), json(path)];
        assert.equal((await network.evaluate('court-client', 'evidence:VerifyInclusion', args)).included, true);
    });

    test('Sample_EachFieldChanged_IsBadSignature', async () => {
        const network = await registered();
        const changed = [{ ...batch, seq: 2 }, { ...batch, size: 7 }, { ...batch, prev: digestOf('x') }, { ...batch, root: digestOf('x') },
            { ...batch, signature: secondSignature(batch.signature) }];

        const { result } = await network.submit('site-companion', 'evidence:SubmitBatches', [json(changed)]);

        assert.deepEqual(result.results.map((one) => one.status), changed.map(() => 'BAD_SIGNATURE'));
    });

    test('Sample_KeyOfAnotherSerial_IsNotRegistered', async () => {
        await refused(newNetwork().submit('site-admin', 'evidence:RegisterDevice', ['other', json(keys)]), 'KEY_MISMATCH');
    });
});
