import { describe, expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { type CaInventory, OneCa, USUAL_TRUSTPOINT } from './one-ca.ts';

/** A trustpoint for each CA above, in the wrong order, and one for the router's certificate. */
function hierarchy(ca: LabCa): CaInventory {
  const names = ca.parents.map((_, index) => (index === ca.parents.length - 1 ? 'ROOT' : `ABOVE${index}`));
  const authority = (each: LabCa) => ({
    scep: { url: each.enrollmentUrl },
    fingerprint: each.authority.pins,
  });
  return {
    authorities: {
      issuing: { ...authority(ca), challenge: { static: { env: 'CHALLENGE' } } },
      ...Object.fromEntries(ca.parents.map((each, index) => [names[index] ?? '', authority(each)])),
    },
    trustpoints: {
      BRANCH: { ...USUAL_TRUSTPOINT, authority: 'issuing', parent: names[0] },
      ...Object.fromEntries(
        names.map((name, index) => [
          name,
          {
            authority: name,
            method: 'ca-only',
            revocationCheck: ['none'],
            ...(names[index + 1] === undefined ? {} : { parent: names[index + 1] }),
          },
        ]),
      ),
    },
  };
}

describe('a CA below others', () => {
  it('is authenticated behind those above it, and the chain is followed to the root', async () => {
    await using world = await OneCa.start({ ca: { tiers: 3, sendsChain: false }, inventory: hierarchy });
    const result = await world.enroll();
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(world.typed.filter((line) => line.startsWith('crypto pki authenticate'))).toEqual([
      'crypto pki authenticate ROOT',
      'crypto pki authenticate ABOVE0',
      'crypto pki authenticate BRANCH',
    ]);
    expect(world.router.state.running).toContain(' chain-validation continue ABOVE0');
    const chain = result.findings.find(
      ({ check, trustpoint }) => check === 'chain-valid' && trustpoint === 'BRANCH',
    );
    expect(chain).toMatchObject({ status: 'pass', expected: 'signed by the pinned CA, up to that of ROOT' });
    expect(chain?.actual.split(' < ')).toHaveLength(4);
    expect((await world.enroll()).outcome).toBe('unchanged');
  });
});
