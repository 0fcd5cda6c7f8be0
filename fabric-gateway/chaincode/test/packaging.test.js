'use strict';

const { after, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { Network } = require('./support/network');
const { ProcessPeer } = require('./support/process-peer');
const { Box, json } = require('./support/box');

const root = path.join(__dirname, '..');
const work = mkdtempSync(path.join(tmpdir(), 'anchor-'));
after(() => rmSync(work, { recursive: true, force: true }));
const run = (command, ...args) => execFileSync(command, args, { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('packaging', () => {
    test('package_SameInput_SameIdAndTheFormOfTheCcaasBuilder', () => {
        const script = path.join(root, 'packaging', 'package.sh'), connection = path.join(root, 'packaging', 'connection.json');

        const id = run('bash', script, connection, 'one.tgz').trim();
        const again = run('bash', script, connection, 'two.tgz').trim();

        assert.equal(id, again);
        assert.equal(id, `anchor_1.0.0:${createHash('sha256').update(readFileSync(path.join(work, 'one.tgz'))).digest('hex')}`);
        run('tar', 'xzf', 'one.tgz');
        assert.equal(JSON.parse(readFileSync(path.join(work, 'metadata.json'))).type, 'ccaas');
        assert.deepEqual(run('tar', 'tzf', 'code.tar.gz').trim(), 'connection.json');
    });

    test('connection_BothSamples_HaveWhatTheBuilderAsks', () => {
        for (const name of ['connection.json', 'connection-tls.json']) {
            const connection = JSON.parse(readFileSync(path.join(root, 'packaging', name)));
            assert.match(connection.address, /^[^:]+:\d+$/);
            const keys = ['client_auth_required', 'client_key', 'client_cert', 'root_cert'];
            assert.deepEqual(keys.filter((key) => key in connection), connection.tls_required ? keys : []);
        }
    });

    const openssl = (() => { try { run('openssl', 'version'); return true; } catch { return false; } })();

    test('server_MutualTls_ServesOnlyThePeerWithACertificate', { skip: openssl ? false : 'openssl is missing' }, async () => {
        const file = (name) => path.join(work, name);
        const tls = { ca: file('ca.pem'), serverCert: file('server.pem'), serverKey: file('server.key'), clientCert: file('client.pem'),
            clientKey: file('client.key') };
        run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=ca',
            '-keyout', 'ca.key', '-out', 'ca.pem');
        writeFileSync(file('san'), 'subjectAltName=DNS:localhost\n');
        for (const name of ['server', 'client']) {
            run('openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`,
                '-keyout', `${name}.key`, '-out', `${name}.csr`);
            run('openssl', 'x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
                '-extfile', 'san', '-out', `${name}.pem`);
        }
        const peer = await ProcessPeer.start(tls);
        try {
            const network = new Network(peer), box = new Box('a');
            await network.submit('site-admin', 'evidence:RegisterDevice', ['a', json(box.keyEntries)]);
            const { result } = await network.submit('site-companion', 'evidence:SubmitBatches', [json([box.batch(1)])]);
            assert.equal(result.results[0].status, 'ok');
            await assert.rejects(peer.connectAs({ ca: tls.ca }));
        } finally {
            await peer.close();
        }
    });
});
