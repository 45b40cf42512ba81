import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';
import type { Ran } from './program.ts';

const FILES = ['--html', 'r.html', '--junit', 'r.xml', '--csv', 'r.csv', '--metrics', 'r.prom'];
const PACKED = /data-packed="deflate" id="router-\d+">(?<text>[^<]+)</g;
const GOOD = ['br-0001', 'br-0002', 'br-0003'];

describe('the reports of a run over four routers, one of which asks what nobody foresaw', {
  timeout: 60_000,
}, () => {
  let fleet: LabFleet;
  let ran: Ran;

  beforeAll(async () => {
    fleet = await startLabFleet({ routers: 4, cast: { 'br-0004': { faults: ['unknown-question'] } } });
    ran = await fleet.run('enroll', '--batch', '1,100%', ...FILES);
  }, 60_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  const read = (file: string): Promise<string> => readFile(path.join(fleet.dir, file), 'utf8');

  it('say what the routers and the CA have', async () => {
    expect(ran.exit).toBe(1);
    const rows: Record<string, string>[] = parse(await read('r.csv'), { columns: true });
    const metrics = (await read('r.prom')).split('\n');
    for (const name of GOOD) {
      const { identity } = evidenceOf(fleet, name);
      const ends = new Date(identity.validTo);
      expect(rows.find(({ device }) => device === name)).toMatchObject({
        outcome: 'verified',
        serial: identity.serialNumber,
        notAfter: ends.toISOString(),
        sha256: identity.fingerprint256.replaceAll(':', ''),
      });
      expect(metrics).toContain(
        `trustfleet_certificate_not_after_timestamp_seconds{device="${name}",trustpoint="BRANCH"} ${ends.getTime() / 1000}`,
      );
    }
    expect(rows.find(({ device }) => device === 'br-0004')).toMatchObject({
      code: 'unexpected-question',
      batch: '2',
    });
    expect(await read('r.xml')).toMatch(/<testcase name="br-0004"[^>]*><failure type="unexpected-question"/);
    expect(ran.stdout).toContain('  batch 1 of 2  1 verified in ');
  });

  it('hold the conversations, and no secret', async () => {
    const page = await read('r.html');
    const details = detailsOf(page).map((detail) => JSON.stringify(detail));
    expect(details).toHaveLength(4);
    expect(details.every((detail) => detail.includes('crypto pki authenticate BRANCH'))).toBe(true);

    const written = [page, ...details, await read('r.csv'), await read('r.xml'), await read('r.prom')].join(
      '\n',
    );
    const files = await Promise.all(['login', 'enable', 'ndes'].map((name) => read(`secrets/${name}`)));
    for (const secret of [...files.map((text) => text.trim()), ...fleet.lab.ca.passwords.minted]) {
      expect(secret.length).toBeGreaterThan(3);
      expect(written.includes(secret)).toBe(false);
    }
  });

  it('are made once more from the state directory', async () => {
    const again = FILES.map((text) => text.replace(/^r\./, 'again.'));
    expect(await fleet.run('report', ...again)).toMatchObject({ exit: 0 });
    for (const kind of ['xml', 'csv', 'prom']) {
      expect(await read(`again.${kind}`), kind).toBe(await read(`r.${kind}`));
    }
    const [page, later] = [await read('r.html'), await read('again.html')];
    expect(detailsOf(later)).toEqual(detailsOf(page));
    expect(later.replaceAll(PACKED, '')).toBe(page.replaceAll(PACKED, ''));
  });

  it('end in a proof that holds the very certificates that the CA issued', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await writeFile(path.join(fleet.dir, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(path.join(fleet.dir, 'pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    expect(await fleet.run('report', '--proof', 'proof', '--sign-key', 'key.pem')).toMatchObject({ exit: 0 });

    const checked = await fleet.run('report', '--check-proof', 'proof', '--verify-key', 'pub.pem');
    expect([checked.exit, checked.stdout]).toEqual([
      0,
      expect.stringContaining('3 router certificates, each signed by'),
    ]);
    for (const name of GOOD) {
      const { identity } = evidenceOf(fleet, name);
      const der = await readFile(
        path.join(fleet.dir, `proof/certificates/${identity.fingerprint256.replaceAll(':', '')}.der`),
      );
      expect(der.equals(identity.raw), name).toBe(true);
    }
  });
});

/** What opens with each router of a page. */
function detailsOf(page: string): readonly unknown[] {
  return [...page.matchAll(PACKED)].map(({ groups }): unknown =>
    JSON.parse(inflateSync(Buffer.from(groups?.text ?? '', 'base64')).toString()),
  );
}
