import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import type { Observation } from '../../../src/enrollment/observation.ts';
import { changedSincePlan, changeSince, isRestOf } from '../../../src/enrollment/planning/agreement.ts';
import { CA, DEVICE, identity, inDays, observed, TRUSTPOINT, wantedLines } from '../world.ts';
import { described, type PlanOptions } from './plans.ts';

const agreement = (router: Observation, options?: PlanOptions) => described(router, options).agreement;
const FRESH = observed({});
const DUE = observed({
  lines: wantedLines(),
  ca: CA,
  keyBits: 2048,
  identity: identity({ from: -340, to: 20 }),
});

describe('a plan that was agreed on', () => {
  it('holds for the same router, whatever its clock, NTP and the day say', () => {
    const later = {
      ...FRESH,
      at: inDays(1),
      clock: { ...FRESH.clock, local: inDays(1) },
      ntp: { enabled: false, synchronized: false },
      timeLines: [...FRESH.timeLines, 'ntp clock-period 17180152'],
    };

    expect(changeSince(agreement(FRESH), agreement(later, { now: inDays(1) }))).toBeUndefined();
  });

  it('holds where the clock needs no setting any more, and not where it needs one now', () => {
    const unset = { ...FRESH, clock: { ...FRESH.clock, authority: 'not-authoritative' as const } };

    expect(changeSince(agreement(unset), agreement(FRESH))).toBeUndefined();
    expect(changeSince(agreement(FRESH), agreement(unset))?.lines.join('\n')).toContain('+ set-clock');
  });

  it('does not hold for another key pair, line, certificate, release, address or pin', () => {
    const other = (change: Partial<Observation>) => agreement({ ...FRESH, ...change });
    const agreed = agreement(FRESH);

    const [keypair] = DUE.keypairs;
    const withKey = { keypairs: keypair === undefined ? [] : [keypair] };
    expect(changeSince(agreed, other(withKey))?.lines).toContain('+ key pair BRANCH: rsa 2048');
    expect(changeSince(agreed, other({ release: { platform: 'ios', version: '15.9' } }))?.lines).toEqual([
      '- release ios 15.7(3)M8, crypto pki',
      '+ release ios 15.9, crypto pki',
    ]);
    const lined = agreement(observed({ lines: ['revocation-check none'] }));
    expect(changeSince(agreed, lined)?.lines).toContain('+ trustpoint BRANCH: revocation-check none');
    expect(
      changeSince(agreed, agreement(FRESH, { device: { ...DEVICE, host: '192.0.2.99' } }))?.lines,
    ).toContain('+ address 192.0.2.99 port 22');
    const pins = [{ hash: 'SHA1' as const, hex: '00'.repeat(20) }];
    const pinned = {
      ...DEVICE,
      trustpoints: [{ ...TRUSTPOINT, authority: { ...TRUSTPOINT.authority, fingerprints: pins } }],
    };
    expect(changeSince(agreed, agreement(FRESH, { device: pinned }))?.lines.join('\n')).toContain(
      'fingerprint 0000',
    );
  });

  it('does not hold once somebody else has asked for the new certificate', () => {
    const asked = observed({
      lines: wantedLines(),
      ca: CA,
      keyBits: 2048,
      identity: identity({ from: -340, to: 20 }),
      pending: true,
    });

    const change = changeSince(
      agreement(DUE, { purpose: { kind: 'renew' } }),
      agreement(asked, { purpose: { kind: 'renew' } }),
    );

    expect(change?.lines).toEqual(
      expect.arrayContaining(['- trustpoint BRANCH: granted', '+ trustpoint BRANCH: pending']),
    );
    expect(change === undefined ? '' : changedSincePlan(change).detail).toContain(
      '- trustpoint BRANCH: granted',
    );
  });

  it('names a secret by where it comes from, and never by its value', () => {
    const key = Secret.acquired('tick-tock-key', 'environment variable NTP_KEY');
    const clock = {
      ...DEVICE.clock,
      ntp: { servers: [{ address: '192.0.2.7', key: 1, prefer: false }], keys: [{ id: 1, md5: key }] },
    };
    const plan = described(FRESH, { device: { ...DEVICE, clock } });

    expect(plan.agreement.types.join('\n')).toContain('has a secret from environment variable NTP_KEY');
    expect(JSON.stringify(plan)).not.toContain('tick-tock-key');
  });

  it('leaves as its rest what is typed in its order, and nothing else', () => {
    const all = agreement(FRESH);
    fc.assert(fc.property(fc.subarray([...all.types]), (types) => isRestOf(all, { rests: [], types })));
    expect(
      isRestOf(all, { rests: [], types: ['configure BRANCH: types no crypto pki trustpoint BRANCH'] }),
    ).toBe(false);
    expect(isRestOf(all, { rests: [], types: all.types.toReversed() })).toBe(false);
  });
});
