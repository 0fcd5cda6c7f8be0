'use strict';

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { common, msp, peer } = require('@hyperledger/fabric-protos');
const { Timestamp } = require('google-protobuf/google/protobuf/timestamp_pb.js');

const certificates = path.join(__dirname, '..', 'fixtures');

/** Certificates without keys: a peer checks the signature before the contract sees the proposal. `site-…` is of SiteMSP. */
function identity(name) {
    const mspId = name.startsWith('site-') ? 'SiteMSP' : 'CourtMSP';
    return { mspId, certificate: readFileSync(path.join(certificates, `${name}.pem`)) };
}

/**
 * A proposal as the contract's runtime gets it.
 * @param {{as: string, fn: string, args: string[], transient?: Record<string, string|Buffer>, time: Date, nonce: Buffer}} call
 */
function buildProposal({ as, fn, args, transient = {}, time, nonce }) {
    const { mspId, certificate } = identity(as);
    const creator = new msp.SerializedIdentity();
    creator.setMspid(mspId);
    creator.setIdBytes(certificate);
    const creatorBytes = Buffer.from(creator.serializeBinary());
    const txId = createHash('sha256').update(nonce).update(creatorBytes).digest('hex');

    const signatureHeader = new common.SignatureHeader();
    signatureHeader.setCreator(creatorBytes);
    signatureHeader.setNonce(nonce);
    const channelHeader = new common.ChannelHeader();
    channelHeader.setType(3);
    channelHeader.setChannelId('evidence');
    channelHeader.setTxId(txId);
    channelHeader.setTimestamp(Timestamp.fromDate(time));
    const header = new common.Header();
    header.setChannelHeader(channelHeader.serializeBinary());
    header.setSignatureHeader(signatureHeader.serializeBinary());

    const input = new peer.ChaincodeInput();
    input.setArgsList([fn, ...args].map((one) => Buffer.from(one)));
    const payload = new peer.ChaincodeProposalPayload();
    payload.setInput(input.serializeBinary());
    for (const [key, value] of Object.entries(transient)) {
        payload.getTransientmapMap().set(key, Buffer.from(value));
    }
    const proposal = new peer.Proposal();
    proposal.setHeader(header.serializeBinary());
    proposal.setPayload(payload.serializeBinary());
    const signed = new peer.SignedProposal();
    signed.setProposalBytes(proposal.serializeBinary());
    signed.setSignature(Buffer.from('checked by the peer'));
    return { txId, channel: 'evidence', input, signed, mspId };
}

module.exports = { buildProposal };
