import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCTOR_CHECKS } from '../../src/doctor/finding.ts';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { LAB_NDES_ACCOUNT } from '../../src/lab/ca/ntlm-acceptor.ts';
import { columnsOf } from '../../src/report/columns.ts';
import { openJournal } from '../../src/run/state/journal.ts';
import { StateStore } from '../../src/run/state/store.ts';
import { type Change, inventoryText, startCa } from '../doctor/world.ts';
import { aResult } from '../run/a-device.ts';
import { fakeIo, trustfleet } from './fake-io.ts';

const ENV = { LANG: 'C.UTF-8', LOGIN: 'x-login', NDES: LAB_NDES_ACCOUNT.password };

let ndes: LabCa;
beforeAll(async () => {
  ndes = await startCa('ndes');
});
afterAll(() => ndes.close());

function folderFor(ca: LabCa, change: Change = {}): string {
  const cwd = mkdtempSync(path.join(tmpdir(), 'trustfleet-doctor-'));
  writeFileSync(path.join(cwd, 'inventory.yaml'), inventoryText(ca, change));
  return cwd;
}

/** fakeIo's clock stands still in 2026; CAs of the lab are made today. */
function ioFor(cwd: string, columns?: number) {
  const window = columns === undefined ? {} : { columns };
  return { ...fakeIo({ cwd, env: ENV, ...window }), now: () => new Date() };
}

/** A run that read one router: its release, its clock, its certificate. */
function remember(cwd: string, release: string, clockOffsetMs: number): void {
  using store = StateStore.open(path.join(cwd, '.trustfleet'));
  const now = () => new Date();
  using journal = openJournal(store, {
    id: 'run-1',
    command: 'verify',
    devices: ['br-1'],
    exclusive: true,
    now,
  });
  journal.reporter.onEvent({ type: 'run-started', command: 'verify', devices: ['br-1'], at: now() });
  journal.begin('br-1');
  const result = aResult('br-1', 'verified', { release, clockOffsetMs });
  journal.reporter.onEvent({ type: 'device-finished', result, at: now() });
  journal.end('br-1');
}

