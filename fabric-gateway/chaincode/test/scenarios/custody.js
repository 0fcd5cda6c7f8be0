'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { refused } = require('../support/network');
const { MVCC_READ_CONFLICT, VALID } = require('../support/world');
const { Box, json } = require('../support/box');

module.exports = (newNetwork) => describe('custody', () => {
    async function recorded() {
        const network = newNetwork(), box = new Box('a'), evidence = box.evidence('x');
        await network.submit('site-admin', 'evidence:RegisterDevice', ['a', json(box.keyEntries)]);
        await network.submit('site-companion', 'evidence:SubmitEvidence', [json(evidence)]);
        const { digest } = evidence;
        return {
            network, digest,
            offer: (as, to, reason = 'case 12') => network.submit(as, 'evidence:OfferCustody', [digest, to, reason]),
            accept: (as, reason = 'received, sealed') => network.submit(as, 'evidence:AcceptCustody', [digest, reason]),
            hold: (as, on, reason = 'case 12') => network.submit(as, 'evidence:LegalHold', [digest, on, reason]),
            destroy: (as, reason = 'retention') => network.submit(as, 'evidence:RecordDestruction', [digest, reason]),
            custody: () => network.evaluate('court-client', 'evidence:Custody', [digest]),
        };
    }

    test('Custody_OfferAndAccept_TakesBothSides', async () => {
        const { network, digest, offer, accept, custody } = await recorded();

        const offered = await offer('site-custodian', 'CourtMSP');
        const between = await custody();
        const accepted = await accept('court-clerk');

        assert.deepEqual([between.custodian, between.offer.to, between.offer.tx], ['SiteMSP', 'CourtMSP', offered.tx]);
        const after = await custody();
        assert.deepEqual([after.custodian, after.offer], ['CourtMSP', null]);
        assert.deepEqual(accepted.event, { name: 'custody', items: [{ digest, action: 'accepted', msp: 'CourtMSP', to: 'CourtMSP' }] });
        const history = await network.evaluate('court-client', 'evidence:History', [digest, '50', '']);
        assert.deepEqual(history.items.map(({ action, msp }) => [action, msp]),
            [['recorded', 'SiteMSP'], ['offered', 'SiteMSP'], ['accepted', 'CourtMSP']]);
        assert.match(history.items[2].actor, /CN=clerk/);
    });

    test('OfferCustody_ByWhoHasItNot_IsRefused', async () => {
        const { offer, accept } = await recorded();

        await refused(offer('court-admin', 'CourtMSP'), 'NOT_CUSTODIAN');
        await refused(offer('site-companion', 'CourtMSP'), 'NOT_ALLOWED');
        await refused(offer('site-admin', 'SiteMSP'), 'MALFORMED');
        await refused(offer('site-admin', 'CourtMSP', '?'), 'MALFORMED');
        await refused(accept('court-admin'), 'NO_OFFER');
    });

    test('AcceptCustody_ByAnotherOrWithoutRole_IsRefused', async () => {
        const { offer, accept } = await recorded();
        await offer('site-admin', 'CourtMSP');

        await refused(accept('site-admin'), 'NO_OFFER');
        await refused(accept('court-client'), 'NOT_ALLOWED');
    });

    test('OfferCustody_TakenBack_CannotBeAccepted', async () => {
        const { offer, accept } = await recorded();
        await offer('site-admin', 'CourtMSP');

        const again = await offer('site-admin', 'CourtMSP');
        const withdrawn = await offer('site-admin', '', 'wrong case');

        assert.deepEqual([again.result.status, again.writes], ['exists', []]);
        assert.equal(withdrawn.event.items[0].action, 'withdrawn');
        await refused(accept('court-admin'), 'NO_OFFER');
    });

    test('Custody_WithdrawnAndAcceptedInOneBlock_OnlyOneHappens', async () => {
        const { network, digest, offer } = await recorded();
        await offer('site-admin', 'CourtMSP');
        const withdraw = await network.endorse('site-admin', 'evidence:OfferCustody', [digest, '', 'wrong case']);
        const accept = await network.endorse('court-admin', 'evidence:AcceptCustody', [digest, 'received']);

        assert.deepEqual([network.commit(withdraw), network.commit(accept)], [VALID, MVCC_READ_CONFLICT]);
    });

    test('LegalHold_HoldsUntilEachReleased_DestructionIsRefused', async () => {
        const { hold, destroy, custody } = await recorded();
        await hold('court-admin', 'true');
        await hold('site-admin', 'true');
        const again = await hold('site-admin', 'true');

        await refused(destroy('site-admin'), 'LEGAL_HOLD');
        await hold('site-admin', 'false', 'case closed');
        await refused(destroy('site-admin'), 'LEGAL_HOLD');
        assert.deepEqual((await custody()).holds.map((one) => one.msp), ['CourtMSP']);
        await hold('court-admin', 'false', 'case closed');
        const destroyed = await destroy('site-admin');

        assert.deepEqual([again.result.status, destroyed.result.status], ['exists', 'ok']);
    });

    test('LegalHold_ByAPlainClient_IsNotAllowed', async () => {
        const { hold } = await recorded();

        await refused(hold('site-companion', 'true'), 'NOT_ALLOWED');
        await refused(hold('site-admin', 'yes'), 'MALFORMED');
    });

    test('RecordDestruction_ByTheCustodian_EndsCustodyAndIsKept', async () => {
        const { network, digest, offer, accept, hold, destroy, custody } = await recorded();
        await offer('site-admin', 'CourtMSP');
        await refused(destroy('court-admin'), 'NOT_CUSTODIAN');
        await refused(destroy('site-custodian'), 'NOT_ALLOWED');

        const destroyed = await destroy('site-admin', 'retention of 30 days');
        const again = await destroy('site-admin', 'retention of 30 days');

        assert.deepEqual([again.result.status, again.result.tx, again.writes], ['exists', destroyed.tx, []]);
        const after = await custody();
        assert.deepEqual([after.destroyed.reason, after.destroyed.msp, after.offer], ['retention of 30 days', 'SiteMSP', null]);
        await refused(accept('court-admin'), 'DESTROYED');
        await refused(offer('site-admin', 'CourtMSP'), 'DESTROYED');
        await refused(hold('court-admin', 'true'), 'DESTROYED');
        const evidence = await network.evaluate('court-client', 'evidence:GetEvidence', [digest]);
        assert.equal(evidence.digest, digest);
        assert.match(evidence.signature, /^0x/);
    });

    test('History_ManySteps_PagesInOrderOfTime', async () => {
        const { network, digest, hold } = await recorded();
        for (let i = 0; i < 4; i++) {
            await hold('court-admin', i % 2 === 0 ? 'true' : 'false');
        }

        const first = await network.evaluate('site-companion', 'evidence:History', [digest, '3', '']);
        const rest = await network.evaluate('site-companion', 'evidence:History', [digest, '3', first.bookmark]);

        assert.deepEqual([...first.items, ...rest.items].map((item) => item.action), ['recorded', 'hold', 'release', 'hold', 'release']);
    });
});
