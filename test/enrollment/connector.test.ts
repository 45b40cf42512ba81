import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { type CaInventory, OneCa, USUAL_TRUSTPOINT } from './one-ca.ts';

const sha1Of = (der: Uint8Array): string => `SHA1:${createHash('sha1').update(der).digest('hex')}`;

/** SCEP at a connector with a CA certificate of its own; the CA that issues stands in a trustpoint beside it. */
function connector(ca: LabCa): CaInventory {
  return {
    authorities: {
      connector: {
        scep: { url: ca.enrollmentUrl },
        fingerprint: sha1Of(ca.connector?.certificate ?? new Uint8Array()),
        issuer: { fingerprint: ca.authority.pins },
        challenge: { static: { env: 'CHALLENGE' } },
      },
      issuing: { fingerprint: ca.authority.pins, certificate: 'issuing.der' },
    },
    trustpoints: {
      ISSUING: { authority: 'issuing', method: 'ca-only', revocationCheck: ['none'] },
      BRANCH: { ...USUAL_TRUSTPOINT, authority: 'connector' },
    },
  };
}

describe('a connector in front of a CA', () => {
  it('is accepted by its own pin, and its certificates by the pin of the CA that issues them', async () => {
    await using world = await OneCa.start({
      ca: { connector: true },
      inventory: connector,
      files: (ca) => ({ 'issuing.der': ca.authority.ca.certificate }),
    });
    const result = await world.enroll();
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(
      result.findings.find(({ check, trustpoint }) => check === 'chain-valid' && trustpoint === 'BRANCH'),
    ).toMatchObject({ status: 'pass', expected: 'signed by the pinned CA that issues' });
    expect((await world.enroll()).outcome).toBe('unchanged');
  });
});
