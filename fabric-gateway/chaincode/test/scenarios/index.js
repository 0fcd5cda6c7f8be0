'use strict';

const parts = [require('./devices'), require('./batches'), require('./evidence'), require('./custody'), require('./private-data'),
    require('./watchlist'), require('./learning'), require('./sample')];

/** The same full transactions for every kind of peer. @param {() => import('../support/network').Network} newNetwork */
module.exports = (newNetwork) => parts.forEach((part) => part(newNetwork));
