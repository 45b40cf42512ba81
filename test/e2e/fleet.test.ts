import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evidenceOf, savedIn, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

describe('a fleet of seven', { timeout: 90_000 }, () => {
  let fleet: LabFleet;

  beforeAll(async () => {
    fleet = await startLabFleet({
      routers: 7,
      cast: {
        'br-0001': { clock: { start: 'unset', authoritative: false } },
        'br-0002': { privilege: 1 },
        'br-0003': { faults: ['syslog-storm'] },
        'br-0004': { faults: ['byte-by-byte'] },
        'br-0005': { faults: [{ name: 'slow-output', msPerChunk: 1 }] },
      },
    });
  }, 30_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  const all = (outcome: string): Record<string, string> =>
    Object.fromEntries(fleet.names.map((name) => [name, outcome]));

  it('is enrolled: every certificate is the CA’s, for the router’s own key, in force and saved', async () => {
    const { passwords, authority } = fleet.lab.ca;
    const mint = vi.spyOn(passwords, 'mint');
    expect(fleet.router('br-0001').state.clock.now.getUTCFullYear()).toBe(1993);

    const { exit, outcomes } = await fleet.run('enroll');

    expect(outcomes).toEqual(all('verified'));
    expect(exit).toBe(0);
    for (const name of fleet.names) {
      const { identity, issued } = evidenceOf(fleet, name);
      expect(savedIn(fleet.router(name), identity), name).toEqual(['running', 'startup']);
      expect(identity.subject.split('\n'), name).toContain(`CN=${name}.branch.example.net`);
      expect(issued.renewal, name).toBe(false);
    }
    // One password a device, each used for one certificate, and never one more than the service has room for.
    expect(passwords.minted).toHaveLength(7);
    expect(authority.issued).toHaveLength(7);
    expect(new Set(authority.issued.map(({ challenge }) => challenge))).toEqual(new Set(passwords.minted));
    expect(mint.mock.results.map(({ value }) => value)).toEqual(passwords.minted);
    expect(passwords.outstanding).toBe(0);
    expect(fleet.router('br-0001').state.clock).toMatchObject({ authoritative: true, source: 'ntp' });
  });

  it('is left alone by the second run: nothing configured, minted or asked of the CA', async () => {
    const { passwords, authority, requests } = fleet.lab.ca;
    const before = {
      minted: passwords.minted.length,
      issued: authority.issued.length,
      asked: requests.length,
    };
    const typed = fleet.names.map((name) => watchTyping(fleet.router(name)));

    const { exit, outcomes } = await fleet.run('enroll');

    expect(outcomes).toEqual(all('unchanged'));
    expect(exit).toBe(0);
    expect(typed.map((since) => touching(since()))).toEqual(fleet.names.map(() => []));
    expect(typed.map((since) => since().length)).not.toContain(0);
    expect({
      minted: passwords.minted.length,
      issued: authority.issued.length,
      asked: requests.length,
    }).toEqual(before);
  });

  it('is verified by show commands alone', async () => {
    const requests = fleet.lab.ca.requests.length;
    const typed = fleet.names.map((name) => watchTyping(fleet.router(name)));

    const { exit, outcomes, device } = await fleet.run('verify');

    expect(outcomes).toEqual(all('verified'));
    expect(exit).toBe(0);
    for (const name of fleet.names) {
      expect(new Set(device(name).findings.map(({ status }) => status)), name).toEqual(new Set(['pass']));
    }
    expect(typed.map((since) => touching(since()))).toEqual(fleet.names.map(() => []));
    expect(fleet.lab.ca.requests).toHaveLength(requests);
  });

  it('leaves no session behind', () => {
    expect(fleet.names.flatMap((name) => fleet.router(name).state.sessions)).toEqual([]);
  });
});
