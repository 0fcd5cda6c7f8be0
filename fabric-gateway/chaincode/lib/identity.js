'use strict';

const { Certificate } = require('@fidm/x509');
const Refusal = require('./refusal');

const ATTRIBUTE = 'watchpost.role';
const ORGANIZATIONAL_UNIT = '2.5.4.11';

/** Roles of who sent the transaction; who it is was checked by the peer's MSP. */
class Identity {
    /** @param {import('fabric-shim').ClientIdentity} client */
    constructor(client) {
        this.msp = client.getMSPID();
        this.client = client;
        const granted = client.getAttributeValue(ATTRIBUTE);
        this.roles = new Set(typeof granted === 'string' ? granted.split(',').map((word) => word.trim()) : []);
        // The subject is read from the certificate: the printed id escapes only one «/» per value and could be talked into an OU.
        const subject = Certificate.fromPEM(Buffer.from(client.getIDBytes())).subject;
        if (subject.attributes.some((one) => one.oid === ORGANIZATIONAL_UNIT && one.value === 'admin')) {
            this.roles.add('admin');
        }
    }

    /** Name in records that people read: subject and issuer of the certificate. */
    get name() {
        return this.client.getID();
    }

    /** @param {...string} roles one of them is enough */
    needs(...roles) {
        if (!roles.some((role) => this.roles.has(role))) {
            throw new Refusal('NOT_ALLOWED', `needs role ${roles.join(' or ')}`);
        }
    }
}

module.exports = Identity;
