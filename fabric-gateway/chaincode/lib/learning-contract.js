'use strict';

const { AnchorContract, takeEach } = require('./anchor-contract');
const rounds = require('./learning/rounds');
const updates = require('./learning/updates');

/** Contract `fl`: rounds of federated learning. Which model a round began with, which updates were sent, what came out; as hashes. */
class LearningContract extends AnchorContract {
    constructor() {
        super('fl');
    }

    OpenRound(ctx, job, round, base) {
        return rounds.open(ctx, job, round, base);
    }

    CommitUpdates(ctx, items) {
        return takeEach(items, ['device', 'job', 'round'], (item) => updates.commit(ctx, item));
    }

    async CommitUpdate(ctx, job, round, device, hash, signature) {
        const item = { device, job, round: rounds.number(round), hash, signature };
        return { device, job, round: item.round, ...await updates.commit(ctx, item) };
    }

    CloseRound(ctx, job, round, outcome) {
        return rounds.close(ctx, job, round, outcome);
    }

    GetRound(ctx, job, round) {
        return rounds.get(ctx, job, round);
    }

    Updates(ctx, job, round, size, bookmark) {
        return updates.list(ctx, job, round, size, bookmark);
    }

    VerifyUpdate(ctx, job, round, hash, index, proof) {
        return rounds.verifyUpdate(ctx, job, round, hash, index, proof);
    }
}

module.exports = LearningContract;
