'use strict';

const { secp256k1 } = require('@noble/curves/secp256k1');
const { keccak_256: keccak } = require('@noble/hashes/sha3');
const { sha256 } = require('@noble/hashes/sha2');
const { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } = require('@noble/hashes/utils');

const PREFIX = utf8ToBytes('\x19Ethereum Signed Message:\n32');
const HALF_ORDER = secp256k1.CURVE.n >> 1n;

/** Keccak-256 (not SHA-3) of a text. @returns {string} 64 hex digits */
const keccakText = (text) => bytesToHex(keccak(utf8ToBytes(text)));

/** @returns {string} 64 hex digits */
const sha256Text = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/** EIP-55 spelling of an address. */
function checksummed(address) {
    const digits = address.slice(2).toLowerCase();
    const mask = keccakText(digits);
    return '0x' + [...digits].map((digit, i) => (parseInt(mask[i], 16) >= 8 ? digit.toUpperCase() : digit)).join('');
}

/**
 * Who signed: EIP-191 over 32 bytes, address recovered from r ‖ s ‖ v.
 * Refused: v other than 27 or 28, s above half the order (EIP-2: else everybody could make a second signature of the first), r or s
 * outside the group, r that is no point.
 * @param {string} digest 64 hex digits
 * @param {string} signature 0x and 130 hex digits
 * @returns {string|null} address in EIP-55 spelling; null when it is no signature of anybody
 */
function signerOf(digest, signature) {
    const bytes = hexToBytes(signature.slice(2));
    const recovery = bytes[64] - 27;
    if ((recovery !== 0 && recovery !== 1) || BigInt('0x' + signature.slice(66, 130)) > HALF_ORDER) {
        return null;
    }
    const signed = keccak(concatBytes(PREFIX, hexToBytes(digest)));
    let point;
    try {
        const key = secp256k1.recoverPublicKey(concatBytes(Uint8Array.of(recovery), bytes.subarray(0, 64)), signed, { prehash: false });
        point = secp256k1.Point.fromHex(key).toBytes(false);
    } catch {
        return null;
    }
    return checksummed('0x' + bytesToHex(keccak(point.subarray(1)).subarray(12)));
}

const sameAddress = (a, b) => a.toLowerCase() === b.toLowerCase();

module.exports = { keccakText, sha256Text, checksummed, signerOf, sameAddress };
