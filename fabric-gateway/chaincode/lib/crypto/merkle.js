'use strict';

const { sha256 } = require('@noble/hashes/sha2');
const { bytesToHex, concatBytes, hexToBytes } = require('@noble/hashes/utils');

const leafHash = (entry) => sha256(concatBytes(Uint8Array.of(0), hexToBytes(entry)));
const nodeHash = (left, right) => sha256(concatBytes(Uint8Array.of(1), left, right));

/**
 * Inclusion as in RFC 9162, section 2.1.3.2. Index and size fix the path's shape, so a right path at a wrong index does not pass.
 * @param {string} entry 64 hex digits; its leaf is SHA-256(0x00 ‖ entry)
 * @param {number} index from 0
 * @param {number} size leaves of the tree
 * @param {string[]} path sibling hashes from the leaf up
 * @param {string} root 64 hex digits
 */
function includes(entry, index, size, path, root) {
    if (index >= size) {
        return false;
    }
    // Division, not shifts: 32-bit operators would cut a large index.
    const half = (n) => Math.floor(n / 2);
    let fn = index;
    let sn = size - 1;
    let node = leafHash(entry);
    for (const sibling of path.map(hexToBytes)) {
        if (sn === 0) {
            return false;
        }
        if (fn % 2 === 1 || fn === sn) {
            node = nodeHash(sibling, node);
            while (fn % 2 === 0 && fn !== 0) {
                fn = half(fn);
                sn = half(sn);
            }
        } else {
            node = nodeHash(node, sibling);
        }
        fn = half(fn);
        sn = half(sn);
    }
    return sn === 0 && bytesToHex(node) === root;
}

module.exports = { includes, leafHash, nodeHash };
