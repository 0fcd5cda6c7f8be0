'use strict';

const { AnchorContract, takeEach } = require('./anchor-contract');
const { json } = require('./input');
const devices = require('./evidence/devices');
const batches = require('./evidence/batches');
const records = require('./evidence/records');
const custody = require('./evidence/custody');
const privateData = require('./evidence/private-data');

/** Contract `evidence`: register of boxes, batch headers, single records, custody, private data. Arguments and answers: README. */
class EvidenceContract extends AnchorContract {
    constructor() {
        super('evidence');
    }

    RegisterDevice(ctx, device, keys) {
        return devices.register(ctx, device, keys);
    }

    RotateDevice(ctx, device, keys) {
        return devices.rotate(ctx, device, keys);
    }

    ReplaceKey(ctx, device, key, reason) {
        return devices.replaceKey(ctx, device, key, reason);
    }

    RevokeDevice(ctx, device, reason) {
        return devices.revoke(ctx, device, reason);
    }

    GetDevice(ctx, device) {
        return devices.get(ctx, device);
    }

    ListDevices(ctx, size, bookmark) {
        return devices.list(ctx, size, bookmark);
    }

    SubmitBatches(ctx, items) {
        return takeEach(items, ['device', 'seq'], (item) => batches.submit(ctx, item));
    }

    ReportEquivocation(ctx, header) {
        return batches.reportEquivocation(ctx, header);
    }

    GetBatch(ctx, device, seq) {
        return batches.get(ctx, device, seq);
    }

    FindBatch(ctx, root) {
        return batches.findByRoot(ctx, root);
    }

    ListBatches(ctx, device, size, bookmark) {
        return batches.list(ctx, device, size, bookmark);
    }

    CheckChain(ctx, device, from, count) {
        return batches.checkChain(ctx, device, from, count);
    }

    VerifyInclusion(ctx, device, seq, digest, index, proof) {
        return batches.verifyInclusion(ctx, device, seq, digest, index, proof);
    }

    async SubmitEvidence(ctx, items) {
        // One object is asked for by whoever wants the error thrown.
        if (items.trimStart().startsWith('{')) {
            const item = json(items, 'evidence');
            return { device: item.device, digest: item.digest, ...await records.submit(ctx, item) };
        }
        return takeEach(items, ['device', 'digest'], (item) => records.submit(ctx, item));
    }

    GetEvidence(ctx, digest) {
        return records.get(ctx, digest);
    }

    ListByDevice(ctx, device, day, size, bookmark) {
        return records.listByDevice(ctx, device, day, size, bookmark);
    }

    OfferCustody(ctx, digest, toMsp, reason) {
        return custody.offer(ctx, digest, toMsp, reason);
    }

    AcceptCustody(ctx, digest, reason) {
        return custody.accept(ctx, digest, reason);
    }

    Custody(ctx, digest) {
        return custody.current(ctx, digest);
    }

    History(ctx, digest, size, bookmark) {
        return custody.history(ctx, digest, size, bookmark);
    }

    LegalHold(ctx, digest, on, reason) {
        return custody.hold(ctx, digest, on, reason);
    }

    RecordDestruction(ctx, digest, reason) {
        return custody.destroy(ctx, digest, reason);
    }

    PutPrivate(ctx, digest) {
        return privateData.put(ctx, digest);
    }

    GetPrivate(ctx, digest) {
        return privateData.get(ctx, digest);
    }

    PrivateHash(ctx, digest, msp) {
        return privateData.hash(ctx, digest, msp);
    }

    PurgePrivate(ctx, digest, reason) {
        return privateData.purge(ctx, digest, reason);
    }
}

module.exports = EvidenceContract;
