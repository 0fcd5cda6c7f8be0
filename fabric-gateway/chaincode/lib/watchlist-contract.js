'use strict';

const { AnchorContract, takeEach } = require('./anchor-contract');
const versions = require('./watchlist/versions');

/** Contract `watchlist`: which version of a list a box had when. Hashes only; entries never reach the ledger. */
class WatchlistContract extends AnchorContract {
    constructor() {
        super('watchlist');
    }

    Publish(ctx, items) {
        return takeEach(items, ['device', 'list', 'version'], (item) => versions.publish(ctx, item));
    }

    Get(ctx, device, list, version) {
        return versions.get(ctx, device, list, version);
    }

    Current(ctx, device, list) {
        return versions.current(ctx, device, list);
    }

    List(ctx, device, list, size, bookmark) {
        return versions.list(ctx, device, list, size, bookmark);
    }
}

module.exports = WatchlistContract;
