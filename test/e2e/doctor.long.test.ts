import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

interface Doctored {
  readonly counts: Readonly<Record<'pass' | 'warn' | 'fail' | 'skip', number>>;
  readonly authorities: readonly {
    readonly releases: readonly string[];
    readonly findings: readonly { readonly check: string; readonly status: string; readonly says: string }[];
  }[];
}

describe('the doctor before and after the first enrollment', { timeout: 60_000 }, () => {
  let fleet: LabFleet;
  beforeAll(async () => {
    fleet = await startLabFleet({ routers: 2, cast: { 'br-0001': { release: '12.4' } } });
  }, 60_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  async function doctor(...options: string[]) {
    const { exit, stdout } = await fleet.run('doctor', '--json', ...options);
    const document = JSON.parse(stdout) as Doctored;
    const [authority] = document.authorities;
    if (authority === undefined) throw new Error('no authority');
    const trouble = authority.findings.filter(({ status }) => status === 'warn' || status === 'fail');
    return {
      exit,
      ...document,
      authority,
      trouble: trouble.map(({ check, status }) => `${check} ${status}`),
    };
  }

  it('finds the CA fit, connects to no router and leaves nothing at the CA', async () => {
    const { exit, trouble } = await doctor();
    expect([exit, trouble]).toEqual([0, []]);
    expect(fleet.names.flatMap((name) => fleet.router(name).state.typed)).toEqual([]);
    expect(fleet.lab.ca.passwords.minted).toEqual([]);
    expect(fleet.lab.ca.asked).toEqual([]);
  });

  it('knows what it did not know when the routers have been read', async () => {
    expect((await doctor()).authority.releases).toEqual([]);
    const { outcomes } = await fleet.run('enroll');
    expect(outcomes).toEqual({ 'br-0001': 'verified', 'br-0002': 'verified' });
    await fleet.run('verify');
    const { authority, counts } = await doctor();
    expect(authority.releases).toHaveLength(2);
    const algorithms = authority.findings.filter(({ check }) => check === 'algorithms');
    expect(algorithms.map(({ says }) => says).join('\n')).toMatch(/MD5 and single DES, as ios 12\.4/);
    const clocks = authority.findings.filter(({ check }) => check === 'clock');
    expect(clocks.map(({ status }) => status)).toEqual(['pass', 'pass']);
    expect(counts).toMatchObject({ warn: 0, fail: 0, skip: 1 });
  });

  it('finds what would have stopped every router, by the same inventory', async () => {
    fleet.lab.ca.policy.maxQuery = 2048;
    const pins = fleet.lab.ca.authority.pins;
    await fleet.editInventory((inventory) => {
      inventory.setIn(['authorities', 'lab-ca', 'fingerprint'], [`SHA1:${'0'.repeat(40)}`]);
    });
    const { exit, trouble } = await doctor();
    delete fleet.lab.ca.policy.maxQuery;
    await fleet.editInventory((inventory) => {
      inventory.setIn(['authorities', 'lab-ca', 'fingerprint'], pins);
    });
    expect([exit, trouble]).toEqual([1, ['pins fail', 'long-get fail']]);
    const mended = await doctor('--challenge');
    expect([mended.exit, mended.trouble]).toEqual([0, []]);
  });
});
