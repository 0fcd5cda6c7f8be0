'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const { ledger, peer } = require('@hyperledger/fabric-protos');
const { readPage } = require('./memory-peer');

const root = path.join(__dirname, '..', '..');
const { Type } = peer.ChaincodeMessage;
// Small, so that a list of a few items needs QUERY_STATE_NEXT.
const RESULTS_PER_ANSWER = 3;
const START_LIMIT_MS = 120_000;

/**
 * The contract as an operator runs it, a process with fabric-shim's server (chaincode as a service), and the peer's side of
 * protos.Chaincode/Connect: registers, sends transactions, answers what the contract asks from a simulation.
 */
class ProcessPeer {
    #running = new Map();

    /** @param {{ca: string, serverCert: string, serverKey: string, clientCert: string, clientKey: string}} [tls] files, for mutual TLS */
    static async start(tls) {
        for (let attempt = 1; ; attempt++) {
            const self = new ProcessPeer();
            try {
                await self.#start(await freePort(), tls);
                return self;
            } catch (error) {
                self.process?.kill('SIGKILL');
                self.client?.close();
                // Between the choice of a port and its use somebody else may have taken it.
                if (attempt === 3 || !self.log?.includes('EADDRINUSE')) {
                    throw new Error(`the chaincode did not start: ${error.message}\n${self.log}`, { cause: error });
                }
            }
        }
    }

