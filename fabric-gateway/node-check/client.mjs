// The official client as a slave of the tests: one JSON request per line on stdin, one answer per line on stdout.
// Bytes are base64 in both directions. {"do":"submit",…} → {"ok":…} or {"error":{"name","code","message","details","transactionId"}}.
import * as grpc from "@grpc/grpc-js";
import { checkpointers, connect, GatewayError, signers } from "@hyperledger/fabric-gateway";
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

let client;
let gateway;

const bytes = (base64) => Buffer.from(base64, "base64");
const base64 = (value) => Buffer.from(value).toString("base64");
const contract = ({ channel, chaincode, contract }) => gateway.getNetwork(channel).getContract(chaincode, contract);
const options = ({ args, transient, organizations }) => ({
  arguments: args?.map(bytes),
  transientData: transient && Object.fromEntries(Object.entries(transient).map(([name, value]) => [name, bytes(value)])),
  endorsingOrganizations: organizations,
});
const signable = (value) => ({
  bytes: base64(value.getBytes()),
  digest: base64(value.getDigest()),
  transactionId: value.getTransactionId(),
});

const commands = {
  connect({ address, ca, certificate, key, mspId, tlsCertificate, tlsKey }) {
    const credentials = grpc.credentials.createSsl(
      readFileSync(ca),
      tlsKey ? readFileSync(tlsKey) : null,
      tlsCertificate ? readFileSync(tlsCertificate) : null,
    );
    client = new grpc.Client(address, credentials);
    gateway = connect({
      client,
      identity: { mspId, credentials: readFileSync(certificate) },
      signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(key))),
    });
    return null;
  },
  async evaluate(call) {
    return base64(await contract(call).evaluate(call.function, options(call)));
  },
  async submit(call) {
    return base64(await contract(call).submit(call.function, options(call)));
  },
  build(call) {
    return signable(contract(call).newProposal(call.function, options(call)));
  },
  async endorse(call) {
    const transaction = await contract(call).newProposal(call.function, options(call)).endorse();
    return { ...signable(transaction), result: base64(transaction.getResult()) };
  },
  readProposal({ value }) {
    return signable(gateway.newProposal(bytes(value)));
  },
  readTransaction({ value }) {
    const transaction = gateway.newTransaction(bytes(value));
    return { ...signable(transaction), result: base64(transaction.getResult()) };
  },
  readCommit({ value }) {
    return signable(gateway.newCommit(bytes(value)));
  },
  async endorseBytes({ value }) {
    return signable(await gateway.newProposal(bytes(value)).endorse());
  },
  async submitBytes({ value }) {
    const status = await (await gateway.newTransaction(bytes(value)).submit()).getStatus();
    return { code: status.code, block: Number(status.blockNumber), transactionId: status.transactionId };
  },
  async events({ channel, chaincode, startBlock, checkpoint, count }) {
    const from = checkpoint ? { checkpoint: await checkpointers.file(checkpoint) } : { startBlock: BigInt(startBlock) };
    const events = await gateway.getNetwork(channel).getChaincodeEvents(chaincode, from);
    const seen = [];
    try {
      for await (const event of events) {
        seen.push({
          block: Number(event.blockNumber),
          transactionId: event.transactionId,
          name: event.eventName,
          payload: base64(event.payload),
        });
        if (seen.length === count) break;
      }
    } finally {
      events.close();
    }
    return seen;
  },
  async writeCheckpoint({ path, block, transactionId }) {
    const checkpointer = await checkpointers.file(path);
    if (transactionId) await checkpointer.checkpointTransaction(BigInt(block), transactionId);
    else await checkpointer.checkpointBlock(BigInt(block));
    return null;
  },
  async readCheckpoint({ path }) {
    const checkpointer = await checkpointers.file(path);
    return { block: checkpointer.getBlockNumber()?.toString() ?? null, transactionId: checkpointer.getTransactionId() ?? null };
  },
};

const failure = (error) => ({
  name: error.name,
  code: error.code ?? null,
  message: error.message,
  details: error instanceof GatewayError ? error.details : [],
  transactionId: error.transactionId ?? null,
});

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { ok: (await commands[request.do](request)) ?? null };
  } catch (error) {
    answer = { error: failure(error) };
  }
  console.log(JSON.stringify(answer));
}
gateway?.close();
client?.close();
