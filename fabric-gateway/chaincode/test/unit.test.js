'use strict';

const { describe } = require('node:test');
process.env.CORE_CHAINCODE_LOGGING_LEVEL = 'critical';
const { Network } = require('./support/network');
const scenarios = require('./scenarios');

describe('in memory', () => scenarios(() => new Network()));
