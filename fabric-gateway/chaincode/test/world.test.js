'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { MVCC_READ_CONFLICT, PHANTOM_READ_CONFLICT, VALID, World } = require('./support/world');

/** The double keeps Fabric's rules; else the scenarios prove nothing. */
describe('ledger double', () => {
    function worldWith(...keys) {
        const world = new World(), simulation = world.simulate('SiteMSP');
        keys.forEach((key) => simulation.putState('', key, Buffer.from('v')));
        assert.equal(world.commit(simulation), VALID);
        return world;
    }

    test('getState_AfterPutInTheSameTransaction_SeesTheCommittedOnly', () => {
        const simulation = worldWith('a').simulate('SiteMSP');
        simulation.putState('', 'a', Buffer.from('new'));

        assert.equal(simulation.getState('', 'a').toString(), 'v');
    });

    test('commit_StaleRead_ChangesNothing', () => {
        const world = worldWith('a'), first = world.simulate('SiteMSP'), second = world.simulate('SiteMSP');
        for (const simulation of [first, second]) {
            simulation.getState('', 'a');
            simulation.putState('', 'a', Buffer.from(simulation === first ? 'first' : 'second'));
        }

        assert.deepEqual([world.commit(first), world.commit(second)], [VALID, MVCC_READ_CONFLICT]);
        assert.equal(world.simulate('SiteMSP').getState('', 'a').toString(), 'first');
    });

    test('commit_NewNeighbourInARange_IsAPhantom', () => {
        const world = worldWith('a', 'c'), reader = world.simulate('SiteMSP'), writer = world.simulate('SiteMSP');
        reader.range('', 'a', 'z');
        writer.putState('', 'b', Buffer.from('v'));

        assert.deepEqual([world.commit(writer), world.commit(reader)], [VALID, PHANTOM_READ_CONFLICT]);
    });

    test('putState_BesideAPaginatedQuery_IsRefused', () => {
        const before = worldWith('a').simulate('SiteMSP'), after = worldWith('a').simulate('SiteMSP');
        before.range('', 'a', 'z', { pageSize: 1, bookmark: '' });
        after.putState('', 'b', Buffer.from('v'));

        assert.throws(() => before.putState('', 'b', Buffer.from('v')), /paginated/);
        assert.throws(() => after.range('', 'a', 'z', { pageSize: 1, bookmark: '' }), /paginated/);
    });

    test('privateData_OtherOrganisation_HasTheHashOnly', () => {
        const world = new World(), simulation = world.simulate('SiteMSP');
        simulation.putState('_implicit_org_SiteMSP', 'k', Buffer.from('secret'));
        world.commit(simulation);
        const court = world.simulate('CourtMSP');

        assert.throws(() => court.getState('_implicit_org_SiteMSP', 'k'), /not kept by/);
        assert.equal(court.getPrivateDataHash('_implicit_org_SiteMSP', 'k').length, 32);
    });
});

describe('determinism', () => {
    test('sources_UseNoClockNoChanceNoEnvironment', () => {
        const root = path.join(__dirname, '..', 'lib');
        const files = readdirSync(root, { recursive: true }).filter((name) => String(name).endsWith('.js'));
        assert.ok(files.length > 10);
        for (const file of files) {
            const source = readFileSync(path.join(root, String(file)), 'utf8');
            assert.doesNotMatch(source, /Date\.now|new Date\(\)|Math\.random|randomBytes|process\.env|require\('node:|toLocale|setTimeout/, String(file));
        }
    });
});
