import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DOCTOR_CHECKS } from '../../src/doctor/finding.ts';
import { requestLength } from '../../src/doctor/poll.ts';
import { formatFingerprint } from '../../src/domain/fingerprint.ts';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { CA_CAPABILITIES } from '../../src/scep/index.ts';
import { doctor, seenWith, startCa, troubles } from './world.ts';

const DAY_MS = 86_400_000;

function fingerprintOf(ca: LabCa, role: string, facts: Awaited<ReturnType<typeof doctor>>['facts']): string {
  const { certificates } = facts;
  if (certificates === undefined || !('value' in certificates)) throw new Error('no certificates');
  const found = certificates.value.find((one) => one.role === role)?.facts.fingerprints[1];
  if (found === undefined) throw new Error(`no certificate of ${role} at ${ca.enrollmentUrl}`);
  return formatFingerprint(found);
}

/** Shared by the tests that leave nothing behind but a policy. */
let ndes: LabCa;
let generic: LabCa;
beforeAll(async () => {
  [ndes, generic] = await Promise.all([startCa('ndes'), startCa('generic')]);
});
afterEach(() => {
  for (const { policy } of [ndes, generic]) {
    delete policy.maxQuery;
    delete policy.capabilities;
  }
});
afterAll(async () => {
  await Promise.all([ndes.close(), generic.close()]);
});

describe('a CA that is fit', () => {
  it.each(['ndes', 'generic'] as const)('passes every check that could be made (%s)', async (profile) => {
    await using ca = await startCa(profile);
    const seen = new Map([
      ['br-1', seenWith('ios 12.4(15)T14', { clockOffsetMs: 500 })],
      ['br-2', seenWith('ios-xe 17.09.04a', { clockOffsetMs: -900 })],
    ]);
    const found = await doctor(ca, { seen, source: { visit: true } });
    expect(troubles(found)).toEqual({});
    expect(found.findings.filter(({ status }) => status === 'skip')).toEqual([]);
    expect([...new Set(found.findings.map(({ check }) => check))].toSorted()).toEqual(
      Object.keys(DOCTOR_CHECKS).toSorted(),
    );
  });

  it('shows its certificates with every fingerprint, told apart', async () => {
    const ca = ndes;
    const { facts } = await doctor(ca);
    if (facts.certificates === undefined || !('value' in facts.certificates)) throw new Error('none');
    expect(facts.certificates.value.map(({ role }) => role)).toEqual(['ca', 'ra', 'ra']);
    const [first] = facts.certificates.value;
    expect(Object.fromEntries(first?.facts.fingerprints.map(({ hash, hex }) => [hash, hex]) ?? [])).toEqual({
      MD5: ca.authority.fingerprint('md5'),
      SHA1: ca.authority.fingerprint('sha1'),
      SHA256: ca.authority.fingerprint('sha256'),
    });
  });

  it('is asked for no certificate, and no password is made', async () => {
    const ca = ndes;
    const found = await doctor(ca, { releases: ['12.4', '15.7', '17.9'] });
    expect(ca.authority.issued).toEqual([]);
    expect(ca.asked).toEqual([]);
    expect(ca.passwords.minted).toEqual([]);
    expect(found.status('challenge')).toBe('pass skip');
    expect(found.facts.polls.map(({ digest, cipher }) => `${digest} ${cipher}`)).toEqual([
      'md5 des',
      'md5 3des',
      'sha1 3des',
    ]);
    expect(found.finding('challenge').says).toContain('negotiate, ntlm');
  });

  it('is asked in URLs as long as those of routers with such keys', async () => {
    const ca = generic;
    for (const size of [2048, 4096]) {
      const { facts } = await doctor(ca, { trustpoint: { key: { type: 'rsa', size } } });
      const [poll] = facts.polls;
      expect(Math.abs((poll?.characters ?? 0) - requestLength(size))).toBeLessThan(200);
    }
  });

  it('shows the next CA certificate, and is not taken for it', async () => {
    await using ca = await startCa('generic', { nextCa: true });
    const found = await doctor(ca);
    expect(found.finding('next-ca')).toMatchObject({ status: 'pass' });
    expect(found.finding('next-ca').says).toContain('is ready');
    const { next } = found.facts;
    if (next === undefined || !('value' in next)) throw new Error('no next CA');
    expect(next.value.map(({ facts }) => Buffer.from(facts.der))).toEqual([
      Buffer.from(ca.authority.next?.certificate ?? []),
    ]);
    const [pin] = next.value.flatMap(({ facts }) =>
      facts.fingerprints.filter(({ hash }) => hash === 'SHA256'),
    );
    if (pin === undefined) throw new Error('no fingerprint');
    const ahead = await doctor(ca, { fingerprint: formatFingerprint(pin) });
    expect(ahead.finding('pins')).toMatchObject({ status: 'fail' });
    expect(ahead.finding('pins').says).toContain('the next CA');
  });
});

