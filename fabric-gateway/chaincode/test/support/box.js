'use strict';

const { createHash } = require('node:crypto');
const { Wallet, getBytes, keccak256, toUtf8Bytes } = require('ethers');

const ZERO = '0'.repeat(64);
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const keccakText = (text) => keccak256(toUtf8Bytes(text)).slice(2);

/** Any digest, the same one for the same text. */
const digestOf = (text) => sha256(Buffer.from(text)).toString('hex');

/** Signs as a box does, with other people's code (npm ethers). */
class Box {
    constructor(serial, seed = serial) {
        this.serial = serial;
        this.keys = [];
        this.addKey(1, seed);
    }

    get wallet() {
        return this.keys.at(-1).wallet;
    }

    get address() {
        return this.wallet.address;
    }

    /** Rotation: the next key, from a batch on. */
    addKey(firstBatch, seed) {
        const before = this.keys.at(-1)?.wallet ?? null;
        const wallet = new Wallet('0x' + digestOf(`key of ${seed}`));
        const record = JSON.stringify({
            at: '2026-11-21T11:00:00.000Z', device: this.serial, firstBatch, format: 'watchpost-evidence-key-v1',
            newAddress: wallet.address, number: this.keys.length + 1, oldAddress: before?.address ?? '',
        });
        const digest = digestOf(record);
        this.keys.push({
            wallet,
            entry: { record, oldSignature: before ? sign(before, digest) : null, newSignature: sign(wallet, digest) },
        });
        return this.keys.at(-1).entry;
    }

    get keyEntries() {
        return this.keys.map((key) => key.entry);
    }

    batch(seq, { root = digestOf(`${this.serial} ${seq}`), prev = seq === 1 ? ZERO : digestOf('somewhere'), size = 10, wallet = this.wallet } = {}) {
        const header = { device: this.serial, seq, size, prev, root };
        return { ...header, signer: wallet.address, signature: sign(wallet, keccakText(headerMessage(header))) };
    }

    /** Batches that link to each other, from 1. */
    chain(count) {
        const batches = [];
        for (let seq = 1; seq <= count; seq++) {
            batches.push(this.batch(seq, { prev: seq === 1 ? ZERO : keccakText(headerMessage(batches.at(-1))) }));
        }
        return batches;
    }

    evidence(name, fields = {}) {
        const digest = digestOf(`${this.serial} ${name}`);
        return {
            device: this.serial, digest, kind: 'watchlist_match', captured: '2026-11-21T11:55:11.671Z', metaHash: '',
            signer: this.address, signature: sign(this.wallet, digest), ...fields,
        };
    }

    version(list, version, { hash = digestOf(`${list} ${version}`), prevHash = version === 1 ? ZERO : digestOf(`${list} ${version - 1}`) } = {}) {
        const text = `wlversion-v1|${this.serial}|${list}|${version}|${prevHash}|${hash}`;
        return { device: this.serial, list, version, hash, prevHash, signer: this.address, signature: sign(this.wallet, keccakText(text)) };
    }

    update(job, round, hash = digestOf(`${this.serial} ${job} ${round}`)) {
        const text = `flupdate-v1|${this.serial}|${job}|${round}|${hash}`;
        return { device: this.serial, job, round, hash, signer: this.address, signature: sign(this.wallet, keccakText(text)) };
    }
}

const headerMessage = ({ device, seq, size, prev, root }) => `evbatch-v1|${device}|${seq}|${size}|${prev}|${root}`;

const sign = (wallet, digest) => wallet.signMessageSync(getBytes('0x' + digest));

/** RFC 9162 tree by its recursive definition (section 2.1.1): another way than the contract's. */
function treeRoot(entries) {
    if (entries.length === 1) {
        return sha256(Buffer.from([0]), Buffer.from(entries[0], 'hex'));
    }
    const k = split(entries.length);
    return sha256(Buffer.from([1]), treeRoot(entries.slice(0, k)), treeRoot(entries.slice(k)));
}

/** Section 2.1.3.1. */
function treePath(entries, index) {
    if (entries.length === 1) {
        return [];
    }
    const k = split(entries.length);
    return index < k
        ? [...treePath(entries.slice(0, k), index), treeRoot(entries.slice(k)).toString('hex')]
        : [...treePath(entries.slice(k), index - k), treeRoot(entries.slice(0, k)).toString('hex')];
}

function split(count) {
    let k = 1;
    while (k * 2 < count) {
        k *= 2;
    }
    return k;
}

const json = (value) => JSON.stringify(value);

module.exports = { Box, ZERO, digestOf, keccakText, headerMessage, sign, treeRoot, treePath, json };
