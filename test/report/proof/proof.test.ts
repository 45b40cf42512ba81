import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkProof } from '../../../src/report/proof/check-proof.ts';
import { sha256 } from '../../../src/report/proof/make-proof.ts';
import { ENTRIES, MANIFEST, PUBLIC_KEY, README, SIGNATURE } from '../../../src/report/proof/proof-files.ts';
import { readVerifyKey, seal } from '../../../src/report/proof/seal.ts';
import type { FileSet } from '../../../src/report/proof/tar.ts';
import { IMPOSTOR } from '../../pki/certificate-world.ts';
import { aResult } from '../../run/a-device.ts';
import { aRun } from '../a-run.ts';
import { aProof, aSubject, aSummary, KEY, ROUTER, sealKeyOf, TRANSCRIPT } from './a-proof.ts';

const verifyKey = readVerifyKey(KEY.publicPem);
const failures = (files: FileSet, signer = verifyKey): readonly string[] =>
  checkProof(files, signer)
    .checks.filter(({ status }) => status !== 'pass')
    .map(({ check, status }) => `${check} ${status}`);
const text = (files: FileSet, name: string): string => Buffer.from(files.get(name) ?? '').toString();
const edited = (files: FileSet, name: string, edit: (before: string) => string): FileSet =>
  new Map([...files, [name, Buffer.from(edit(text(files, name)))]]);