describe('pins', () => {
  it('fail when no certificate has them, and tell who answers instead', async () => {
    const ca = ndes;
    const found = await doctor(ca, { fingerprint: 'SHA1:00112233445566778899AABBCCDDEEFF00112233' });
    expect(troubles(found)).toEqual({ pins: 'fail' });
    expect(found.finding('pins').says).toContain('CN=Lab Issuing CA');
    expect(found.finding('pins').remedy).toContain('operator');
  });

  it('fail when they are of the registration authority', async () => {
    const ca = ndes;
    const { facts } = await doctor(ca);
    const found = await doctor(ca, { fingerprint: fingerprintOf(ca, 'ra', facts) });
    expect(troubles(found)).toEqual({ pins: 'fail' });
    expect(found.finding('pins').says).toContain('a registration authority');
  });

  it('fail when they are of two certificates', async () => {
    const ca = ndes;
    const { facts } = await doctor(ca);
    const [, sha256 = ''] = ca.authority.pins;
    const found = await doctor(ca, { fingerprint: [fingerprintOf(ca, 'ra', facts), sha256] });
    expect(found.finding('pins')).toMatchObject({ status: 'fail' });
    expect(found.finding('pins').says).toContain('not of one certificate');
  });

  it('fail when one of two is wrong', async () => {
    const ca = ndes;
    const fingerprint = [ca.authority.pins[0] ?? '', `SHA256:${'0'.repeat(64)}`];
    expect((await doctor(ca, { fingerprint })).finding('pins').says).toContain('SHA256 is of none');
  });
});

describe('the mode of enrollment', () => {
  it.each([
    ['ndes', false],
    ['generic', true],
  ] as const)('fails when the CA is %s and the inventory says ra: %s', async (profile, ra) => {
    await using ca = await startCa(profile);
    const found = await doctor(ca, { ra });
    expect(troubles(found)).toEqual({ 'ra-mode': 'fail' });
    expect(found.finding('ra-mode').remedy).toContain(`ra: ${!ra}`);
  });
});

describe('ends', () => {
  it('of a registration authority are warned of within 90 days, and fail when they are over', async () => {
    await using soon = await startCa('ndes', { authorityLifeDays: { ra: 40 } });
    const warned = await doctor(soon);
    expect(troubles(warned)).toEqual({ 'ra-expiry': 'warn' });
    expect(warned.finding('ra-expiry').says).toMatch(/CN=NDES .* in 39 days|CN=NDES .* in 40 days/);
    const later = new Date(Date.now() + 50 * DAY_MS);
    const over = await doctor(soon, { now: () => later });
    expect(over.finding('ra-expiry')).toMatchObject({ status: 'fail' });
  });

  it('of a CA are warned of, with the next CA that is not there', async () => {
    await using ca = await startCa('generic', { authorityLifeDays: { ca: 60 } });
    const found = await doctor(ca);
    expect(troubles(found)).toEqual({ 'ca-expiry': 'warn', 'next-ca': 'warn' });
    await ca.authority.prepareRollover(new Date());
    expect(troubles(await doctor(ca))).toEqual({ 'ca-expiry': 'warn' });
  });

  it('of a CA are warned of when the fleet’s certificates live longer, or are renewed earlier', async () => {
    await using ca = await startCa('generic', { authorityLifeDays: { ca: 200 } });
    expect(troubles(await doctor(ca))).toEqual({});
    const lives = new Map([['BRANCH', 365 * DAY_MS]]);
    const seen = new Map([['br-2', seenWith('ios-xe 17.09.04a', { lives })]]);
    const found = await doctor(ca, { seen });
    expect(troubles(found)).toEqual({ 'ca-expiry': 'warn', 'next-ca': 'warn' });
    expect(found.finding('ca-expiry').says).toContain('before a certificate of 365 days');
    const early = await doctor(ca, { trustpoint: { renew: { before: '250d' } } });
    expect(early.finding('ca-expiry')).toMatchObject({ status: 'warn' });
  });
});