    async #start(port, tls) {
        this.port = port;
        this.process = spawn(process.execPath, [
            path.join(root, 'node_modules', 'fabric-shim', 'cli.js'), 'server',
            `--chaincode-address=127.0.0.1:${port}`, '--chaincode-id=anchor_1.0:test', ...serverArguments(tls),
        ], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CORE_CHAINCODE_LOGGING_LEVEL: 'error' } });
        this.log = '';
        this.process.stdout.on('data', (text) => { this.log += text; });
        this.process.stderr.on('data', (text) => { this.log += text; });
        await this.#connect(port, tls);
    }

    async #connect(port, tls) {
        const client = new peer.ChaincodeClient(`localhost:${port}`, credentials(tls), {
            'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500,
        });
        this.client = client;
        const died = once(this.process, 'close').then(([code]) => { throw new Error(`it ended with ${code}`); });
        const ready = new Promise((resolve, reject) => {
            client.waitForReady(Date.now() + START_LIMIT_MS, (error) => (error ? reject(error) : resolve()));
        });
        died.catch(() => {});
        await Promise.race([ready, died]);
        this.stream = client.connect();
        this.stream.on('error', (error) => this.#fail(error));
        const registered = new Promise((resolve) => {
            this.stream.on('data', (message) => {
                if (message.getType() === Type.REGISTER) {
                    this.chaincodeId = peer.ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName();
                    resolve();
                } else {
                    this.#take(message);
                }
            });
        });
        await Promise.race([registered, died]);
        this.#send(Type.REGISTERED, '', '', Buffer.alloc(0));
        this.#send(Type.READY, '', '', Buffer.alloc(0));
    }

    /** @returns {Promise<{status: number, message: string, payload: Buffer, event: {name: string, payload: Buffer}|null}>} */
    run({ input, signed, txId, channel }, simulation) {
        return new Promise((resolve, reject) => {
            this.#running.set(txId, { simulation, resolve, reject, queries: new Map() });
            const message = new peer.ChaincodeMessage();
            message.setType(Type.TRANSACTION);
            message.setTxid(txId);
            message.setChannelId(channel);
            message.setPayload(input.serializeBinary());
            message.setProposal(signed);
            this.stream.write(message);
        });
    }

    /** Another client, with other credentials: gets the first message, or is thrown out. */
    connectAs({ ca }) {
        const stranger = new peer.ChaincodeClient(`localhost:${this.port}`, grpc.credentials.createSsl(readFileSync(ca)));
        const stream = stranger.connect();
        return new Promise((resolve, reject) => {
            stream.on('data', resolve);
            stream.on('error', reject);
        }).finally(() => {
            stream.cancel();
            stranger.close();
        });
    }

    async close() {
        this.stream.end();
        this.client.close();
        if (this.process.exitCode === null) {
            this.process.kill('SIGTERM');
            await once(this.process, 'exit');
        }
    }

    #take(message) {
        const transaction = this.#running.get(message.getTxid());
        if (message.getType() === Type.COMPLETED) {
            this.#running.delete(message.getTxid());
            const response = peer.Response.deserializeBinary(message.getPayload_asU8());
            const event = message.getChaincodeEvent();
            transaction.resolve({
                status: response.getStatus(), message: response.getMessage(), payload: Buffer.from(response.getPayload_asU8()),
                event: event ? { name: event.getEventName(), payload: Buffer.from(event.getPayload_asU8()) } : null,
            });
            return;
        }
        try {
            this.#send(Type.RESPONSE, message.getTxid(), message.getChannelId(), this.#answer(message, transaction));
        } catch (error) {
            this.#send(Type.ERROR, message.getTxid(), message.getChannelId(), Buffer.from(error.message));
        }
    }

    #answer(message, { simulation, queries }) {
        const payload = message.getPayload_asU8();
        switch (message.getType()) {
            case Type.GET_STATE: {
                const ask = peer.GetState.deserializeBinary(payload);
                return simulation.getState(ask.getCollection(), ask.getKey());
            }
            case Type.GET_PRIVATE_DATA_HASH: {
                const ask = peer.GetState.deserializeBinary(payload);
                return simulation.getPrivateDataHash(ask.getCollection(), ask.getKey());
            }
            case Type.PUT_STATE: {
                const ask = peer.PutState.deserializeBinary(payload);
                simulation.putState(ask.getCollection(), ask.getKey(), ask.getValue_asU8());
                return Buffer.alloc(0);
            }
            case Type.PURGE_PRIVATE_DATA: {
                const ask = peer.DelState.deserializeBinary(payload);
                simulation.deleteState(ask.getCollection(), ask.getKey());
                return Buffer.alloc(0);
            }
            case Type.GET_STATE_BY_RANGE: {
                const ask = peer.GetStateByRange.deserializeBinary(payload);
                const page = readPage(ask.getMetadata_asU8().length > 0 ? ask.getMetadata_asU8() : null);
                const found = simulation.range(ask.getCollection(), ask.getStartkey(), ask.getEndkey(), page);
                const id = `query ${queries.size}`;
                queries.set(id, found.results);
                return this.#results(id, queries, page ? found : null);
            }
            case Type.QUERY_STATE_NEXT:
                return this.#results(peer.QueryStateNext.deserializeBinary(payload).getId(), queries, null);
            case Type.QUERY_STATE_CLOSE: {
                const id = peer.QueryStateClose.deserializeBinary(payload).getId();
                queries.delete(id);
                return queryResponse(id, [], false);
            }
            default:
                throw new Error(`this peer does not answer message type ${message.getType()}`);
        }
    }

    #results(id, queries, page) {
        const left = queries.get(id);
        const now = left.splice(0, RESULTS_PER_ANSWER);
        return queryResponse(id, now, left.length > 0, page);
    }

    #send(type, txId, channel, payload) {
        const message = new peer.ChaincodeMessage();
        message.setType(type);
        message.setTxid(txId);
        message.setChannelId(channel);
        message.setPayload(payload);
        this.stream.write(message);
    }

    #fail(error) {
        for (const { reject } of this.#running.values()) {
            reject(new Error(`${error.message}\n${this.log}`));
        }
        this.#running.clear();
    }
}

function queryResponse(id, results, hasMore, page = null) {
    const response = new peer.QueryResponse();
    response.setId(id);
    response.setHasMore(hasMore);
    response.setResultsList(results.map(({ key, value }) => {
        const pair = new ledger.queryresult.KV();
        pair.setKey(key);
        pair.setValue(value);
        const bytes = new peer.QueryResultBytes();
        bytes.setResultbytes(pair.serializeBinary());
        return bytes;
    }));
    if (page) {
        const metadata = new peer.QueryResponseMetadata();
        metadata.setBookmark(page.bookmark);
        metadata.setFetchedRecordsCount(page.results.length + results.length);
        response.setMetadata(metadata.serializeBinary());
    }
    return response.serializeBinary();
}

function serverArguments(tls) {
    return tls ? [`--chaincode-tls-cert-file=${tls.serverCert}`, `--chaincode-tls-key-file=${tls.serverKey}`,
        `--chaincode-tls-client-cacert-file=${tls.ca}`] : [];
}

function credentials(tls) {
    return tls ? grpc.credentials.createSsl(...[tls.ca, tls.clientKey, tls.clientCert].map((file) => readFileSync(file)))
        : grpc.credentials.createInsecure();
}

async function freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

module.exports = { ProcessPeer };
