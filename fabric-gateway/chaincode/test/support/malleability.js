'use strict';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The other signature everybody can make of one: n - s with the other v. It verifies in plain ECDSA. */
function secondSignature(signature) {
    const s = ORDER - BigInt('0x' + signature.slice(66, 130));
    return signature.slice(0, 66) + s.toString(16).padStart(64, '0') + (signature.endsWith('1b') ? '1c' : '1b');
}

module.exports = { secondSignature };