describe('what routers send', () => {
  it('fails as too long where the web server takes short queries only, and nothing else is blamed', async () => {
    const ca = ndes;
    ca.policy.maxQuery = 2048;
    const found = await doctor(ca, { releases: ['12.4'] });
    expect(troubles(found)).toEqual({ 'long-get': 'fail' });
    expect(found.finding('long-get').remedy).toContain('404.15');
    expect(found.status('algorithms')).toBe('skip');
  });

  it('passes as long as it is not longer than the server allows', async () => {
    const ca = ndes;
    ca.policy.maxQuery = 4500;
    expect(troubles(await doctor(ca))).toEqual({});
    const longer = await doctor(ca, { trustpoint: { key: { type: 'rsa', size: 4096 } } });
    expect(troubles(longer)).toEqual({ 'long-get': 'fail' });
  });

  it('fails for the releases whose digest or cipher the CA refuses, and for no other', async () => {
    await using ca = await startCa('generic', {
      accept: { digests: ['sha1', 'sha256'], ciphers: ['3des', 'aes128'] },
    });
    const found = await doctor(ca, { releases: ['12.4', '15.7', '17.9'] });
    expect(troubles(found)).toEqual({ algorithms: 'fail' });
    expect(found.status('algorithms')).toBe('fail fail pass');
    expect(found.finding('algorithms').says).toContain('MD5 and single DES, as 12.4 uses them, are refused');
    expect(troubles(await doctor(ca, { releases: ['15.7'], trustpoint: { hash: 'sha256' } }))).toEqual({});
  });

  it('is not tried for the weakest router when nobody knows its release, and says so', async () => {
    const ca = generic;
    const found = await doctor(ca);
    expect(found.status('algorithms')).toBe('pass skip');
  });

  it('is warned of when the CA says nothing of what it can do, or does not renew', async () => {
    const ca = generic;
    ca.policy.capabilities = [];
    const silent = await doctor(ca);
    expect(troubles(silent)).toEqual({ capabilities: 'warn' });
    ca.policy.capabilities = CA_CAPABILITIES.filter((word) => word !== 'Renewal' && word !== 'GetNextCACert');
    expect((await doctor(ca)).finding('capabilities').says).toContain('no Renewal');
    ca.policy.capabilities = ['Renewal', 'SHA-1', 'DES3'];
    expect((await doctor(ca)).finding('capabilities').says).toContain('nothing better than SHA-1');
  });
});

describe('a CA that is not there', () => {
  it('fails as unreachable when nothing listens, and everything else is left out', async () => {
    const ca = await startCa('generic');
    await ca.close();
    const found = await doctor(ca);
    expect(troubles(found)).toEqual({ reachable: 'fail' });
    expect(found.finding('reachable').says).toContain('nothing listens');
    expect(found.finding('pins')).toMatchObject({
      status: 'skip',
      says: 'not looked at, because of reachable',
    });
    expect(found.finding('reachable').remedy).toContain('from a machine in their network');
  });

  it('fails as unreachable when its name does not exist', async () => {
    const ca = generic;
    const found = await doctor(ca, { url: 'http://ca.invalid/scep' });
    expect(found.finding('reachable').says).toMatch(
      /^ca\.invalid cannot be resolved: (?:the name|no name server)/,
    );
  });

  it('fails as unreachable when something else listens', async () => {
    const ca = generic;
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const found = await doctor(ca, { url: `http://127.0.0.1:${port}/scep` });
    await new Promise((resolve) => server.close(resolve));
    expect(found.finding('reachable').says).toContain('does not answer HTTP');
  });

  it('fails by its path when another page answers', async () => {
    const ca = ndes;
    const found = await doctor(ca, { url: ca.enrollmentUrl.replace('mscep.dll', 'nothing') });
    expect(troubles(found)).toEqual({ certificates: 'fail', capabilities: 'warn' });
    expect(found.finding('certificates').says).toContain('HTTP status 404');
  });
});

describe('the clock of a CA', () => {
  it('is warned of beyond half of what the inventory allows, and fails beyond it', async () => {
    const ca = generic;
    const behind = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
    expect((await doctor(ca, { now: behind(1) })).status('clock')).toBe('pass skip');
    expect((await doctor(ca, { now: behind(4) })).finding('clock')).toMatchObject({ status: 'warn' });
    const off = (await doctor(ca, { now: behind(-20) })).finding('clock');
    expect(off).toMatchObject({ status: 'fail' });
    expect(off.says).toMatch(/the CA’s clock is (?:20m|19m59s|20m1s) ahead of this machine’s/);
  });

  it('is compared with those of routers, as they were last read', async () => {
    const ca = generic;
    const seen = new Map([
      ['br-1', seenWith('ios 15.7', { clockOffsetMs: 1000 })],
      ['br-2', seenWith('ios 15.7', { clockOffsetMs: -3_600_000 })],
    ]);
    const found = await doctor(ca, { seen });
    expect(troubles(found)).toEqual({ clock: 'warn' });
    expect(found.finding('clock').says).toMatch(
      /^1 router of 2, .*: br-2; br-2 is (?:1h|59m ?59s|1h ?\d+s) behind it$/,
    );
  });
});
