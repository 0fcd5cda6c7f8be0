'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { Wallet, getAddress, getBytes, keccak256, recoverAddress, hashMessage, toUtf8Bytes } = require('ethers');
const { checksummed, keccakText, sha256Text, signerOf } = require('../lib/crypto/signatures');
const { includes } = require('../lib/crypto/merkle');
const { digestOf, treePath, treeRoot } = require('./support/box');
const { secondSignature } = require('./support/malleability');

describe('signatures against npm ethers', () => {
    const wallets = Array.from({ length: 30 }, (_, i) => new Wallet('0x' + digestOf(`wallet ${i}`)));

    test('signerOf_SignedByEthers_GivesItsAddress', () => {
        wallets.forEach((wallet, i) => {
            const digest = digestOf(`message ${i}`);
            assert.equal(signerOf(digest, wallet.signMessageSync(getBytes('0x' + digest))), wallet.address);
        });
    });

    test('signerOf_SecondSignatureOfTheFirst_IsNobodys', () => {
        wallets.forEach((wallet, i) => {
            const digest = digestOf(`message ${i}`), signature = wallet.signMessageSync(getBytes('0x' + digest));
            assert.equal(signerOf(digest, secondSignature(signature)), null);
        });
    });

    test('signerOf_FlippedBits_NeverTheSigner', () => {
        const digest = digestOf('message'), signature = wallets[0].signMessageSync(getBytes('0x' + digest));
        for (let bit = 0; bit < 65 * 8; bit += 7) {
            const bytes = getBytes(signature);
            bytes[bit >> 3] ^= 1 << (bit & 7);
            const changed = '0x' + Buffer.from(bytes).toString('hex');
            const ours = signerOf(digest, changed);
            assert.notEqual(ours, wallets[0].address);
            // Where ethers takes it for somebody's, it is the same somebody.
            let theirs = null;
            try { theirs = recoverAddress(hashMessage(getBytes('0x' + digest)), changed); } catch { /* no signature */ }
            if (ours !== null) {
                assert.equal(ours, theirs);
            }
        }
    });

    test('signerOf_ZeroOrOrderOrOtherV_IsNobodys', () => {
        const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', one = '1'.padStart(64, '0'), none = '0'.repeat(64);
        for (const parts of [[none, one, '1b'], [one, none, '1b'], [order, one, '1b'], [one, order, '1c'], [one, one, '00'], [one, one, '01'],
            [one, one, '1d'], [one, one, '1e'], ['5'.padStart(64, '0'), one, '1b']]) {
            assert.equal(signerOf(digestOf('x'), '0x' + parts.join('')), null, parts.join(' '));
        }
    });

    test('keccakText_AndChecksum_AreEthers', () => {
        for (const text of ['', 'abc', 'evbatch-v1|demo|1|6|0|1', 'ü€😀', 'x'.repeat(300)]) {
            assert.equal('0x' + keccakText(text), keccak256(toUtf8Bytes(text)));
        }
        assert.equal(keccakText(''), 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
        assert.equal(sha256Text('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
        wallets.forEach(({ address }) => assert.equal(checksummed(address.toLowerCase()), getAddress(address)));
    });
});

describe('inclusion (RFC 9162) against the recursive definition', () => {
    test('includes_EverySizeTo20EveryLeaf_OnlyTheRightPlace', () => {
        for (let size = 1; size <= 20; size++) {
            const entries = Array.from({ length: size }, (_, i) => digestOf(`leaf ${i}`)), root = treeRoot(entries).toString('hex');
            for (let index = 0; index < size; index++) {
                const path = treePath(entries, index);
                for (let claimed = 0; claimed <= size; claimed++) {
                    assert.equal(includes(entries[index], claimed, size, path, root), claimed === index, `${index} of ${size} at ${claimed}`);
                }
                assert.equal(includes(digestOf('other'), index, size, path, root), false);
                assert.equal(includes(entries[index], index, size, [...path, root], root), false);
            }
        }
    });

    test('includes_ThousandLeaves_TenHashes', () => {
        const entries = Array.from({ length: 1000 }, (_, i) => digestOf(`leaf ${i}`)), root = treeRoot(entries).toString('hex');
        for (const index of [0, 511, 512, 999]) {
            const path = treePath(entries, index);
            assert.ok(path.length <= 10);
            assert.equal(includes(entries[index], index, 1000, path, root), true);
        }
    });
});
