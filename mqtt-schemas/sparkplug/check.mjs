// Reads the payloads that the box writes with npm's sparkplug-payload, and writes the same values with it: vectors.json holds both
// forms, and the unit tests check the box against it. Arguments: none. Prints one line per vector and the sum.
import { readFileSync } from 'node:fs';
import sparkplug from 'sparkplug-payload';

const { encodePayload, decodePayload } = sparkplug.get('spBv1.0');
const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));
let passed = 0;
let failed = 0;

// Longs become numbers or texts, bytes become arrays, absent becomes null: as in vectors.json.
function plain(value) {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return [...value];
  if (typeof value === 'object' && 'low' in value && 'high' in value) {
    const text = value.toString();
    return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => [key, plain(item)]).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return value;
}

const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

// What is written is given as it is; bytes and large numbers need their own types.
function rich(type, value) {
  return type === 'Bytes' || type === 'File' ? Uint8Array.from(value) : value;
}

function check(name, what, actual, expected) {
  if (same(actual, expected)) {
    passed++;
  } else {
    failed++;
    console.log(`${name}: ${what}: ${JSON.stringify(plain(actual))}, expected ${JSON.stringify(plain(expected))}`);
  }
}

for (const vector of vectors.values) {
  const metric = decodePayload(Buffer.from(vector.ours, 'hex')).metrics[0];
  check(vector.name, 'type of ours', metric.type, vector.type);
  // The library does not show is_null: a null reads as no value.
  check(vector.name, 'ours', metric.value, vector.value);
  const written = encodePayload({
    timestamp: vectors.timestamp,
    seq: 5,
    metrics: [{ name: vector.name, type: vector.type, timestamp: vectors.timestamp, ...(vector.value === null ? { isNull: true } : { value: rich(vector.type, vector.value) }) }],
  });
  if (process.env.PRINT) console.log(`${vector.name} ${Buffer.from(written).toString('hex')}`);
  check(vector.name, 'as npm writes it', Buffer.from(written).toString('hex'), vector.npm);
}

// Data carry no types, and without a type the library reads no value: of those the envelope is compared.
for (const message of vectors.messages) {
  const payload = decodePayload(Buffer.from(message.ours, 'hex'));
  if (process.env.PRINT) console.log(JSON.stringify(plain(payload)));
  check(message.name, 'message', payload, message.payload);
}

console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