describe('a proof', () => {
  it('holds a run, its batches, each device, the certificates and the hashes of transcripts, each bound to the one before', async () => {
    const files = await aProof();
    const lines = text(files, ENTRIES).trimEnd().split('\n');
    const entries = lines.map((line): Record<string, unknown> => JSON.parse(line));

    expect(entries.map(({ kind }) => kind)).toEqual(['run', 'batch', 'batch', 'device', 'device']);
    expect(entries.slice(1).map(({ previous }) => previous)).toEqual(
      lines.slice(0, -1).map((line) => sha256(line)),
    );
    expect(entries[3]).toMatchObject({ device: 'br-1', transcriptSha256: sha256(TRANSCRIPT) });
    expect(files.get(`certificates/${sha256(ROUTER.der)}.der`)).toEqual(Buffer.from(ROUTER.der));
  });

  it('holds the hash of the conversation of every attempt', async () => {
    const { saved } = aSubject();
    const device = aResult('br-1', 'verified', {
      attempts: 3,
      transcript: 'x/br-1.attempt-3.txt',
      earlierTranscripts: ['x/br-1.txt', 'x/br-1.attempt-2.txt'],
    });
    const files = await aProof({
      saved: { ...saved, result: aRun([device]) },
      transcriptOf: async (file) => (file.endsWith('attempt-2.txt') ? undefined : Buffer.from(file)),
    });
    const { entries, checks } = checkProof(files, verifyKey);
    expect(entries.at(-1)).toMatchObject({
      transcriptSha256: sha256('x/br-1.attempt-3.txt'),
      earlierTranscripts: ['x/br-1.txt', 'x/br-1.attempt-2.txt'],
      earlierTranscriptsSha256: [sha256('x/br-1.txt'), null],
    });
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  });

  it('passes every check, with the key that signed it', async () => {
    const { checks, run } = checkProof(await aProof(), verifyKey);
    expect(run).toBe('20261121T020000Z-enroll-1f3a');
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(checks).toHaveLength(8);
  });

  it('says that it does not know the signer when nobody named the key', async () => {
    const { checks } = checkProof(await aProof(), undefined);
    expect(checks.filter(({ status }) => status !== 'pass').map(({ check }) => check)).toEqual(['signer']);
  });

  it.each(['rsa', 'ec'] as const)('is sealed by %s too', async (kind) => {
    const { privateKey } =
      kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const key = sealKeyOf(privateKey);
    expect(failures(await aProof({ key }), readVerifyKey(key.publicPem))).toEqual([]);
  });

  it.each([
    [
      'a word of a result',
      (files: FileSet) => edited(files, ENTRIES, (all) => all.replace('no answer', 'all well')),
      ['entries fail', 'chain of entries fail'],
    ],
    [
      'an entry left out',
      (files: FileSet) => edited(files, ENTRIES, (all) => all.replace(/^.*"kind":"batch".*\n/m, '')),
      ['entries fail', 'chain of entries fail'],
    ],
    [
      'two entries in another order',
      (files: FileSet) => edited(files, ENTRIES, (all) => all.split('\n').toReversed().join('\n')),
      ['entries fail', 'chain of entries fail'],
    ],
    [
      'the manifest',
      (files: FileSet) => edited(files, MANIFEST, (all) => all.replace('"failed": 1', '"failed": 0')),
      ['signature fail'],
    ],
    [
      'what the auditor is told to type',
      (files: FileSet) => edited(files, README, (all) => all.replace('--verify-key', '--list')),
      ['readme fail'],
    ],
    [
      'the readme left out',
      (files: FileSet) => new Map([...files].filter(([name]) => name !== README)),
      ['readme fail'],
    ],
    [
      'the signature left out',
      (files: FileSet) => new Map([...files].filter(([name]) => name !== SIGNATURE)),
      ['signature fail'],
    ],
    [
      'something added',
      (files: FileSet) => new Map([...files, ['certificates/../x', Buffer.from('x')]]),
      ['files fail'],
    ],
  ])('shows that somebody changed %s', async (_, change, expected) => {
    expect(failures(change(await aProof()))).toEqual(expected);
  });

  it('shows that a certificate was exchanged or taken out', async () => {
    const files = await aProof();
    const name = `certificates/${sha256(ROUTER.der)}.der`;
    const exchanged = new Map([...files, [name, IMPOSTOR.der]]);
    const without = new Map([...files].filter(([each]) => each !== name));
    expect(failures(exchanged)).toEqual(['certificates fail', 'issuers unknown']);
    expect(failures(without)).toEqual(['certificates fail', 'issuers unknown']);
  });

  it('is not believed because it was signed anew by somebody else', async () => {
    const files = await aProof();
    const other = sealKeyOf(generateKeyPairSync('ed25519').privateKey);
    const manifest = Buffer.from(text(files, MANIFEST).replace('"failed": 1', '"failed": 0'));
    const forged = new Map<string, Uint8Array>([
      ...files,
      [MANIFEST, manifest],
      [SIGNATURE, seal(manifest, other)],
      [PUBLIC_KEY, Buffer.from(other.publicPem)],
    ]);
    expect(failures(forged)).toEqual(['signature fail']);
  });

  it('says when a certificate was not kept, or its issuer is not the one that signed it', async () => {
    const { certificates, saved } = aSubject();
    const strange = { ...aSummary(), sha256: 'AB'.repeat(32) };
    const lost = aRun([aResult('br-1', 'verified', { certificates: [strange] })]);
    expect(failures(await aProof({ saved: { ...saved, result: lost }, certificates }))).toEqual([
      'issuers unknown',
      'missing certificates unknown',
    ]);

    certificates.keep(IMPOSTOR.der);
    const impostor = { ...aSummary(), sha256: sha256(IMPOSTOR.der), serial: '01' };
    const wrong = { ...aSummary(), chain: [impostor] };
    const result = aRun([aResult('br-1', 'verified', { certificates: [wrong] })]);
    expect(failures(await aProof({ saved: { ...saved, result }, certificates }))).toEqual(['issuers fail']);
  });

  it('shows that an entry does not speak of the certificate it names', async () => {
    const { saved, certificates } = aSubject();
    const result = aRun([aResult('br-1', 'verified', { certificates: [{ ...aSummary(), serial: 'FFFF' }] })]);
    expect(failures(await aProof({ saved: { ...saved, result }, certificates }))).toEqual([
      'certificates and entries fail',
    ]);
  });
});
