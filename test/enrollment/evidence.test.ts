import { describe, expect, it } from 'vitest';
import { examineTrustpoint } from '../../src/enrollment/evidence.ts';
import type { Observation } from '../../src/enrollment/observation.ts';
import { CA, DEVICE, identity, NOW, observed, RENDERER, TRUSTPOINT, wantedLines } from './world.ts';

const WHOLE = { lines: wantedLines(), ca: CA, keyBits: 2048, identity: identity({ from: -100, to: 200 }) };

function told(router: Observation): Readonly<Record<string, string>> {
  const findings = examineTrustpoint({ device: DEVICE, renderer: RENDERER }, TRUSTPOINT, router, NOW);
  return Object.fromEntries(findings.map(({ check, status, actual }) => [check, `${status}: ${actual}`]));
}

describe('a router that was read', () => {
  it('and has nothing, is said to have nothing', () => {
    expect(told(observed({}))).toMatchObject({
      'certificate-present': 'fail: the router holds no certificate',
      'ca-pinned': 'fail: the router holds no CA certificate',
      'issued-for-trustpoint': 'unknown: the router holds no certificate',
      'key-matches-router': 'unknown: the router holds no certificate',
      'startup-saved': 'unknown: the router holds no certificate',
    });
    expect(Object.values(told(observed({}))).join()).not.toContain('not read');
  });

  it('and shows its certificates by name only, is not said to have none', () => {
    const whole = observed(WHOLE);
    const chains = whole.running.chains.map((chain) => ({
      ...chain,
      certificates: chain.certificates.map(({ kind, head, serial }) => ({ kind, head, serial })),
    }));
    expect(told({ ...whole, running: { ...whole.running, chains } })).toMatchObject({
      'certificate-present': 'pass: available',
      'ca-pinned': 'unknown: 1 of the router’s CA certificates cannot be read',
      'key-matches-router': 'unknown: its certificate was not read',
    });
  });

  it('and only says that it has a CA certificate, is not said to have none', () => {
    const said = {
      name: TRUSTPOINT.name,
      caConfigured: true,
      caAuthenticated: true,
      caFingerprints: [],
      identityFingerprints: [],
      notUnderstood: [],
    };
    expect(told({ ...observed({ lines: wantedLines() }), status: [said] })).toMatchObject({
      'ca-pinned': 'unknown: 1 of the router’s CA certificates cannot be read',
    });
  });
});
