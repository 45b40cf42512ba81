import { describe, expect, it } from 'vitest';

import { LabCa } from '../../../src/lab/ca/lab-ca.ts';
import type { RouterOptions } from '../../../src/lab/router/options.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { isIssuedBy, parseCertificate } from '../../../src/scep/index.ts';
import { Typist } from './typist.ts';
import { startRouter, until } from './world.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');
/** The CA began two years before, and ends 300 days from now: nine tenths of its life are over after 197 days. */
const CA_DAYS = 300;
const SHADOW_DUE = inDays(198);
const CA_END = inDays(CA_DAYS + 1);

function inDays(days: number): Date {
  return new Date(NOW.getTime() + days * DAY_MS);
}

/** A CA whose time is that of the router. */
async function world(lines: readonly string[], options: Partial<RouterOptions> = {}) {
  const clock = { read: () => NOW };
  const ca = await LabCa.start({
    profile: 'generic',
    challenge: 'x',
    keyBits: 1024,
    lifeDays: 290,
    authorityLifeDays: { ca: CA_DAYS },
    now: () => clock.read(),
  });
  const router = await startRouter({
    clock: { start: NOW, authoritative: true },
    running: [
      'crypto pki trustpoint TP',
      `enrollment url ${ca.enrollmentUrl}`,
      `fingerprint ${ca.authority.fingerprint('sha1')}`,
      'serial-number none',
      'ip-address none',
      'password x',
      'rsakeypair TP 1024',
      ...lines,
    ],
    ...options,
  });
  clock.read = () => router.state.clock.now;
  const typist = await Typist.login(router);
  await typist.line('terminal width 0');
  await typist.line('terminal length 0');
  await typist.line('configure terminal');
  await typist.line('crypto pki authenticate TP');
  typist.type('crypto pki enroll TP\r');
  await typist.until(/from CA\? \[yes\/no\]: $/);
  await typist.line('yes');
  await until(() => router.state.trustpoints[0]?.status === 'Granted');
  await typist.line('end');
  return {
    ca,
    router,
    typist,
    async [Symbol.asyncDispose](): Promise<void> {
      await typist[Symbol.asyncDispose]();
      await router.close();
      await ca.close();
    },
  };
}

function held(router: VirtualRouter, kind: string) {
  const found = router.state.certificates.find((certificate) => certificate.kind === kind);
  return found === undefined ? undefined : parseCertificate(found.der);
}

describe('rollover', () => {
  it('shows when the next CA certificate will be fetched', async () => {
    await using lab = await world(['auto-enroll 99']);
    const timers = await lab.typist.line('show crypto pki timers detail');
    expect(timers).toMatch(
      /^PKI Timers\n\|.*\n {2}\|.*\(2026-12-15T\d\d:\d\d:\d\dZ\) SHADOW TP\n {2}\|.* RENEW TP\n$/,
    );
  });

  it('fetches the next CA certificate and a shadow certificate, lists both, and takes over at the end', async () => {
    await using lab = await world(['auto-enroll 99 regenerate']);
    const { ca, router, typist } = lab;
    await typist.line('write memory');
    await ca.authority.prepareRollover(inDays(197));
    router.setClock(SHADOW_DUE);
    await until(() => held(router, 'rollover') !== undefined);
    expect(ca.requests).toContain('GetNextCACert');
    const next = parseCertificate(ca.authority.next?.certificate ?? new Uint8Array());
    expect(held(router, 'rollover-ca')?.der).toEqual(next.der);
    const shadow = held(router, 'rollover');
    expect(shadow !== undefined && isIssuedBy(shadow, next)).toBe(true);
    expect(router.state.keys.map(({ label }) => label)).toEqual(['TP', 'TP#']);
    const listing = await typist.line('show crypto pki certificates TP');
    expect(listing.match(/^(?:CA )?Certificate.*$/gm)).toEqual([
      'Certificate (Rollover)',
      'Certificate',
      'CA Certificate (Rollover)',
      'CA Certificate',
    ]);
    expect(router.state.running).toContain(` certificate rollover ${shadow?.serial}\n`);
    expect(router.state.running).toContain(` certificate rollover ca ${next.serial}\n`);
    await until(() => router.state.log.join('\n').includes('%PKI-6-SHADOWAUTOSAVE'));
    ca.authority.takeOver();
    router.setClock(CA_END);
    await until(() => held(router, 'rollover') === undefined);
    expect(held(router, 'identity')?.der).toEqual(shadow?.der);
    expect(held(router, 'ca')?.der).toEqual(next.der);
    expect(router.state.keys.map(({ label }) => label)).toEqual(['TP']);
    expect(await typist.line('show crypto pki certificates TP')).not.toContain('Rollover');
  });

  it('does not take over what a reload would lose', async () => {
    await using lab = await world(['auto-enroll 99']);
    const { ca, router, typist } = lab;
    await ca.authority.prepareRollover(inDays(197));
    router.setClock(SHADOW_DUE);
    await until(() => router.state.log.join('\n').includes('%PKI-4-NOSHADOWAUTOSAVE'));
    const before = held(router, 'ca')?.der;
    router.setClock(CA_END);
    await typist.line('show clock');
    expect(held(router, 'ca')?.der).toEqual(before);
    await typist.line('write memory');
    router.setClock(CA_END);
    await until(() => held(router, 'rollover') === undefined);
    expect(held(router, 'ca')?.der).not.toEqual(before);
  });

  it('asks again later when the CA has no next certificate yet', async () => {
    await using lab = await world(['auto-enroll 99', 'enrollment retry count 100']);
    const { ca, router } = lab;
    router.setClock(SHADOW_DUE);
    await until(() => ca.requests.filter((operation) => operation === 'GetNextCACert').length > 1);
    await ca.authority.prepareRollover(inDays(197));
    await until(() => held(router, 'rollover') !== undefined);
  });

  it('is begun by hand where the certificate ends with that of the CA', async () => {
    await using lab = await world([], {});
    const { ca, router, typist } = lab;
    await ca.authority.prepareRollover(NOW);
    ca.policy.validity = () => ({ notBefore: NOW, notAfter: inDays(CA_DAYS) });
    const enroll = async (): Promise<void> => {
      typist.type('crypto pki enroll TP\r');
      await typist.until(/re-enrollment\? \[yes\/no\]: $/);
      typist.type('yes\r');
      await typist.until(/from CA\? \[yes\/no\]: $/);
      await typist.line('yes');
    };
    await typist.line('configure terminal');
    await enroll();
    await until(() => (held(router, 'identity')?.notAfter ?? NOW) >= inDays(CA_DAYS));
    await enroll();
    await until(() => held(router, 'rollover') !== undefined);
  });

  it.each([
    ['without auto-enroll', [], {}],
    ['while the clock is not set', ['auto-enroll 90'], { clock: { start: NOW, authoritative: false } }],
  ] as const)('has no timer %s', async (_why, lines, options) => {
    await using lab = await world(lines, options);
    expect(await lab.typist.line('show crypto pki timers')).toBe('PKI Timers\n');
  });

  it('has no timer where certificates do not come by SCEP', async () => {
    await using lab = await world(['auto-enroll 90']);
    await lab.router.configure(['crypto pki trustpoint TP', 'enrollment url tftp://192.0.2.9/TP']);
    expect(await lab.typist.line('show crypto pki timers')).toBe('PKI Timers\n');
  });
});
