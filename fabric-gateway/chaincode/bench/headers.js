'use strict';

// How long a list of 100 headers takes in the chaincode process: one endorsement, state asked over the stream as a peer's.
// node bench/headers.js [lists]

const { Network } = require('../test/support/network');
const { ProcessPeer } = require('../test/support/process-peer');
const { Box, json } = require('../test/support/box');

(async () => {
    const lists = Number(process.argv[2] ?? 20), peer = await ProcessPeer.start(), network = new Network(peer);
    const box = new Box('bench');
    await network.submit('site-admin', 'evidence:RegisterDevice', ['bench', json(box.keyEntries)]);
    const prepared = Array.from({ length: lists + 3 }, (_, i) => json(Array.from({ length: 100 }, (__, j) => box.batch(i * 100 + j + 2))));
    const times = [];
    for (const list of prepared) {
        const started = process.hrtime.bigint();
        const endorsed = await network.endorse('site-companion', 'evidence:SubmitBatches', [list], { peers: ['SiteMSP'] });
        times.push(Number(process.hrtime.bigint() - started) / 1e6);
        network.commit(endorsed);
    }
    // The first few warm the compiler up.
    const sorted = times.slice(3).sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);
    console.log(`100 headers: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms over ${lists} lists; Node ${process.version}`);
    await peer.close();
})();