describe('trustfleet doctor', () => {
  it.each([80, 120])(
    'fits into %i columns, with every check, and fingerprints to be pasted',
    async (columns) => {
      const cwd = folderFor(ndes, { fingerprint: `SHA256:${'0'.repeat(64)}` });
      const { code, out } = await trustfleet(['doctor', '--release', '12.4'], ioFor(cwd, columns));
      expect(code).toBe(1);
      const lines = stripVTControlCharacters(out).split('\n');
      expect(lines.filter((line) => columnsOf(line) > columns)).toEqual([]);
      for (const check of Object.keys(DOCTOR_CHECKS)) {
        expect(
          lines.some((line) => new RegExp(`^  [✓!✗-] ${check}: `).test(line)),
          check,
        ).toBe(true);
      }
      for (const pin of [`MD5:${ndes.authority.fingerprint('md5')}`, ...ndes.authority.pins]) {
        expect(lines.map((line) => line.trim())).toContain(pin);
      }
      const plain = lines.join('\n');
      expect(plain).toMatch(/✗ pins: no certificate here has the pinned SHA256/);
      expect(plain).toMatch(/\n1 CA: \d+ passed, 0 warnings, 1 failed, \d+ not looked at\n/);
    },
  );

  it('pins that it printed and somebody pasted are accepted by it', async () => {
    const wrong = folderFor(ndes, { fingerprint: `SHA256:${'0'.repeat(64)}` });
    const { out } = await trustfleet(['doctor'], ioFor(wrong));
    const issuing = stripVTControlCharacters(out).split(/\n\n/)[1] ?? '';
    const fingerprint = [...issuing.matchAll(/^ +((?:MD5|SHA1|SHA256):[0-9A-F]+)$/gm)].map(
      ([, pin]) => pin ?? '',
    );
    expect(fingerprint).toHaveLength(3);
    const { code } = await trustfleet(['doctor'], ioFor(folderFor(ndes, { fingerprint })));
    expect(code).toBe(0);
  });

  it('knows releases and clocks of routers from the state directory', async () => {
    const cwd = folderFor(ndes);
    remember(cwd, 'ios 12.4(15)T14', 7_200_000);
    const { code, out } = await trustfleet(['doctor'], ioFor(cwd));
    expect(code).toBe(0);
    expect(out).toContain('MD5 and single DES, as ios 12.4(15)T14 uses them, are understood and answered');
    expect(out).toMatch(/! clock: 1 router of 1, as last read, further than 5m from the CA’s: br-1; br-1 is/);
  });

  it('writes the same for programs, every field of which the documentation names', async () => {
    const io = ioFor(folderFor(ndes));
    const { code, out } = await trustfleet(['doctor', '--json', '--release', '17.9'], io);
    expect(code).toBe(0);
    expect(io.stderr.text).toContain('1 CA: ');
    const document: unknown = JSON.parse(out);
    expect(document).toMatchObject({
      schema: 1,
      counts: { warn: 0, fail: 0 },
      authorities: [
        {
          name: 'branch-ca',
          devices: ['br-1', 'br-2'],
          releases: ['17.9'],
          certificates: [
            { role: 'ca', fingerprints: { SHA256: ndes.authority.fingerprint('sha256') } },
            { role: 'ra' },
            { role: 'ra' },
          ],
        },
      ],
    });
    const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/doctor.md'), 'utf8');
    const fields = namesIn(document).filter((name) => !/^(?:MD5|SHA1|SHA256|kind|failInfo)$/.test(name));
    expect(fields.length).toBeGreaterThan(25);
    expect(fields.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('makes no password without consent, one with it, and shows none', async () => {
    await using ca = await startCa('ndes');
    const cwd = folderFor(ca);
    const without = await trustfleet(['doctor'], ioFor(cwd));
    expect(ca.passwords.minted).toEqual([]);
    expect(without.out).toContain('each look makes a password');
    const { code, out, err } = await trustfleet(['doctor', '--challenge', '--json'], ioFor(cwd));
    expect(code).toBe(0);
    expect(ca.passwords.minted).toHaveLength(1);
    for (const secret of [...ca.passwords.minted, LAB_NDES_ACCOUNT.password]) {
      expect(`${out}${err}`).not.toContain(secret);
    }
  });

  it('ends with 3 when the inventory, a release or an account is wrong', async () => {
    const cwd = folderFor(ndes);
    const release = await trustfleet(['doctor', '--release', 'new'], ioFor(cwd));
    expect([release.code, release.err]).toEqual([3, expect.stringContaining('"new" is no release of IOS')]);
    const io = { ...ioFor(cwd), env: { LANG: 'C.UTF-8', LOGIN: 'x' } };
    const account = await trustfleet(['doctor', '--challenge'], io);
    expect([account.code, account.err]).toEqual([3, expect.stringContaining('NDES is not set')]);
    const nobody = await trustfleet(['doctor', '--limit', 'no-such'], ioFor(cwd));
    expect(nobody.code).toBe(3);
  });

  it('tells of a secret that is not there, without looking for the routers’ own', async () => {
    const io = { ...ioFor(folderFor(ndes)), env: { LANG: 'C.UTF-8' } };
    const { code, out } = await trustfleet(['doctor'], io);
    expect(code).toBe(1);
    expect(out).toContain('✗ challenge: its secret cannot be had: the environment variable NDES is not set');
    expect(out).not.toContain('LOGIN');
  });

  it('is explained, check by check', async () => {
    for (const [check, meaning] of Object.entries(DOCTOR_CHECKS)) {
      const { code, out } = await trustfleet(['explain', check]);
      expect([code, out.replace(/\s+/g, ' ')]).toEqual([0, expect.stringContaining(meaning.slice(0, 40))]);
    }
  });

  it('lists every check in its documentation, and no other', () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/doctor.md'), 'utf8');
    const table = page.slice(page.indexOf('| Check |'), page.indexOf('`trustfleet explain'));
    const listed = [...table.matchAll(/^\| `(?<check>[a-z-]+)` \|/gm)].map(({ groups }) => groups?.check);
    expect(listed).toEqual(Object.keys(DOCTOR_CHECKS));
  });
});

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(namesIn))];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]))];
}
