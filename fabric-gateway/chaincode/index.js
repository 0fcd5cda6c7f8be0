'use strict';

const EvidenceContract = require('./lib/evidence-contract');
const WatchlistContract = require('./lib/watchlist-contract');
const LearningContract = require('./lib/learning-contract');

// The first is the default: a function name without a contract goes there.
module.exports.contracts = [EvidenceContract, WatchlistContract, LearningContract];
