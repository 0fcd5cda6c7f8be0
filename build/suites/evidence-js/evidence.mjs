import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import assert from 'node:assert/strict';
import { Wallet, getBytes, keccak256, toUtf8Bytes, verifyMessage, hashMessage, getAddress } from 'ethers';
import { importer } from 'ipfs-unixfs-importer';
import { BlackHoleBlockstore } from 'blockstore-core/black-hole';

const { REPOSITORY: root, CACHE: cache, TESTS: tests } = process.env;
let passed = 0, failed = 0;
const test = async (name, run) => {
  try { await run(); passed++; } catch (error) { failed++; console.log(`FAILED ${name}: ${error.message}`); }
};
const ours = JSON.parse(readFileSync(`${cache}/ours.json`, 'utf8'));

await test('ethers gives our addresses', () => ours.signatures.forEach(one => assert.equal(new Wallet('0x' + one.key).address, one.address)));
await test('ethers recovers our signatures', () => ours.signatures.forEach(one => assert.equal(verifyMessage(getBytes('0x' + one.digest), one.signature), one.address)));
await test('ethers signs the same bytes (RFC 6979)', async () => {
  for (const one of ours.signatures) assert.equal(await new Wallet('0x' + one.key).signMessage(getBytes('0x' + one.digest)), one.signature);
});
await test('our digest is ethers hashMessage', () => ours.signatures.forEach(one => assert.equal('0x' + one.signed, hashMessage(getBytes('0x' + one.digest)))));
await test('our Keccak-256 is ethers\'', () => ours.texts.forEach(one => assert.equal('0x' + one.keccak, keccak256(toUtf8Bytes(one.text)))));
await test('our checksums are ethers\'', () => ours.signatures.forEach(one => assert.equal(getAddress(one.address.toLowerCase()), one.address)));
await test('ethers verifies our batch header', () => assert.equal(verifyMessage(getBytes(keccak256(toUtf8Bytes(ours.batch.message))), ours.batch.signature), ours.batch.signer));

await test('we recover ethers\' signatures', async () => {
  const theirs = [];
  for (let i = 0; i < 20; i++) {
    const wallet = Wallet.createRandom(), digest = createHash('sha256').update(`message ${i}`).digest();
    theirs.push({ digest: digest.toString('hex'), signature: await wallet.signMessage(digest), address: wallet.address });
  }
  writeFileSync(`${cache}/theirs.json`, JSON.stringify(theirs));
  const answer = execFileSync('dotnet', ['exec', tests], { env: { ...process.env, WATCHPOST_TEST_EVIDENCE_CHECK: `${cache}/theirs.json` } }).toString();
  assert.match(answer, /20 of 20/);
});

for (const { bytes, cid } of ours.cids) {
  await test(`CID of ${bytes} bytes`, async () => {
    const content = Buffer.alloc(bytes);
    for (let i = 0; i < bytes; i++) content[i] = (i * 31 + (i >> 8)) & 255;
    let last;
    for await (const entry of importer([{ content }], new BlackHoleBlockstore(), { cidVersion: 1, rawLeaves: true, wrapWithDirectory: false })) last = entry;
    assert.equal(last.cid.toString(), cid);
  });
}

await test('our IPFS client and the official importer agree on every address', async () => {
  const pinned = new Set(), asked = new Set();
  const node = createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = new URL(request.url, 'http://node');
      if (url.pathname === '/api/v0/pin/rm') {
        pinned.delete(url.searchParams.get('arg'));
        return response.end('{"Pins":[]}');
      }
      for (const [key, value] of url.searchParams) asked.add(`${key}=${value}`);
      const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': request.headers['content-type'] } }).formData();
      const content = new Uint8Array(await form.get('file').arrayBuffer());
      let last;
      for await (const entry of importer([{ content }], new BlackHoleBlockstore(), { cidVersion: 1, rawLeaves: true, wrapWithDirectory: false })) last = entry;
      pinned.add(last.cid.toString());
      response.end(JSON.stringify({ Name: 'file', Hash: last.cid.toString(), Size: String(content.length) }) + '\n');
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ Message: error.message }));
    }
  });
  // Our client reckons the next file's address between two requests: never hang up on it meanwhile.
  node.keepAliveTimeout = 0;
  await new Promise(done => node.listen(0, '127.0.0.1', done));
  try {
    const address = `http://127.0.0.1:${node.address().port}`;
    const { stdout } = await promisify(execFile)('dotnet', ['exec', tests], { env: { ...process.env, WATCHPOST_TEST_EVIDENCE_PIN: address } });
    assert.match(stdout, new RegExp(`${ours.cids.length} of ${ours.cids.length}`));
    assert.deepEqual([...pinned].sort(), ours.cids.map(one => one.cid).slice(0, -1).sort());
    // What the importer above was told, and what decides an address in Kubo.
    for (const one of ['cid-version=1', 'raw-leaves=true', 'chunker=size-262144', 'max-file-links=174', 'hash=sha2-256', 'trickle=false', 'pin=true'])
      assert.ok(asked.has(one), one);
  } finally {
    node.close();
    node.closeAllConnections();
  }
});

const page = readFileSync(`${root}/src/Appliance.Core/Evidence/Bundles/verify.html`, 'utf8');
const verifyBundle = new Function(page.match(/<script id="watchpost-verify">([\s\S]*?)<\/script>/)[1] + '\nreturn verifyBundle;')();
const samples = readdirSync(`${root}/docs/samples`).filter(name => /^evidence-.*\.zip$/.test(name));
await test('there is a sample', () => assert.ok(samples.length > 0));
for (const name of samples) {
  const zip = new Uint8Array(readFileSync(`${root}/docs/samples/${name}`));
  await test(`verify.html accepts ${name}`, async () => {
    const result = await verifyBundle(zip);
    assert.ok(result.holds, result.checks.filter(check => check.verdict === 'fail').map(check => check.text).join('; '));
  });
  await test(`verify.html refuses ${name} with a flipped bit`, async () => {
    for (let i = 0; i < 60; i++) {
      const changed = zip.slice(), at = Math.floor((i + 0.5) * zip.length / 60);
      changed[at] ^= 1 << (i % 8);
      let holds;
      try { holds = (await verifyBundle(changed)).holds; } catch { holds = false; }
      assert.equal(holds, false, `byte ${at}`);
    }
  });
}

console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
