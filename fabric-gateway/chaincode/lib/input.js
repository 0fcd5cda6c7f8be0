'use strict';

const Refusal = require('./refusal');

// A hundred headers are 50 kB; whoever sends more than this has not read the README.
const MAX_JSON = 512 * 1024;
const MAX_ITEMS = 100;

const MAX_SEQ = 999_999_999_999;
const MAX_SIZE = 100_000;
const MAX_VERSION = 999_999_999;

/** @returns {never} */
function malformed(name, form) {
    throw new Refusal('MALFORMED', `${name} must be ${form}`);
}

function match(value, pattern, name, form) {
    if (typeof value !== 'string' || !pattern.test(value)) {
        malformed(name, form);
    }
    return value;
}

// No «|» and no NUL: names are parts of signed texts and of composite keys.
const serial = (value, name) => match(value, /^[A-Za-z0-9_.-]{1,64}$/, name, '1-64 of A-Z a-z 0-9 _ - .');
const hash = (value, name) => match(value, /^[0-9a-f]{64}$/, name, '64 lower-case hexadecimal digits');
const signature = (value, name) => match(value, /^0x[0-9a-f]{130}$/, name, '0x and 130 lower-case hexadecimal digits');
const address = (value, name) => match(value, /^0x[0-9a-fA-F]{40}$/, name, '0x and 40 hexadecimal digits');
const kind = (value, name) => match(value, /^[a-z0-9_.-]{1,64}$/, name, '1-64 of a-z 0-9 _ . -');
const mspId = (value, name) => match(value, /^[A-Za-z0-9.-]{1,64}$/, name, 'an MSP id');

/** Said by people, read by people: 3 to 500 characters without control characters. */
const reason = (value, name = 'reason') => match(value, /^[^\p{Cc}\p{Cs}]{3,500}$/u, name, '3 to 500 characters');

/** @returns {string} the hash, or '' when there is none */
const optionalHash = (value, name) => (value === undefined || value === null || value === '' ? '' : hash(value, name));

/** RFC 3339 in UTC; the day is a key, so it must be a real one. */
function instant(value, name) {
    match(value, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/, name, 'RFC 3339 in UTC');
    day(value.slice(0, 10), name);
    if (Number.isNaN(Date.parse(value))) {
        malformed(name, 'RFC 3339 in UTC');
    }
    return value;
}

function day(value, name) {
    match(value, /^\d{4}-\d{2}-\d{2}$/, name, 'YYYY-MM-DD');
    const parsed = new Date(`${value}T00:00:00Z`);
    // Date takes 31 February for 3 March.
    if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== value) {
        malformed(name, 'a day of the calendar');
    }
    return value;
}

/** A JSON number without fraction. */
function integer(value, name, least, most) {
    if (!Number.isSafeInteger(value) || value < least || value > most) {
        malformed(name, `a whole number from ${least} to ${most}`);
    }
    return value;
}

/** The same as an argument: decimal digits, spelled one way. */
function decimal(text, name, least, most) {
    match(text, /^(0|[1-9][0-9]{0,14})$/, name, `a whole number from ${least} to ${most}`);
    return integer(Number(text), name, least, most);
}

function json(text, name) {
    if (typeof text !== 'string' || text.length > MAX_JSON) {
        malformed(name, `JSON of at most ${MAX_JSON} characters`);
    }
    try {
        return JSON.parse(text);
    } catch {
        return malformed(name, 'JSON');
    }
}

function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value, name) {
    return isObject(value) ? value : malformed(name, 'a JSON object');
}

/** @returns {unknown[]} 1 to 100 items, not yet looked at */
function list(text, name = 'items') {
    const items = json(text, name);
    if (!Array.isArray(items)) {
        malformed(name, 'a JSON array');
    }
    if (items.length < 1 || items.length > MAX_ITEMS) {
        throw new Refusal('TOO_MANY', `${items.length} items; 1 to ${MAX_ITEMS} are taken at once`);
    }
    return items;
}

/** @returns {string[]} hashes of an RFC 9162 path; 32 levels hold four thousand million leaves */
function proof(text) {
    const hashes = json(text, 'proof');
    if (!Array.isArray(hashes) || hashes.length > 32) {
        malformed('proof', 'a JSON array of at most 32 hashes');
    }
    return hashes.map((one, i) => hash(one, `proof[${i}]`));
}

module.exports = {
    MAX_SEQ, MAX_SIZE, MAX_VERSION, MAX_ITEMS, malformed, serial, hash, optionalHash, signature, address, kind, mspId, reason, instant, day,
    integer, decimal, json, isObject, object, list, proof,
};
